"""The name by which authenticators know this installation: the host people see, and its exact origin (MFA-17).

A passkey belongs to a domain. Browsers know none for a bare network address, and offer passkeys over https alone,
save for ``localhost``; an installation at another address goes without them and says so.
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.config import Settings

DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who asks an authenticator: ``id`` is the host, ``origin`` what a browser writes into every answer."""

    id: str
    name: str
    origin: str


def relying_party(settings: Settings) -> RelyingParty | None:
    """The relying party of an installation, or ``None`` where its public address can have no passkeys."""
    parts = urlsplit(settings.public_url)
    host = _domain(parts.hostname or "")
    if host is None or not (parts.scheme == "https" or _is_local(host)):
        return None
    port = "" if parts.port in {None, DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
    return RelyingParty(host, settings.product_name, f"{parts.scheme}://{host}{port}")


def _domain(host: str) -> str | None:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return None
    try:
        return host.encode("idna").decode("ascii").lower().rstrip(".") or None
    except UnicodeError:
        return None


def _is_local(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")
