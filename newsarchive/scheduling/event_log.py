"""The worker's log: one line an event, for eyes or as JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TextIO

import orjson


class EventLog:
    """Writes events as they come; each line is whole and flushed, so that it can be followed."""

    def __init__(self, stream: TextIO, clock: Callable[[], datetime], *, json: bool = False) -> None:
        self._stream = stream
        self._clock = clock
        self._json = json

    def say(self, event: str, site: str | None = None, **facts: object) -> None:
        """Write an event; facts that are None are left out.

        >>> import sys
        >>> log = EventLog(sys.stdout, lambda: datetime(2024, 5, 3, 10, 0, 7))
        >>> log.say("crawl-ended", "example", run=12, reason=None, took_s=3.5)
        2024-05-03 10:00:07  crawl-ended      example  run=12 took_s=3.5
        """
        known = {name: value for name, value in facts.items() if value is not None}
        if self._json:
            record = {"at": self._clock(), "event": event, **({"site": site} if site else {}), **known}
            line = orjson.dumps(record, default=str, option=orjson.OPT_UTC_Z).decode()
        else:
            shown = " ".join(f"{name}={_shown(value)}" for name, value in known.items())
            line = f"{self._clock():%Y-%m-%d %H:%M:%S}  {event:15}  {f'{site}  ' if site else ''}{shown}".rstrip()
        self._stream.write(line + "\n")
        self._stream.flush()


def _shown(value: object) -> str:
    text = f"{value:%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else str(value)
    text = "".join(character if character.isprintable() else " " for character in text)  # also what a server said
    return f'"{text}"' if " " in text else text
