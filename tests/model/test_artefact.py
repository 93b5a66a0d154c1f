"""A release folder is validated on load: what is missing or changed is named, and nothing half-good serves."""

import json
import shutil
from pathlib import Path

import pytest

from data.errors import ReleaseDamaged, ReleaseMissing, TaxonomyMismatch
from data.taxonomy import Taxonomy
from model.artefact import BUILD_RECORD, BUILT, CALIBRATION, MANIFEST, RELEASE_FOLDER, SERVED, BuiltRelease, Release
from model.predictor import Predictor
from model.session import INT8_FILE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the built release that a test may damage."""
    return Path(shutil.copytree(RELEASE_FOLDER, tmp_path / "release"))


class TestRelease:
    """The committed release loads, and any damage to it is told."""

    def test_committed_release(self, taxonomy: Taxonomy) -> None:
        release = Release.load(RELEASE_FOLDER, taxonomy)
        assert release.name.startswith("catchall-")
        assert release.manifest["metrics"]["test"]["micro_f1"]["n"] > 0

    def test_no_folder(self, tmp_path: Path, taxonomy: Taxonomy) -> None:
        with pytest.raises(ReleaseMissing, match=r"manifest\.json"):
            Release.load(tmp_path / "nowhere", taxonomy)

    def test_missing_file(self, folder: Path, taxonomy: Taxonomy) -> None:
        (folder / CALIBRATION).unlink()
        with pytest.raises(ReleaseMissing, match=r"lacks 'calibration\.json'"):
            Release.load(folder, taxonomy)

    def test_changed_file(self, folder: Path, taxonomy: Taxonomy) -> None:
        with (folder / CALIBRATION).open("a", encoding="utf-8") as stream:
            stream.write(" ")
        with pytest.raises(ReleaseDamaged, match=r"calibration\.json.*hash"):
            Release.load(folder, taxonomy)

    @pytest.mark.parametrize("content", ["", "[]", "{}", "\xff"])
    def test_damaged_manifest(self, folder: Path, taxonomy: Taxonomy, content: str) -> None:
        (folder / MANIFEST).write_text(content, encoding="latin-1")
        with pytest.raises(ReleaseDamaged, match=r"manifest\.json"):
            Release.load(folder, taxonomy)

    def test_other_taxonomy(self, folder: Path, taxonomy: Taxonomy) -> None:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest["taxonomy"] = "0" * 16
        (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        with pytest.raises(TaxonomyMismatch, match=f"{'0' * 16}.*{taxonomy.hash}"):
            Release.load(folder, taxonomy)

    def test_calibrating_anew_keeps_the_build(self, folder: Path, taxonomy: Taxonomy) -> None:
        before = Release.load(folder, taxonomy).weights_hash
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest["files"][CALIBRATION] = "0"
        assert Release(folder, manifest).weights_hash == before
        manifest["files"]["head.safetensors"] = "0"
        assert Release(folder, manifest).weights_hash != before


class TestBuiltRelease:
    """Built files must be there, whole, and of this very release."""

    def test_not_built(self, folder: Path) -> None:
        shutil.rmtree(folder / BUILT)
        with pytest.raises(ReleaseMissing, match="catchall release build"):
            Predictor.load(folder)

    def test_damaged_network(self, folder: Path) -> None:
        (folder / BUILT / INT8_FILE).write_bytes(b"not a network")
        with pytest.raises(ReleaseDamaged, match=r"model\.onnx"):
            Predictor.load(folder)

    def test_built_from_another_release(self, folder: Path, taxonomy: Taxonomy) -> None:
        record = json.loads((folder / BUILT / BUILD_RECORD).read_text(encoding="utf-8"))
        (folder / BUILT / BUILD_RECORD).write_text(json.dumps(record | {"weights": "0"}), encoding="utf-8")
        with pytest.raises(ReleaseDamaged, match="another release"):
            BuiltRelease.load(folder, taxonomy)

    @pytest.mark.parametrize("name", SERVED)
    def test_built_before_a_file_was_needed(self, folder: Path, taxonomy: Taxonomy, name: str) -> None:
        path = folder / BUILT / BUILD_RECORD
        record = json.loads(path.read_text(encoding="utf-8"))
        del record["files"][name]
        path.write_text(json.dumps(record), encoding="utf-8")
        with pytest.raises(ReleaseMissing, match=f"{name}.*catchall release build"):
            BuiltRelease.load(folder, taxonomy)
