"""The Flask extensions, made once here and bound to the app in create_app."""

from inspect import iscoroutinefunction

from flask import Flask
from flask_babel import Babel
from flask_compress import Compress
from flask_login import LoginManager
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf import CSRFProtect

from app.db import GuardedSession, guard_engine

db = SQLAlchemy(session_options={"class_": GuardedSession, "expire_on_commit": False})
babel = Babel()
compress = Compress()
csrf = CSRFProtect()
login_manager = LoginManager()


def bind_database(app: Flask) -> None:
    """Make the engine and the sessions of ``app``, with the SQLite rules on the engine.

    The extension also closes asynchronous sessions after each request, for which Flask starts a thread every
    time. There are none here, so that hook is taken off again: it cost a fifth of a page.
    """
    db.init_app(app)
    app.teardown_appcontext_funcs = [
        hook for hook in app.teardown_appcontext_funcs if not iscoroutinefunction(hook)
    ]
    with app.app_context():
        guard_engine(db.engine)
