"""Rows of the pages that follow their case: pulse, presence, watch list, drafts."""

from tests.whole_app.rows import (
    CS_ALL,
    CS_OTHERS,
    CS_OWNERS,
    DESK,
    FM_ALL,
    FM_DESK,
    KEY,
    Answers,
    act,
    console,
    portal,
    quiet,
)

TYPED = {"body": "書きかけの文章", "form_key": KEY}
# Where a case can be asked for at the desk, and who meets it there.
PLACES: tuple[tuple[str, Answers], ...] = (
    ("in_progress", {"done": DESK}),
    ("fm_in_progress", {"done": FM_DESK, "gone": "cs_agent"}),
    ("missing", {"gone": DESK}),
)
PLACES_KEPT: tuple[tuple[str, Answers], ...] = (
    ("in_progress", {"kept": DESK}),
    ("fm_in_progress", {"kept": FM_DESK, "gone": "cs_agent"}),
    ("missing", {"gone": DESK}),
)

PULSE = (
    *(
        quiet(row)
        for row in (
            portal("cases.pulse", "/cs/cases/{in_progress}/pulse", ok=CS_OWNERS, gone=CS_OTHERS),
            portal("cases.pulse", "/cs/cases/{fm_in_progress}/pulse?after=0&version=0", gone=CS_ALL),
            portal("cases.pulse", "/fm/cases/{missing}/pulse", gone=FM_ALL),
            console("cases.pulse", "/console/cases/{in_progress}/pulse", ok=DESK),
            console("cases.pulse", "/console/cases/{fm_new}/pulse", ok=FM_DESK, gone="cs_agent"),
            console("cases.pulse", "/console/cases/{missing}/pulse", gone=DESK),
        )
    ),
    *(
        quiet(
            act(
                console("cases.be_present", f"/console/cases/{{{place}}}/presence", **answers), doing="typing"
            )
        )
        for place, answers in PLACES_KEPT
    ),
)
WATCHERS = (
    act(
        portal("cases.add_watcher", "/cs/cases/{in_progress}/watchers", done=CS_OWNERS, gone=CS_OTHERS),
        **{"watcher-user": "{taro_id}"},
    ),
    # Jiro has another number, alice another company, and the last one does not exist: all three are the same.
    *(
        act(
            portal("cases.add_watcher", "/cs/cases/{in_progress}/watchers", typed=CS_OWNERS, gone=CS_OTHERS),
            **{"watcher-user": user},
        )
        for user in ("{jiro_id}", "{alice_id}", "{kaito_id}", "{agent_id}", "999999", "")
    ),
    act(portal("cases.add_watcher", "/cs/cases/{closed}/watchers", late=CS_OWNERS, gone=CS_OTHERS)),
    act(
        portal(
            "cases.remove_watcher",
            "/cs/cases/{watched}/watchers/{taro_id}/removal",
            done=CS_OWNERS,
            gone=CS_OTHERS,
        )
    ),
    act(portal("cases.remove_watcher", "/cs/cases/{watched}/watchers/{alice_id}/removal", gone=CS_ALL)),
    *(
        act(
            console("cases.add_watcher", f"/console/cases/{{{place}}}/watchers", **answers),
            **{"watcher-user": user},
        )
        for user, place, answers in (
            ("{taro_id}", "in_progress", {"done": DESK}),
            ("{jiro_id}", "fm_in_progress", {"done": FM_DESK, "gone": "cs_agent"}),
            ("{alice_id}", "in_progress", {"typed": DESK}),
            ("{taro_id}", "closed", {"late": DESK}),
            ("{taro_id}", "missing", {"gone": DESK}),
        )
    ),
    act(console("cases.remove_watcher", "/console/cases/{watched}/watchers/{taro_id}/removal", done=DESK)),
    act(console("cases.remove_watcher", "/console/cases/{watched}/watchers/{hanako_id}/removal", gone=DESK)),
)
DRAFTS = (
    *(
        quiet(act(row, **TYPED))
        for row in (
            portal(
                "cases.keep_draft", "/cs/cases/{in_progress}/drafts/comment", kept=CS_OWNERS, gone=CS_OTHERS
            ),
            portal("cases.keep_draft", "/cs/cases/{fm_new}/drafts/comment", gone=CS_ALL),
            portal("cases.keep_inquiry_draft", "/cs/inquiries/drafts/details", kept=CS_ALL),
            *(
                console("cases.keep_draft", f"/console/cases/{{{place}}}/drafts/{pen}", **answers)
                for place, answers in PLACES_KEPT
                for pen in ("reply", "note")
            ),
        )
    ),
    act(
        portal(
            "cases.discard_draft",
            "/cs/cases/{in_progress}/drafts/comment/removal",
            done=CS_OWNERS,
            gone=CS_OTHERS,
        )
    ),
    act(portal("cases.discard_inquiry_draft", "/fm/inquiries/drafts/details/removal", done=FM_ALL)),
    *(
        act(console("cases.discard_draft", f"/console/cases/{{{place}}}/drafts/{pen}/removal", **answers))
        for place, answers in PLACES
        for pen in ("reply", "note")
    ),
)

ROWS = (*PULSE, *WATCHERS, *DRAFTS)
