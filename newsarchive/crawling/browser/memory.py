"""An end to pages that eat memory: the browser's processes are looked at, and one that has too much is ended.

A limit of the system does not do: it counts the addresses a script engine reserves, gigabytes that are never used.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

from playwright.async_api import Browser, Error

MAX_PROCESS_BYTES = 1_500_000_000
"""Memory a page's process may hold. News pages take 100 to 300 MB."""
LOOK_S = 0.5
"""Seconds between two looks. A script fills some 400 MB a second."""


async def end_large_processes(browser: Browser) -> None:
    """Look as long as the browser lives; to be cancelled before. Its page is told of the end as of a crash."""
    with suppress(Error):  # the browser is gone
        session = await browser.new_browser_cdp_session()
        while True:
            await asyncio.sleep(LOOK_S)
            for process in (await session.send("SystemInfo.getProcessInfo"))["processInfo"]:
                if process["type"] == "renderer" and resident_bytes(process["id"]) > MAX_PROCESS_BYTES:
                    with suppress(ProcessLookupError):
                        os.kill(process["id"], signal.SIGKILL)


def resident_bytes(process: int) -> int:
    """Memory of a process; 0 if it is gone, or where the system does not say it in Linux's way."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
