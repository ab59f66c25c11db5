"""Texts that nobody types by mistake, and texts that only look odd; for every field that takes text."""

import pytest

# Characters that cannot be seen: refused with a message, never dropped in silence.
INVISIBLE = {
    "NUL": "a\0b",
    "escape": "a\x1b[31mb",
    "delete": "a\x7fb",
    "C1": "a\x85b",
    "bidi override": "a\u202eb",
    "bidi isolate": "a\u2066b",
    "broken bytes": "a\ufffdb",
}
# Characters that are rare and harmless: kept as they are.
ODD = {
    "emoji": "👩‍💻👍🏽",
    "four bytes": "𠮷野家の𩸽",
    "combining": "か\u3099 é",
    "right to left": "مرحبا",
    "markup": "<script>alert('x')</script> & \"'",
    "template": "{{ 7*7 }} {% raw %} %(x)s %s",
    "no-break": "a\u00a0b\u3000c",
    "separators": "a\u2028b",
}
CONTROL_MESSAGE = (
    "表示されない制御文字を取り除いてください。",
    "Remove the invisible control characters from this text.",
)
EMPTY_MESSAGE = ("この項目を入力してください。", "Enter this field.")
TOO_LONG_MESSAGE = (
    "{length}文字以内で入力してください（{excess}文字超過しています）。",
    "At most {length} characters; {excess} too many.",
)

each_invisible = pytest.mark.parametrize("typed", INVISIBLE.values(), ids=INVISIBLE.keys())
each_odd = pytest.mark.parametrize("typed", ODD.values(), ids=ODD.keys())


def shown(typed: str) -> str:
    """What a page shows of a refused text: a sign stands where a character cannot be seen."""
    for text in ("\0", "\x1b", "\x7f", "\x85", "\u202e", "\u2066"):
        typed = typed.replace(text, "\ufffd")
    return typed
