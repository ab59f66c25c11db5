"""Tests of this folder run on PostgreSQL."""

from tests.postgresql.fixtures import app, installation, server

__all__ = ["app", "installation", "server"]
