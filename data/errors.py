"""The error tree, drawn once. An error is a name and one sentence; its data rides as attributes.

Nothing here knows HTTP or exit codes: `serve.problems` maps classes to status codes and `cli` to exit codes.
"""

from typing import ClassVar


class CatchallError(Exception):
    """Something went wrong that the reader of the message can act on."""

    sentence: ClassVar[str] = "Something went wrong."

    def __init__(self, **data: object) -> None:
        self.data = data
        super().__init__(self.sentence.format(**data))

    def __getattr__(self, name: str) -> object:
        try:
            return self.__dict__["data"][name]
        except KeyError:
            raise AttributeError(name) from None


class InputError(CatchallError):
    """What the caller handed in cannot be used."""

    sentence = "The input cannot be used."


class BlankText(InputError):
    """There is nothing to read in the text."""

    sentence = "The field '{field}' is empty or blank; it must hold a product description."


class TextTooLong(InputError):
    """The text is over the limit."""

    sentence = "The field '{field}' has {characters} characters; the limit is {limit}. Send the relevant part."


class InvalidCharacters(InputError):
    """The text is not valid Unicode."""

    sentence = "The field '{field}' holds {what} at position {position}; send valid Unicode text."


class UndecodableFile(InputError):
    """A file is not UTF-8."""

    sentence = "'{path}' is not valid UTF-8 (byte {position}); save it as UTF-8 and try again."


class UnreadableFile(InputError):
    """A file cannot be opened or written."""

    sentence = "'{path}' cannot be used: {reason}."


class UnsupportedFile(InputError):
    """A file has an ending nobody reads."""

    sentence = "'{path}' is none of the supported kinds: {supported}."


class MissingColumn(InputError):
    """A CSV file lacks the column that was asked for."""

    sentence = "'{path}' has no column '{column}'; its columns are: {columns}."


class MalformedRow(InputError):
    """One row of an input file cannot be read."""

    sentence = "Row {row} cannot be read: {reason}."


class DuplicateId(InputError):
    """Two rows carry one id."""

    sentence = "Row {row} repeats the id '{id}', first seen in row {first}."


class ConfigurationError(CatchallError):
    """A setting or a configuration file cannot be used."""

    sentence = "'{source}' is not a usable configuration: {reason}."


class ControlsInvalid(CatchallError):
    """A file of control facts breaks its own rules."""

    sentence = "The control facts '{path}' are invalid at {where}: {reason}."


class UnitUnknown(InputError):
    """A unit that nobody knows, or that measures something else."""

    sentence = "'{unit}' is no unit for {parameter}; give it in {canonical} or a unit that converts to it."


class AnswerInvalid(InputError):
    """An answer to a question cannot be used."""

    sentence = "The answer to '{parameter}' cannot be used: {reason}."


class UnknownDestination(InputError):
    """A country code that nobody knows."""

    sentence = "'{destination}' is no ISO 3166-1 alpha-2 country code."


class UnknownRegime(InputError):
    """A regime that there are no facts for."""

    sentence = "'{regime}' is no regime known here; there are: {known}."


class TaxonomyInvalid(CatchallError):
    """The taxonomy file breaks its own rules."""

    sentence = "The taxonomy '{path}' is invalid: {reason}."


class CorpusInvalid(CatchallError):
    """A corpus record breaks the contract."""

    sentence = "{path}, line {line}: {reason}."


class ReleaseError(CatchallError):
    """The model folder cannot serve."""

    sentence = "The release cannot be used."


class ReleaseMissing(ReleaseError):
    """A file of the release is not there."""

    sentence = "The release '{folder}' lacks '{file}'. {remedy}"


class ReleaseDamaged(ReleaseError):
    """A file of the release is not what its manifest says."""

    sentence = "The release file '{file}' is damaged: {reason}."


class TaxonomyMismatch(ReleaseError):
    """The release was trained on another taxonomy."""

    sentence = "The release was trained on taxonomy {release}, but this installation has taxonomy {installed}."


class ParityFailed(ReleaseError):
    """The built model does not answer as the trained one does."""

    sentence = "The {backend} model differs from the trained one: {measure} {value:.4f}, bound {bound}. Nothing was written."


class ServiceBusy(CatchallError):
    """More is asked for at once than the service takes on."""

    sentence = "The service is busy. Try again in {retry_after} s."


class InferenceFailed(CatchallError):
    """The runtime could not evaluate the model."""

    sentence = "The model could not be evaluated: {reason}."
