"""Systems under evaluation: anything that turns texts into predictions."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from evals.items import Predictions
from evals.progress import tracked
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
        ids = self.predictor.taxonomy.ids
        probabilities = np.zeros((len(texts), len(ids)))
        predicted = np.zeros((len(texts), len(ids)), dtype=bool)
        outcomes: list[Outcome] = []
        found = tracked(self.predictor.decide, texts, self.predictor.at_once, "Classifying", self._quiet)
        for row, (decision, calibrated) in enumerate(found):
            probabilities[row], predicted[row] = calibrated[:-1], decision.predicted
            outcomes.append(decision.outcome)
        return Predictions(probabilities, predicted, tuple(outcomes))
