"""Windows cover the whole text, overlap, and know where each token stands."""

import itertools

import pytest

from data.errors import ReleaseDamaged
from model.artefact import BUILT, RELEASE_FOLDER, TOKENIZER
from model.windows import MAX_TOKENS, OVERLAP, Windower


@pytest.fixture(scope="module")
def windower() -> Windower:
    return Windower.load(RELEASE_FOLDER / BUILT / TOKENIZER)


class TestWindower:
    """Every word of a text lies in some window."""

    def test_short_text_is_one_window(self, windower: Windower) -> None:
        (window,) = windower.windows("Thermal core, 640 x 512")
        assert window.content.tolist() == [False, *[True] * (len(window.ids) - 2), False]
        assert [tuple(o) for o in window.offsets[1:3]] == [(0, 7), (8, 12)]

    @pytest.mark.parametrize("words", [400, 1000, 3000])
    def test_long_text_is_covered_with_overlap(self, windower: Windower, words: int) -> None:
        text = " ".join(f"w{i}" for i in range(words))
        windows = windower.windows(text)
        assert all(len(window.ids) <= MAX_TOKENS for window in windows)
        covered = {tuple(offset) for window in windows for offset in window.offsets[window.content].tolist()}
        assert min(start for start, _ in covered) == 0
        assert max(end for _, end in covered) == len(text)
        for before, after in itertools.pairwise(windows):
            shared = {tuple(o) for o in before.offsets[before.content]} & {tuple(o) for o in after.offsets[after.content]}
            assert len(shared) == OVERLAP

    def test_case_does_not_matter(self, windower: Windower) -> None:
        assert windower.windows("IMSI Catcher")[0].ids.tolist() == windower.windows("imsi catcher")[0].ids.tolist()

    def test_not_a_tokenizer(self, tmp_path: object) -> None:
        from pathlib import Path

        path = Path(str(tmp_path)) / "tokenizer.json"
        path.write_text("{}", encoding="utf-8")
        with pytest.raises(ReleaseDamaged, match=r"tokenizer\.json"):
            Windower.load(path)
