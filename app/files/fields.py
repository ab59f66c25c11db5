"""The files of a form: those that are uploaded already, named by their tokens, and those that come with the form."""

from collections.abc import Collection, Sequence
from typing import Any

from wtforms import Field, ValidationError
from wtforms.form import BaseForm

from app.extensions import db
from app.files import queries
from app.files.allowance import largest_file
from app.files.limits import MOST_AT_ONCE, Expired, Stopped, TooLarge
from app.files.models import Scan, Upload
from app.i18n import _, _l
from app.web.gate import actor

# The names are the same in every form, whatever its prefix: uploads in parts and files that come with the form.
# A form with several fields of files has one by these names, and the others by names of their own.
UPLOADS = "uploads"
FILES = "files"


class UploadsField(Field):
    """Uploads of the person who fills in the form; somebody else's are as if they were not there (SEC-41)."""

    data: list[str]

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - WTForms hands over what it likes
        required: bool = False,
        has_own_names: bool = False,
        **options: Any,  # noqa: ANN401 - as above
    ) -> None:
        super().__init__(*args, **options)
        self.name = self.name if has_own_names else UPLOADS
        # By which name files come along with the form itself.
        self.files_name = f"{FILES}-{self.name}" if has_own_names else FILES
        self.problems: list[str] = []
        # What is said of files of a draft that cannot be sent any more.
        self.lost: list[str] = []
        self.flags.required = required
        self._rows: Sequence[Upload] | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the tokens, each once."""
        self.data = list(dict.fromkeys(valuelist))

    def process_data(self, _value: object) -> None:
        """A form that is shown anew has none."""
        self.data = []

    def add(self, token: str) -> None:
        """Add an upload that came with the form."""
        self.data.append(token)
        self._rows = None

    def leave_out(self, tokens: Collection[str]) -> None:
        """Leave out uploads that another field of the form has already."""
        self.data = [token for token in self.data if token not in tokens]
        self._rows = None

    def restore(self, files: Sequence[tuple[str, str]]) -> None:
        """Choose again what a draft remembers, as tokens and names; what cannot be sent any more is named."""
        names = dict(files)
        self.data, self._rows = list(names), None
        blocked = {row.token for row in self.rows() if row.scan is Scan.BLOCKED}
        self.data = [row.token for row in self.rows() if row.is_whole and row.token not in blocked]
        self._rows = None
        for token, name in names.items():
            if token in blocked:
                self.lost.append(Stopped(name).say())
            elif token not in self.data:
                self.lost.append(Expired(name).say())

    def rows(self) -> Sequence[Upload]:
        """The uploads, in the order in which they were chosen."""
        if self._rows is None:
            tokens = self.data[: MOST_AT_ONCE + 1]
            self._rows = queries.uploads_of(db.session, actor(), tokens) if tokens else ()
        return self._rows

    def is_missing(self) -> bool:
        """Tell whether a file has to be chosen and none is."""
        return bool(self.flags.required) and not self.data

    def pre_validate(self, _form: BaseForm) -> None:
        """Refuse what is not there whole, and more than fits into one sending (SEC-42)."""
        problems = list(self.problems)
        if self.is_missing() and not problems:
            problems.append(_("Choose a file first."))
        if len(self.data) > MOST_AT_ONCE:
            problems.append(_("At most %(most)s files can be sent at once.", most=MOST_AT_ONCE))
        elif len(self.rows()) < len(self.data):
            problems.append(_("A file is not there any more. Choose it again."))
        most = largest_file()
        problems += [problem for upload in self.rows() if (problem := _problem_of(upload, most))]
        if problems:
            raise ValidationError(" ".join(problems))


def _problem_of(upload: Upload, most: int) -> str:
    """Why an upload cannot be sent, if it cannot."""
    if upload.size > most:
        # It came in through the portal of another service, which takes larger ones.
        return TooLarge(upload.name, most).say()
    if upload.scan is Scan.BLOCKED:
        return Stopped(upload.name).say()
    if not upload.is_whole:
        return _("File %(name)s has not arrived completely. Choose it again.", name=upload.name)
    return ""


class TakesFiles:
    """Lets a form take files; its view calls :func:`app.files.taking.take_files` first."""

    uploads = UploadsField(_l("Attachments"))

    def file_fields(self) -> Sequence[UploadsField]:
        """All fields of the form that take files; most forms have one."""
        return [self.uploads]

    def taken_uploads(self) -> Sequence[Upload]:
        """The whole uploads of a valid form, for the action that keeps them."""
        return [upload for upload in self.uploads.rows() if upload.is_whole]
