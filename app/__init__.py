"""Madoguchi, the service window: one Flask application, put together here and readable from top to bottom."""

import os
from importlib import import_module

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import (
    console,
    demo,
    front_door,
    i18n,
    indexing,
    intake,
    logs,
    policies,
    portal,
    queue,
    storage,
    styleguide,
)
from app.accounts import entrance, jobs, mail_readers, passwords
from app.accounts import session as sessions
from app.announcements import jobs as announcement_jobs
from app.cases import batch_jobs, closing_jobs, draft_jobs, target_jobs
from app.catalog import point_jobs, statement_jobs
from app.config import Settings, read_settings
from app.db import engine_options
from app.extensions import bind_database, compress, csrf
from app.files import jobs as file_jobs
from app.knowledge import review_jobs
from app.richtext import filters as rich_text
from app.search import jobs as search_jobs
from app.web import (
    assets,
    background,
    brand,
    cookies,
    errors,
    gate,
    headers,
    incoming,
    origin,
    static,
    transaction,
    turns,
)
from app.web.forms import is_filled


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from ``settings``, or from the environment.

    :raises app.config.ConfigError: if a setting does not hold; the installation does not start then.
    """
    settings = settings or read_settings()
    app = Flask("app", static_folder=None)
    configure(app, settings)
    # Extensions.
    bind_database(app)
    i18n.init_app(app)
    queue.init_app(app)
    storage.init_app(app)
    jobs.init_app(app)
    mail_readers.init_app(app)
    batch_jobs.init_app(app)
    closing_jobs.init_app(app)
    draft_jobs.init_app(app)
    target_jobs.init_app(app)
    point_jobs.init_app(app)
    statement_jobs.init_app(app)
    announcement_jobs.init_app(app)
    file_jobs.init_app(app)
    review_jobs.init_app(app)
    search_jobs.init_app(app)
    app.extensions["vault"] = passwords.vault(cheap=settings.cheap_hashes)

    # The way of a request, in order: headers and transaction around all, then origin, form token, turns, gates.
    compress.init_app(app)
    incoming.init_app(app)
    headers.init_app(app)
    cookies.init_app(app)
    sessions.init_app(app)
    transaction.init_app(app)
    origin.init_app(app)
    csrf.init_app(app)
    turns.init_app(app)
    gate.init_app(app)
    background.init_app(app)
    errors.init_app(app)
    assets.init_app(app)
    static.init_app(app)
    rich_text.init_app(app)
    brand.init_app(app)
    entrance.init_app(app)
    policies.init_app()
    indexing.init_app()

    # Shells, and what stands beside them.
    front_door.init_app(app)
    console.init_app(app)
    portal.init_app(app)
    intake.init_app(app)
    demo.init_app(app)
    if settings.demo or settings.testing:
        styleguide.init_app(app)
    if settings.testing or os.environ.get("FLASK_RUN_FROM_CLI") == "true":
        # Commands bring the migrations with them, 12 MB that a server or worker never needs.
        import_module("app.cli").init_app(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Turn our settings into those of Flask and its extensions."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    logs.configure(settings)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_ENGINES={"default": engine_options(settings.database)},
        # Flask's own cookie carries the form token and one-time messages, nothing that decides anything.
        SESSION_COOKIE_NAME="__Host-madoguchi-form",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A form token lives as long as its session: a text written for two hours is not lost to its age.
        WTF_CSRF_TIME_LIMIT=None,
        # Origin and fetch metadata are checked in app.web.origin, which also works without a referrer.
        WTF_CSRF_SSL_STRICT=False,
        # SEC-39: what a form may weigh; uploads will have a door of their own.
        MAX_CONTENT_LENGTH=1_048_576,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=1_000,
        # Pages travel compressed; the built files are compressed once, by the build.
        COMPRESS_MIMETYPES=["text/html"],
        COMPRESS_ALGORITHM=["zstd", "gzip"],
        COMPRESS_LEVEL=4,
        TESTING=settings.testing,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.tests["filled"] = is_filled
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        proxied = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # This is Flask's documented place for middleware.
