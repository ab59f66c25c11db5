"""The built front end, served with hashed names that browsers keep for good; brotli and gzip made by the build."""

from functools import partial
from typing import Any

from flask import Flask
from whitenoise import WhiteNoise

from app.paths import BUILT
from app.web.headers import FIXED, ONE_YEAR


def init_app(app: Flask) -> None:
    """Serve the build before anything else looks at the request: these files are public and never change."""
    over_tls = app.config["SETTINGS"].public_url.startswith("https:")
    served = WhiteNoise(
        app.wsgi_app,
        # The build's own notes beside this folder, such as its manifest, are nobody's business.
        root=str(BUILT / "assets"),
        prefix="static/dist/assets/",
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=partial(_add_headers, over_tls=over_tls),
    )
    app.wsgi_app = served  # type: ignore[method-assign]  # This is Flask's documented place for middleware.


def _add_headers(headers: Any, _path: str, _url: str, *, over_tls: bool) -> None:
    for name, value in FIXED.items():
        headers[name] = value
    headers["Content-Security-Policy"] = "default-src 'none'"
    if over_tls:
        headers["Strict-Transport-Security"] = ONE_YEAR
