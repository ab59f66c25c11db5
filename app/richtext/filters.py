"""Rich text in templates: ``comment.html|rich(address, pictures)``."""

from collections.abc import Collection
from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from app.richtext.showing import show


def init_app(app: Flask) -> None:
    """Let templates show rich text; nothing else may mark stored text as safe."""
    app.jinja_env.filters["rich"] = rich


def rich(html: str, base_url: str, pictures: Collection[str]) -> Markup:
    """Rich text of a case, with those of its pictures that the reader may have.

    :param base_url: the address of the case; its pictures stand below it.
    :param pictures: the tokens of the files that may be shown to whoever reads.
    """
    return _shown(html, base_url, frozenset(pictures))


# A page that is asked for every few seconds shows the same texts again and again.
@lru_cache(maxsize=256)
def _shown(html: str, base_url: str, pictures: frozenset[str]) -> Markup:
    def picture_url(token: str) -> str | None:
        return f"{base_url}/files/{token}/picture" if token in pictures else None

    return show(html, picture_url)
