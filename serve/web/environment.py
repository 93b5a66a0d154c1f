"""The template environment of each language. Everything is escaped; a name that a template misses is an error."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from serve.clock import utc_now
from serve.web import formats
from serve.web.assets import asset_path
from serve.web.countries import country_name
from serve.web.labels import label, tone
from serve.web.languages import LANGUAGES, NAMES, Language, locale_of, translations
from serve.web.visible import isolated, plain_visible, visible

_FOLDER = Path(__file__).with_name("templates")


@cache
def environment(language: Language) -> Environment:
    """Return the environment of a language."""
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    words, locale = translations(language), locale_of(language)
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {
        "moment": lambda stamp: formats.moment(stamp, locale),
        "day": lambda text: formats.day(text, locale),
        "age": lambda stamp, now=None: formats.age(stamp, now or utc_now(), locale),
        "number": lambda value: formats.number(value, locale),
        "percent": lambda share: formats.percent(share, locale),
        "country": lambda code: country_name(code, language),
        "visible": visible,
        "isolated": isolated,
        "plain_visible": plain_visible,
        "label": lambda kind_and_name, kind: words.gettext(label(kind, kind_and_name)),
        "named": lambda ids, kind: [(each, words.gettext(label(kind, each))) for each in ids],
        "tone": lambda name, kind: tone(kind, name),
        # Texts of the taxonomy and of messages, which are written in English elsewhere.
        "translated": lambda text: words.gettext(text) if text else "",
    }
    made.globals |= {"asset": asset_path, "languages": [(each, NAMES[each]) for each in LANGUAGES], "language": language}
    return made
