"""Times, numbers and shares as a reader of a language writes them."""

from datetime import UTC, date, datetime

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup

from serve.clock import parse_stamp


def moment(stamp: str, locale: Locale) -> Markup:
    """Return a stamp as a `<time>`; a script of ours, where it runs, writes it in the zone of the reader."""
    when = parse_stamp(stamp)
    iso = when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    words = f"{format_datetime(when, 'medium', locale=locale).rpartition(':')[0]} UTC"
    return Markup('<time datetime="{0}" title="{0}" data-local>{1}</time>').format(iso, words)


def day(text: str, locale: Locale) -> Markup:
    """Return a date, or the day of a stamp, as a `<time>`."""
    when = date.fromisoformat(text[:10])
    return Markup('<time datetime="{0}" title="{0}">{1}</time>').format(when.isoformat(), format_date(when, "medium", locale=locale))


def age(stamp: str, now: datetime, locale: Locale) -> Markup:
    """Return how long ago a stamp was, or how far ahead it is, as a `<time>`."""
    when = parse_stamp(stamp)
    iso = when.strftime("%Y-%m-%dT%H:%M:%SZ")
    words = format_timedelta(when - now, add_direction=True, locale=locale)
    return Markup('<time datetime="{0}" title="{0}">{1}</time>').format(iso, words)


def number(value: float, locale: Locale) -> str:
    """Return a number."""
    return format_decimal(value, locale=locale)


def percent(share: float, locale: Locale) -> str:
    """Return a share, 0..1, in percent. What is not certain is never rounded to 0 % or 100 %."""
    if 0 < share < 0.01:
        return "< " + format_percent(0.01, locale=locale)
    if 0.99 < share < 1:
        return "> " + format_percent(0.99, locale=locale)
    return format_percent(share, "0 %" if locale.language == "fr" else "0%", locale=locale)
