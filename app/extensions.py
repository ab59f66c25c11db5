"""The Flask extensions, made once here and bound to the app in create_app."""

from flask_alembic import Alembic
from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf import CSRFProtect

from app.db import Base, GuardedSession

db = SQLAlchemy(session_options={"class_": GuardedSession, "expire_on_commit": False})
alembic = Alembic(metadatas=Base.metadata, run_mkdir=False)
babel = Babel()
csrf = CSRFProtect()
login_manager = LoginManager()
