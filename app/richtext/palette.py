"""What rich text may be made of: the one list that the editor, the cleaner, the pages and the mails share (SEC-33).

Looks are classes of a fixed palette, since the pages' policy allows no style of an element's own; mails, which know
no style sheet, get the same looks as inline styles. The classes stand in frontend/src/components/_rich-text.scss and
in the editor's menus as well; tests/richtext/test_palette.py holds the three together.
"""

from collections.abc import Mapping

BLOCKS = frozenset(
    {"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "pre", "hr"}
    | {"table", "thead", "tbody", "tr", "td", "th"}
)
MARKS = frozenset({"strong", "b", "em", "i", "u", "s", "code", "a", "span"})
VOID = frozenset({"br", "hr", "img"})
TAGS = BLOCKS | MARKS | VOID

# What other programs write for the same thing.
ALIASES: Mapping[str, str] = {
    "h1": "h2",
    "h5": "h4",
    "h6": "h4",
    "del": "s",
    "strike": "s",
    "ins": "u",
    "div": "p",
}
# What these hold is not for people to read, and goes with them.
DROPPED_WHOLE = frozenset(
    {
        "script",
        "style",
        "template",
        "noscript",
        "iframe",
        "object",
        "svg",
        "math",
        "textarea",
        "select",
        "title",
    }
    | {"xmp", "noembed", "noframes", "plaintext", "audio", "video", "canvas", "map"}
)

# Looks by group: an element has at most one of each. The styles are for mails.
COLOURS: Mapping[str, str] = {
    "rt-color-red": "color:#b3261e",
    "rt-color-orange": "color:#9a4a00",
    "rt-color-green": "color:#1b6b3a",
    "rt-color-blue": "color:#1b4fa8",
    "rt-color-purple": "color:#6b3fa0",
    "rt-color-grey": "color:#5c5c5c",
}
BACKS: Mapping[str, str] = {
    "rt-back-yellow": "background-color:#fff2a8;color:#1f1c19",
    "rt-back-green": "background-color:#cdeed6;color:#1f1c19",
    "rt-back-blue": "background-color:#d3e6ff;color:#1f1c19",
    "rt-back-red": "background-color:#ffdcd8;color:#1f1c19",
    "rt-back-grey": "background-color:#e6e3e0;color:#1f1c19",
}
FONTS: Mapping[str, str] = {
    "rt-font-serif": "font-family:serif",
    "rt-font-mono": "font-family:monospace",
}
SIZES: Mapping[str, str] = {
    "rt-size-s": "font-size:0.875em",
    "rt-size-l": "font-size:1.25em",
    "rt-size-xl": "font-size:1.5em",
}
GROUPS = (COLOURS, BACKS, FONTS, SIZES)
LOOKS: Mapping[str, str] = {name: style for group in GROUPS for name, style in group.items()}

SCHEMES = frozenset({"http", "https", "mailto"})
LINK_REL = "noopener nofollow"
