"""The predictor: a description in, a classification out."""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.errors import InferenceFailed, InputError
from data.taxonomy import Taxonomy, load_taxonomy
from data.text import NormalisedText, normalise
from model.artefact import CALIBRATION, DECISION, PRECEDENTS, RELEASE_FOLDER, TOKENIZER, VECTORS, WORDS, BuiltRelease
from model.batches import Batches, open_batches
from model.calibration import Calibration
from model.classification import CategoryScore, Classification, Review
from model.confidence import NEIGHBOURS, ConfidenceModel, features_of, neighbourhood
from model.each_core import cores, on_each_core
from model.embedding import Vector, pooled
from model.evidence import evidence_spans
from model.language import LanguageIdentifier
from model.opinions import NETWORK_ALONE, shares_of, weighed
from model.outcome import Decision, Signals, Thresholds, decide, read_decision
from model.precedents import Match, PrecedentIndex
from model.scores import Scores, combine, covered
from model.session import NetworkOutput, Session, open_session
from model.windows import Window, Windower
from model.word_model import WordModel

LISTED_FROM = 0.01
"""Categories below this probability are left out of an answer unless all are asked for."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Prepared:
    """A text ready for the network."""

    text: str
    normalised: NormalisedText
    windows: list[Window]
    truncated: bool


def _rounded(probability: float) -> float:
    """Return a probability to four digits; what is not certain is never told as 0 or 1."""
    return min(max(round(probability, 4), 0.0001), 0.9999)


class Predictor:
    """Classifies descriptions with one release. Safe to share between threads, but for `classify_many` where batches were opened.

    Attributes:
        at_once: how many texts `classify_many` reads at the same time.
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        windower: Windower,
        session: Session,
        calibration: Calibration,
        thresholds: Thresholds,
        release: str,
        precedents: PrecedentIndex,
        word_model: WordModel,
        languages: LanguageIdentifier | None = None,
        backend: str = "",
        confidence: ConfidenceModel | None = None,
        batches: Batches | None = None,
        at_once: int = 1,
    ) -> None:
        self.taxonomy = taxonomy
        self.thresholds = thresholds
        self.release = release
        self.backend = backend
        self.at_once = at_once
        self.precedents = precedents
        self.word_model = word_model
        self._windower = windower
        self._session = session
        self._batches = batches
        self._calibration = calibration
        self._confidence = confidence
        self._languages = languages or LanguageIdentifier()

    @classmethod
    def load(cls, folder: Path = RELEASE_FOLDER, threads: int = 0, many: bool = False, batches: bool = False) -> "Predictor":
        """Open a built release.

        Args:
            threads: of the runtime; 0 for every core.
            many: for files of texts: each thread reads a text of its own, instead of all reading one.
            batches: also open what reads many texts in a batch, where the build has it; takes some hundred megabytes.

        Raises:
            ReleaseError: the folder is missing, damaged, not built or of another taxonomy; names the file.
        """
        taxonomy = load_taxonomy()
        built = BuiltRelease.load(folder, taxonomy)
        outputs = len(taxonomy.ids) + 1
        backend = str(built.record.get("backend"))
        thresholds, confidence = read_decision(folder / DECISION)
        at_once = (threads or cores()) if many else 1
        return cls(
            taxonomy=taxonomy,
            windower=Windower.load(built.folder / TOKENIZER),
            session=open_session(built.folder, backend, threads, at_once),
            calibration=Calibration.read(folder / CALIBRATION, outputs),
            thresholds=thresholds,
            release=built.release.name,
            precedents=PrecedentIndex.read(built.folder / PRECEDENTS, built.folder / VECTORS),
            word_model=WordModel.read(built.folder / WORDS, len(taxonomy.ids)),
            backend=backend,
            languages=LanguageIdentifier(built.folder),
            confidence=confidence,
            batches=open_batches(built.folder, threads) if batches and built.check_batches() else None,
            at_once=at_once,
        )

    def network_scores(self, normalised: NormalisedText) -> Scores:
        """Evaluate the network on every window, without the other opinions.

        Raises:
            InferenceFailed: the runtime failed.
        """
        windows, truncated = self._windower.bounded(normalised.text)
        return combine(windows, [self._session.run(window.ids, window.content) for window in windows], truncated)

    def scores(self, normalised: NormalisedText) -> Scores:
        """Evaluate the network on every window and weigh in what word model and precedents say of it.

        Raises:
            InferenceFailed: the runtime failed.
        """
        windows, truncated = self._windower.bounded(normalised.text)
        outputs = [self._session.run(window.ids, window.content) for window in windows]
        return self._weighed(normalised.text, windows, outputs, truncated)

    def _weighed(self, text: str, windows: Sequence[Window], outputs: Sequence[NetworkOutput], truncated: bool) -> Scores:
        opinions = self._calibration.opinions
        if opinions == NETWORK_ALONE:
            return combine(windows, outputs, truncated)
        spans = [(0, len(text))] if len(windows) == 1 else [covered(window) for window in windows]
        nearest = [self.precedents.nearest(pooled([window], [output]), NEIGHBOURS) for window, output in zip(windows, outputs, strict=True)]
        words = [self.word_model.opinion(text[start:end]) for start, end in spans]
        outputs = [
            weighed(output, window, span, opinions, said, self._shares(matches))
            for output, window, span, said, matches in zip(outputs, windows, spans, words, nearest, strict=True)
        ]
        found = combine(windows, outputs, truncated)
        return found if len(windows) > 1 else replace(found, nearest=nearest[0], words=words[0].log_odds)

    def _shares(self, matches: Sequence[Match]) -> Floats:
        near = neighbourhood(matches, self.taxonomy)
        return np.zeros(len(self.taxonomy.ids)) if near is None else shares_of(near.likeness[None], near.labels[None])[0]

    @property
    def has_batches(self) -> bool:
        """Whether `classify_many` reads texts in batches."""
        return self._batches is not None

    def served_by(self, session: Session) -> "Predictor":
        """Return the same predictor on another runtime, for comparison."""
        other = copy(self)
        other._session, other._batches, other.backend, other.at_once = session, None, "", 1
        return other

    def _decide(self, text: str, scores: Scores) -> tuple[Decision, Floats]:
        probabilities = self._calibration.probabilities(scores.logits)
        matches = self.precedents.nearest(scores.embedding, NEIGHBOURS) if scores.nearest is None else scores.nearest
        predicted = probabilities[:-1] >= self.thresholds.predicted
        near = neighbourhood(matches, self.taxonomy)
        confidence = None
        if self._confidence is not None and near is not None:
            words = np.array([len(text.split())], dtype=np.float64)
            opinion = self.word_model.log_odds(text) if scores.words is None else scores.words
            features = features_of(probabilities[None, :-1], predicted[None], near.likeness[None], near.labels[None], words, opinion[None])
            confidence = float(self._confidence.confidence(features, np.array([predicted.any()]))[0])
        signals = Signals(
            confidence=confidence,
            insufficient=float(probabilities[-1]),
            likeness=matches[0].likeness if matches else 1.0,
            language_supported=self._languages.identify(text).supported,
            truncated=scores.truncated,
            windows=scores.windows,
        )
        return decide(probabilities[:-1], self.thresholds, self.taxonomy, signals), probabilities

    def decide(self, text: str) -> tuple[Decision, Floats]:
        """Return the decision and the calibrated probabilities [outputs], without evidence: what evaluations need.

        Raises:
            InputError: the text is blank, too long or not valid Unicode.
            InferenceFailed: the runtime failed.
        """
        normalised = normalise(text)
        return self._decide(normalised.text, self.scores(normalised))

    def similar(self, text: str, k: int = 5) -> list[Match]:
        """Return the `k` decided descriptions nearest in meaning, the most alike first.

        Raises:
            InputError, InferenceFailed: see `decide`.
        """
        return self.precedents.nearest(self.network_scores(normalise(text)).embedding, k)

    def embed(self, text: str) -> Vector:
        """Return the vector [width] of a description, of unit length: what likeness in meaning is measured by.

        Raises:
            InputError, InferenceFailed: see `decide`.
        """
        return self.network_scores(normalise(text)).embedding

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
        return self._classification(text, normalised, self.scores(normalised), every)

    def classify_many(self, texts: Iterable[str], every: bool = False) -> Iterator[Classification | InputError | InferenceFailed]:
        """Classify descriptions, `at_once` at a time or in batches; an error takes the place of the answer that it prevents.

        Without batches the answers are those of `classify`; with them the precision of another runtime moves probabilities a little.
        """
        batches = self._batches
        if batches is None:
            yield from on_each_core(lambda text: self._answer(text, every), texts, self.at_once)
            return
        waiting: list[_Prepared | InputError] = []
        for text in texts:
            waiting.append(self._prepared(text))
            windows = sum(len(each.windows) for each in waiting if isinstance(each, _Prepared))
            if max(windows, len(waiting)) >= batches.together:
                yield from self._together(batches, waiting, every)
                waiting = []
        yield from self._together(batches, waiting, every)

    def _answer(self, text: str, every: bool) -> Classification | InputError | InferenceFailed:
        try:
            return self.classify(text, every)
        except (InputError, InferenceFailed) as error:
            return error

    def _prepared(self, text: str) -> _Prepared | InputError:
        try:
            normalised = normalise(text)
        except InputError as error:
            return error
        return _Prepared(text, normalised, *self._windower.bounded(normalised.text))

    def _together(
        self, batches: Batches, waiting: Sequence[_Prepared | InputError], every: bool
    ) -> Iterator[Classification | InputError | InferenceFailed]:
        windows = [window for each in waiting if isinstance(each, _Prepared) for window in each.windows]
        failed = None
        try:
            outputs = iter(batches.run(windows))
        except InferenceFailed as error:
            failed = error
        for each in waiting:
            if isinstance(each, InputError):
                yield each
            elif failed is not None:
                yield failed
            else:
                own = [next(outputs) for _ in each.windows]
                scores = self._weighed(each.normalised.text, each.windows, own, each.truncated)
                yield self._classification(each.text, each.normalised, scores, every)

    def _classification(self, text: str, normalised: NormalisedText, scores: Scores, every: bool) -> Classification:
        decision, probabilities = self._decide(normalised.text, scores)
        listed = [
            CategoryScore(
                id=category.id,
                title=category.title,
                family=category.family,
                probability=_rounded(float(probabilities[i])),
                predicted=bool(decision.predicted[i]),
                evidence=tuple(evidence_spans(normalised, scores.offsets[i], scores.contributions[i])),
                against=tuple(evidence_spans(normalised, scores.offsets[i], -scores.contributions[i], against=True)),
            )
            for i, category in enumerate(self.taxonomy.categories)
            if every or probabilities[i] >= LISTED_FROM or decision.predicted[i]
        ]
        return Classification(
            outcome=decision.outcome,
            confidence=_rounded(decision.confidence),
            categories=tuple(sorted(listed, key=lambda score: -score.probability)),
            review=Review(required=bool(decision.reasons), reasons=tuple(decision.reasons)),
            family=decision.family,
            release=self.release,
            taxonomy=self.taxonomy.hash,
            characters=len(text),
            truncated=scores.truncated,
        )
