"""The webhook: an alert posted as JSON to an https address, under the same guard as the crawl's connections.

The name is resolved here and the connection opened to the address that was checked, so that a name which changes its
mind leads nowhere else. No redirect is followed, no proxy used, nothing of the answer kept but its status.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from newsarchive.errors import AlertError, NewsArchiveError
from newsarchive.version import __version__

TIMEOUT_S = 15.0
"""For one alert, from the first byte sent to the last of the answer's head."""

Check = Callable[[str, str, int], None]
"""Is given the URL, the address and the port of a connection, and raises NewsArchiveError for one not allowed."""


def post(url: str, payload: bytes, *, check: Check, ca_file: Path | None = None, timeout_s: float = TIMEOUT_S) -> None:
    """Post an alert. Raises AlertError, which names only the host: addresses of webhooks are secrets.

    ``ca_file``: certificate authorities trusted besides the system's.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    context = ssl.create_default_context()
    try:
        if ca_file is not None:
            context.load_verify_locations(ca_file)
        opened = _opened(url, host, port, check, timeout_s)
        with context.wrap_socket(opened, server_hostname=host, do_handshake_on_connect=False) as connected:
            # a socket's own time-out begins anew with each byte
            deadline = threading.Timer(timeout_s, _shut, [connected])
            deadline.daemon = True
            deadline.start()
            try:
                connected.do_handshake()
                status = _status(connected, parts.netloc.rpartition("@")[2], _target(url), payload)
            finally:
                deadline.cancel()
    except TimeoutError:
        raise AlertError(f"alert_webhook {host} did not answer within {timeout_s:g} seconds") from None
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise AlertError(f"alert_webhook {host} cannot be reached: {error or type(error).__name__}") from None
    except AlertError:
        raise
    except NewsArchiveError as error:
        raise AlertError(f"alert_webhook {host}: {str(error).removeprefix(f'{url}: ')}") from None
    if not 200 <= status < 300:
        hint = "; give the address it leads to" if 300 <= status < 400 else ""
        raise AlertError(f"alert_webhook {host} answered {status}{hint}")


def _opened(url: str, host: str, port: int, check: Check, timeout_s: float) -> socket.socket:
    """A connection to the first address of the host that answers, each checked before."""
    failure: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        check(url, str(address[0]), port)
        opened = socket.socket(family, kind, protocol)
        opened.settimeout(timeout_s)
        try:
            opened.connect(address)
        except OSError as error:
            opened.close()
            failure = error
            continue
        return opened
    raise failure or OSError("no address")


def _shut(connected: ssl.SSLSocket) -> None:
    with suppress(OSError):
        # not SSLSocket's own, which takes the encryption away from under whoever is reading
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _status(connected: ssl.SSLSocket, netloc: str, target: str, payload: bytes) -> int:
    connection = http.client.HTTPConnection(netloc)
    connection.sock = connected
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"newsarchive/{__version__}",
        "Connection": "close",
    }
    connection.request("POST", target, payload, headers)
    return connection.getresponse().status
