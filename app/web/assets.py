"""Addresses of the built front end: ``asset()`` and ``icon_url()`` for templates."""

import json
import re
from functools import cached_property
from pathlib import Path

from flask import Flask

from app.paths import BUILT

URL = "/static/dist"
ICONS = "src/icons/icons.json"


class BuildMissing(RuntimeError):
    """The front end has not been built, or does not hold what a template names."""


class Assets:
    """The manifest that Vite wrote, read when first needed and kept as long as the process lives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def files(self) -> dict[str, str]:
        """Source name to built file, as in ``{"src/main.ts": "assets/main-1a2b3c.js"}``."""
        manifest = self.folder / ".vite" / "manifest.json"
        if not manifest.exists():
            raise BuildMissing(f"{manifest} is missing: `make run` builds it from frontend/")
        return {source: str(chunk["file"]) for source, chunk in json.loads(manifest.read_text()).items()}

    @cached_property
    def icons(self) -> frozenset[str]:
        """The names of the icons in the sprite."""
        return frozenset(re.findall(r'<symbol id="([^"]+)"', (self.folder / self.file(ICONS)).read_text()))

    def file(self, source: str) -> str:
        """The built file of a source, below the folder of the build."""
        try:
            return self.files[source]
        except KeyError:
            raise BuildMissing(f"the front end's build holds no {source!r}") from None

    def asset(self, source: str) -> str:
        """The address of a built file, named by its source in frontend/."""
        return f"{URL}/{self.file(source)}"

    def icon_url(self, name: str) -> str:
        """The address of one icon in the sprite; a name that is not in it is a mistake, not an empty box."""
        if name not in self.icons:
            raise BuildMissing(f"no icon {name!r} in the sprite: add it to frontend/{ICONS}")
        return f"{self.asset(ICONS)}#{name}"


def init_app(app: Flask) -> None:
    """Let templates name built files by their sources."""
    assets = Assets(BUILT)
    app.jinja_env.globals.update(asset=assets.asset, icon_url=assets.icon_url)
