"""Sessions answer alike, translate the runtime's errors, and fall back where a backend is missing."""

import builtins
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from data.errors import InferenceFailed, ReleaseDamaged
from model.artefact import BUILT, RELEASE_FOLDER
from model.session import FLOAT_FILE, INT8_FILE, NetworkOutput, OnnxSession, OpenVinoSession, open_session

IDS, CONTENT = np.array([101, 3563, 7954, 102]), np.array([False, True, True, False])


@pytest.fixture(scope="module")
def onnx() -> OnnxSession:
    return OnnxSession(RELEASE_FOLDER / BUILT / INT8_FILE)


class TestOnnxSession:
    """The int8 network always runs."""

    def test_shapes(self, onnx: OnnxSession) -> None:
        output = onnx.run(IDS, CONTENT)
        assert output.contributions.shape == (30, 4)
        assert output.bias.shape == output.logits.shape == (30,)
        assert output.embedding.shape == (384,)
        assert output.logits == pytest.approx(output.contributions.sum(axis=1) + output.bias)

    def test_foreign_errors_are_translated(self, onnx: OnnxSession) -> None:
        with pytest.raises(InferenceFailed):
            onnx.run(np.array([-5, 10**9]), np.array([True, True]))

    def test_unloadable(self, tmp_path: Path) -> None:
        (tmp_path / "model.onnx").write_bytes(b"no")
        with pytest.raises(ReleaseDamaged, match=r"model\.onnx"):
            OnnxSession(tmp_path / "model.onnx")


@pytest.fixture(scope="module")
def session() -> OpenVinoSession:
    pytest.importorskip("openvino")
    return OpenVinoSession(RELEASE_FOLDER / BUILT / INT8_FILE, threads=1, precision="f32")


class TestOpenVino:
    """Where OpenVINO is installed it answers as onnxruntime does, from several threads at once."""

    def test_agrees(self, session: OpenVinoSession, onnx: OnnxSession) -> None:
        ours, theirs = session.run(IDS, CONTENT), onnx.run(IDS, CONTENT)
        assert ours.contributions.shape == theirs.contributions.shape
        assert np.abs(ours.logits - theirs.logits).max() < 0.2

    def test_threads_do_not_disturb_each_other(self, session: OpenVinoSession) -> None:
        texts = [np.array([101, 2000 + i, 3000 + i, 102]) for i in range(8)]
        alone = [session.run(ids, CONTENT).logits for ids in texts]
        found: dict[int, list[NetworkOutput]] = {}

        def work(i: int) -> None:
            found[i] = [session.run(texts[i], CONTENT) for _ in range(20)]

        threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        for i, outputs in found.items():
            assert all((output.logits == alone[i]).all() for output in outputs)
        assert len(found) == 8

    def test_unloadable(self, tmp_path: Path) -> None:
        pytest.importorskip("openvino")
        (tmp_path / "model.onnx").write_bytes(b"no")
        with pytest.raises(ReleaseDamaged, match=r"model\.onnx"):
            OpenVinoSession(tmp_path / "model.onnx")


class TestOpening:
    """The build says which backend; a missing one is replaced, an unknown one refused."""

    def test_unknown(self, tmp_path: Path) -> None:
        with pytest.raises(ReleaseDamaged, match="unknown backend 'abacus'"):
            open_session(tmp_path, "abacus")

    def test_without_openvino(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = builtins.__import__

        def refusing(name: str, *args: object, **kwargs: object) -> object:
            if name == "openvino":
                raise ImportError(name)
            return real(name, *args, **kwargs)  # type: ignore[arg-type]

        monkeypatch.delitem(sys.modules, "openvino", raising=False)
        monkeypatch.setattr(builtins, "__import__", refusing)
        assert isinstance(open_session(RELEASE_FOLDER / BUILT, "openvino-bf16"), OnnxSession)

    def test_names(self) -> None:
        assert FLOAT_FILE != INT8_FILE
