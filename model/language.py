"""Which language a description is in, as far as that can be told (py3langid, offline)."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SUPPORTED = "en"
SURE = 0.6
"""From this probability a text counts as foreign. Over the corpus no English text of 40 letters reaches it; clear sentences
of other European languages lie above 0.85."""
FEWEST_LETTERS = 40
"""Below this number of letters of the Latin script nothing is concluded: short texts full of model numbers look like anything."""
LATIN_SHARE = 0.5
"""A text with a smaller share of its letters in the Latin script is not English, whatever language it is."""

WEIGHTS, MOVES, TABLES = "language-weights.npy", "language-moves.npy", "language.json"


@dataclass(frozen=True)
class Language:
    """A guess at a text's language.

    Attributes:
        code: ISO 639 code, or the empty string when nothing could be concluded.
        supported: whether the text may be in a language that the model was trained on.
    """

    code: str
    supported: bool


def latin_share(text: str) -> float:
    """Return the share of the letters that are Latin; 1 for a text without letters."""
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return 1.0
    return sum("LATIN" in unicodedata.name(letter, "") for letter in letters) / len(letters)


def unpack_language_model(folder: Path, texts: Iterable[str] = ()) -> tuple[str, ...]:
    """Write py3langid's model into a folder in a form that is read in place, page by page, and return the names of the files.

    Packed it takes half a second to load and 70 MiB of memory; read in place, only the pages that texts meet are ever loaded.

    Args:
        texts: such as will be met: what they use of the model comes to lie together at the beginning. Answers do not depend on it.
    """
    from py3langid.langid import MODEL_DIR, MODEL_FILE
    from py3langid.modelio import load_model

    weights, priors, classes, moves, rows, features = load_model(MODEL_DIR / MODEL_FILE)
    used_rows, used_features = _met(texts, moves, rows, features)
    row_order, feature_order = _most_met_first(used_rows, len(moves) // 256), _most_met_first(used_features, len(weights))
    np.save(folder / WEIGHTS, weights[feature_order], allow_pickle=False)
    np.save(folder / MOVES, np.asarray(moves).reshape(-1, 256)[row_order].ravel(), allow_pickle=False)
    row_place, feature_place = np.argsort(row_order), np.argsort(feature_order)
    small = {
        "priors": priors.tolist(),
        "classes": classes,
        "rows": row_place[np.asarray(rows)].tolist(),
        "features": [int(feature_place[each]) if each >= 0 else each for each in features],
    }
    (folder / TABLES).write_text(json.dumps(small), encoding="utf-8")
    return WEIGHTS, MOVES, TABLES


def _met(texts: Iterable[str], moves: Any, rows: Sequence[int], features: Sequence[int]) -> tuple[Counter[int], Counter[int]]:
    """Return how often texts meet each row of moves and each feature, walking through the automaton as py3langid does."""
    met_rows, met_features = Counter[int](), Counter[int]()
    for text in texts:
        state = 0
        for byte in text.encode():
            row = rows[state]
            met_rows[row] += 1
            state = moves[(row << 8) + byte]
            met_features[features[state]] += 1
    return met_rows, met_features


def _most_met_first(counts: Counter[int], n: int) -> NDArray[np.int64]:
    """Return the indices 0..n-1, those with the highest counts first."""
    return np.argsort([-counts[each] for each in range(n)], kind="stable")


class LanguageIdentifier:
    """Identifies languages; its model is loaded on first use."""

    def __init__(self, folder: Path | None = None) -> None:
        """Take the model that `unpack_language_model` wrote into `folder`; the packed one of py3langid where there is none."""
        self._folder = folder

    @cached_property
    def _identifier(self) -> Any:
        from py3langid.langid import MODEL_FILE
        from py3langid.langid import LanguageIdentifier as Identifier

        if self._folder is None or not (self._folder / TABLES).is_file():
            return Identifier.from_model_file(MODEL_FILE, norm_probs=True)
        small = json.loads((self._folder / TABLES).read_text(encoding="utf-8"))
        weights, moves = (np.load(self._folder / name, mmap_mode="r", allow_pickle=False) for name in (WEIGHTS, MOVES))
        priors = np.asarray(small["priors"], dtype=np.float32)
        return Identifier(weights, priors, small["classes"], memoryview(moves), small["features"], norm_probs=True, tk_row=small["rows"])

    def identify(self, text: str) -> Language:
        """Return the likeliest language of a text."""
        foreign_script = latin_share(text) < LATIN_SHARE
        if not foreign_script and sum(letter.isalpha() for letter in text) < FEWEST_LETTERS:
            return Language("", supported=True)
        code, probability = self._identifier.classify(text)
        supported = not foreign_script and (code == SUPPORTED or probability < SURE)
        return Language(str(code), supported)
