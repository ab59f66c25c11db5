"""Where Python packages come from: the index, its certificates, and the first wheel fetched by its hash."""

import base64
import configparser
import hashlib
import os
import re
import ssl
import time
import urllib.request
from collections.abc import Mapping
from html import unescape
from http.client import HTTPException
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from setup.talk import SetupError

PYPI = "https://pypi.org/simple"
DEBIAN_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
ATTEMPTS = 3
SCHEMES = {"https", "http", "file"}


def pip_files(environ: Mapping[str, str]) -> list[Path]:
    """The configuration files that pip reads, the weakest first."""
    home = Path(environ.get("HOME", "/"))
    chosen = environ.get("PIP_CONFIG_FILE")
    if chosen == os.devnull:
        return []
    files = [Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf"), home / ".pip" / "pip.conf"]
    files.append(Path(environ.get("XDG_CONFIG_HOME", home / ".config")) / "pip" / "pip.conf")
    return [*files, Path(chosen)] if chosen else files


def pip_setting(name: str, files: list[Path]) -> str | None:
    """The value of one pip setting, the last file that has it winning, and [install] before [global]."""
    found = None
    for file in files:
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read(file, encoding="utf-8")
        except (configparser.Error, OSError, UnicodeDecodeError):
            continue
        for section in ("global", "install"):
            found = parser.get(section, name, fallback=None) or found
    return found


def index_url(environ: Mapping[str, str]) -> str:
    """The package index this machine is told to use: uv's variables, pip's variable, pip's files, PyPI."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        if environ.get(name):
            # uv allows `name=https://…`; the name is of no use here.
            return re.sub(r"^[\w.-]+=(?=\w+:)", "", environ[name]).rstrip("/")
    return (pip_setting("index-url", pip_files(environ)) or PYPI).rstrip("/")


def certificates(environ: Mapping[str, str]) -> str | None:
    """The bundle of certificate authorities to trust, or None for the built-in default of each tool."""
    for name in ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        if environ.get(name):
            return environ[name]
    bundle = pip_setting("cert", pip_files(environ))
    if bundle is None and DEBIAN_BUNDLE.is_file():
        bundle = str(DEBIAN_BUNDLE)
    return bundle


def tool_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for uv and npm: same index and same certificates for all of them."""
    result = dict(environ)
    index = index_url(environ)
    if index != PYPI:
        result["UV_DEFAULT_INDEX"] = index
    bundle = certificates(environ)
    if bundle:
        result.setdefault("SSL_CERT_FILE", bundle)
        result.setdefault("NODE_EXTRA_CA_CERTS", bundle)
    result |= {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    for leftover in ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH"):
        result.pop(leftover, None)
    return result


def without_credentials(url: str) -> tuple[str, dict[str, str]]:
    """Split `https://user:word@host/` into the bare URL and the header that carries the credentials."""
    parts = urlsplit(url)
    if parts.username is None:
        return url, {}
    host = parts.netloc.rpartition("@")[2]
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    header = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
    return urlunsplit(parts._replace(netloc=host)), header


def get(url: str, bundle: str | None) -> bytes:
    """The bytes behind a URL; passing faults of the network are tried again."""
    bare, headers = without_credentials(url)
    if urlsplit(bare).scheme not in SCHEMES:
        raise SetupError(f"The address {bare} is not one to fetch packages from.")
    request = urllib.request.Request(bare, headers={"Accept": "text/html", **headers})  # noqa: S310  # checked above
    context = ssl.create_default_context(cafile=bundle)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(request, timeout=60, context=context) as answer:  # noqa: S310  # likewise
                return bytes(answer.read())
        except (OSError, HTTPException) as error:
            if attempt == ATTEMPTS:
                raise SetupError(explain(bare, error)) from error
            time.sleep(attempt)
    raise AssertionError("The last attempt either returns or raises.")


def explain(url: str, error: Exception) -> str:
    """Say what could not be fetched and what the person can do about it."""
    text = f"Cannot fetch {url}: {error}."
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return f"{text}\nInstall the certificates (apt-get install ca-certificates) or set SSL_CERT_FILE."
    return f"{text}\nCheck the network; PIP_INDEX_URL names a mirror of the index, HTTPS_PROXY a proxy."


def link_on_page(page: str, base: str, filename: str) -> str:
    """The address of a file on a project page of a simple index."""
    for href in re.findall(r"""<a[^>]*\shref=["']([^"']+)["']""", page):
        address = urljoin(base, unescape(href)).partition("#")[0]
        if unquote(address.rsplit("/", 1)[-1]) == filename:
            return address
    raise SetupError(f"The package index at {base} does not offer {filename}.")


def fetch_wheel(project: str, locked_url: str, sha256: str, environ: Mapping[str, str]) -> bytes:
    """The locked wheel from the index this machine uses; refused unless its hash is the locked one."""
    index, bundle = index_url(environ), certificates(environ)
    address = locked_url
    if index != PYPI:
        base = f"{index}/{project}/"
        page = get(base, bundle).decode()
        filename = locked_url.rsplit("/", 1)[-1]
        address = link_on_page(page, without_credentials(base)[0], filename)
        # The files of a private index usually lie on the same host and want the same credentials.
        private, files = urlsplit(base), urlsplit(address)
        if private.username and private.hostname == files.hostname:
            address = urlunsplit(files._replace(netloc=private.netloc))
    wheel = get(address, bundle)
    found = hashlib.sha256(wheel).hexdigest()
    if found != sha256:
        raise SetupError(f"{address} has the hash {found}, not {sha256} as locked; nothing was installed.")
    return wheel
