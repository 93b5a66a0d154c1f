"""The peers our model must beat, trained on the same split: keyword rules, TF-IDF, frozen embeddings, nearest neighbours."""

import re
from collections.abc import Sequence
from typing import Protocol, Self

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline

from data.taxonomy import Taxonomy
from data.text import normalise
from evals.items import Predictions
from evals.metrics import Bools, Floats, micro_f1


class Embedder(Protocol):
    """Turns texts into unit vectors; `evals.embeddings.FrozenEmbedder` is one."""

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return [texts, width]."""
        ...


KEYWORDS: dict[str, str] = {
    "mobile-interception": r"imsi|imei catcher|cell[- ]site simulator|gsm intercept\w*|air interface|fake base station|a5/1",
    "mobile-jamming": r"jam(?:mer|ming|s)\b|blocks? (?:mobile|cell)|managed access|counter-ied",
    "interception-detection": r"tscm|bug (?:sweep\w*|detect\w*)|non-linear junction|imsi[- ]catcher detect\w*|counter-?surveillance",
    "ip-network-surveillance": r"(?:ip|internet|traffic|mass) (?:interception|monitoring|surveillance)|passive probes?|wi-?fi intercept\w*",
    "lawful-interception": r"lawful intercept\w*|etsi|calea|handover interface|warrant|data retention|mediation|monitoring cent(?:re|er)",
    "signals-intelligence": r"comint|elint|sigint|direction find\w*|emitter|tdoa|esm receiver",
    "covert-audio": r"room bug|listening device|hidden (?:microphone|recorder)|body wire|laser microphone|phone tap|wiretap",
    "intrusion-software": r"spyware|implant|exploit|zero-?day|rootkit|trojan|infect\w*",
    "covert-monitoring-software": r"keylogger|stealth mode|spy app|secretly (?:record|monitor)\w*|without (?:him|her|them) knowing",
    "forensic-extraction": r"forensic\w*|extraction|unlock\w* (?:the )?(?:phone|device)|seized (?:phone|device)s?",
    "cryptanalysis": r"password (?:recovery|cracking)|crack\w*|decipher\w*|decrypt\w*|brute[- ]force|rainbow table",
    "face-recognition": r"fac(?:e|ial) (?:recognition|match\w*|search|identification|verification)",
    "fingerprint-identification": r"fingerprint\w*|afis|live-?scan|palm ?prints?",
    "voice-identification": r"voice ?prints?|speaker (?:recognition|identification|verification)|voice biometric\w*",
    "other-biometrics": r"iris|retina|palm vein|finger vein|gait|dna profil\w*|multi-?modal biometric\w*",
    "deception-emotion-detection": r"polygraph|lie detect\w*|voice stress|emotion (?:recognition|detection|ai)|micro-?expression",
    "video-surveillance": r"cctv|surveillance camera|security camera|ptz|nvr|dvr|body-?worn camera|video management",
    "covert-video": r"hidden camera|covert camera|pinhole|spy camera|button camera|disguised",
    "video-analytics": r"video analytics|crowd (?:density|detection)|re-?identification|loitering|tripwire|behaviou?r analysis",
    "licence-plate-recognition": r"anpr|alpr|lpr|(?:number|licen[cs]e) ?plate",
    "thermal-night-vision": r"thermal (?:imag\w*|camera|core|sight)|night vision|microbolometer|image intensifier|swir|uncooled",
    "surveillance-radar": r"radar|through-wall",
    "surveillance-uav": r"uav|drone|unmanned aer\w*|quadcopter|aerostat|vtol",
    "aerial-imaging-payload": r"gimbal|eo/ir|wide-area motion|reconnaissance pod|stabili[sz]ed turret",
    "location-tracking": r"ss7|gps tracker|locat(?:e|ing|ion) (?:of )?(?:phones?|subscribers?|targets?)|track(?:ing|er) device|geolocat\w*",
    "electronic-monitoring": r"ankle|bracelet|offender|house arrest|curfew|probation",
    "social-media-monitoring": r"osint|social[- ]media|dark ?web|avatars?|personas?",
    "intelligence-fusion": r"link analysis|fusion cent(?:re|er)|predictive policing|pattern[- ]of[- ]life|investigat\w* platform",
    "network-filtering": r"censor\w*|block\w* (?:of )?(?:web ?sites?|urls?|vpn|apps)|dns (?:blocking|filter\w*)|throttl\w*",
}  # fmt: skip
"""What an officer with a word list would search for."""


class KeywordRules:
    """A category is predicted when one of its keywords occurs. Probabilities are the share of the text's hits."""

    name = "keyword rules"

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._patterns = [re.compile(rf"\b(?:{KEYWORDS[name]})", re.IGNORECASE) for name in taxonomy.ids]

    def predict(self, texts: Sequence[str]) -> Predictions:
        """Return predictions for `texts`."""
        hits = np.array([[len(p.findall(normalise(text).text)) for p in self._patterns] for text in texts], dtype=float)
        hits = hits.reshape(len(texts), len(self._patterns))
        return Predictions(hits / (1.0 + hits.sum(axis=1, keepdims=True)), hits > 0)


