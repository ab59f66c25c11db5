"""The shape of a form's fields as JSON Schema: which members there are, and what each may hold."""

from typing import Any

from app.catalog.fields.definition import FieldKind
from app.catalog.fields.limits import HELP_LENGTH, KEY_LENGTH, LABEL_LENGTH, MOST_CHOICES, MOST_FIELDS

# Beyond any bound of a number that a form can mean, so that whatever is stored stays a whole number everywhere.
FARTHEST = 10**15
# C0 and C1 controls, the marks that reorder text to look like other text, and halves of characters; a label is one
# line, a help may have several.
UNSEEN = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffd\ud800-\udfff"
IN_LABELS, IN_HELPS = f"[{UNSEEN}\\t\\n]", f"[{UNSEEN}]"


KEY: dict[str, Any] = {"type": "string", "pattern": rf"^[a-z][a-z0-9_]{{0,{KEY_LENGTH - 1}}}\Z"}
# What a program on the desk's side calls a choice, such as ap-northeast-1; no blank, which divides codes in the page.
CODE: dict[str, Any] = {"type": "string", "pattern": rf"^[A-Za-z0-9][A-Za-z0-9_.-]{{0,{KEY_LENGTH - 1}}}\Z"}
LABEL = {"type": "string", "minLength": 1, "maxLength": LABEL_LENGTH, "not": {"pattern": IN_LABELS}}
HELP = {"type": "string", "maxLength": HELP_LENGTH, "not": {"pattern": IN_HELPS}}
BOUND = {"type": ["integer", "null"], "minimum": -FARTHEST, "maximum": FARTHEST}


def _table(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


CHOICE = _table({"code": CODE, "label_ja": LABEL, "label_en": LABEL}, "code", "label_ja", "label_en")
CONDITION = _table(
    {"field": KEY, "codes": {"type": "array", "items": CODE, "minItems": 1, "uniqueItems": True}},
    "field",
    "codes",
)
FIELD = _table(
    {
        "key": KEY,
        "kind": {"enum": [kind.value for kind in FieldKind]},
        "label_ja": LABEL,
        "label_en": LABEL,
        "help_ja": HELP,
        "help_en": HELP,
        "required": {"type": "boolean"},
        "least": BOUND,
        "most": BOUND,
        "choices": {"type": "array", "items": CHOICE, "maxItems": MOST_CHOICES},
        "shown_if": {**CONDITION, "type": ["object", "null"]},
    },
    "key",
    "kind",
    "label_ja",
    "label_en",
)
SHAPE: dict[str, Any] = {"type": "array", "items": FIELD, "maxItems": MOST_FIELDS}
