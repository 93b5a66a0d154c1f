"""What reads a description beyond phrases and rules: one network for attributes, one for quantities."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from model.artefact import READER_FOLDER
from model.attribute_reader import AttributeReader
from model.quantity_reader import QUANTITIES, QuantityReader


@dataclass(frozen=True)
class ParameterReader:
    """Both readers; without one for quantities, rules alone read them."""

    attributes: AttributeReader
    quantities: QuantityReader | None = None

    @classmethod
    def load(cls, folder: Path = READER_FOLDER, threads: int = 0) -> "ParameterReader":
        """Open a built reader, and the reader of quantities in its folder if there is one.

        Raises:
            ReleaseMissing, ReleaseDamaged: a file is missing or not the right one.
        """
        quantities = folder / QUANTITIES
        return cls(AttributeReader.load(folder, threads), QuantityReader.load(quantities, threads) if quantities.is_dir() else None)

    @property
    def hash(self) -> str:
        """16 hex digits over weights and thresholds of both: what a reading depends on."""
        both = [self.attributes.facts.hash, self.quantities.facts.hash if self.quantities else ""]
        return hashlib.sha256(" ".join(both).encode()).hexdigest()[:16]
