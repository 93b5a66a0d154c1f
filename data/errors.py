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


class ServiceStopping(CatchallError):
    """The service ended before the request was done."""

    sentence = "The service stopped before the request was done; it may have been carried out all the same. Look before you repeat it."


class TooManyRequests(CatchallError):
    """One caller asks more often than the service allows."""

    sentence = "Too many requests. Try again in {retry_after} s."


class BodyTooLarge(CatchallError):
    """The body of a request is over the limit."""

    sentence = "The request body is larger than {limit} bytes."


class NotReady(CatchallError):
    """A part that every answer needs does not work."""

    sentence = "Not ready: {parts}."


class BackupError(CatchallError):
    """A backup cannot be made or used; nothing was changed."""

    sentence = "The backup cannot be made or used; nothing was changed."


class BackupExists(BackupError):
    """A file lies where a new one would go."""

    sentence = "'{path}' exists; choose another name or use --force."


class BackupDamaged(BackupError):
    """A backup is not what was written."""

    sentence = "The backup '{path}' cannot be used: {reason}. Nothing was changed."


class BackupNotPossible(BackupError):
    """The database cannot be backed up or replaced in this way, or not now."""

    sentence = "{reason}. Nothing was changed."


class InferenceFailed(CatchallError):
    """The runtime could not evaluate the model."""

    sentence = "The model could not be evaluated: {reason}."


class StoreError(CatchallError):
    """The database did not do what was asked; nothing was changed."""

    sentence = "The database did not do what was asked; nothing was changed."


class StoreUnavailable(StoreError):
    """The database is down, full, or locked for too long."""

    sentence = "The database is not available: {reason}. Nothing was changed; try again in {retry_after} s."


class StoreDamaged(StoreError):
    """The database file or its index is damaged."""

    sentence = "The database is damaged: {reason}. Restore a backup."


class StoreTooNew(StoreError):
    """A newer program has changed the schema."""

    sentence = "The database has schema {revision}, which is newer than this program knows ({known}). Install the newer program."


class StoreConflict(StoreError):
    """A constraint of the database forbids the change."""

    sentence = "The change contradicts what is stored; nothing was changed."


class StoreRefused(InputError):
    """The database cannot hold the value."""

    sentence = "The input cannot be stored: {reason}."


class CaseError(CatchallError):
    """A case does not allow what was asked; nothing was changed."""

    sentence = "The case does not allow this; nothing was changed."


class CaseNotFound(CaseError):
    """There is no such case, or it is none of the asker's business."""

    sentence = "There is no case '{id}'."


class MoveNotAllowed(CaseError):
    """The move does not exist in the case's state."""

    sentence = "The case is in the state '{state}', which allows no '{move}'."


class StaleVersion(CaseError):
    """The case changed since it was looked at."""

    sentence = "The case has changed: you saw version {given}, it is now at version {version}, '{state}'."


class CaseClaimed(CaseError):
    """Another officer holds the case."""

    sentence = "Another officer holds the case until {until}."


class CaseNotHeld(CaseError):
    """The officer does not hold the case."""

    sentence = "You do not hold the case; claim it first."


class NotEligible(CaseError):
    """The case is not this user's to work on."""

    sentence = "This case is not yours to work on: {reason}."


class QueueEmpty(CaseError):
    """No case waits that the officer may decide."""

    sentence = "No case is waiting that you could decide."


class KeyReused(InputError):
    """An idempotency key came back with other content."""

    sentence = "The idempotency key was used before with other content; use a new key for a new case."


class DecisionUnusable(InputError):
    """A decision contradicts itself or lacks something."""

    sentence = "The decision cannot be used: {reason}."


class FilterUnusable(InputError):
    """A filter or a cursor of a listing means nothing."""

    sentence = "'{name}' cannot be used: {reason}."


class AccessError(CatchallError):
    """The asker may not have what was asked for."""

    sentence = "This is not yours to do."


class NotAuthenticated(AccessError):
    """Nobody is logged in, or the key is not valid."""

    sentence = "Log in, or send a valid API key as 'Authorization: Bearer …'."


class LoginFailed(NotAuthenticated):
    """The name or the password is wrong."""

    sentence = "The name or the password is wrong."


class SetupTokenWrong(NotAuthenticated):
    """The token for the first administrator is not valid."""

    sentence = "The setup token is unknown or older than a day; a start of the service prints a new one."


class LoginLocked(AccessError):
    """A name is locked after too many failed logins."""

    sentence = "Too many failed logins with this name. Try again in {retry_after} s."


class NotAllowed(AccessError):
    """The role or the scope does not cover this."""

    sentence = "{reason}."


class CsrfFailed(AccessError):
    """A change was asked for with a cookie, but not by a page of ours."""

    sentence = "The page is out of date or the request came from elsewhere. Load the page again, or send the header 'x-csrf-token'."


class RuleMissing(AccessError):
    """A route has no access rule, so nobody may use it."""

    sentence = "There is no access rule for {route}; nobody may use it."


class NotFound(AccessError):
    """There is no such thing, or it is none of the asker's business."""

    sentence = "There is no {what} '{id}'."


class NameTaken(AccessError):
    """Somebody or something has the name already."""

    sentence = "The name '{name}' is taken."


class LastAdministrator(AccessError):
    """Without this user nobody could administer."""

    sentence = "'{name}' is the last active administrator; make another one first."


class SetupOver(AccessError):
    """There is an administrator already."""

    sentence = "The first administrator has been made already."


class WeakPassword(InputError):
    """The password will not do."""

    sentence = "The password cannot be used: {reason}."


class UnusableKey(InputError):
    """The key cannot be made as asked."""

    sentence = "The key cannot be made: {reason}."


class DocumentUnusable(InputError):
    """An uploaded document cannot be read."""

    sentence = "The document cannot be used: {reason}."


class ProviderFailed(AccessError):
    """The identity provider did not prove who somebody is."""

    sentence = "The identity provider did not confirm who you are: {reason}."


class ProviderUnavailable(ProviderFailed):
    """The identity provider does not answer as it should."""

    sentence = "The identity provider cannot be asked: {reason}. Try again in {retry_after} s."


class WebhookError(CatchallError):
    """A webhook does not allow what was asked; nothing was changed."""

    sentence = "The webhook does not allow this; nothing was changed."


class WebhooksOff(WebhookError):
    """The installation has no key for secrets of webhooks."""

    sentence = "Webhooks are switched off here: the setting CATCHALL_WEBHOOK_KEY is empty."


class TooManyWebhooks(WebhookError):
    """An organisation has as many webhooks as it may."""

    sentence = "The organisation has {limit} webhooks already; delete one first."


class ReplayNotPossible(WebhookError):
    """A delivery still waits, or its webhook is gone."""

    sentence = "The delivery cannot be sent again: {reason}."


class WebhookUnusable(InputError):
    """An address cannot be that of a webhook."""

    sentence = "The address of the webhook cannot be used: {reason}."


class SecretSealed(CatchallError):
    """A secret was sealed with a key that is not there any more."""

    sentence = "The secret of the webhook was sealed with another key; add the old one to CATCHALL_WEBHOOK_KEY."
