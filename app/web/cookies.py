"""Cookies of ours, written at one place: ``__Host-``, Secure, HttpOnly, SameSite=Lax (SEC-19, SESS-03)."""

from dataclasses import dataclass

from flask import Flask, Response, g


@dataclass(frozen=True, slots=True)
class _Given:
    value: str
    max_age: int | None


def init_app(app: Flask) -> None:
    """Put the cookies of each request on its answer."""
    app.after_request(_send)


def give(name: str, value: str, *, max_age: int | None = None) -> None:
    """Let the answer set a cookie; without ``max_age`` (seconds) it goes with the browser's session."""
    _given()[name] = _Given(value, max_age)


def take_back(name: str) -> None:
    """Let the answer delete a cookie."""
    _given()[name] = _Given("", None)


def _given() -> dict[str, _Given]:
    if "cookies_given" not in g:
        g.cookies_given = {}
    cookies: dict[str, _Given] = g.cookies_given
    return cookies


def _send(response: Response) -> Response:
    for name, cookie in g.pop("cookies_given", {}).items():
        if cookie.value:
            response.set_cookie(
                name,
                cookie.value,
                max_age=cookie.max_age,
                secure=True,
                httponly=True,
                samesite="Lax",
                path="/",
            )
        else:
            response.delete_cookie(name, secure=True, httponly=True, samesite="Lax", path="/")
    return response
