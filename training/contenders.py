"""Who runs in the benchmark: what serves, the same network in float32, and the statistical peer."""

from collections.abc import Sequence
from pathlib import Path

import torch

from data.records import CorpusRecord
from data.taxonomy import Taxonomy
from data.text import normalise
from evals.bench import Classify
from evals.run import train_baselines
from model.artefact import BUILT, MANIFEST, TOKENIZER, Release
from model.base_encoder import find_encoder
from model.predictor import Predictor
from model.session import InferenceSession
from model.windows import Windower
from training.config import config_from
from training.export import export_float
from training.network_io import load_network


def contenders(folder: Path, records: Sequence[CorpusRecord], taxonomy: Taxonomy, work: Path) -> dict[str, Classify]:
    """Return the contenders by name, the reference first.

    Args:
        folder: a built release.
        records: the corpus, for the statistical peer.
        work: an empty folder for the float32 export.

    Raises:
        ReleaseError, ConfigurationError: the release or its base encoder cannot be had.
    """
    predictor = Predictor.load(folder)
    config = config_from(Release.load(folder, taxonomy).manifest["config"], MANIFEST)
    network = load_network(config, find_encoder(config.encoder), len(taxonomy.ids) + 1, folder)
    export_float(network, work / "float.onnx")
    session = InferenceSession(work / "float.onnx")
    windower = Windower.load(folder / BUILT / TOKENIZER)
    _, tfidf = train_baselines(records, taxonomy)

    def onnx_float(text: str) -> object:
        return [session.run(window.ids, window.content) for window in windower.windows(normalise(text).text)]

    def torch_float(text: str) -> object:
        answers = []
        for window in windower.windows(normalise(text).text):
            ids, content = torch.from_numpy(window.ids)[None], torch.from_numpy(window.content)[None]
            with torch.inference_mode():
                answers.append(network.contributions(ids, torch.ones_like(ids), content))
        return answers

    return {
        "onnxruntime float32, network only": onnx_float,
        "torch float32, network only": torch_float,
        "catchall (int8), whole answer with evidence": predictor.classify,
        "TF-IDF + logistic regression": lambda text: tfidf.predict([text]),
    }
