"""The user's proxy, taken apart."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyAddress:
    """Where a proxy listens, and how it is told who asks."""

    host: str
    port: int
    authorization: bytes | None = field(default=None, repr=False)
    """Value of Proxy-Authorization; None: it asks for none."""

    @classmethod
    def of(cls, url: str) -> Self:
        """Take apart ``http://user:password@host:port``, as ``config.proxy`` has checked it."""
        parts = urlsplit(url)
        authorization = None
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            authorization = b"Basic " + base64.b64encode(pair.encode())
        return cls(host=parts.hostname or "", port=parts.port or 80, authorization=authorization)
