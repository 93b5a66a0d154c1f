"""The predictor: a description in, a classification out."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.taxonomy import Taxonomy, load_taxonomy
from data.text import NormalisedText, normalise
from model.artefact import CALIBRATION, NETWORK, RELEASE_FOLDER, THRESHOLDS, TOKENIZER, BuiltRelease
from model.calibration import Calibration
from model.classification import CategoryScore, Classification, Review
from model.evidence import evidence_spans
from model.outcome import Decision, Thresholds, decide
from model.session import InferenceSession
from model.windows import Windower

LISTED_FROM = 0.01
"""Categories below this probability are left out of an answer unless all are asked for."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """Raw output for one text, combined over its windows: per output, the window with the highest logit.

    Attributes:
        logits: float [outputs].
        contributions: per output, float [tokens of its window].
        offsets: per output, int [tokens of its window, 2], ranges in the normalised text.
    """

    logits: Floats
    contributions: tuple[Floats, ...]
    offsets: tuple[NDArray[np.int64], ...]


class Predictor:
    """Classifies descriptions with one release. Safe to share between threads."""

    def __init__(
        self,
        taxonomy: Taxonomy,
        windower: Windower,
        session: InferenceSession,
        calibration: Calibration,
        thresholds: Thresholds,
        release: str,
    ) -> None:
        self.taxonomy = taxonomy
        self.thresholds = thresholds
        self.release = release
        self._windower = windower
        self._session = session
        self._calibration = calibration

    @classmethod
    def load(cls, folder: Path = RELEASE_FOLDER, threads: int = 0) -> "Predictor":
        """Open a built release.

        Raises:
            ReleaseError: the folder is missing, damaged, not built or of another taxonomy; names the file.
        """
        taxonomy = load_taxonomy()
        built = BuiltRelease.load(folder, taxonomy)
        outputs = len(taxonomy.ids) + 1
        return cls(
            taxonomy=taxonomy,
            windower=Windower.load(built.folder / TOKENIZER),
            session=InferenceSession(built.folder / NETWORK, threads),
            calibration=Calibration.read(folder / CALIBRATION, outputs),
            thresholds=Thresholds.read(folder / THRESHOLDS),
            release=built.release.name,
        )

    def scores(self, normalised: NormalisedText) -> Scores:
        """Evaluate the network on every window and keep, per output, the window that says most.

        Raises:
            InferenceFailed: the runtime failed.
        """
        windows = self._windower.windows(normalised.text)
        runs = [self._session.run(window.ids, window.content) for window in windows]
        logits = np.stack([contributions.sum(axis=-1) + bias for contributions, bias in runs])
        best = logits.argmax(axis=0)
        return Scores(
            logits=logits.max(axis=0),
            contributions=tuple(runs[window][0][output] for output, window in enumerate(best)),
            offsets=tuple(windows[window].offsets for window in best),
        )

    def decide(self, text: str) -> tuple[Decision, Floats]:
        """Return the decision and the calibrated probabilities [outputs], without evidence: what evaluations need.

        Raises:
            InputError: the text is blank, too long or not valid Unicode.
            InferenceFailed: the runtime failed.
        """
        probabilities = self._calibration.probabilities(self.scores(normalise(text)).logits)
        return decide(probabilities[:-1], float(probabilities[-1]), self.thresholds), probabilities

    def classify(self, text: str, every: bool = False) -> Classification:
        """Classify one description.

        Args:
            text: the description, at most 100,000 code points.
            every: list all categories, not only those with a probability of at least 0.01.

        Raises:
            InputError: the text is blank, too long or not valid Unicode.
            InferenceFailed: the runtime failed.
        """
        normalised = normalise(text)
        scores = self.scores(normalised)
        probabilities = self._calibration.probabilities(scores.logits)
        decision = decide(probabilities[:-1], float(probabilities[-1]), self.thresholds)
        listed = [
            CategoryScore(
                id=category.id,
                title=category.title,
                family=category.family,
                probability=round(float(probabilities[i]), 4),
                predicted=bool(decision.predicted[i]),
                evidence=tuple(evidence_spans(normalised, scores.offsets[i], scores.contributions[i])),
            )
            for i, category in enumerate(self.taxonomy.categories)
            if every or probabilities[i] >= LISTED_FROM or decision.predicted[i]
        ]
        return Classification(
            outcome=decision.outcome,
            confidence=round(decision.confidence, 4),
            categories=tuple(sorted(listed, key=lambda score: -score.probability)),
            review=Review(required=decision.outcome == "review", reasons=tuple(decision.reasons)),
            release=self.release,
            taxonomy=self.taxonomy.hash,
            characters=len(text),
            truncated=False,
        )
