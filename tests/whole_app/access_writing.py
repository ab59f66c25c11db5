"""Rows of writing at the desk: taking back, canned answers, mentions."""

from tests.whole_app.rows import DESK, FM_DESK, KEY, Answers, Row, act, console, quiet

WITHDRAWAL = (
    act(
        console(
            "cases.withdraw",
            "/console/cases/{answered}/comments/{reply}/withdrawal",
            done="agent",
            no="cs_agent lead admin",
        )
    ),
    act(console("cases.withdraw", "/console/cases/{missing}/comments/{reply}/withdrawal", gone=DESK)),
    act(console("cases.withdraw", "/console/cases/{answered}/comments/999999/withdrawal", gone=DESK)),
    act(
        console(
            "cases.withdraw",
            "/console/cases/{fm_new}/comments/{reply}/withdrawal",
            gone=f"cs_agent {FM_DESK}",
        )
    ),
)

LEADS, AGENTS = "lead admin", "agent cs_agent"
TEXT = {"service": "cs", "name": "新しい定型文", "body_ja": "本文", "body_en": "text", "form_key": KEY}
ANSWERS = (
    console("cases.list_answers", "/console/answers/", ok=LEADS, no=AGENTS),
    console("cases.new_answer", "/console/answers/new", ok=LEADS, no=AGENTS),
    act(console("cases.add_answer", "/console/answers/new", done=LEADS, no=AGENTS), **TEXT),
    console("cases.answer", "/console/answers/{answer}", ok=LEADS, no=AGENTS),
    console("cases.answer", "/console/answers/999999", gone=LEADS, no=AGENTS),
    act(
        console("cases.save_answer", "/console/answers/{answer}", done=LEADS, no=AGENTS), **TEXT, version="1"
    ),
    act(
        console("cases.save_answer", "/console/answers/{answer}", late=LEADS, no=AGENTS), **TEXT, version="9"
    ),
    act(console("cases.save_answer", "/console/answers/999999", gone=LEADS, no=AGENTS), **TEXT, version="1"),
    act(console("cases.remove_answer", "/console/answers/{answer}/removal", done=LEADS, no=AGENTS)),
    act(console("cases.remove_answer", "/console/answers/999999/removal", gone=LEADS, no=AGENTS)),
    console("cases.filled_answer", "/console/cases/{new}/answers/{answer}", ok=DESK),
    console(
        "cases.filled_answer", "/console/cases/{fm_new}/answers/{fm_answer}", ok=FM_DESK, gone="cs_agent"
    ),
    console("cases.filled_answer", "/console/cases/{fm_new}/answers/{answer}", gone=f"{FM_DESK} cs_agent"),
    console("cases.filled_answer", "/console/cases/{missing}/answers/{answer}", gone=DESK),
    act(
        console("cases.insert_answer", "/console/cases/{new}/answers", ok=DESK),
        **{"reply-answer": "{answer}"},
    ),
    act(console("cases.insert_answer", "/console/cases/{new}/answers", typed=DESK), **{"reply-answer": ""}),
    act(
        console("cases.insert_answer", "/console/cases/{closed}/answers", late=DESK),
        **{"reply-answer": "{answer}"},
    ),
    act(
        console("cases.insert_answer", "/console/cases/{fm_new}/answers", ok=FM_DESK, gone="cs_agent"),
        **{"reply-answer": "{fm_answer}"},
    ),
    act(
        console("cases.insert_answer", "/console/cases/{missing}/answers", gone=DESK), **{"reply-answer": "1"}
    ),
)

HERE: tuple[tuple[str, Answers], ...] = (
    ("answered", {"kept": DESK}),
    ("fm_new", {"kept": FM_DESK, "gone": "cs_agent"}),
    ("missing", {"gone": DESK}),
)
MENTIONS = (
    console("cases.list_mentions", "/console/mentions/", ok=DESK),
    act(console("cases.read_mentions", "/console/mentions/reading", done=DESK)),
    *(
        act(
            console(
                "cases.read_mention",
                f"/console/mentions/{{{owner}s_mention}}/reading",
                done=owner,
                gone=" ".join(name for name in DESK.split() if name != owner),
            )
        )
        for owner in ("agent", "lead", "cs_agent")
    ),
    act(console("cases.read_mention", "/console/mentions/999999/reading", gone=DESK)),
    *(
        quiet(
            act(
                console("cases.read_mentions_here", f"/console/cases/{{{place}}}/mentions/reading", **answers)
            )
        )
        for place, answers in HERE
    ),
)

ROWS: tuple[Row, ...] = (*WITHDRAWAL, *ANSWERS, *MENTIONS)
