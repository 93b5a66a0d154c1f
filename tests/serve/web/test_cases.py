"""An exporter's cases: found again, told with their history, answered, withdrawn; nobody else's are there."""

from typing import Any

import pypdfium2

from serve.web.case_list import Wanted
from tests.serve.web.conftest import Browser, inline_parts, words


def ask_the_exporter(browser: Browser, case_id: str, question: str) -> None:
    """Let an officer ask a question, through the programming interface."""
    client, headers = browser.world.client, browser.world.bearer("officer")
    kept = dict(client.cookies)
    client.cookies.clear()
    claimed = client.post(f"/v1/cases/{case_id}/claim", headers=headers).json()
    body = {"version": claimed["version"], "action": "needs_information", "question": question}
    answer = client.post(f"/v1/cases/{case_id}/decide", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    client.cookies.update(kept)


class TestList:
    """The list finds cases by words, state and category, and pages through many."""

    def test_empty(self, browser: Browser) -> None:
        assert "No cases yet" in browser.sign_in("exporter").get("/cases").text

    def test_filters(self, browser: Browser) -> None:
        browser.sign_in("exporter")
        browser.save("A bug in a plug.", product_name="Wall Ear")
        browser.save("A lamp.", product_name="Lamp")
        assert all(name in browser.get("/cases").text for name in ("Wall Ear", "Lamp"))
        found = browser.get("/cases?q=plug&state=in_review&category=covert-audio&since=2026-11-27&before=2026-11-28").text
        assert "Wall Ear" in found
        assert ">Lamp" not in found
        assert 'value="plug"' in found
        assert "No case fits these filters" in browser.get("/cases?state=withdrawn").text

    def test_filters_that_cannot_be_used_are_left_out(self, browser: Browser) -> None:
        browser.sign_in("exporter").save(product_name="Wall Ear")
        assert "Wall Ear" in browser.get("/cases?state=x&category=y&since=z&before=<").text
        assert browser.get("/cases?cursor=nonsense").status_code == 422

    def test_pages(self, browser: Browser) -> None:
        browser.sign_in("exporter")
        for number in range(27):
            browser.save(product_name=f"Product {number:02}")
            browser.world.gate.clock.step(seconds=1)  # type: ignore[attr-defined]
        first = browser.get("/cases").text
        assert "Product 26" in first
        assert "Product 01" not in first
        path = first[first.index('href="/cases?cursor=') :].split('"')[1]
        assert "Product 01" in browser.get(path).text

    def test_names_are_inert(self, browser: Browser) -> None:
        browser.sign_in("exporter").save(product_name="<script>x</script>\u202eevil")
        page = browser.get("/cases").text
        assert "&lt;script&gt;x&lt;/script&gt;" in page
        assert "\u202e" not in page
        assert inline_parts(page) == []

    def test_an_address_holds_the_filters(self) -> None:
        wanted = Wanted(q="a b", state="in_review")
        assert wanted.path() == "/cases?q=a+b&state=in_review"
        assert wanted.path(state="") == "/cases?q=a+b"


class TestCase:
    """The page of a case tells everything its owner may know."""

    def test_page(self, browser: Browser) -> None:
        case_id = browser.sign_in("exporter").save("A bug in a plug.", product_name="Wall Ear", destination="AE", declared="5A001.f")
        text = words(browser.get(f"/cases/{case_id}").text)
        for told in ("Wall Ear", "In review", "Covert audio", "United Arab Emirates", "5A001.f", "Submitted", "US Commerce Control List"):
            assert told in text

    def test_others_do_not_see_it(self, browser: Browser) -> None:
        case_id = browser.sign_in("exporter").save()
        browser.sign_in("rival")
        assert browser.get(f"/cases/{case_id}").status_code == 404
        assert browser.get(f"/cases/{case_id}/memo").status_code == 404
        for change in ("answer", "withdraw", "request-review"):
            data = {"version": "1", "answer": "x"}
            assert browser.post(f"/cases/{case_id}/{change}", data, page="/classify").status_code == 404

    def test_officers_are_sent_to_theirs(self, browser: Browser) -> None:
        case_id = browser.sign_in("exporter").save()
        assert browser.sign_in("officer").get(f"/cases/{case_id}").headers["location"] == f"/queue/{case_id}"

    def test_memo(self, browser: Browser) -> None:
        case_id = browser.sign_in("exporter").save()
        assert browser.get(f"/cases/{case_id}/memo").content.startswith(b"%PDF")

    def test_the_checklist_is_shown_and_told_in_the_memo(self, browser: Browser) -> None:
        answer = "Visited in May; <b>no</b> police."
        case_id = browser.sign_in("exporter").save(**{"diligence.end-user-known": answer})
        memo = browser.get(f"/cases/{case_id}/memo").content
        document = pypdfium2.PdfDocument(memo)
        assert "Visited in May" in " ".join(page.get_textpage().get_text_bounded() for page in document)
        for path in (f"/cases/{case_id}", f"/queue/{case_id}"):
            page = browser.get(path).text
            assert "Visited in May; &lt;b&gt;no&lt;/b&gt; police." in page
            assert "questions of the checklist are not answered" in page
            browser.sign_in("officer")
        assert "Human-rights due diligence" not in browser.get(f"/queue/{browser.save()}").text

    def test_question_and_answer(self, browser: Browser) -> None:
        case_id = browser.sign_in("exporter").save()
        ask_the_exporter(browser, case_id, "How far does it <b>hear</b>?")
        page = browser.get(f"/cases/{case_id}")
        assert "How far does it &lt;b&gt;hear&lt;/b&gt;?" in page.text
        blank = browser.post(f"/cases/{case_id}/answer", {"answer": " "}, page=f"/cases/{case_id}")
        assert blank.status_code == 422
        answer: Any = browser.post(f"/cases/{case_id}/answer", {"answer": "Ten metres."}, page=f"/cases/{case_id}")
        assert answer.headers["location"] == f"/cases/{case_id}"
        text = words(browser.get(f"/cases/{case_id}").text)
        assert "Your answer was sent." in text
        assert "Ten metres." in text
        assert "Send the answer" not in text

    def test_withdraw(self, browser: Browser) -> None:
        case_id = browser.sign_in("exporter").save()
        browser.post(f"/cases/{case_id}/withdraw", {"comment": "not sold"}, page=f"/cases/{case_id}")
        text = words(browser.get(f"/cases/{case_id}").text)
        assert "Withdrawn" in text
        assert "not sold" in text
        assert "Withdraw the case" not in text

    def test_a_stale_page_changes_nothing(self, browser: Browser) -> None:
        case_id = browser.sign_in("exporter").save()
        browser.post(f"/cases/{case_id}/withdraw", {"version": "7"}, page=f"/cases/{case_id}")
        text = words(browser.get(f"/cases/{case_id}").text)
        assert "Nothing was changed" in text
        assert "In review" in text
