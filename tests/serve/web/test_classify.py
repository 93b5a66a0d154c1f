"""An exporter classifies: text or document in, result with evidence, answers, memo, and a case at the end."""

import re
from io import BytesIO

import docx
import pytest
from fpdf import FPDF

from data.errors import DocumentUnusable
from serve.web.documents import read_document
from tests.serve.web.conftest import Browser, inline_parts, words

HOSTILE = "<script>alert(1)</script> A bug \u202egulp a ni\u202c \u200b with </textarea><img src=x onerror=alert(1)> \x07."


def pdf(text: str) -> bytes:
    page = FPDF()
    page.add_page()
    page.set_font("helvetica", size=12)
    page.multi_cell(0, text=text)
    return bytes(page.output())


def word(*paragraphs: str, cells: tuple[str, ...] = ()) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if cells:
        for cell, text in zip(document.add_table(1, len(cells)).rows[0].cells, cells, strict=True):
            cell.text = text
    out = BytesIO()
    document.save(out)
    return out.getvalue()


class TestResult:
    """The result says outcome, evidence, findings and questions, and stores nothing."""

    def test_page(self, visitor: Browser) -> None:
        answer = visitor.post("/classify", {"description": "A bug in a plug.", "destination": "AE"}, page="")
        assert answer.status_code == 200
        text = words(answer.text)
        assert "This product falls under: Covert audio and line tapping." in text
        assert "A category of high consequence was found" in text
        assert '<mark class="f1" data-n="1">A </mark>' in answer.text
        assert "US Commerce Control List" in text
        assert "Licence picture: United Arab Emirates" in text
        assert "bug in a plug" in text
        assert inline_parts(answer.text) == []

    def test_in_french(self, visitor: Browser) -> None:
        visitor.post("/preferences", {"language": "fr"}, page="")
        text = words(visitor.post("/classify", {"description": "A bug in a plug.", "destination": "AE"}, page="").text)
        assert "Ce produit relève de : Écoute clandestine et écoute de lignes." in text.replace("\xa0", " ")
        assert "97 %" in text.replace("\xa0", " ").replace("\u202f", " ")

    def test_hostile_text_is_inert_and_legible(self, visitor: Browser) -> None:
        page = visitor.post("/classify", {"description": HOSTILE, "product_name": HOSTILE[:200]}, page="").text
        source = page[page.index('class="source"') :]
        source = source[: source.index("</div>")]
        assert "<script>" not in source
        assert "\u202e" not in source
        assert all(f">{name}</span>" in source for name in ("RLO", "PDF", "ZWSP", "U+0007"))
        assert inline_parts(page) == []
        assert "<img" not in page[page.index("<main") :]

    def test_a_hundred_thousand_characters(self, visitor: Browser) -> None:
        text = ("word " * 20_000)[:100_000]
        page = visitor.post("/classify", {"description": text}, page="")
        assert page.status_code == 200
        assert page.text.count("word word word") > 1
        answer = visitor.post("/classify", {"description": text + "x"}, page="")
        assert answer.status_code == 422
        assert "It has 100001 characters; the limit is 100000." in answer.text

    def test_blank(self, visitor: Browser) -> None:
        answer = visitor.post("/classify", {"description": " \n"}, page="")
        assert answer.status_code == 422
        assert "It is empty; say what the product does." in answer.text

    @pytest.mark.parametrize(
        "fields", [{"destination": "ZZZ"}, {"product_name": "x" * 301}, {"declared": "a\x00b"}, {"diligence.none-such": "x"}]
    )
    def test_unusable_fields(self, visitor: Browser, fields: dict[str, str]) -> None:
        assert visitor.post("/classify", {"description": "A bug."} | fields, page="").status_code == 422

    def test_answers_assess_again(self, visitor: Browser) -> None:
        page = visitor.post("/classify", {"description": "A bug in a plug."}, page="").text
        asked = re.findall(r'name="answer\.(\w+)" id="[^"]+-yes" value="yes"', page)
        again = visitor.post("/classify", {"description": "A bug in a plug.", f"answer.{asked[0]}": "yes"}, page="").text
        assert "your answer" in words(again)
        assert f'name="answer.{asked[0]}" value="yes"' in again

    def test_an_answer_that_cannot_be_used_is_told(self, visitor: Browser) -> None:
        answer = visitor.post("/classify", {"description": "A bug in a plug.", "answer.frame_rate": "fast"}, page="")
        assert answer.status_code == 200
        assert "frame_rate" in re.findall(r'<p class="error"[^>]*>(.*?)</p>', answer.text)[0]

    def test_line_ends_of_browsers_keep_the_offsets(self, visitor: Browser) -> None:
        page = visitor.post("/classify", {"description": "\r\nx bug"}, page="").text
        assert '<mark class="f1" data-n="1">\nx</mark>' in page

    def test_change_the_text(self, visitor: Browser) -> None:
        page = visitor.post("/classify", {"description": "\nA bug & a plug.", "edit": "1", "answer.frame_rate": "9 Hz"}, page="").text
        assert ">\n\nA bug &amp; a plug.</textarea>" in page
        assert 'name="answer.frame_rate" value="9 Hz"' in page

    def test_memo(self, visitor: Browser) -> None:
        answer = visitor.post("/classify/memo", {"description": HOSTILE, "product_name": "Ear & <Wall>"}, page="")
        assert answer.content.startswith(b"%PDF")
        assert answer.headers["content-disposition"] == 'attachment; filename="memo-ear-wall-2026-11-27.pdf"'


