"""The built front end, served with hashed names that browsers keep for good; brotli and gzip made by the build."""

from typing import Any

from flask import Flask
from whitenoise import WhiteNoise

from app.paths import BUILT
from app.web.headers import FIXED


def init_app(app: Flask) -> None:
    """Serve the build before anything else looks at the request: these files are public and never change."""
    served = WhiteNoise(
        app.wsgi_app,
        root=str(BUILT),
        prefix="static/dist/",
        immutable_file_test=lambda _path, url: "/assets/" in url,
        add_headers_function=_add_headers,
    )
    app.wsgi_app = served  # type: ignore[method-assign]  # This is Flask's documented place for middleware.


def _add_headers(headers: Any, _path: str, _url: str) -> None:
    for name, value in FIXED.items():
        headers[name] = value
    headers["Content-Security-Policy"] = "default-src 'none'"
