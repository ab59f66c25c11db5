"""The living style guide: every component in every state, in both languages; demo and tests only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, render_template, request
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, PasswordField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app import clock
from app.accounts.authenticators import Offer
from app.accounts.password_rules import MANUAL, MODERN, Profile
from app.accounts.password_strength import TOO_EASY, WHY, Weakness
from app.authz import Audience, open_to_all
from app.cases.categories import Category
from app.cases.models import Case
from app.files.limits import Expired, TooLarge
from app.files.models import Scan
from app.i18n import LANGUAGES, _, _l, current_language
from app.lists.columns import Column
from app.lists.filtering.choice import Choice
from app.lists.filtering.draft import Draft
from app.lists.filtering.kind import Field, Reading
from app.lists.filtering.moment import Moment
from app.lists.filtering.panel import Panel, panel_of
from app.lists.filtering.problems import Problem, Trouble
from app.lists.filtering.text import Text
from app.lists.filtering.tree import Condition, Filter, Place
from app.lists.paging import Page
from app.lists.sorting import Sort
from app.richtext.fields import RichTextField
from app.web.forms import LineField, PlainForm, Required, TextField

routes = Blueprint("styleguide", __name__)

PARTS = (
    "colours",
    "actions",
    "fields",
    "passwords",
    "files",
    "states",
    "lists",
    "filters",
    "navigation",
    "messages",
    "conversation",
    "accessible",
)
SHORT = 40
# One of each that the editor can make; the picture is one that its reader may not have.
WRITTEN = (
    '<h2>調査結果</h2><p>次の<strong>2点</strong>を<span class="rt-color-red">至急</span>'
    '<span class="rt-back-yellow">ご確認</span>ください。</p><ul><li><p><u>公開範囲</u></p></li>'
    "<li><p><s>旧キー</s> <code>AKIA…</code></p></li></ul><blockquote><p>いつから見えていましたか？</p></blockquote>"
    "<table><tbody><tr><th><p>対象バケット</p></th><th><p>検知内容</p></th></tr><tr><td><p>bucket-1</p></td>"
    '<td><p>外部に公開</p></td></tr></tbody></table><p><a href="https://example.com/">設定の手順</a>'
    f'<img data-file="{"0" * 32}" alt="Pasted image.png"></p>'
)
# The secret of RFC 6238's examples, which opens nothing.
SHOWN_OFFER = Offer(
    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "", "otpauth://totp/Madoguchi:hanako?secret=GEZDGNBVGY3TQOJQ"
)


def init_app(app: Flask) -> None:
    """Mount the style guide."""
    app.register_blueprint(routes)


@routes.get("/styleguide")
@open_to_all("The style guide shows invented texts only, and exists in the demo and in tests alone.")
def show() -> str:
    """Show all components in the language of ``?lang=``, within the shell of ``?shell=``."""
    asked = request.args.get("lang", "")
    with force_locale(asked if asked in LANGUAGES else current_language()):
        shell = "console" if request.args.get("shell") == "console" else "portal"
        return render_template(f"styleguide/{shell}.html", **_frame(shell), **_specimens())


class SpecimenForm(PlainForm):
    """One field of each kind."""

    number = SelectField(_l("Customer number"), validate_choice=False)
    line = LineField(_l("Subject"), most=SHORT, required=True)
    text = TextField(_l("Inquiry details"), most=SHORT)
    secret = PasswordField(_l("Password"))
    kind = RadioField(
        _l("Inquiry type"),
        choices=[SelectChoice("a", _l("About the service")), SelectChoice("b", _l("Other"))],
    )
    agreed = BooleanField(_l("Show closed cases as well"))


class PasswordSpecimen(PlainForm):
    """A new password by the rules of either profile."""

    password = PasswordField(_l("New password"), validators=[Required()])
    again = PasswordField(_l("Retype password"), validators=[Required()])


class WritingSpecimen(PlainForm):
    """A text with an editor."""

    body = TextField(_l("Comment"), most=SHORT, required=True)
    html = RichTextField()


@dataclass(frozen=True)
class Specimen:
    """An entry of a timeline."""

    author: str
    at: datetime
    by_desk: bool


def _frame(shell: str) -> dict[str, Any]:
    """What the shells put around a page, with more entries than fit on a small screen."""
    labels = (
        (_("Inquiries"), "chat-left-text", "g i"),
        (_("Case list"), "card-list", "g c"),
        (_("Overview"), "grid-1x2", "g o"),
        (_("Mail"), "envelope", None),
    )
    nav = [
        {"label": label, "href": f"#{icon}", "icon": icon, "key": key, "current": icon == "card-list"}
        for label, icon, key in labels
    ]
    return {
        "locale": current_language(),
        "actor": SimpleNamespace(name="佐藤 花子", is_agent=shell == "console"),
        "service": {"slug": "cs", "name": "マネージドCSPM"},
        "home_url": "/styleguide",
        "logout_url": "/styleguide",
        "language_url": "/styleguide",
        "nav": nav,
        "account_menu": [{"label": _("Case list"), "href": "#lists"}],
        "user_menu": [],
    }


def _specimens() -> dict[str, Any]:
    now = clock.now()
    return {
        "parts": PARTS,
        "empty_form": _form("empty", {"line": ""}),
        "wrong_form": _wrong_form(),
        "new_passwords": [_password("manual", MANUAL), _password("modern", MODERN)],
        "refused_password": _password("refused", MANUAL, strength="fair"),
        "many": _page(7, 214),
        "one": _page(1, 1),
        "none": _page(1, 0),
        "filter_specimen": _filter_panel(),
        "sort": Sort(Column("updated", _("Updated")), is_descending=True),
        "order_url": lambda order: f"?sort={order}#lists",
        "file_url": lambda _extension: "#lists",
        "moments": [now - timedelta(seconds=step) for step in (1, 30, 420, 93_600, 8_000_000, 70_000_000)],
        "offered": SHOWN_OFFER,
        "kept_files": _kept_files(now),
        "empty_uploads": _uploads("empty-files"),
        "refused_uploads": _uploads("refused-files", TooLarge("backup.iso", 2 * 1024**3).say()),
        "written": WRITTEN,
        "writing_form": WritingSpecimen(formdata=None, prefix="writing", html=WRITTEN),
        "by_desk": Specimen("中村 さくら", now - timedelta(minutes=7), by_desk=True),
        "by_customer": Specimen("Alice Adams", now - timedelta(hours=5), by_desk=False),
    }


def _filter_panel() -> Panel:
    """Conditions of each kind, with an alternative, an empty row, and one that lacks a value."""
    fields = (
        Field(
            "category",
            _l("Category"),
            Choice(
                Case.category,
                tuple(Category),
                label=lambda code: Category(code).label,
                offered=lambda: tuple(Category)[:6],
            ),
        ),
        Field("subject", _l("Subject"), Text(Case.subject)),
        Field("updated", _l("Updated"), Moment(Case.updated_at)),
    )
    tree = Filter(
        (
            (
                Condition("category", "any-of", ("service", "failure")),
                Condition("subject", "contains", ("VPN",)),
            ),
            (Condition("updated", "between", ("2026-04-01", "")),),
            (Condition(),),
        )
    )
    reading = Reading({field.key: field for field in fields}, ZoneInfo("Asia/Tokyo"), clock.now())
    column = Column("updated", _("Updated"), (Case.updated_at,))
    return panel_of(
        Draft(tree, (("updated", True),)),
        reading,
        columns=[column],
        problems=[Problem(Trouble.MISSING_VALUE, Place(1, 0))],
    )


def _form(prefix: str, values: dict[str, str]) -> SpecimenForm:
    entered = MultiDict({f"{prefix}-{name}": value for name, value in values.items()})
    form = SpecimenForm(formdata=entered, prefix=prefix)
    form.number.choices = [
        SelectChoice("", _("--None--")),
        _number("N200000001", "株式会社サンプル", "マネージドCSPM"),
        _number("P910000001", "A会社", "モバイルセキュリティ"),
    ]
    return form


def _password(prefix: str, profile: Profile, *, strength: str | None = None) -> PasswordSpecimen:
    form = PasswordSpecimen(formdata=MultiDict(), prefix=prefix)
    form.asked, form.strength = SimpleNamespace(profile=profile), strength
    if strength:
        form.password.errors = [f"{TOO_EASY} {WHY[Weakness.COMMON]}"]
    return form


def _kept_files(now: datetime) -> list[SimpleNamespace]:
    """Files of a case in every state of the virus check."""
    return [
        SimpleNamespace(
            file=SimpleNamespace(token="", name=name, size=size, scan=scan),
            created_at=now - timedelta(hours=3),
            audience=audience,
        )
        for name, size, scan, audience in (
            ("月次報告_2026年10月.pdf", 133_222, Scan.CLEAN, Audience.CUSTOMER),
            (
                "audit log of all projects, with a name that does not fit into one line.csv",
                999,
                Scan.OFF,
                Audience.DESK,
            ),
            ("capture.pcap", 5_000_000, Scan.PENDING, Audience.CUSTOMER),
            ("invoice.pdf.exe", 40_000, Scan.BLOCKED, Audience.CUSTOMER),
        )
    ]


def _uploads(identity: str, *problems: str) -> SimpleNamespace:
    """A form's field of files, empty or refused with one that is kept."""
    kept = [SimpleNamespace(token=identity, name="shot.png", size=48_211, scan=Scan.OFF, is_whole=True)]
    return SimpleNamespace(
        uploads=SimpleNamespace(
            id=identity,
            name="uploads",
            files_name="files",
            flags=SimpleNamespace(required=False),
            label=SimpleNamespace(text=_("Attachments")),
            errors=problems,
            lost=[Expired("trace.log").say()] if problems else [],
            rows=lambda: kept if problems else [],
        )
    )


def _number(number: str, holder: str, service: str) -> SelectChoice:
    return SelectChoice(number, number, {"data-holder": holder, "data-service": service})


def _wrong_form() -> SpecimenForm:
    form = _form("wrong", {"line": "", "text": "長" * (SHORT + 7), "kind": "z"})
    form.validate()
    return form


def _page(number: int, total: int) -> Page[Any]:
    return Page((), number, 20, total, lambda n: f"?page={n}#lists")
