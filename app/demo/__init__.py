"""The demo: a small world to try the product in, its sign-in sheet, and a look at the mails it has sent."""

from functools import partial

from flask import Flask

from app.demo.cli import commands
from app.demo.routes import routes
from app.demo.sheet import code_now, sheet_for


def init_app(app: Flask) -> None:
    """Register the commands, the sheet that sign-in pages ask for and, while the demo is on, its page."""
    settings = app.config["SETTINGS"]
    app.cli.add_command(commands)
    app.jinja_env.globals["demo_sheet"] = partial(sheet_for, settings)
    app.jinja_env.globals["demo_code"] = partial(code_now, settings)
    if settings.demo:
        app.register_blueprint(routes)
