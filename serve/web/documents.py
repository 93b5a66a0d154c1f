"""The text of an uploaded document, bounded in every direction: bytes, pages, unpacked size, characters.

The libraries are imported where they are used: they are large, and many services never read a document.
"""

import threading
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO

from data.errors import DocumentUnusable
from data.text import MAX_CHARACTERS
from serve.web.languages import N_

MAX_BYTES = 10_000_000
MAX_PAGES = 300
_MAX_UNPACKED = 100_000_000
_PDFIUM = threading.Lock()
"""PDFium knows no threads."""


@dataclass(frozen=True)
class DocumentText:
    """What a document says.

    Attributes:
        cut: whether it says more than a description may hold.
    """

    text: str
    cut: bool


def _joined(parts: Iterable[str]) -> DocumentText:
    """Join parts by line ends until there are enough characters."""
    found: list[str] = []
    length = 0
    for part in parts:
        if length > MAX_CHARACTERS:
            break
        found.append(part)
        length += len(part) + 1
    text = "\n".join(found).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    return DocumentText(text[:MAX_CHARACTERS], len(text) > MAX_CHARACTERS)


def _plain(content: bytes) -> DocumentText:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _joined([content.decode("utf-16")])
    return _joined([content.decode("utf-8-sig")])


def _pdf(content: bytes) -> DocumentText:
    import pypdfium2

    def pages(document: pypdfium2.PdfDocument) -> Iterable[str]:
        for number in range(min(len(document), MAX_PAGES)):
            page = document[number]
            text = page.get_textpage()
            # PDFium marks a word broken at the end of a line with U+FFFE; the model's normalisation joins words at "-\n".
            yield text.get_text_bounded().replace("\ufffe", "-\n")
            text.close()
            page.close()

    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(content)
            try:
                return _joined(pages(document))
            finally:
                document.close()
        except pypdfium2.PdfiumError as exc:
            raise ValueError(str(exc)) from exc


def _docx(content: bytes) -> DocumentText:
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    with zipfile.ZipFile(BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED:
            raise DocumentUnusable(reason=N_("it unpacks to more than a document holds"))

    def parts() -> Iterable[str]:
        document = docx.Document(BytesIO(content))
        for part in document.iter_inner_content():
            if isinstance(part, docx.table.Table):
                yield from ("\t".join(dict.fromkeys(cell.text for cell in row.cells)) for row in part.rows)
            else:
                yield part.text

    try:
        return _joined(parts())
    except (OpcError, LxmlError) as exc:
        raise ValueError(str(exc)) from exc


_READERS: dict[str, Callable[[bytes], DocumentText]] = {"txt": _plain, "pdf": _pdf, "docx": _docx}


def read_document(name: str, content: bytes) -> DocumentText:
    """Return the text of a .txt, .pdf or .docx document.

    Raises:
        DocumentUnusable: another kind, too large, damaged, locked, or without text.
    """
    ending = name.rpartition(".")[2].lower()
    if ending not in _READERS:
        raise DocumentUnusable(reason=N_("only .txt, .pdf and .docx can be read"))
    if len(content) > MAX_BYTES:
        raise DocumentUnusable(reason=N_("it has more than 10 MB"))
    try:
        found = _READERS[ending](content)
    except UnicodeDecodeError as exc:
        raise DocumentUnusable(reason=N_("it is no text in UTF-8")) from exc
    except (zipfile.BadZipFile, KeyError, ValueError, AttributeError, OSError) as exc:
        raise DocumentUnusable(reason=N_("it is damaged or locked with a password")) from exc
    if not found.text:
        raise DocumentUnusable(reason=N_("there is no text in it; a scan must be read by a program for optical recognition first"))
    return found
