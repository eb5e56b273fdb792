"""The command hook: a program of the user's that is run for each alert, with the alert as JSON on its stdin."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress

from newsarchive.errors import AlertError

TIMEOUT_S = 30.0
"""For one alert: a mail is sent in a second or two, and a hook that hangs must not stop the watching."""


def run_hook(command: Sequence[str], payload: bytes, *, timeout_s: float = TIMEOUT_S) -> None:
    """Run the command, which is a list of words: no shell reads it, and nothing of the alert becomes part of it.

    What it says on stdout is dropped, on stderr shown. Raises AlertError if it cannot be started, fails, or takes too
    long; it is then killed with all that it started.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 (the user's own words)
            list(command), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
        )
    except (OSError, ValueError) as error:
        raise AlertError(f"alert_command {command[0]!r} cannot be started: {error}") from None
    try:
        process.communicate(payload, timeout=timeout_s)
    except subprocess.TimeoutExpired:
        raise AlertError(f"alert_command {command[0]!r} took more than {timeout_s:g} seconds and was killed") from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode:
        raise AlertError(f"alert_command {command[0]!r} ended with exit code {process.returncode}")
