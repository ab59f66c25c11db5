"""The forms of cases: shape and labels; what is allowed is decided by the actions."""

import re
from collections.abc import Iterable, Sequence

from wtforms import BooleanField, Field, HiddenField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app.accounts.models import User
from app.cases.categories import Category
from app.cases.drafts import Pen
from app.cases.guard_forms import PassesGuard
from app.cases.models import COMMENT_LENGTH, SUBJECT_LENGTH, Case, LinkKind
from app.cases.rich_forms import TakesRichText
from app.contracts.models import CustomerNumber
from app.files.fields import TakesFiles, UploadsField
from app.i18n import _l
from app.web.forms import VERSION, CreatingForm, LineField, PlainForm, Required, TextField, choice

# Longer than any case number, with room for blanks and for what people paste around it.
NUMBER_LENGTH = 40
USER_ID = re.compile(r"[0-9]{1,18}")


class InquiryForm(TakesFiles, CreatingForm):
    """A customer's inquiry (INQ-02)."""

    number = SelectField(_l("Customer number"), validators=[Required()])
    category = SelectField(_l("Inquiry type"), validators=[Required()])
    details = TextField(_l("Inquiry details"), most=COMMENT_LENGTH)
    preset = ""

    def offer(
        self,
        numbers: Sequence[CustomerNumber],
        categories: Iterable[Category],
        language: str,
    ) -> None:
        """Offer the customer's numbers and the service's inquiry types; a single number is preset (INQ-03)."""
        self.preset = numbers[0].number if len(numbers) == 1 else ""
        self.number.choices = [
            *([] if self.preset else [choice("", _l("--None--"))]),
            *(_number_choice(number, language) for number in numbers),
        ]
        self.category.choices = [choice("", _l("None")), *_category_choices(categories)]


def _number_choice(number: CustomerNumber, language: str) -> SelectChoice:
    service = number.service.name_in(language)
    return choice(number.number, number.number, holder=number.holder.name, service=service)


def _category_choices(categories: Iterable[Category]) -> list[SelectChoice]:
    return [choice(item.value, item.label) for item in categories]


class WritingForm(TakesRichText, TakesFiles, CreatingForm):
    """A form of one text; what it is called and who reads it, the kinds below say."""

    # Under which name what is being typed is kept, if it is (app/cases/drafts.py).
    pen: Pen | None = None
    body = TextField("", most=COMMENT_LENGTH, required=True)

    def validate_body(self, _field: Field) -> None:
        """Rich text has a largest size of its own."""
        self.refuse_too_much()


class FilesForm(TakesFiles, CreatingForm):
    """Files added to a case on their own (CASE-10)."""

    uploads = UploadsField(_l("Attachments"), required=True)


class CommentForm(WritingForm):
    """A comment that both sides read (CASE-05)."""

    pen = Pen.COMMENT
    body = TextField(_l("Comment"), most=COMMENT_LENGTH, required=True)


class ReplyForm(PassesGuard, WritingForm):
    """An agent's public reply (DESK-04)."""

    pen = Pen.REPLY
    body = TextField(_l("Reply to the customer"), most=COMMENT_LENGTH, required=True)


class NoteForm(WritingForm):
    """An internal note, read by the desk alone (DESK-04)."""

    pen = Pen.NOTE
    body = TextField(_l("Internal note"), most=COMMENT_LENGTH, required=True)
    told = SelectMultipleField(_l("Colleagues to tell"), choices=(), validate_choice=False)

    def told_ids(self) -> Sequence[int]:
        """The ids of the chosen colleagues."""
        return [int(value) for value in self.told.data or () if USER_ID.fullmatch(value)]


class AssigneeForm(PlainForm):
    """Who works on the case."""

    assignee = SelectField(_l("Assignee"))

    def offer(self, agents: Sequence[User]) -> None:
        """Offer the agents of the case's service, and nobody."""
        self.assignee.choices = [choice("", _l("Unassigned")), *_user_choices(agents)]


