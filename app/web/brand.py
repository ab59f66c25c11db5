"""Names, logo and colour of the installation (UI-05, UI-10), and what every template may read."""

from typing import Any

from flask import Flask, g

from app.i18n import current_language
from app.web.redirects import this_page


def init_app(app: Flask) -> None:
    """Give every template the brand, the language and the actor."""
    settings = app.config["SETTINGS"]
    brand = {
        "product_name": settings.product_name,
        "operator_name": settings.operator_name,
        "privacy_url": settings.privacy_url,
        "logo_url": settings.logo_url,
        "accent": settings.accent,
    }

    @app.context_processor
    def context() -> dict[str, Any]:
        return {"brand": brand, "locale": current_language(), "actor": g.get("actor"), "here": this_page()}
