"""English endings: forms of one word fall together, words that only look like forms of another do not."""

import pytest

from app.search.analyzer import asked
from app.search.analyzer.english import MOST_SIGNS, stem

pytestmark = pytest.mark.req("SEARCH-05")


@pytest.mark.parametrize(
    "forms",
    [
        # Plurals by how they are made.
        "server servers",
        "box boxes",
        "class classes",
        "patch patched patches patching",
        "crash crashes crashed crashing",
        "entry entries",
        "key keys",
        "cookie cookies",
        "alias aliases",
        "index indexes indices",
        "analysis analyses",
        "criterion criteria",
        "gas gases",
        "quiz quizzes",
        "database databases",
        "base bases based",
        "cause causes caused",
        "abuse abuses abused abusing",
        "excuse excuses excused",
        "house houses",
        "bus buses",
        # Endings that change nothing else.
        "install installs installed installing",
        "process processes processed processing",
        "fail fails failed failing",
        "need needs needed needing",
        "exceed exceeds exceeded exceeding",
        "format formats formatted formatting",
        "transfer transfers transferred transferring",
        "add adds added adding",
        "err errs erred erring",
        "sync syncs synced syncing",
        "access accesses accessed accessing",
        "sign signs signed signing",
        # An e that the ending swallowed.
        "delete deletes deleted deleting",
        "configure configures configured configuring",
        "disable disables disabled disabling",
        "cache caches cached caching",
        "become becomes becoming",
        "expire expires expired expiring",
        "issue issues issued issuing",
        "authenticate authenticates authenticated authenticating",
        "receive receives received receiving",
        "release releases released releasing",
        "organize organizes organized organizing",
        "type types typed typing",
        # A letter that the ending doubled, and one that was double before.
        "scan scans scanned scanning",
        "plug plugs plugged plugging",
        "stop stops stopped stopping",
        "control controls controlled controlling",
        "cancel cancels cancelled canceled cancelling",
        "enroll enrolls enrolled enrolling enrol enrols",
        "pass passes passed passing",
        "spell spells spelled spelling",
        # A y that became an i.
        "apply applies applied applying",
        "deny denies denied denying",
        "delay delays delayed delaying",
        "retry retries retried retrying",
        # What belongs to somebody, and thousands.
        "user users user's",
        "1234 1,234",
        "1234567 1,234,567",
    ],
    ids=lambda forms: str(forms.split()[0]),
)
def test_forms_of_a_word_are_the_word(forms: str) -> None:
    written = forms.split()
    assert {each: stem(each) for each in written} == dict.fromkeys(written, written[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Nouns in -ing and what they seem to be made of.
        ("setting", "set"),
        ("meeting", "meet"),
        ("training", "train"),
        ("building", "build"),
        ("phishing", "phish"),
        ("pricing", "price"),
        ("billing", "bill"),
        ("evening", "even"),
        ("ping", "p"),
        # Short words whose ending is a part of them.
        ("feed", "fe"),
        ("red", "r"),
        ("bed", "b"),
        ("hundred", "hundr"),
        ("this", "thi"),
        ("us", "use"),
        # Names that end in s.
        ("windows", "window"),
        ("https", "http"),
        ("aws", "aw"),
        ("dns", "dn"),
        ("news", "new"),
        ("wireless", "wireles"),
        # Words that differ by an e.
        ("plan", "plane"),
        ("rat", "rate"),
        ("scan", "scanne"),
        ("car", "care"),
        ("cars", "cares"),
        ("cod", "code"),
        ("past", "paste"),
        ("caches", "cashes"),
        ("filed", "filled"),
        ("rating", "ratting"),
        # Endings that a light stem leaves alone, though a heavy one would take them.
        ("policy", "police"),
        ("organization", "organ"),
        ("universal", "university"),
        ("general", "generate"),
        ("installation", "install"),
        ("manager", "manage"),
        ("quickly", "quick"),
    ],
)
def test_words_that_only_look_alike_stay_two(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    "name",
    [
        "status",
        "virus",
        "access",
        "address",
        "business",
        "canvas",
        "atlas",
        "analysis",
        "series",
        "kubernetes",
        "postgres",
        "sophos",
        "cisco",
    ],
)
def test_a_name_keeps_its_s(name: str) -> None:
    assert stem(name) == name


@pytest.mark.parametrize("word", ["a1s", "x86s", "straßes", "été's"])
def test_what_is_no_plain_english_loses_no_ending_but_the_possessive(word: str) -> None:
    assert stem(word) == word.removesuffix("'s")


@pytest.mark.parametrize("length", [MOST_SIGNS - 1, MOST_SIGNS, MOST_SIGNS + 1])
def test_the_longest_word_is_cut_at_its_limit(length: int) -> None:
    assert len(stem("q" * length)) == min(length, MOST_SIGNS)
    assert [len(each.term) for each in asked("q" * length)] == [min(length, MOST_SIGNS)]


@pytest.mark.parametrize("form", ["bases", "base"])
def test_a_knowledge_base_is_found_however_many_are_asked_for(form: str) -> None:
    assert [each.term for each in asked(f"Knowledge {form}")] == ["knowledge", "base"]
