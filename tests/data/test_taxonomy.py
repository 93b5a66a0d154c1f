"""The taxonomy is complete, checked and identified by its content."""

from pathlib import Path

import pytest

from data.errors import TaxonomyInvalid
from data.taxonomy import TAXONOMY_FILE, Taxonomy, as_json, read_taxonomy


class TestInstalledTaxonomy:
    """The shipped file holds 29 fully described categories in 6 families."""

    def test_counts(self, taxonomy: Taxonomy) -> None:
        assert len(taxonomy.categories) == 29
        assert len(taxonomy.families) == 6

    def test_every_category_is_described(self, taxonomy: Taxonomy) -> None:
        for category in taxonomy.categories:
            assert len(category.definition.split()) >= 8, category.id
            assert len(category.includes) >= 2, category.id
            assert len(category.confused_with) >= 2, category.id

    def test_lookup(self, taxonomy: Taxonomy) -> None:
        assert taxonomy["covert-audio"].family == "communications-interception"
        assert taxonomy.unknown(["covert-audio", "teapot"]) == ["teapot"]
        with pytest.raises(KeyError):
            taxonomy["teapot"]

    def test_json_holds_everything(self, taxonomy: Taxonomy) -> None:
        content = as_json(taxonomy)
        assert [entry["id"] for entry in content["categories"]] == list(taxonomy.ids)
        assert content["hash"] == taxonomy.hash


class TestTaxonomyFile:
    """A damaged file is named and its fault told; a changed word changes the hash."""

    def changed(self, tmp_path: Path, old: str, new: str) -> Path:
        text = TAXONOMY_FILE.read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "taxonomy.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    def test_hash_follows_content(self, tmp_path: Path, taxonomy: Taxonomy) -> None:
        assert read_taxonomy(self.changed(tmp_path, "Covert audio", "Hidden audio")).hash != taxonomy.hash
        assert read_taxonomy(self.changed(tmp_path, "# The taxonomy", "# A comment")).hash == taxonomy.hash

    @pytest.mark.parametrize(
        ("old", "new", "reason"),
        [
            ('family = "tracking"', 'family = "teapots"', "unknown family"),
            ('id = "covert-video"', 'id = "covert-audio"', "repeated"),
            ('id = "covert-video"', 'id = "insufficient"', "reserved"),
            ('title = "Covert video"', 'title = ""', "empty field"),
            ('title = "Covert video"', 'titel = "Covert video"', "titel"),
            ("version = 1", "version = [", "Invalid"),
        ],
    )
    def test_faults_are_named(self, tmp_path: Path, old: str, new: str, reason: str) -> None:
        with pytest.raises(TaxonomyInvalid, match=reason):
            read_taxonomy(self.changed(tmp_path, old, new))

    def test_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(TaxonomyInvalid, match="nowhere"):
            read_taxonomy(tmp_path / "nowhere.toml")
