"""Stderr as JSON: with ``--log-json`` remarks and errors, too, are objects of one line, as the crawl's log is."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TextIO

import orjson

_START = '{"'
"""Of a line that is a record already, of the crawl's log or a worker's events; it is passed on."""


class JsonStderr(io.TextIOBase):
    """Takes text and writes each line that is not empty as a record of the log."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._rest = ""

    def write(self, text: str) -> int:  # noqa: D102
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._say(line)
        self._stream.flush()
        return len(text)

    def close(self) -> None:  # noqa: D102
        if not self.closed and self._rest:
            self._say(self._rest)
            self._rest = ""
        super().close()

    def writable(self) -> bool:  # noqa: D102
        return True

    def fileno(self) -> int:  # noqa: D102
        return self._stream.fileno()

    def _say(self, line: str) -> None:
        if line.startswith(_START):
            self._stream.write(line + "\n")
        elif line.strip():
            is_error = line.startswith("newsarchive: ")
            record = {
                "time": datetime.now(UTC),
                "level": "ERROR" if is_error else "INFO",
                "logger": "newsarchive",
                "message": line.removeprefix("newsarchive: "),
            }
            self._stream.write(orjson.dumps(record, option=orjson.OPT_UTC_Z).decode() + "\n")
