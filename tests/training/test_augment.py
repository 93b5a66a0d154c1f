"""Joined records hold both texts and the labels of both, and repeat with their seed."""

from data.records import CorpusRecord, load_corpus
from training.augment import MOST_WORDS, joined_records


class TestJoinedRecords:
    """What is joined is there, whole."""

    def test_texts_and_labels(self) -> None:
        records = load_corpus()[::20]
        made = joined_records(records, 0.5, seed=1)
        assert len(made) == round(0.5 * len(records))
        for each in made[:100]:
            parts = [record for record in records if record.text in each.text]
            assert len(parts) >= 2
            assert set(each.labels) <= {label for part in parts for label in part.labels}
            assert len(set(each.labels)) == len(each.labels)
            assert len(each.text.split()) <= 2 * MOST_WORDS + 2

    def test_labels_by_hand(self) -> None:
        bug = CorpusRecord("a", "bug", ("covert-audio",), "shop", "positive", "2010s", "direct", "whole")
        soap = CorpusRecord("b", "soap", (), "shop", "ordinary", "2010s", "direct", "whole")
        for each in joined_records([bug, soap], 20.0, seed=3):
            assert each.labels == (("covert-audio",) if "bug" in each.text else ())

    def test_vague_texts_are_left_out(self) -> None:
        vague = CorpusRecord("v", "as agreed", ("insufficient",), "shop", "insufficient", "2010s", "direct", "whole")
        soap = CorpusRecord("b", "soap", (), "shop", "ordinary", "2010s", "direct", "whole")
        assert all("as agreed" not in each.text for each in joined_records([vague, soap, soap], 5.0, seed=0))
        assert joined_records([vague], 1.0, seed=0) == []

    def test_repeats(self) -> None:
        records = load_corpus()[::50]
        assert joined_records(records, 0.3, 7) == joined_records(records, 0.3, 7)
        assert joined_records(records, 0.3, 7) != joined_records(records, 0.3, 8)
