"""Training reads texts exactly as serving does, and vague texts teach nothing about categories."""

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from data.records import load_corpus
from data.taxonomy import Taxonomy
from data.text import normalise
from model.artefact import BUILT, RELEASE_FOLDER, TOKENIZER
from model.base_encoder import PACKAGED, find_encoder
from model.windows import Windower
from training.examples import Collator, build_dataset, targets


@pytest.fixture(scope="module")
def windower() -> Windower:
    return Windower(Tokenizer.from_str(find_encoder(PACKAGED).tokenizer_json()))


class TestTargets:
    """One label and one weight per output."""

    def test_positive(self, taxonomy: Taxonomy) -> None:
        record = next(record for record in load_corpus() if len(record.labels) == 2)
        labels, weights = targets(record, taxonomy)
        assert sum(labels) == 2
        assert weights == [1.0] * 30

    def test_insufficient(self, taxonomy: Taxonomy) -> None:
        record = next(record for record in load_corpus() if record.insufficient)
        labels, weights = targets(record, taxonomy)
        assert labels == [0.0] * 29 + [1.0]
        assert weights == [0.0] * 29 + [1.0]


class TestDataset:
    """The tokens a text is trained on are the tokens it is served with."""

    def test_parity_with_serving(self, taxonomy: Taxonomy, windower: Windower) -> None:
        records = load_corpus()[::400]
        served = Windower.load(RELEASE_FOLDER / BUILT / TOKENIZER)
        for record, row in zip(records, build_dataset(records, windower, taxonomy), strict=True):
            window = served.windows(normalise(record.text).text)[0]
            assert row["input_ids"] == window.ids.tolist()
            assert row["content"] == window.content.tolist()

    def test_collator_pads_to_the_longest(self) -> None:
        batch = Collator(pad_id=9)([{"input_ids": [1, 2], "content": [False, True]}, {"input_ids": [3], "content": [True]}])
        assert batch["input_ids"].tolist() == [[1, 2], [3, 9]]
        assert batch["attention_mask"].tolist() == [[1, 1], [1, 0]]
        assert batch["content"].tolist() == [[False, True], [True, False]]
        assert "labels" not in batch

    def test_collator_hides_content_only(self) -> None:
        rows = [{"input_ids": [1, *range(10, 210), 2], "content": [False, *[True] * 200, False]}]
        torch.manual_seed(0)
        ids = Collator(mask_id=7, token_dropout=0.2)(rows)["input_ids"][0]
        hidden = (ids == 7).float()
        assert ids[0] == 1
        assert ids[-1] == 2
        assert 0.1 < hidden.mean() < 0.3
        assert (ids[hidden == 0].numpy() == np.array(rows[0]["input_ids"])[hidden.numpy() == 0]).all()
        assert (Collator(mask_id=7)(rows)["input_ids"][0].numpy() == rows[0]["input_ids"]).all()

    def test_collator_labels(self) -> None:
        batch = Collator()([{"input_ids": [1], "content": [True], "labels": [1.0, 0.0], "weights": [1.0, 0.0]}])
        assert batch["labels"].dtype == torch.float32
        assert np.array_equal(batch["weights"].numpy(), [[1.0, 0.0]])
