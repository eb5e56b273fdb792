"""The address guard: which addresses a crawl may connect to. Public ones, and those the user allowed.

A page may name any host, and any host may resolve to any address: ``http://printer.example/`` to 192.168.0.9, or
``http://0x7f.1/`` to this very machine. So what counts is the address a connection is opened to, and the guard is asked
where connections are opened (``crawling/connections/handler.py``). The registries behind the rules:
https://www.iana.org/assignments/iana-ipv4-special-registry/ and https://www.iana.org/assignments/iana-ipv6-special-registry/
"""

from __future__ import annotations

import ipaddress
import socket
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from newsarchive.errors import ForbiddenAddressError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_LOOPBACKS = (ipaddress.IPv4Address("127.0.0.1"), ipaddress.IPv6Address("::1"))
_MORE_SPECIAL = (
    # What Python 3.11's tables lack.
    ipaddress.IPv4Network("192.88.99.0/24"),  # 6to4 relays, deprecated by RFC 7526
    ipaddress.IPv6Network("2001::/23"),  # protocol assignments, Teredo among them
    ipaddress.IPv6Network("3fff::/20"),  # documentation, RFC 9637
)


def is_public(address: IPAddress) -> bool:
    """Whether anyone on the internet would reach the same machine by this address.

    An IPv6 address that stands for an IPv4 address (mapped, 6to4, NAT64) is what that one is.

    >>> is_public(ipaddress.ip_address("93.184.215.14")), is_public(ipaddress.ip_address("::ffff:10.0.0.1"))
    (True, False)
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(inner)
        if address not in _GLOBAL_UNICAST:
            return False
    return (
        address.is_global
        and not address.is_multicast
        and not any(address.version == special.version and address in special for special in _MORE_SPECIAL)
    )


def literal_address(host: str) -> IPAddress | None:
    """The address a host name spells out, in any of the forms that system resolvers take; None for a real name.

    >>> literal_address("0x7f.1"), literal_address("2130706433"), literal_address("lake.example")
    (IPv4Address('127.0.0.1'), IPv4Address('127.0.0.1'), None)
    """
    host = unicodedata.normalize("NFKC", host).strip().strip("[]").partition("%")[0].rstrip(".")
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        # One to four numbers, decimal, octal or hexadecimal: inet_aton(3).
        return ipaddress.IPv4Address(socket.inet_aton(host)) if host[:1].isdigit() else None
    except (OSError, ValueError):
        return None


class AddressGuard:
    """Says no to addresses that are neither public nor allowed."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        """``allowed`` has entries ``host:port`` or ``host`` (all its ports); the host is a name or an address."""
        self._allowed = frozenset(_entry(text) for text in allowed)

    def check_url(self, url: str) -> None:
        """Raise ForbiddenAddressError if the URL itself spells a forbidden address.

        For a proxy, which resolves names on its own side; and so that ``http://[::1]/`` is called what it is even
        where a resolver knows no IPv6.
        """
        host, port = _target(url)
        literal = literal_address(host)
        if literal is not None:
            self.check_connection(url, str(literal), port)
        elif _is_localhost(host) and not any(self._is_allowed(url, loopback, port) for loopback in _LOOPBACKS):
            self.check_connection(url, str(_LOOPBACKS[0]), port)

    def check_connection(self, url: str, address: str, port: int) -> None:
        """Raise ForbiddenAddressError unless a connection may be opened to ``address`` for ``url``."""
        literal = literal_address(address)
        if literal is not None and (is_public(literal) or self._is_allowed(url, literal, port)):
            return
        host, _ = _target(url)
        place = f"{_bracketed(address)}:{port}"
        subject = place if host == address else f"{host} leads to {place}, which"
        raise ForbiddenAddressError(
            f"{url}: {subject} is not a public address; "
            f"allow it with --allow-address {_bracketed(host)}:{port} if you trust it",
            url=url,
            reason="forbidden-address",
        )

    def _is_allowed(self, url: str, address: IPAddress, port: int) -> bool:
        host = _target(url)[0].rstrip(".")
        names = {host, str(literal_address(host) or host), str(address), str(_unmapped(address))}
        return any((name, given) in self._allowed for name in names for given in (port, None))


def _entry(text: str) -> tuple[str, int | None]:
    """Host and port of an allowed address; the port is None for all.

    >>> _entry("LocalHost:80"), _entry("[::1]:80"), _entry("::1"), _entry("10.0.0.1")
    (('localhost', 80), ('::1', 80), ('::1', None), ('10.0.0.1', None))
    """
    host, colon, port = text.rpartition(":")
    if not colon or (":" in host and not host.startswith("[")) or text.endswith("]"):
        host, port = text, ""
    literal = literal_address(host)
    return (str(literal) if literal else host.lower(), int(port) if port else None)


def _target(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    return parts.hostname or "", port or (443 if parts.scheme == "https" else 80)


def _is_localhost(host: str) -> bool:
    # RFC 6761, 6.3: the name and all below it mean this machine.
    host = host.rstrip(".")
    return host == "localhost" or host.endswith(".localhost")


def _unmapped(address: IPAddress) -> IPAddress:
    return (address.version == 6 and address.ipv4_mapped) or address


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
