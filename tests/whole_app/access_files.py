"""Rows of files: uploads are their user's alone, files follow their case and their audience (SEC-41, SEC-44)."""

from tests.whole_app.rows import (
    CS_ALL,
    CS_OTHERS,
    CS_OWNERS,
    DESK,
    FM_ALL,
    FM_DESK,
    FM_OTHERS,
    FM_OWNERS,
    KEY,
    Row,
    act,
    console,
    portal,
)

UPLOADS = tuple(
    row
    for page, base, everybody, owner, others, upload in (
        (portal, "/cs", CS_ALL, "hanako", "taro alice", "hanakos_upload"),
        (console, "/console", DESK, "agent", "cs_agent lead admin", "agents_upload"),
    )
    for row in (
        # Without a name and a size nothing is announced.
        act(page("files.create", f"{base}/uploads", typed=everybody)),
        page("files.preview", f"{base}/uploads/{{{upload}}}/picture", ok=owner, gone=others),
        page("files.preview", f"{base}/uploads/none/picture", gone=everybody),
        Row(
            endpoint=page("files.append", "").endpoint, method="PATCH", address=f"{base}/uploads/{{kaitos_upload}}",
            otherwise="login", gone=everybody,
        ),
        Row(
            endpoint=page("files.take_off", "").endpoint, method="DELETE",
            address=f"{base}/uploads/{{kaitos_upload}}", otherwise="login", gone=everybody,
        ),
    )
)  # fmt: skip

FILES = (
    portal("cases.download", "/cs/cases/{in_progress}/files/{file}", ok=CS_OWNERS, gone=CS_OTHERS),
    portal("cases.picture", "/cs/cases/{in_progress}/files/{file}/picture", ok=CS_OWNERS, gone=CS_OTHERS),
    # A file of an internal note does not exist for customers, and a file exists below its own case alone.
    portal("cases.download", "/cs/cases/{in_progress}/files/{note_file}", gone=CS_ALL),
    portal("cases.picture", "/cs/cases/{in_progress}/files/{note_file}/picture", gone=CS_ALL),
    portal("cases.download", "/cs/cases/{new}/files/{file}", gone=CS_ALL),
    portal("cases.download", "/cs/cases/{in_progress}/files/{fm_file}", gone=CS_ALL),
    portal("cases.download", "/cs/cases/{fm_new}/files/{fm_file}", gone=CS_ALL),
    portal("cases.download", "/fm/cases/{fm_new}/files/{fm_file}", ok=FM_OWNERS, gone=FM_OTHERS),
    portal("cases.download", "/fm/cases/{in_progress}/files/{file}", gone=FM_ALL),
    portal("cases.download", "/cs/cases/{in_progress}/files/none", gone=CS_ALL),
    console("cases.download", "/console/cases/{in_progress}/files/{file}", ok=DESK),
    console("cases.download", "/console/cases/{in_progress}/files/{note_file}", ok=DESK),
    console("cases.picture", "/console/cases/{in_progress}/files/{file}/picture", ok=DESK),
    console("cases.download", "/console/cases/{fm_new}/files/{fm_file}", ok=FM_DESK, gone="cs_agent"),
    console("cases.download", "/console/cases/{missing}/files/{file}", gone=DESK),
    *(
        act(page("cases.add_to_case", f"{base}/cases/{{{place}}}/files", **answers), **{"files-form_key": KEY})
        for page, base, place, answers in (
            # A form without a file comes back.
            (portal, "/cs", "in_progress", {"typed": CS_OWNERS, "gone": CS_OTHERS}),
            (portal, "/cs", "closed", {"late": CS_OWNERS, "gone": CS_OTHERS}),
            (portal, "/cs", "fm_new", {"gone": CS_ALL}),
            (console, "/console", "in_progress", {"typed": DESK}),
            (console, "/console", "fm_in_progress", {"typed": FM_DESK, "gone": "cs_agent"}),
            (console, "/console", "missing", {"gone": DESK}),
        )
    ),
    # A whole upload is its user's: whoever else names it is told that it is not there.
    act(
        portal("cases.add_to_case", "/cs/cases/{in_progress}/files", done="hanako", typed="taro", gone=CS_OTHERS),
        uploads="{hanakos_upload}", **{"files-form_key": KEY},
    ),
)  # fmt: skip

ROWS = (*UPLOADS, *FILES)
