"""A classifier that counts what it answers."""

from data.errors import CatchallError
from data.taxonomy import Taxonomy
from model.classification import Classification
from model.precedents import Match
from serve.classify import Classifier
from serve.operations.metrics import Metrics


class Measured:
    """Passes everything on to the classifier it is given and counts outcomes, review reasons and failures."""

    def __init__(self, classifier: Classifier, metrics: Metrics) -> None:
        self._classifier = classifier
        self._metrics = metrics
        self.release: str = classifier.release
        self.taxonomy: Taxonomy = classifier.taxonomy

    def classify(self, text: str, every: bool = False) -> Classification:
        """Classify one description; raises InputError or InferenceFailed."""
        try:
            answer = self._classifier.classify(text, every=every)
        except CatchallError as error:
            self._metrics.refused(type(error).__name__)
            raise
        self._metrics.classified(answer.outcome, answer.review.reasons)
        return answer

    def similar(self, text: str, k: int = 5) -> list[Match]:
        """Return the nearest decided descriptions; raises InputError or InferenceFailed."""
        return self._classifier.similar(text, k)