class Tuned:
    """A learner of probabilities whose threshold is chosen on the calibration split, as ours is."""

    name: str
    threshold = 0.3
    _grid = np.round(np.arange(0.06, 0.72, 0.02), 2)

    def fit(self, texts: Sequence[str], truth: Bools) -> Self:
        """Train on texts and their label matrix [texts, categories]."""
        raise NotImplementedError

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Return [texts, categories]."""
        raise NotImplementedError

    def tune(self, texts: Sequence[str], truth: Bools) -> Self:
        """Choose the threshold of highest micro-F1."""
        probabilities = self.probabilities(texts)
        self.threshold = float(max(self._grid, key=lambda threshold: micro_f1(truth, probabilities >= threshold) or 0.0))
        return self

    def predict(self, texts: Sequence[str]) -> Predictions:
        """Return predictions for `texts`."""
        probabilities = self.probabilities(texts)
        return Predictions(probabilities, probabilities >= self.threshold)


class TfidfLogistic(Tuned):
    """TF-IDF over words and character n-grams, one logistic regression per category."""

    name = "TF-IDF + logistic regression"

    def __init__(self) -> None:
        words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2, strip_accents="unicode")
        characters = TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5), min_df=3, max_features=200_000)
        classifier = OneVsRestClassifier(LogisticRegression(C=20.0, max_iter=1000))
        self._pipeline: Pipeline = make_pipeline(FeatureUnion([("words", words), ("characters", characters)]), classifier)

    def fit(self, texts: Sequence[str], truth: Bools) -> Self:
        """Train on texts and their label matrix [texts, categories]."""
        self._pipeline.fit([normalise(text).text for text in texts], truth.astype(int))
        return self

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Return [texts, categories]."""
        return np.asarray(self._pipeline.predict_proba([normalise(text).text for text in texts]), dtype=float)


class FrozenLogistic(Tuned):
    """The base encoder as it comes, and one logistic regression per category on its embeddings."""

    name = "frozen encoder + logistic regression"

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._classifier = OneVsRestClassifier(LogisticRegression(C=20.0, max_iter=2000))

    def fit(self, texts: Sequence[str], truth: Bools) -> Self:
        """Train on texts and their label matrix [texts, categories]."""
        self._classifier.fit(self._embedder.embed(texts), truth.astype(int))
        return self

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Return [texts, categories]."""
        return np.asarray(self._classifier.predict_proba(self._embedder.embed(texts)), dtype=float)


class NearestNeighbours(Tuned):
    """The labels of the nearest training texts by cosine likeness of frozen embeddings, weighted by likeness."""

    name = "nearest neighbours"

    def __init__(self, embedder: Embedder, k: int = 10) -> None:
        self._embedder = embedder
        self._k = k

    def fit(self, texts: Sequence[str], truth: Bools) -> Self:
        """Remember texts and their label matrix [texts, categories]."""
        self._vectors, self._truth = self._embedder.embed(texts), truth
        return self

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Return [texts, categories]: the weighted share of the k nearest that have each label."""
        likeness = self._embedder.embed(texts) @ self._vectors.T
        k = min(self._k, likeness.shape[1])
        nearest = np.argpartition(-likeness, k - 1, axis=1)[:, :k]
        weights = np.clip(np.take_along_axis(likeness, nearest, axis=1), 1e-6, None)
        shares: Floats = (self._truth[nearest] * weights[:, :, None]).sum(axis=1) / weights.sum(axis=1, keepdims=True)
        return shares
