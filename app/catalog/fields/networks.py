"""IP addresses and networks, one a line (WR-03)."""

import unicodedata
from ipaddress import IPv4Network, IPv6Network, ip_network

from app.catalog.fields.refusal import Refused
from app.i18n import _, ngettext

# Longer than any address with its prefix; of a longer line only the beginning is told.
LONGEST = 60


def read_networks(typed: str, *, least: int | None, most: int) -> list[str]:
    """The addresses and networks of a text in their shortest form, in order, each once; a network of one is an address.

    :raises Refused: for a line that is neither, naming it, and for too few or too many.
    """
    lines = [unicodedata.normalize("NFKC", line).strip() for line in typed.splitlines()]
    filled = [(place, line) for place, line in enumerate(lines, start=1) if line]
    found = list(dict.fromkeys(_network(line, place) for place, line in filled))
    if least is not None and len(found) < least:
        raise Refused(ngettext("Enter at least %(num)s line.", "Enter at least %(num)s lines.", least))
    if len(found) > most:
        raise Refused(ngettext("Enter at most %(num)s line.", "Enter at most %(num)s lines.", most))
    return found


def _network(line: str, place: int) -> str:
    try:
        # An address with a zone (fe80::1%eth0) means something on one machine alone.
        network = None if "%" in line or len(line) > LONGEST else ip_network(line, strict=False)
    except ValueError:
        network = None
    if network is None:
        raise Refused(
            _(
                "Line %(line)s: %(typed)s is neither an IP address nor a network such as 192.0.2.0/24.",
                line=place,
                typed=line[:LONGEST],
            )
        )
    if "/" in line and not _is_itself(line, network):
        raise Refused(
            _(
                "Line %(line)s: %(typed)s is an address within a network. Enter %(network)s for the network, or "
                "the address alone.",
                line=place,
                typed=line,
                network=network,
            )
        )
    return str(network.network_address if network.prefixlen == network.max_prefixlen else network)


def _is_itself(line: str, network: IPv4Network | IPv6Network) -> bool:
    try:
        return ip_network(line) == network
    except ValueError:
        return False
