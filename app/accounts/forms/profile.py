"""The forms of the own profile (S28, S29)."""

import re

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField

from app.accounts.actions.profile import About, Settings
from app.accounts.forms.fields import LanguageField, MailField, NameField, PhoneField, ZoneField
from app.accounts.models import User
from app.i18n import _l
from app.web.forms import LineField, PlainForm, TextField

JOB_TITLE_LENGTH, BIOGRAPHY_LENGTH = 100, 1_000
VERSION = re.compile(r"[0-9]{1,9}")


class VersionedForm(PlainForm):
    """A form that edits a user's row and carries the version it was made from (REL-05)."""

    version = HiddenField()

    def version_number(self) -> int:
        """The version the form was made from; 0, which is always stale, for anything but a number."""
        value = self.version.data or ""
        return int(value) if VERSION.fullmatch(value) else 0


class AboutForm(VersionedForm):
    """The group 関連情報 (PROF-03); first and last name make the displayed name."""

    given_name = NameField(_l("First name"))
    family_name = NameField(_l("Last name"), required=True)
    job_title = LineField(_l("Job title"), most=JOB_TITLE_LENGTH)
    biography = TextField(_l("Biography"), most=BIOGRAPHY_LENGTH)
    business_phone = PhoneField(_l("Business phone"))
    mobile_phone = PhoneField(_l("Mobile"))
    language = LanguageField()
    time_zone = ZoneField()

    def fill(self, user: User) -> None:
        """Show the profile as it is."""
        self.process(obj=user)
        self.version.data = str(user.version)
        self.language.data, self.time_zone.data = user.language or "", user.time_zone or ""

    def typed(self) -> About:
        """What was typed, as the action takes it."""
        return About(
            given_name=self.given_name.data or "",
            family_name=self.family_name.data or "",
            job_title=self.job_title.data or "",
            biography=self.biography.data or "",
            business_phone=self.business_phone.data or "",
            mobile_phone=self.mobile_phone.data or "",
            language=self.language.data or None,
            time_zone=self.time_zone.data or None,
        )


class SettingsForm(VersionedForm):
    """The group ユーザー設定 (PROF-04)."""

    has_accessibility = BooleanField(_l("Enable accessibility"))
    time_zone = ZoneField()
    language = LanguageField()

    def fill(self, user: User) -> None:
        """Show the settings as they are."""
        self.version.data = str(user.version)
        self.has_accessibility.data = user.has_accessibility
        self.language.data, self.time_zone.data = user.language or "", user.time_zone or ""

    def typed(self) -> Settings:
        """What was chosen, as the action takes it."""
        return Settings(
            has_accessibility=bool(self.has_accessibility.data),
            language=self.language.data or None,
            time_zone=self.time_zone.data or None,
        )


class MailForm(PlainForm):
    """The dialog メール (S29)."""

    mail = MailField(_l("E-mail"))


class PictureForm(PlainForm):
    """A picture to upload (PROF-02)."""

    picture = FileField(_l("Picture"), render_kw={"accept": "image/png, image/jpeg, image/gif"})

    def refuse(self, text: str) -> None:
        """Put a message at the field."""
        self.picture.errors = [text]
