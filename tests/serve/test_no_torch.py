"""Serving never imports torch or its friends: proved in a fresh interpreter that classifies a text."""

import json
import subprocess
import sys

HEAVY = ("torch", "transformers", "peft", "datasets", "sklearn", "scipy", "safetensors", "onnx", "matplotlib")
ONLY_WITH_WEBHOOKS = ("dbos", "httpcore2")

SCRIPT = """
import json, sys
from model.predictor import Predictor
from serve.app import create_app
from serve.settings import Settings
import cli, serve.terminal
app = create_app(Settings(), Predictor.load())
Predictor.load().classify("Handheld thermal imager")
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


class TestImports:
    """The serving process holds onnxruntime, tokenizers and numpy, and nothing heavier."""

    def test_fresh_interpreter(self) -> None:
        done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
        loaded = json.loads(done.stdout)
        assert "onnxruntime" in loaded
        assert [name for name in HEAVY + ONLY_WITH_WEBHOOKS if name in loaded] == []
