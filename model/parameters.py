"""Technical parameters of a description: quantities, choices and attributes, with the words that tell them."""

from dataclasses import replace

from data.text import NormalisedText, normalise
from model.attributes import read_attributes
from model.parameter_reader import ParameterReader
from model.quantities import read_quantities
from model.reading import Reading


def read_parameters(text: str | NormalisedText, reader: ParameterReader | None = None) -> tuple[Reading, ...]:
    """Return everything a description tells, in the order of the text; offsets refer to the text as given.

    Every value is kept: a product offered in versions has several.

    Args:
        reader: weighs what phrases and rules tell, and finds what they do not foresee; phrases and rules alone when None.

    Raises:
        InputError: the text is blank, too long or not valid Unicode.
        InferenceFailed: the runtime of the reader failed.
    """
    normalised = normalise(text) if isinstance(text, str) else text
    phrases = read_attributes(normalised.text)
    attributes = reader.attributes.read(normalised.text, phrases) if reader else phrases
    quantities = reader.quantities.read(normalised.text) if reader and reader.quantities else read_quantities(normalised.text)
    readings = [*quantities, *attributes]
    placed = []
    for reading in sorted(readings, key=lambda each: (each.start, each.parameter)):
        start, end = normalised.original_span(reading.start, reading.end)
        placed.append(replace(reading, start=start, end=end, text=normalised.original[start:end]))
    return tuple(placed)
