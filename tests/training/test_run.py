"""Which arithmetic training uses."""

import pytest
import torch

from training.run import has_bf16


class TestPrecision:
    """Half precision only where the processor has it: emulated, it is twenty times slower than float32."""

    @pytest.mark.parametrize(
        ("capabilities", "expected"),
        [
            ({"avx2": True, "avx512_bf16": False, "amx_bf16": False}, False),
            ({"avx2": True, "avx512_bf16": True}, True),
            ({"amx_bf16": True}, True),
            ({}, False),
        ],
    )
    def test_processors(self, monkeypatch: pytest.MonkeyPatch, capabilities: dict[str, bool], expected: bool) -> None:
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
        assert has_bf16("cpu") is expected
