"""Where things lie in a checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
VENV = ROOT / ".venv"
LOCKFILE = ROOT / "uv.lock"
FRONTEND = ROOT / "frontend"
STATIC_BUILD = ROOT / "app" / "static" / "dist"
TRANSLATIONS = ROOT / "translations"


def venv_tool(name: str) -> str:
    """The path of a command that the locked packages brought."""
    return str(VENV / "bin" / name)
