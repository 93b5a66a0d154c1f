"""Markers show which measure is meant."""

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from data.errors import ReleaseDamaged
from model.base_encoder import PACKAGED, find_encoder
from model.markers import marked, span_tokens
from model.windows import MAX_TOKENS, Windower

TEXT = "Flies 42 min."


@pytest.fixture(scope="module")
def windower() -> Windower:
    return Windower(Tokenizer.from_str(find_encoder(PACKAGED).tokenizer_json()))


class TestMarked:
    """One token before the measure, one behind."""

    def test_marked(self, windower: Windower) -> None:
        (window,) = windower.windows(TEXT)
        ids, content = marked(windower, window, span_tokens(window, 6, 12))
        plain = window.ids.tolist()
        assert ids.tolist() == [*plain[:2], windower.unused(0), *plain[2:4], windower.unused(1), *plain[4:]]
        assert np.flatnonzero(content).tolist() == [2, 3, 4, 5]
        assert (ids.dtype, content.dtype) == (np.int64, np.bool_)

    def test_no_text_holds_a_marker(self, windower: Windower) -> None:
        markers = {windower.unused(0), windower.unused(1)}
        assert len(markers) == 2
        assert not markers & set(windower.windows("unused0 [unused1] [ unused0 ]")[0].ids.tolist())

    def test_a_full_window_still_fits_the_encoder(self, windower: Windower) -> None:
        full = windower.windows("word " * 500)[0]
        ids, _ = marked(windower, full, span_tokens(full, 0, 4))
        assert len(ids) == MAX_TOKENS + 2 <= 512

    def test_a_vocabulary_without_unused_tokens_is_refused(self) -> None:
        tokenizer = Tokenizer(WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
        tokenizer.pre_tokenizer = Whitespace()
        windower = Windower(tokenizer)
        (window,) = windower.windows("42 min")
        with pytest.raises(ReleaseDamaged, match="unused0"):
            marked(windower, window, span_tokens(window, 0, 2))
