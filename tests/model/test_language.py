"""Foreign texts are told from English ones; where nothing can be told, nothing is concluded."""

from pathlib import Path

import pytest
from py3langid import langid

from model.language import LanguageIdentifier, latin_share, unpack_language_model


@pytest.fixture(scope="module")
def identifier() -> LanguageIdentifier:
    return LanguageIdentifier()


class TestLanguageIdentifier:
    """English is supported, others are not, short texts are left alone."""

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("Caméra thermique non refroidie pour la surveillance des frontières, livrée avec trépied et valise", "fr"),
            ("Überwachungskamera mit Gesichtserkennung für Behörden, inklusive Aufzeichnung und Auswertung", "de"),
            ("Sistema portátil para interceptar las comunicaciones móviles de los abonados en la zona", "es"),
        ],
    )
    def test_foreign(self, identifier: LanguageIdentifier, text: str, code: str) -> None:
        found = identifier.identify(text)
        assert (found.code, found.supported) == (code, False)

    @pytest.mark.parametrize("text", ["Комплекс перехвата GSM для служб", "手持式热像仪，用于边境监控", "كاميرا مراقبة حرارية"])
    def test_other_scripts_are_foreign_however_short(self, identifier: LanguageIdentifier, text: str) -> None:
        assert not identifier.identify(text).supported

    @pytest.mark.parametrize(
        "text",
        [
            "Handheld thermal imager for border patrols, with tripod and transport case",
            "12 PCS DOME CAM IP67 4MP POE H.265 W/ BRACKET",
            "MT-40/2 rev C",
            "caméra",
            "640x512 @ 60 Hz",
            "",
        ],
    )
    def test_english_or_too_short_to_tell(self, identifier: LanguageIdentifier, text: str) -> None:
        assert identifier.identify(text).supported

    def test_latin_share(self) -> None:
        assert latin_share("abв г 12") == 0.5
        assert latin_share("12 - 7") == 1.0

    @pytest.mark.parametrize("met", [(), ("Handheld thermal imager", "Caméra thermique")])
    def test_the_unpacked_model_says_the_same(
        self, identifier: LanguageIdentifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, met: tuple[str, ...]
    ) -> None:
        texts = [
            "Caméra thermique non refroidie pour la surveillance des frontières, livrée avec trépied et valise",
            "Handheld thermal imager for border patrols, with tripod and transport case",
            "Комплекс перехвата GSM для служб и ведомств",
            "Sistema portátil para interceptar las comunicaciones móviles de los abonados en la zona",
            "12 PCS DOME CAM IP67 4MP POE H.265 W/ BRACKET AND SCREWS FOR OUTDOOR USE",
        ]
        assert set(unpack_language_model(tmp_path, met)) == {path.name for path in tmp_path.iterdir()}
        expected = [identifier.identify(text) for text in texts]
        monkeypatch.setattr(langid, "MODEL_FILE", "the packed one must not be needed")
        unpacked = LanguageIdentifier(tmp_path)
        assert [unpacked.identify(text) for text in texts] == expected
