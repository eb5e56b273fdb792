"""Exchange: one request and the response to it, as a WARC keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Headers = tuple[tuple[bytes, bytes], ...]
"""Field names and values in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What went over the wire, as far as an HTTP client shows it."""

    url: str
    """The address asked for (WARC-Target-URI)."""
    fetched_at: datetime
    """Aware, UTC: when the response began to arrive (WARC-Date)."""
    method: str = "GET"
    request_headers: Headers = ()
    """Without Host; the writer adds it and leaves out what holds secrets."""
    status: int
    response_headers: Headers = ()
    """Without Transfer-Encoding where it was undone; Content-Encoding as it came."""
    body: bytes = b""
    """The payload: Transfer-Encoding undone, Content-Encoding in place."""
    protocol: str = "HTTP/1.1"
    refers_to: datetime | None = None
    """Of a 304: when the response came that it says is still good, and that was kept then; None: not known."""
    ip_address: str | None = None
    """The address connected to; None if not known, as behind a proxy."""
