"""What pages are made of: text made visible, evidence, numbers, times, languages."""

from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

import serve.web
from data.errors import AnswerInvalid, CatchallError, MoveNotAllowed, NameTaken, NotAllowed, StaleVersion, UnitUnknown, WeakPassword
from data.taxonomy import load_taxonomy
from model.reasons import EXPLANATIONS
from serve.web import formats
from serve.web.complaints import complaint
from serve.web.environment import environment
from serve.web.evidence import marked_text
from serve.web.languages import LANGUAGES, catalogue_of, language_of, locale_of, translations
from serve.web.navigation import own_path
from serve.web.told import told
from serve.web.visible import is_hidden, plain_visible, visible

FOLDER = Path(serve.web.__file__).parent


class TestVisible:
    """What cannot be seen is named; what can be seen stays as it is."""

    @given(st.text())
    def test_nothing_hidden_is_left(self, text: str) -> None:
        assert not any(map(is_hidden, visible(text)))
        assert not any(map(is_hidden, plain_visible(text)))

    @given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"])))
    def test_the_rest_is_only_escaped(self, text: str) -> None:
        assert visible(text) == escape(text)

    def test_names(self) -> None:
        assert plain_visible("a\u202eb\x00c\n") == "a[RLO]b[U+0000]c\n"


def category(name: str, *spans: tuple[int, int], against: tuple[tuple[int, int], ...] = (), probability: float = 0.9) -> dict[str, object]:
    evidence, contrary = ([{"start": a, "end": b} for a, b in each] for each in (spans, against))
    return {"id": name, "title": name, "probability": probability, "predicted": True, "evidence": evidence, "against": contrary}


class TestEvidence:
    """The marked text holds the whole description, each phrase with the numbers of its categories."""

    def test_overlaps(self) -> None:
        marked = marked_text("abcdef", [category("one", (0, 3)), category("two", (2, 4), against=((5, 6),))])
        assert marked.html == Markup(
            '<mark class="f1">ab</mark><mark class="f1 f2" data-n="1">c</mark><mark class="f2" data-n="2">d</mark>'
            'e<span class="against a2">f</span>'
        )
        assert [(each.id, each.number) for each in marked.categories] == [("one", 1), ("two", 2)]

    @given(st.text(min_size=1), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6))
    def test_nothing_is_lost(self, text: str, spans: list[tuple[int, int]]) -> None:
        marked = marked_text(text, [category("one", *spans), category("two", against=tuple(spans))])
        assert marked.html.striptags() == visible(text).striptags()

    def test_no_evidence(self) -> None:
        assert marked_text("a < b", []).html == "a &lt; b"


class TestFormats:
    """Numbers and times as a reader writes them."""

    @pytest.mark.parametrize(
        ("share", "en", "fr"), [(0.0, "0%", "0 %"), (0.004, "< 1%", "< 1 %"), (0.5, "50%", "50 %"), (0.999, "> 99%", "> 99 %")]
    )
    def test_percent(self, share: float, en: str, fr: str) -> None:
        assert formats.percent(share, locale_of("en")) == en
        assert formats.percent(share, locale_of("fr")).replace("\xa0", " ").replace("\u202f", " ") == fr

    def test_moment(self) -> None:
        shown = formats.moment("2026-11-27T22:05:09.000000Z", locale_of("en"))
        assert shown == '<time datetime="2026-11-27T22:05:09Z" title="2026-11-27T22:05:09Z" data-local>27 Nov 2026, 22:05 UTC</time>'
        assert "27 nov. 2026" in formats.moment("2026-11-27T22:05:09.000000Z", locale_of("fr"))


