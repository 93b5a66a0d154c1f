"""Technical parameters of a description: quantities, choices and attributes, with the words that tell them."""

from dataclasses import replace

from data.text import NormalisedText, normalise
from model.attributes import read_attributes
from model.quantities import read_quantities
from model.reading import Reading


def read_parameters(text: str | NormalisedText) -> tuple[Reading, ...]:
    """Return everything a description tells, in the order of the text; offsets refer to the text as given.

    Every value is kept: a product offered in versions has several.

    Raises:
        InputError: the text is blank, too long or not valid Unicode.
    """
    normalised = normalise(text) if isinstance(text, str) else text
    readings = [*read_quantities(normalised.text), *read_attributes(normalised.text)]
    placed = []
    for reading in sorted(readings, key=lambda each: (each.start, each.parameter)):
        start, end = normalised.original_span(reading.start, reading.end)
        placed.append(replace(reading, start=start, end=end, text=normalised.original[start:end]))
    return tuple(placed)
