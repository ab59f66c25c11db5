"""Language and time zone of an answer: the user's setting, else the browser's or the system's (LANG-01 to 04)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import force_locale, get_locale, get_translations, lazy_gettext, lazy_pgettext
from flask_babel import ngettext as plural_gettext

from app import clock
from app.extensions import babel
from app.paths import TRANSLATIONS

# Each language by its own name, so that whoever reads it finds it.
LANGUAGE_NAMES = {"ja": "日本語", "en": "English"}
# What each is called by readers of the other; a table, since the catalogue would translate the choices as well.
LANGUAGE_WORDS = {"ja": {"ja": "日本語", "en": "英語"}, "en": {"ja": "Japanese", "en": "English"}}
LANGUAGES = tuple(LANGUAGE_NAMES)

# Seconds; a month of 30 days and a year of 365 are near enough for an age.
NOW, MINUTE, HOUR, DAY, MONTH, YEAR = 5, 60, 3_600, 86_400, 2_592_000, 31_536_000


_zone_spoken: ContextVar[ZoneInfo | None] = ContextVar("zone_spoken", default=None)
_said: dict[tuple[str, str], str] = {}


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's tools know for "translated elsewhere"
    """Mark a text for the catalogue that is said later, where it is shown, by :func:`_`."""
    return text


def _(text: str, **values: object) -> str:
    """Say ``text`` in the language in force."""
    said = _say(text)
    return said % values if values else said


def language_word(code: str) -> str:
    """What a language is called in the language in force, for sentences; choices show :data:`LANGUAGE_NAMES`."""
    return LANGUAGE_WORDS[current_language()][code]


def _say(text: str) -> str:
    """Look a text up; a list says the same few words hundreds of times, so each is looked up once a process."""
    locale = get_locale()
    if locale is None:
        # Outside of the application no language is in force; what is said there must not be remembered for any.
        return text
    key = (locale.language, text)
    said = _said.get(key)
    if said is None:
        said = _said[key] = str(get_translations().ugettext(text))
    return said


def ngettext(one: str, many: str, number: int) -> str:
    """Say a counted text in the language in force; English has two forms, Japanese one."""
    return str(plural_gettext(one, many, number))


def _say_counted(one: str, many: str, number: int) -> str:
    return str(get_translations().ungettext(one, many, number))


def _say_in_context(context: str, text: str) -> str:
    return str(get_translations().upgettext(context, text))


def _l(text: str) -> str:
    """A text that is said in the language in force where it is shown; typed as the text it then is."""
    return cast("str", lazy_gettext(text))


def _lp(context: str, text: str) -> str:
    """Like :func:`_l`, for a word that has another meaning elsewhere."""
    return cast("str", lazy_pgettext(context, text))


def init_app(app: Flask) -> None:
    """Choose the language of each request and give templates the forms of time."""
    app.config["BABEL_DEFAULT_LOCALE"] = app.config["SETTINGS"].language
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    babel.init_app(app, locale_selector=choose_language)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # Jinja's i18n extension adds it.
        gettext=_say, ngettext=_say_counted, newstyle=True, pgettext=_say_in_context
    )
    app.jinja_env.filters.update(age=age, exact=exact, stamp=stamp)
    app.jinja_env.globals.update(language=current_language, languages=LANGUAGES)


def choose_language() -> str:
    """The signed-in person's language; before sign-in ``?lang=``, then the browser's, then the system's."""
    settings = current_app.config["SETTINGS"]
    if not has_request_context():
        return str(settings.language)
    actor = g.get("actor")
    if actor is not None:
        return str(actor.language or settings.language)
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return _language_of_browser() or str(settings.language)


def _language_of_browser() -> str | None:
    """The first language of the browser's list that is one of ours, whatever its country: en-GB is en."""
    wanted = (tag.lower().partition("-")[0] for tag, quality in request.accept_languages if quality > 0)
    return next((tag for tag in wanted if tag in LANGUAGES), None)


def current_language() -> str:
    """The code of the language in force, ``ja`` or ``en``."""
    locale = get_locale()
    return locale.language if locale is not None else "ja"


@contextmanager
def speaking(language: str | None, zone: str | None = None) -> Iterator[str]:
    """Compose in another person's language and time zone, such as a mail in its recipient's (MAIL-05, LANG-04).

    ``None`` follows the installation, as for somebody who has chosen nothing.
    """
    settings = current_app.config["SETTINGS"]
    chosen = language or str(settings.language)
    token = _zone_spoken.set(ZoneInfo(zone or settings.time_zone))
    try:
        with force_locale(chosen):
            yield chosen
    finally:
        _zone_spoken.reset(token)


def time_zone() -> ZoneInfo:
    """The zone in which this answer, or the mail that is being composed, shows times."""
    spoken = _zone_spoken.get()
    if spoken is not None:
        return spoken
    actor = g.get("actor") if has_request_context() else None
    chosen = actor.time_zone if actor is not None else None
    return ZoneInfo(chosen or current_app.config["SETTINGS"].time_zone)


def stamp(moment: datetime | None) -> str:
    """A moment as lists show it: YYYY-MM-DD HH:MM:SS in the user's zone (LIST-08)."""
    return "" if moment is None else moment.astimezone(time_zone()).strftime("%Y-%m-%d %H:%M:%S")


def exact(moment: datetime) -> str:
    """A moment in full, for tooltips (UI-08)."""
    local = moment.astimezone(time_zone())
    if current_language() == "ja":
        weekday = "月火水木金土日"[local.weekday()]
        return f"{local.year}年{local.month}月{local.day}日({weekday}) {local:%H:%M:%S}"
    return f"{local:%a} {local.day} {local:%b %Y %H:%M:%S}"


def age(moment: datetime) -> str:
    """How long ago something was, in the words of UI-08."""
    seconds = max((clock.now() - moment).total_seconds(), 0)
    if seconds < NOW:
        return _("just now")
    if seconds < MINUTE:
        return _("seconds ago")
    unit = next(size for size in (YEAR, MONTH, DAY, HOUR, MINUTE) if seconds >= size)
    return ngettext(*AGES[unit], int(seconds // unit))


def _n(one: str, many: str) -> tuple[str, str]:
    """Mark a counted text for the catalogue."""
    return one, many


AGES = {
    MINUTE: _n("%(num)d minute ago", "%(num)d minutes ago"),
    HOUR: _n("%(num)d hour ago", "%(num)d hours ago"),
    DAY: _n("%(num)d day ago", "%(num)d days ago"),
    MONTH: _n("%(num)d month ago", "%(num)d months ago"),
    YEAR: _n("about %(num)d year ago", "about %(num)d years ago"),
}