class TestLanguages:
    """Each text of the pages is translated, with the same places for values."""

    def texts(self) -> set[str]:
        methods = [("**.py", "python"), ("**.j2", "jinja2")]
        options = {"**.j2": {"trimmed": "true"}}
        found = extract_from_dir(FOLDER, methods, options, {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None})
        texts = {each[2] for each in found}
        assert len(texts) > 250
        return {text if isinstance(text, str) else text[0] for text in texts if text}

    @pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
    def test_complete(self, language: str) -> None:
        catalogue = catalogue_of(language)  # type: ignore[arg-type]
        known = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue if message.id}
        taxonomy = load_taxonomy()
        texts = self.texts() | {each.title for each in (*taxonomy.categories, *taxonomy.families)}
        texts |= {text for each in EXPLANATIONS.values() for text in (each.sentence, each.remedy)}
        texts |= {each.sentence for each in every_error(CatchallError) if each.__name__ not in NEVER_ON_A_PAGE | {"NotAllowed"}}
        assert sorted(texts - known) == []

    @pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
    def test_placeholders(self, language: str) -> None:
        for message in catalogue_of(language):  # type: ignore[arg-type]
            if message.id:
                assert [str(error) for error in message.check()] == []
                if isinstance(message.id, str) and message.locations == [] and "%(" not in message.id:
                    assert places_in(str(message.string)) == places_in(message.id)

    @pytest.mark.parametrize("count", [0, 1, 2, 5, 1_000_000])
    def test_every_plural_form(self, count: int) -> None:
        assert "étape" in translations("fr").ngettext("%(num)s test step", "%(num)s test steps", count)

    def test_choice(self) -> None:
        assert language_of("fr", "en") == "fr"
        assert language_of("xx", "fr;q=0.1") == "fr"
        assert language_of(None, "") == "en"

    def test_every_template_compiles(self) -> None:
        for path in sorted((FOLDER / "templates").glob("*.j2")):
            environment("fr").get_template(path.name)


NEVER_ON_A_PAGE = {
    *("UndecodableFile", "UnreadableFile", "UnsupportedFile", "MissingColumn", "MalformedRow", "DuplicateId", "UnknownRegime"),
    *("ConfigurationError", "ControlsInvalid", "TaxonomyInvalid", "CorpusInvalid", "StoreTooNew", "SetupOver", "SetupTokenWrong"),
    *("ReleaseError", "ReleaseMissing", "ReleaseDamaged", "TaxonomyMismatch", "ParityFailed"),
    *("BackupError", "BackupExists", "BackupDamaged", "BackupNotPossible"),
    *("WebhookError", "WebhooksOff", "TooManyWebhooks", "ReplayNotPossible", "WebhookUnusable", "SecretSealed"),
}
"""Errors of the command line, of starting the service, and of what has no page."""


def every_error(kind: type[CatchallError]) -> Iterator[type[CatchallError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from every_error(each)


def places_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


class TestErrors:
    """Errors are told in the visitor's language; what they are filled with is translated where it is ours, and stays where it is not."""

    @pytest.mark.parametrize(
        ("error", "french"),
        [
            (NameTaken(name="{name} Users 'is taken.'"), "Le nom « {name} Users 'is taken.' » est déjà pris."),
            (WeakPassword(reason="it needs 12 to 200 characters"), "Le mot de passe est inutilisable : il faut 12 à 200 caractères."),
            (
                MoveNotAllowed(state="in review", move="reopen"),
                "Le dossier est dans l’état « En examen », qui n’admet pas l’action « rouvrir ».",
            ),
            (
                StaleVersion(given=1, version=3, state="needs_information"),
                "Le dossier a changé : vous avez vu la version 1, il en est à la version 3, « Réponse attendue ».",
            ),
            (NotAllowed(reason="The role 'exporter' may not do this"), "Le rôle « exporter » ne le permet pas."),
            (NotAllowed(reason="something new"), "something new."),
            (
                AnswerInvalid(
                    parameter="frame_rate", reason=str(UnitUnknown(unit="kg", parameter="frame_rate", canonical="Hz")).rstrip(".")
                ),
                "La réponse à « frame_rate » est inutilisable : « kg » n’est pas une unité pour frame_rate ; indiquez la valeur en Hz ou "
                "dans une unité convertible.",
            ),
        ],
    )
    def test_french(self, error: CatchallError, french: str) -> None:
        assert complaint("fr", error) == french
        assert complaint("en", error) == str(error)

    def test_what_only_english_knows(self) -> None:
        assert told("fr", "invalid-request", "version: not a number") is None
        assert told("fr", "release-missing", "The release 'x' lacks 'y'. z") is None
        assert told("fr", "blank-text", "not what that error says") is None


class TestOwnPath:
    """A path that could lead elsewhere is replaced."""

    @given(st.text())
    def test_stays_here(self, text: str) -> None:
        path = own_path(text)
        assert path.startswith("/")
        assert not path.startswith(("//", "/\\"))
