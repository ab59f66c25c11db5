"""The pattern of a maintenance notice: title and text in a language, made of what is known of the work (ANN-04)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name

from app.i18n import _, speaking

# The words of ANN-04 for a scope of all services.
EVERYWHERE = {"ja": "サービス共通", "en": "All services"}
MOMENT = {"ja": "%Y年%m月%d日%H時%M分", "en": "%Y-%m-%d %H:%M"}


@dataclass(frozen=True, slots=True)
class ServiceEffects:
    """A service in the scope, and what the work means for it beside the common effects; may say nothing."""

    name_ja: str
    name_en: str
    ja: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """Work on the portal: its time, for which services, and its effects."""

    since: datetime
    until: datetime
    is_common: bool
    effects_ja: str
    effects_en: str
    services: Sequence[ServiceEffects] = ()


def title_in(language: str, work: Maintenance, zone: ZoneInfo) -> str:
    """The title by the pattern, times in ``zone``."""
    with speaking(language):
        return _("Portal maintenance (%(since)s – %(until)s)", **_window(language, work, zone))


def text_in(language: str, work: Maintenance, zone: ZoneInfo) -> str:
    """The text: time, scope, common effects, and effects per service; headings and items as ``wording`` reads them."""
    with speaking(language):
        return "\n".join(_lines(language, work, zone)).strip()


def _lines(language: str, work: Maintenance, zone: ZoneInfo) -> Iterator[str]:
    is_japanese = language == "ja"
    names = [item.name_ja if is_japanese else item.name_en for item in work.services]
    said = [item.ja if is_japanese else item.en for item in work.services]
    yield _("Thank you for using our services. The customer portal is maintained as follows.")
    yield _heading(_("Date and time"))
    yield "{since} - {until} ({zone})".format(
        **_window(language, work, zone),
        zone=get_timezone_name(zone, width="long", locale=language, return_zone=False),
    )
    yield _heading(_("Scope"))
    yield EVERYWHERE[language] if work.is_common else ("、" if is_japanese else ", ").join(names)
    yield _heading(_("Common effects"))
    yield work.effects_ja if is_japanese else work.effects_en
    yield _heading(_("Effects per service"))
    for name, effects in zip(names, said, strict=True):
        said_of_it = effects or _("No further effects.")
        yield f"・{name}: {said_of_it}"
    yield _("We apologise for the inconvenience and thank you for your understanding.")


def _heading(name: str) -> str:
    return f"■ {name}"


def _window(language: str, work: Maintenance, zone: ZoneInfo) -> dict[str, str]:
    form = MOMENT[language]
    return {
        "since": work.since.astimezone(zone).strftime(form),
        "until": work.until.astimezone(zone).strftime(form),
    }
