"""Words of Latin letters and digits: numbers, and a light English stem that always gives a real word.

The stem takes plurals, -ed and -ing away where that is safe, and leaves the word alone where it is not: a search that
misses "setting" by "set" does less harm than one that finds it. Words of the field that end in a silent e are listed,
since nothing else tells "updated" (update) from "edited" (edit).
"""

import re
from functools import lru_cache

from app.search.analyzer.token import Token
from app.search.analyzer.word_lists import words_of

# A number with its thousands, a decimal one, letters before a number of their own (windows 11, sha 256), any other run.
WORD = re.compile(
    r"""
    (?<![0-9])[0-9]{1,3}(?:,[0-9]{3})++(?![0-9])
  | [0-9]++(?:\.[0-9]++)++(?![a-z])
  | [a-z]{3,40}+(?=[0-9]++(?:\.[0-9]++)*+(?![a-z]))
  | [a-z0-9]++(?:'[a-z]{1,2}(?![a-z]))?
    """,
    re.VERBOSE,
)
# Longer terms than this are no words; engines limit what they hold.
MOST_SIGNS = 200

# Words such as in, on, off and out are none of them: they make verbs others (sign in, log out).
_FUNCTION_WORDS = words_of(
    """
    a an the of to and or for with from by at as into is are was were be been am do does did can could will would please
    i me my we us our you your it its this that these those how what why when where there
    """
)

# In capitals these are names: plan A, IT, US.
_NAMES_IN_CAPITALS = words_of("a it us can am as")
_AS_THEY_ARE = words_of("""
    windows https kubernetes news always this does was has its alias bias gas canvas atlas pass plus bus
    virus status access process address business wireless series aws ios dns sms gps tls cors sass saas paas
    iaas postgres redis sophos cisco solaris apis analysis basis axis chaos ethos perhaps besides towards
    regards thanks headquarters need speed feed seed embed shed bed red indeed exceed proceed succeed breed
    hundred sacred fed led wed setting meeting training building phishing pricing billing marketing
    engineering spring string during nothing something everything anything morning evening ping king ring
    thing bring sing wing swing sling sting cling vishing smishing pharming spoofing onboarding listing
    """)
_IRREGULAR = {
    "aliases": "alias",
    "analyses": "analysis",
    "axes": "axis",
    "buses": "bus",
    "caches": "cache",
    "children": "child",
    "criteria": "criterion",
    "enrol": "enroll",
    "enrols": "enroll",
    "gases": "gas",
    "indices": "index",
    "kubernetes": "kubernetes",
    "matrices": "matrix",
    "people": "person",
    "quizzes": "quiz",
    "settings": "setting",
    "taxes": "tax",
    "vertices": "vertex",
}
# Verbs of the field that end in an e which -ed and -ing swallow.
_SILENT_E = words_of("""
    acknowledge acquire advise age agree analyze arrange assure attribute authorise authorize bake base become
    bounce bridge browse bundle cache capture care case cause cease challenge change charge choose cite
    close code combine come compare compile complete compose compromise compute concatenate conclude
    configure confuse consume contribute convince cooperate create cure date debate decide declare decline
    decode decommission decrease deduce define degrade delete delegate demote denote deprecate describe
    determine diagnose die disable disclose dispose dispute distribute divide double downgrade duplicate
    ease educate elapse eliminate emerge enable encode encourage enforce enhance ensure escape escalate
    estimate evaluate examine exchange exclude execute expire explore expose extreme face facilitate fake
    file finalize fine force forge free freeze fuse generate give govern grade guarantee guide handle have
    hide hire ignore image imagine impose improve include increase indicate infringe initialise initialize
    initiate inquire inspire insure integrate interface introduce invite invoice invoke involve isolate
    issue knife leave license like line live locate lose make manage mature measure merge migrate mistake
    mitigate mode move mute name negotiate normalize note notice obscure observe operate optimize organise
    organize orchestrate outline outsource overwrite package page participate paste pause permute persuade
    phase phone pile pipe place please poke pose postpone predate prepare prescribe preserve presume probe
    produce profile promise promote propose prove provide provision prune purchase purge pursue quarantine
    queue quote raise range rate reactivate realize receive recognize reconcile recode reconfigure recreate
    reduce reenable refuse release relate relocate remove rename renegotiate replace replicate reproduce
    require rescue reserve resolve restore resume retire retrieve reuse revise revoke rewrite ride rotate
    route rule sale sanitize save scale schedule scope score scrape secure separate serve service shape
    share site smile solve source spare stage standardize state stipulate store stride structure style
    subscribe suite supervise suppose surprise survive synchronize take telephone terminate theme time
    toggle trace trade transcribe translate triage tune type undertake unite unsubscribe update upgrade use
    utilize validate value violate virtualize vote wake wipe wire withdraw write zone
    """)
_SHORTEST = 3
_VOWEL = re.compile(r"[aeiouy]")


def word(written: str, start: int, *, is_capital: bool) -> Token | None:
    """The token of a run that :data:`WORD` found; none for a function word, unless it is a name in capitals."""
    if written in _FUNCTION_WORDS and not (is_capital and written in _NAMES_IN_CAPITALS):
        return None
    return Token(stem(written), start, start + len(written))


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """The word without its ending, as a word of the language; numbers lose what divides their thousands."""
    word = word.replace(",", "")
    if "'" in word:
        word = word.partition("'")[0] if word.endswith("'s") else word.replace("'", "")
    if len(word) <= _SHORTEST or not word.isalpha() or not word.isascii():
        return word[:MOST_SIGNS]
    word = _singular(word[:MOST_SIGNS])
    return word if word in _AS_THEY_ARE else _plain_verb(word)


def _singular(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _AS_THEY_ARE or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > len("ties"):
        return word[:-1] if word[:-1] in _IN_IE else word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")) or (
        word.endswith("uses")
        and not word.endswith(("auses", "ouses"))
        and word[:-1] not in _SILENT_E | _IN_USE
    ):
        return word[:-2]
    return word[:-1]


_IN_IE = words_of("cookie movie brownie zombie selfie rookie newbie calorie genie series specie")
_IN_USE = words_of("fuse excuse abuse misuse accuse amuse reuse")


def _plain_verb(word: str) -> str:
    """A verb without -ed or -ing."""
    if word.endswith("ied") and len(word) > len("tied"):
        return word[:-3] + "y"
    if word.endswith("ed") and not word.endswith("eed"):
        rest = word[:-2]
    elif word.endswith("ing"):
        rest = word[:-3]
    else:
        return word
    if len(rest) < _SHORTEST or not _VOWEL.search(rest):
        return rest + "e" if rest + "e" in _SILENT_E else word
    return _restored(rest)


def _restored(rest: str) -> str:
    """The verb that its ending was taken from: with the e that the ending swallowed, without the letter it doubled."""
    if rest in _AS_VERBS_END:
        return rest
    if rest + "e" in _SILENT_E | _IN_USE or rest.endswith(
        ("iz", "bl", "dl", "gl", "pl", "tl", "v", "u", "c")
    ):
        return rest + "e"
    if rest.endswith("at") and not rest.endswith(("eat", "oat", "rmat")):
        return rest + "e"
    if rest[-1] == rest[-2] and rest[-1] not in "aeioulsz":
        return rest[:-1]
    if rest[-2:] == "ll" and rest in _DOUBLE_L:
        return rest[:-1]
    return rest


# No ending swallowed or doubled anything here: added, synced.
_AS_VERBS_END = words_of("add err ebb sync async resync disc")
_DOUBLE_L = words_of("cancell controll labell modell patroll rebell signall travell tunnell compell")
