"""The exporter's own classification is compared with ours by category and by entry."""

from data.taxonomy import load_taxonomy
from serve.web.declared import codes_in, compare

FINDINGS = [
    {"code": "5A001.f.1", "status": "undetermined"},
    {"code": "5A980", "status": "meets"},
    {"code": "6A003", "status": "does_not_meet"},
]


class TestCodes:
    """Entries are found in whatever way they are written."""

    def test_forms(self) -> None:
        assert codes_in("5a001.F.1, ML11 and EAR99; 5A001.f.1 again, 12345") == ["5A001.f.1", "ML11", "EAR99"]
        assert codes_in("nothing") == []


class TestCompare:
    """Both, only the exporter, only we; nothing declared is no comparison."""

    def test_nothing(self) -> None:
        assert compare("  ", load_taxonomy(), ["covert-audio"], FINDINGS) is None

    def test_entries(self) -> None:
        found = compare("5A001.f and 6A003", load_taxonomy(), [], FINDINGS)
        assert found is not None
        assert (found.both, found.exporter_only, found.ours_only) == (("5A001.f",), ("6A003",), ("5A980",))

    def test_categories(self) -> None:
        found = compare("We think: Covert video", load_taxonomy(), ["covert-audio"], [])
        assert found is not None
        assert (found.both, found.exporter_only, found.ours_only) == ((), ("Covert video",), ("Covert audio and line tapping",))

    def test_words_only(self) -> None:
        found = compare("not controlled at all", load_taxonomy(), ["covert-audio"], FINDINGS)
        assert found is not None
        assert not found.recognised
        assert found.ours_only == ()