class WatcherForm(PlainForm):
    """A user of the customer number who shall get the case's mails as well (CASE-24)."""

    user = SelectField(_l("User"), validate_choice=False)

    @classmethod
    def offering(cls, users: Sequence[User]) -> "WatcherForm":
        """The form as a page shows it."""
        form = cls(formdata=None, prefix="watcher")
        form.user.choices = _user_choices(users)
        return form

    def user_id(self) -> int:
        """The user that was chosen; 0, which nobody has, for anything but a number."""
        value = self.user.data or ""
        return int(value) if USER_ID.fullmatch(value) else 0


class DetailsForm(PassesGuard, PlainForm):
    """The fields of a case that customers see and the desk may edit; carries the row's version (REL-05)."""

    version = HiddenField()
    subject = LineField(_l("Subject"), most=SUBJECT_LENGTH)
    category = SelectField(_l("Category"), validators=[Required()])
    contact = SelectField(_l("Customer contact"))

    def offer(self, categories: Iterable[Category], users: Sequence[User]) -> None:
        """Offer the service's categories and the users of the customer number."""
        self.category.choices = _category_choices(categories)
        self.contact.choices = [choice("", _l("--None--")), *_user_choices(users)]

    def fill(self, case: Case) -> None:
        """Show the case as it is."""
        self.version.data = str(case.version)
        self.subject.data = case.subject or ""
        self.category.data = case.category.value
        self.contact.data = str(case.contact_id or "")

    def version_number(self) -> int:
        """The version the form was made from; 0, which is always stale, for anything but a number."""
        value = self.version.data or ""
        return int(value) if VERSION.fullmatch(value) else 0


class OpenCaseForm(PassesGuard, TakesRichText, TakesFiles, CreatingForm):
    """A case that the desk opens for one customer number (DESK-06)."""

    words = "details"
    category = SelectField(_l("Category"), validators=[Required()])
    subject = LineField(_l("Subject"), most=SUBJECT_LENGTH, required=True)
    contact = SelectField(_l("Customer contact"))
    details = TextField(_l("First message to the customer"), most=COMMENT_LENGTH)

    def offer(self, categories: Iterable[Category], users: Sequence[User]) -> None:
        """Offer the service's categories and the users of the customer number."""
        self.category.choices = [choice("", _l("--None--")), *_category_choices(categories)]
        self.contact.choices = [choice("", _l("--None--")), *_user_choices(users)]

    def validate_details(self, _field: Field) -> None:
        """Rich text has a largest size of its own."""
        self.refuse_too_much()


class CaseNumberForm(PlainForm):
    """A case that somebody names by its number."""

    number = LineField(_l("Case number"), most=NUMBER_LENGTH, required=True)


class LinkForm(CaseNumberForm):
    """A case that belongs to another one, and how."""

    kind = SelectField(
        _l("Kind of link"),
        choices=[choice(LinkKind.RELATED, _l("Related")), choice(LinkKind.DUPLICATE, _l("Duplicate"))],
    )


class ChildrenForm(PassesGuard, TakesRichText, CreatingForm):
    """A text to the customers of all open children of a case."""

    body = TextField(_l("Message to the customers"), most=COMMENT_LENGTH, required=True)
    # The numbers of the children that were shown before the confirmation.
    shown = HiddenField()

    def validate_body(self, _field: Field) -> None:
        """Rich text has a largest size of its own."""
        self.refuse_too_much()


class TokenForm(CreatingForm):
    """A token for a program that brings alerts (SEC-50)."""

    label = LineField(_l("What it is for"), most=80, required=True)
    is_signed = BooleanField(_l("Alerts must be signed as well"))


def _user_choices(users: Sequence[User]) -> list[SelectChoice]:
    return [choice(str(user.id), user.display_name) for user in users]


def chosen_user(users: Sequence[User], value: str | None) -> User | None:
    """The user that a choice names."""
    return next((user for user in users if str(user.id) == value), None)
