"""Damage is seeded, and names change nothing but the name."""

import random

import pytest

from data.text import normalise
from evals.perturb import BRANDS, ROBUSTNESS, name_variants

TEXT = "Thermal core, 640 x 512, 9 Hz. Range 2 km at night. Weighs 1.2 kg & ships in 4 weeks <soon>."


class TestRobustness:
    """Each change does something, the same thing each time, and leaves a readable text."""

    @pytest.mark.parametrize("name", ROBUSTNESS)
    def test_seeded(self, name: str) -> None:
        text = " ".join([TEXT] * 4)
        first, again = (ROBUSTNESS[name](text, random.Random(5)) for _ in range(2))
        assert first == again
        assert first != text
        assert normalise(first).text

    def test_html_reads_as_the_text(self) -> None:
        assert normalise(ROBUSTNESS["HTML"](TEXT, random.Random(1))).text == f"Product\n{TEXT}"

    def test_units(self) -> None:
        assert "9 hertz. Range 2 kilometres at night. Weighs 1.2 kilograms" in ROBUSTNESS["units spelled out"](TEXT, random.Random(1))

    def test_shuffling_keeps_every_sentence(self) -> None:
        text = "One is here. Two is there. Three is nowhere."
        assert sorted(ROBUSTNESS["sentences shuffled"](text, random.Random(3)).replace(".", "").split()) == sorted(
            text.replace(".", "").split()
        )


class TestNameVariants:
    """Variants of one kind differ in that name only."""

    def test_only_the_name_differs(self) -> None:
        variants = name_variants(TEXT)["brand"]
        assert len(set(variants)) == len(BRANDS)
        assert len({text.replace(brand, "X") for text, brand in zip(variants, BRANDS, strict=True)}) == 1
