"""The shipped corpus keeps every promise, and a promise that is broken is named."""

import json
from pathlib import Path

import pytest

from data.checks import Check, check_corpus
from data.reviews import REVIEWS_FOLDER
from data.taxonomy import Taxonomy, load_taxonomy


@pytest.fixture(scope="module")
def checks() -> list[Check]:
    return check_corpus(load_taxonomy())


class TestShippedCorpus:
    """`catchall data check` passes on the corpus in the repository."""

    def test_all_pass(self, checks: list[Check]) -> None:
        assert [(check.name, check.found, check.details[:3]) for check in checks if not check.passed] == []

    def test_nothing_was_left_out(self, checks: list[Check]) -> None:
        names = " ".join(check.name for check in checks)
        for promise in ("near-duplicates", "8-word sequence", "positives: covert-audio", "register ocr", "labelled a second time"):
            assert promise in names


class TestBrokenCorpus:
    """A corpus of two records that say the same fails, and says where."""

    def test_faults(self, tmp_path: Path, taxonomy: Taxonomy) -> None:
        row = {
            "text": "Kettle of brushed steel for one and a half litres of water", "labels": [], "register": "shop", "kind": "ordinary",
            "era": "2010s", "wording": "direct", "scope": "whole",
        }  # fmt: skip
        (tmp_path / "c.jsonl").write_text("".join(json.dumps(row | {"id": name}) + "\n" for name in "ab"), encoding="utf-8")
        failed = {check.name: check for check in check_corpus(taxonomy, tmp_path, REVIEWS_FOLDER) if not check.passed}
        assert failed["records"].found == "2 (bound 8000)"
        assert failed["no near-duplicates outside pairs (Jaccard 0.6 and more)"].details == ("a ~ b: 1.00",)
        assert failed["every reviewed outcome is what the corpus says"].details
