"""Rows of the searches, of the words that leads teach them, and of searches in vain."""

from tests.whole_app.rows import CS_ALL, DESK, FM_ALL, KEY, Row, act, console, portal

LEADS = "lead admin"
WORDS, DICTIONARY = "/console/search/words", "/console/search/dictionary"
GROUP = {"words": "新語\n新しい語", "form_key": KEY}

ROWS: tuple[Row, ...] = (
    portal("search.show", "/cs/search?q=不審なログイン", ok=CS_ALL),
    portal("search.show", "/fm/search", ok=FM_ALL),
    portal("cases.index", "/cs/cases?f=keyword:matches:ログイン", ok=CS_ALL),
    portal("cases.index", "/fm/cases?f=keyword:matches:-", typed=FM_ALL),
    portal("cases.index_file", "/cs/cases.csv?f=keyword:matches:ログイン", ok=CS_ALL),
    console("cases.index", "/console/cases/?f=keyword:matches:ログイン", ok=DESK),
    console("search.show", "/console/search?q=不審なログイン", ok=DESK),
    console("search.list_synonyms", WORDS, ok=LEADS, no="agent cs_agent"),
    act(console("search.add_synonyms", WORDS, done=LEADS, no="agent cs_agent"), **GROUP),
    act(
        console("search.add_synonyms", WORDS, typed=LEADS, no="agent cs_agent"),
        words="一つだけ",
        form_key=KEY,
    ),
    console("search.synonyms", f"{WORDS}/{{synonyms}}", ok=LEADS, no="agent cs_agent"),
    console("search.synonyms", f"{WORDS}/999999", gone=LEADS, no="agent cs_agent"),
    act(
        console("search.save_synonyms", f"{WORDS}/{{synonyms}}", done=LEADS, no="agent cs_agent"),
        words="別の語\nほかの語",
        version="1",
    ),
    act(
        console("search.save_synonyms", f"{WORDS}/{{synonyms}}", late=LEADS, no="agent cs_agent"),
        words="別の語\nほかの語",
        version="9",
    ),
    act(console("search.remove_synonyms", f"{WORDS}/{{synonyms}}/removal", done=LEADS, no="agent cs_agent")),
    console("search.list_dictionary", DICTIONARY, ok=LEADS, no="agent cs_agent"),
    act(
        console("search.add_dictionary_word", DICTIONARY, done=LEADS, no="agent cs_agent"),
        word="窓口くん",
        form_key=KEY,
    ),
    act(
        console(
            "search.remove_dictionary_word",
            f"{DICTIONARY}/{{dictionary_word}}/removal",
            done=LEADS,
            no="agent cs_agent",
        )
    ),
    console("search.list_misses", "/console/search/misses?sort=-last", ok=LEADS, no="agent cs_agent"),
    act(
        console(
            "search.remove_miss",
            "/console/search/misses/{missed}/removal",
            done="lead",
            # What the lead has taken off is not brought back between the people.
            gone="admin",
            no="agent cs_agent",
        )
    ),
    act(
        console(
            "search.remove_miss",
            "/console/search/misses/{desks_missed}/removal",
            done="lead",
            gone="admin",
            no="agent cs_agent",
        )
    ),
)
