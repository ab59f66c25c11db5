"""What the HTML part of a mail may do when a browser shows it as a page: look as it does, and nothing else."""

from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

POLICY = (
    "default-src 'none'; style-src {styles}; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'"
)


def policy_for(html: str) -> str:
    """A policy under which nothing runs or is loaded, and the styles at the mail's elements hold.

    Mail programs know no style sheets, so the styles stand at the elements; each is allowed by its hash.
    """
    reader = _Styles()
    reader.feed(html)
    reader.close()
    hashes = sorted(
        f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" for style in reader.found
    )
    return POLICY.format(styles=" ".join(["'unsafe-hashes'", *hashes]) if hashes else "'none'")


class _Styles(HTMLParser):
    """Collects the styles at the elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value for name, value in attrs if name == "style" and value}
