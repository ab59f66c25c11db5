"""Rows of the knowledge: published articles for those they are for, and their files with them (KB-03, SEC-44)."""

from tests.whole_app.rows import CS_ALL, FM_ALL, act, portal, quiet

PORTAL = (
    portal("knowledge.home", "/cs/knowledge/", ok=CS_ALL),
    portal("knowledge.home", "/fm/knowledge/?all=1", ok=FM_ALL),
    portal("knowledge.search", "/cs/knowledge/search", ok=CS_ALL),
    portal("knowledge.search", "/cs/knowledge/search?q=ログイン&language=ja&sort=-newest&page=2", ok=CS_ALL),
    portal("knowledge.show", "/cs/knowledge/{kb}", ok=CS_ALL),
    portal("knowledge.show", "/cs/knowledge/{kb_document}", ok=CS_ALL),
    portal("knowledge.show", "/fm/knowledge/{kb_fm}", ok=FM_ALL),
    portal("knowledge.show", "/cs/knowledge/{kb_fm}", gone=CS_ALL),
    portal("knowledge.show", "/cs/knowledge/{kb_draft}", gone=CS_ALL),
    portal("knowledge.show", "/cs/knowledge/KB9999999", gone=CS_ALL),
    quiet(act(portal("knowledge.suggestions", "/cs/knowledge/suggestions", kept=CS_ALL), text="気球の操縦")),
    act(portal("knowledge.feedback", "/cs/knowledge/{kb}/feedback", done=CS_ALL), helped="yes"),
    act(portal("knowledge.feedback", "/cs/knowledge/{kb}/feedback", typed=CS_ALL)),
    act(portal("knowledge.feedback", "/cs/knowledge/{kb_fm}/feedback", gone=CS_ALL), helped="yes"),
    act(portal("knowledge.feedback", "/cs/knowledge/{kb_draft}/feedback", gone=CS_ALL), helped="yes"),
)
FILES = (
    portal("knowledge.download", "/cs/knowledge/{kb}/files/{kb_file}", ok=CS_ALL),
    portal("knowledge.picture", "/cs/knowledge/{kb}/files/{kb_file}/picture", ok=CS_ALL),
    portal("knowledge.download", "/cs/knowledge/{kb_document}/files/{kb_document_file}", ok=CS_ALL),
    # A file stands below its own article alone, and that of a draft below none.
    portal("knowledge.download", "/cs/knowledge/{kb}/files/{kb_document_file}", gone=CS_ALL),
    portal("knowledge.download", "/cs/knowledge/{kb}/files/{kb_draft_file}", gone=CS_ALL),
    portal("knowledge.picture", "/cs/knowledge/{kb}/files/{kb_draft_file}/picture", gone=CS_ALL),
    portal("knowledge.picture", "/cs/knowledge/{kb_document}/files/{kb_document_file}/picture", gone=CS_ALL),
    portal("knowledge.download", "/cs/knowledge/{kb_fm}/files/{kb_fm_file}", gone=CS_ALL),
    portal("knowledge.download", "/fm/knowledge/{kb_fm}/files/{kb_fm_file}", ok=FM_ALL),
)

ROWS = (*PORTAL, *FILES)
