"""Systems under evaluation: anything that turns texts into predictions."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from rich.console import Console
from rich.progress import track

from evals.items import Predictions
from model.outcome import Outcome
from model.predictor import Predictor


class System(Protocol):
    """What every contender offers."""

    name: str

    def predict(self, texts: Sequence[str]) -> Predictions:
        """Return one row per text."""
        ...


class Catchall:
    """Our own model, as it serves."""

    def __init__(self, predictor: Predictor, name: str = "catchall", quiet: bool = False) -> None:
        self.name = name
        self.predictor = predictor
        self._quiet = quiet

    def predict(self, texts: Sequence[str]) -> Predictions:
        """Return one row per text, with outcomes."""
        console = Console(stderr=True)
        ids = self.predictor.taxonomy.ids
        probabilities = np.zeros((len(texts), len(ids)))
        predicted = np.zeros((len(texts), len(ids)), dtype=bool)
        outcomes: list[Outcome] = []
        shown = track(texts, description="Classifying", console=console, disable=self._quiet or not console.is_terminal)
        for row, text in enumerate(shown):
            decision, calibrated = self.predictor.decide(text)
            probabilities[row], predicted[row] = calibrated[:-1], decision.predicted
            outcomes.append(decision.outcome)
        return Predictions(probabilities, predicted, tuple(outcomes))
