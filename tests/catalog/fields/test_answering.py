"""app.catalog.forms.answering: the form of an item, as it is shown and as it is checked."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.catalog.fields import FieldKind, FormDefinition
from app.catalog.forms.answering import AnswerForm, answer_form
from app.files.models import Upload
from app.i18n import speaking
from app.web.gate import enter_as
from tests import cast
from tests.catalog.fields.pieces import OWN, TODAY, field, numbers, sent
from tests.factories import files

KIND = field("kind", FieldKind.CHOICE, offers="add remove", is_required=True)
NETS = field("nets", FieldKind.NETWORKS, after="kind:add", is_required=True)
ODD = field("odd", FieldKind.TEXT, after="kind:remove", is_required=True)
NESTED = (
    KIND,
    field("some", FieldKind.CHOICES, offers="x y", after="kind:add"),
    field("why", after="some:x"),
)
CHANGED = "This form has changed since you opened it. Check it and send it again."

pytestmark = pytest.mark.usefixtures("session")


def errors(form: AnswerForm) -> dict[str, str]:
    """What is wrong, by the name of the field."""
    with speaking("en"):
        form.validate()
    return {name: " ".join(told) for name, told in form.errors.items()}


@pytest.mark.req("WR-03")
def test_what_was_answered_is_returned_in_its_stored_form() -> None:
    fields = (
        KIND,
        NETS,
        field("count", FieldKind.NUMBER),
        field("words", FieldKind.LONG_TEXT),
        field("empty"),
    )
    typed = (
        ("kind", "add"),
        ("nets", "192.0.2.0/24\r\n::1"),
        ("count", "１２"),
        ("words", " a\r\nb "),
        ("empty", " "),
    )
    form = sent(fields, *typed)
    assert errors(form) == {}
    assert form.answers() == {"kind": "add", "nets": ["192.0.2.0/24", "::1"], "count": 12, "words": "a\nb"}


@pytest.mark.req("WR-03")
def test_what_is_required_is_asked_for_where_it_is_there() -> None:
    required = "Enter this field."
    assert errors(sent((KIND, NETS, ODD))) == {"f-kind": required}
    assert errors(sent((KIND, NETS, ODD), ("kind", "add"))) == {"f-nets": required}
    assert errors(sent((KIND, NETS, ODD), ("kind", "remove"), ("odd", "x"))) == {}


@pytest.mark.req("WR-03")
def test_an_answer_smuggled_into_a_field_that_is_not_there_is_dropped_unread() -> None:
    form = sent((KIND, NETS, ODD), ("kind", "remove"), ("odd", "x"), ("nets", "no network\0"))
    assert errors(form) == {}
    assert form.answers() == {"kind": "remove", "odd": "x"}


@pytest.mark.req("WR-03")
def test_what_depends_on_a_field_that_is_not_there_is_not_there_either() -> None:
    assert sent(NESTED, ("kind", "add"), ("some", "x"), ("why", "y")).answers() == {
        "kind": "add",
        "some": ["x"],
        "why": "y",
    }
    assert sent(NESTED, ("kind", "remove"), ("some", "x"), ("why", "y")).answers() == {"kind": "remove"}


@pytest.mark.req("WR-03")
def test_a_wrong_answer_shows_nothing_that_depends_on_it() -> None:
    form = sent((KIND, NETS, ODD), ("kind", "gone"), ("nets", "x"))
    assert errors(form) == {"f-kind": "What was chosen is not offered any more. Choose again."}
    assert form.answers() == {}


@pytest.mark.req("WR-03")
def test_an_answer_to_a_field_that_the_form_does_not_have_is_told() -> None:
    assert errors(sent((field("a"),), ("a", "x"), ("gone", "y"))) == {"": CHANGED}
    assert errors(sent((field("a"),), ("a", "x"), ("gone", ""))) == {"": CHANGED}
    assert errors(sent((), ("../../a", "y"))) == {"": CHANGED}


@pytest.mark.req("WR-03")
def test_files_for_a_field_that_the_form_does_not_have_are_told() -> None:
    pairs = [("number", OWN[0]), ("files-f-gone", "x")]
    form = answer_form(
        FormDefinition(), language="en", numbers=numbers(OWN[0]), today=TODAY, formdata=MultiDict(pairs)
    )
    assert errors(form) == {"": CHANGED}


@pytest.mark.req("WR-03", "SEC-38")
@pytest.mark.parametrize("kind", [FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.EMAIL, FieldKind.NETWORKS])
def test_what_cannot_be_seen_is_refused(kind: FieldKind) -> None:
    told = errors(sent((field("it", kind),), ("it", "a\0b")))
    assert told == {"f-it": "Remove the invisible control characters from this text."}


@pytest.mark.req("WR-03", "SEC-26")
def test_a_customer_number_of_somebody_else_is_refused_like_one_that_nobody_has() -> None:
    fields = (field("it", FieldKind.CUSTOMER_NUMBER),)
    assert errors(sent(fields, ("it", OWN[1]), known=OWN)) == {}
    told = [errors(sent(fields, ("it", typed), known=OWN)) for typed in (cast.ALICE_CS_NUMBER, "X000000000")]
    assert told == [{"f-it": "Choose one of your customer numbers."}] * 2


@pytest.mark.req("WR-03", "INQ-02", "INQ-03")
def test_one_customer_number_is_preset_and_of_several_one_is_chosen() -> None:
    definition = FormDefinition()
    made = [
        answer_form(definition, language=language, numbers=numbers(*known), today=TODAY, formdata=None)
        for language, known in (("ja", OWN[:1]), ("en", OWN))
    ]
    offered = [[option.value for option in _offered(form)] for form in made]
    assert offered == [[OWN[0]], ["", *OWN]]
    (only,) = _offered(made[0])
    assert only.render_kw == {"data-holder": "株式会社サンプル", "data-service": "マネージドCSPM"}


@pytest.mark.req("WR-03")
def test_a_form_without_a_customer_number_of_the_person_is_refused() -> None:
    form = answer_form(
        FormDefinition(),
        language="en",
        numbers=numbers(*OWN),
        today=TODAY,
        formdata=MultiDict([("number", cast.ALICE_CS_NUMBER)]),
    )
    assert list(errors(form)) == ["number"]


@pytest.mark.req("WR-03")
def test_the_form_says_which_version_it_was_made_from_and_keeps_saying_so() -> None:
    options: dict[str, Any] = {"language": "en", "numbers": numbers(OWN[0]), "today": TODAY, "version_id": 7}
    fresh = answer_form(FormDefinition(), **options, formdata=None)
    again = answer_form(FormDefinition(), **options, formdata=MultiDict([("item_version", "6")]))
    assert [fresh.version_id(), again.version_id()] == [7, 6]
    for typed in ("", "x", "-1", "9" * 30):
        wrong = answer_form(FormDefinition(), **options, formdata=MultiDict([("item_version", typed)]))
        assert wrong.version_id() == 0


@pytest.mark.req("WR-03")
def test_answers_that_were_given_before_are_shown_and_sent_again_are_the_same() -> None:
    fields = (
        *NESTED,
        field("nets", FieldKind.NETWORKS),
        field("count", FieldKind.NUMBER),
        field("logs", FieldKind.FILE),
    )
    answers = {"kind": "add", "some": ["x", "y"], "why": "z", "nets": ["::1", "10.0.0.0/8"], "count": "0.5"}
    definition = FormDefinition(fields)
    form = answer_form(definition, language="en", numbers=numbers(*OWN), today=TODAY, formdata=None)
    form.fill({**answers, "gone": "x"}, number=OWN[1])
    assert form.number.data == OWN[1]
    assert form["f-nets"].data == "::1\n10.0.0.0/8"
    assert form.answers() == answers


@pytest.mark.req("WR-03")
def test_a_day_is_counted_from_the_day_of_whoever_fills_in_the_form() -> None:
    fields = (field("day", FieldKind.DATE, least=0),)
    definition = FormDefinition(fields)
    for today, told in (
        (date(2026, 11, 21), {}),
        (date(2026, 11, 22), {"f-day": "Enter 2026-11-22 or later."}),
    ):
        pairs = MultiDict([("number", OWN[0]), ("f-day", "2026-11-21")])
        form = answer_form(definition, language="en", numbers=numbers(OWN[0]), today=today, formdata=pairs)
        assert errors(form) == told


@pytest.mark.req("WR-03")
def test_when_a_field_is_there_is_said_in_the_readers_language() -> None:
    other = field("more", after="kind:add,remove")
    for language, told in (
        ("ja", "「項目kind」が「選択add」または「選択remove」の場合"),
        ("en", "If “Field kind” is “Choice add” or “Choice remove”"),
    ):
        form = sent((KIND, other), language=language)
        with speaking(language):
            assert [form.condition_of(item) for item in (KIND, other)] == ["", told]


class TestFiles:
    """Files that answer a field, and the attachments."""

    LOGS = field("logs", FieldKind.FILE, is_required=True, most=2)

    @pytest.fixture(autouse=True)
    def _hanako(self, session: Session) -> None:
        enter_as(cast.actor_of(session, "hanako", "cs"))

    @staticmethod
    def upload(session: Session, name: str = "a.log", who: str = "hanako") -> str:
        """The token of a whole upload."""
        return files.whole_of(session, who, name=name)

    @staticmethod
    def form(session: Session, *pairs: tuple[str, str], fields: tuple = (LOGS,)) -> AnswerForm:  # type: ignore[type-arg]  # fields of any number
        """The form as it was sent, with these pairs."""
        session.flush()
        return answer_form(
            FormDefinition(fields),
            language="en",
            numbers=numbers(OWN[0]),
            today=TODAY,
            formdata=MultiDict([("number", OWN[0]), *pairs]),
        )

    @pytest.mark.req("WR-04")
    def test_each_field_has_its_own_files_and_the_attachments_theirs(self, session: Session) -> None:
        first, second, other = (self.upload(session, name) for name in ("a.log", "b.log", "c.txt"))
        form = self.form(session, ("f-logs", first), ("f-logs", second), ("uploads", other))
        assert errors(form) == {}
        assert _names(form.uploads_by_field()) == {"logs": ["a.log", "b.log"], "": ["c.txt"]}
        assert form.answers() == {}

    @pytest.mark.req("WR-04", "SEC-41")
    def test_an_upload_of_somebody_else_is_as_if_it_were_not_there(self, session: Session) -> None:
        form = self.form(session, ("f-logs", self.upload(session, who="alice")))
        assert errors(form) == {"f-logs": "A file is not there any more. Choose it again."}

    @pytest.mark.req("WR-04")
    def test_an_attachment_is_no_answer_to_a_field_that_asks_for_one(self, session: Session) -> None:
        form = self.form(session, ("uploads", self.upload(session)))
        assert errors(form) == {"f-logs": "Choose a file first."}

    @pytest.mark.req("WR-04")
    def test_a_field_takes_so_many_files(self, session: Session) -> None:
        tokens = [self.upload(session) for _number in range(3)]
        assert errors(self.form(session, *(("f-logs", token) for token in tokens[:2]))) == {}
        form = self.form(session, *(("f-logs", token) for token in tokens))
        assert errors(form) == {"f-logs": "Choose at most 2 files."}

    @pytest.mark.req("WR-04", "SEC-42")
    def test_all_fields_together_take_no_more_than_may_be_sent_at_once(self, session: Session) -> None:
        fields = tuple(field(f"logs{index}", FieldKind.FILE) for index in range(2))
        tokens = [self.upload(session) for _number in range(21)]
        pairs = [(f"f-logs{index % 2}", token) for index, token in enumerate(tokens)]
        assert errors(self.form(session, *pairs[:20], fields=fields)) == {}
        told = {"": "At most 20 files can be sent at once."}
        assert errors(self.form(session, *pairs, fields=fields)) == told

    @pytest.mark.req("WR-04")
    def test_the_same_upload_answers_one_field_alone(self, session: Session) -> None:
        token = self.upload(session)
        form = self.form(session, ("f-logs", token), ("f-logs", token), ("uploads", token))
        assert errors(form) == {}
        assert _names(form.uploads_by_field()) == {"logs": ["a.log"]}

    @pytest.mark.req("WR-04")
    def test_files_of_a_field_that_is_not_there_are_dropped(self, session: Session) -> None:
        logs = field("logs", FieldKind.FILE, after="kind:add", is_required=True)
        form = self.form(session, ("f-kind", "remove"), ("f-logs", self.upload(session)), fields=(KIND, logs))
        assert errors(form) == {}
        assert form.uploads_by_field() == {}

    @pytest.mark.req("WR-04")
    def test_files_that_a_changed_request_keeps_count(self, session: Session) -> None:
        form = self.form(session)
        form.keep_files({"logs": 1})
        assert errors(form) == {}
        form = self.form(session, *(("f-logs", self.upload(session)) for _number in range(2)))
        form.keep_files({"logs": 1})
        assert errors(form) == {"f-logs": "Choose at most 2 files."}


def _offered(form: AnswerForm) -> list[Any]:
    """The options of the customer number, whose type the stubs do not know."""
    return list(form.number.choices or ())


def _names(uploads: dict[str, list[Upload]]) -> dict[str, list[str]]:
    return {key: [upload.name for upload in rows] for key, rows in uploads.items()}
