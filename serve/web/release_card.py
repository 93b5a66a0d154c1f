"""The release that serves, as its folder tells it: card, figures, guarantee; what is not stored there is left out."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.artefact import DECISION, FIGURES, MANIFEST, MODEL_CARD


@dataclass(frozen=True)
class ReleaseCard:
    """What is known of a release.

    Attributes:
        manifest: `manifest.json`.
        decision: `decision.json`: policy, thresholds, guarantees.
        figures: `figures.json`, which `catchall release figures` writes; empty when there is none, or when it is of other weights.
        card: the model card, Markdown.
    """

    manifest: dict[str, Any]
    decision: dict[str, Any]
    figures: dict[str, Any]
    card: str

    @property
    def name(self) -> str:
        """The release's name."""
        return str(self.manifest.get("name", ""))

    @property
    def outside(self) -> dict[str, Any]:
        """What was measured on texts from outside the corpus: `kind`, `n`, `figures`; empty when nothing was."""
        found = self.figures.get("outside")
        return found if isinstance(found, dict) else {}

    @property
    def splits(self) -> list[str]:
        """The splits that headline figures are known of."""
        return list(self.manifest.get("metrics", {}))


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def read_release_card(folder: Path) -> ReleaseCard:
    """Read what a release folder tells of itself. The service checked the folder when it started; here a missing file is only missing."""
    try:
        card = (folder / MODEL_CARD).read_text(encoding="utf-8")
    except (OSError, ValueError):
        card = ""
    manifest, figures = _json(folder / MANIFEST), _json(folder / FIGURES)
    fits = figures.get("files") == manifest.get("files")
    return ReleaseCard(manifest, _json(folder / DECISION), figures if fits else {}, card)


def other_releases(folder: Path) -> list[ReleaseCard]:
    """Return the releases in the folders beside a release's, for comparison; by name."""
    beside = sorted(path.parent for path in folder.resolve().parent.glob(f"*/{MANIFEST}"))
    cards = [read_release_card(path) for path in beside if path != folder.resolve()]
    return [card for card in cards if card.name]
