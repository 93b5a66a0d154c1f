"""French pages are French: errors are told in French, and what stays English is marked as English for those who listen to it."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from data.due_diligence import load_checklist
from data.taxonomy import load_taxonomy
from tests.serve.web.conftest import Browser, words

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Languages(HTMLParser):
    """Collects the texts of a page by the language they are marked with."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = [""]
        self.found: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.open.append(str(dict(attrs).get("lang") or self.open[-1]))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if text := " ".join(data.split()):
            self.found.setdefault(self.open[-1], []).append(text)


def by_language(page: str) -> dict[str, str]:
    parser = Languages()
    parser.feed(page)
    return {language: " ".join(texts) for language, texts in parser.found.items()}


def facts_in(body: dict[str, Any]) -> Iterator[str]:
    """Return the English texts of an assessment that pages show."""
    for finding in body["findings"]:
        yield from (finding["title"], finding["summary"], finding["citation"])
        yield from (step["required"] for step in finding["steps"])
    for regime in body["regimes"]:
        yield from (regime["title"], regime["source"])
    for each in (*body["questions"], *body["diligence"]):
        yield each["question"]
    for each in (*body["notes"], *body["check_first"]):
        yield from (each["text"], each["citation"])


def in_one_line(texts: Iterator[str] | list[str]) -> set[str]:
    return {" ".join(text.split()) for text in texts if len(text.split()) >= 4}


@pytest.fixture
def french(browser: Browser) -> Browser:
    browser.world.client.cookies.set("catchall-language", "fr")
    return browser


class TestLanguageOfParts:
    """Control facts are English, and say so (WCAG 3.1.2)."""

    def test_the_result_and_the_case(self, french: Browser) -> None:
        french.sign_in("exporter")
        case_id = french.save(destination="AE")
        body = french.world.client.get(f"/v1/cases/{case_id}").json()["assessment"]["body"]
        facts = in_one_line(facts_in(body))
        assert len(facts) > 100
        result = by_language(french.post("/classify", {"description": "A bug in a plug.", "destination": "AE"}).text)
        case = by_language(french.get(f"/cases/{case_id}").text)
        french.sign_in("officer")
        for page in (result, case, by_language(french.get(f"/queue/{case_id}").text)):
            assert sorted(fact for fact in facts if fact in page["fr"]) == []
            assert sum(fact in page["en"] for fact in facts) > 20
        assert all(" ".join(item.question.split()) in result["en"] for item in load_checklist())

    @pytest.mark.parametrize("path", ["/categories", "/regimes", "/controls", "/demo/cell-simulator"])
    def test_pages_of_facts(self, french: Browser, path: str) -> None:
        french.sign_in("officer")
        page = by_language(french.get(path).text)
        known = [regime["title"] for regime in french.world.client.get("/v1/controls").json()["regimes"]]
        known += [each.definition for each in load_taxonomy().categories]
        assert sorted(text for text in in_one_line(known) if text in page["fr"]) == []
        assert any(text in page["en"] for text in in_one_line(known))


class TestErrors:
    """What went wrong is told in French, on a page of its own and beside the form."""

    def test_pages(self, french: Browser) -> None:
        assert "Le rôle « exporter » ne le permet pas." in words(french.sign_in("exporter").get("/queue").text)
        page = french.get("/cases/none-such").text
        assert "Il n’y a pas de dossier « none-such »." in words(page)
        assert "en" not in by_language(page[page.index("<main") : page.index("</main>")])

    def test_beside_a_form(self, french: Browser) -> None:
        french.sign_in("admin")
        fields = {"name": "exporter", "organisation_id": french.world.organisations["north"], "role": "officer"}
        assert "Le nom « exporter » est déjà pris." in words(french.post("/users", fields).text)
        short = {"name": "Nora", "password": "short"}
        assert "Le mot de passe est inutilisable : il faut" in words(french.post("/users", fields | short).text)
        page = french.post("/classify", {"description": "A bug in a plug.", "answer.frame_rate": "fast"}).text
        assert "La réponse à « frame_rate » est inutilisable" in words(page)

    def test_stale(self, french: Browser) -> None:
        case_id = french.sign_in("exporter").save()
        french.sign_in("officer")
        decision = {"version": "7", "action": "accept", "reason_code": "description_matches"}
        page = words(french.post(f"/queue/{case_id}/decide", decision, page=f"/queue/{case_id}").text)
        assert "Le dossier a changé : vous avez vu la version 7, il en est à la version 1, « En examen »." in page