class TestDemo:
    """One click shows the result for an invented product."""

    def test_each(self, visitor: Browser) -> None:
        found = re.findall(r'href="(/demo/[^"]+)"', visitor.get("/").text)
        assert len(found) >= 5
        for path in found:
            page = visitor.get(path)
            assert page.status_code == 200
            assert "nothing is stored" in page.text
            assert page.text == visitor.get(path).text

    def test_unknown(self, visitor: Browser) -> None:
        assert visitor.get("/demo/none-such").status_code == 404


class TestDocument:
    """A document's text is shown before it is classified."""

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("sheet.txt", "\ufeffBug in a plug.".encode()),
            ("sheet.TXT", "Bug in a plug.".encode("utf-16")),
            ("sheet.pdf", pdf("Bug in a plug.")),
            ("sheet.docx", word("Bug in a plug.")),
        ],
    )
    def test_kinds(self, visitor: Browser, name: str, content: bytes) -> None:
        data = {"product_name": "Ear", "description": "replaced"}
        answer = visitor.post("/classify", data, page="", files={"document": (name, content, "application/octet-stream")})
        assert answer.status_code == 200
        assert ">\nBug in a plug.</textarea>" in answer.text
        assert 'value="Ear"' in answer.text
        assert name in answer.text

    def test_tables_of_documents(self) -> None:
        assert read_document("a.docx", word("Camera", cells=("Frame rate", "9 Hz"))).text == "Camera\nFrame rate\t9 Hz"

    def test_too_much_text_is_cut(self) -> None:
        found = read_document("a.txt", b"x" * 100_001)
        assert (len(found.text), found.cut) == (100_000, True)

    @pytest.mark.parametrize(
        ("name", "content", "reason"),
        [
            ("a.exe", b"MZ", "only"),
            ("a", b"x", "only"),
            ("a.pdf", b"%PDF-1.7 nothing", "damaged"),
            ("a.docx", b"PK nothing", "damaged"),
            ("a.txt", b"\xff\xfe\xff", "UTF-8"),
            ("a.txt", b"\x81\x82", "UTF-8"),
            ("a.txt", b" \n", "no text"),
            ("a.txt", b"x" * 10_000_001, "10 MB"),
        ],
    )
    def test_unusable(self, name: str, content: bytes, reason: str) -> None:
        with pytest.raises(DocumentUnusable, match=reason):
            read_document(name, content)

    def test_told_on_the_form(self, visitor: Browser) -> None:
        files = {"document": ("a.exe", b"MZ", "application/octet-stream")}
        answer = visitor.post("/classify", {"description": "kept"}, page="", files=files)
        assert answer.status_code == 422
        assert "only .txt, .pdf and .docx can be read" in answer.text
        assert "kept</textarea>" in answer.text


class TestSave:
    """A result becomes a case, once."""

    def test_once(self, visitor: Browser) -> None:
        visitor.sign_in("exporter")
        data = {"description": "A bug.", "key": "abc", "end_user": "Ministry"}
        one, two = (visitor.post("/classify/save", data, page="/classify").headers["location"] for _ in range(2))
        assert one == two
        assert "Ministry" in visitor.get(one).text

    def test_not_for_scientists(self, visitor: Browser) -> None:
        visitor.sign_in("scientist")
        assert visitor.post("/classify/save", {"description": "A bug."}, page="/classify").status_code == 403
