"""The process a worker's crawls are forked from: ``python -m newsarchive.cli.crawl_server REQUESTS``.

No command for people. It loads once what every crawl needs, and nothing that a crawl must have for itself: no thread,
no event loop, no connection. Imports stand in functions, because the parsers' processes import this module, too.
"""

from __future__ import annotations

import gc
import os
import socket
import sys


def main() -> None:
    """Load, then fork a crawl for each request that comes on the file descriptor of argument 1."""
    gc.disable()  # while all that is made stays
    load()

    from newsarchive.crawling.session import PARSERS
    from newsarchive.parsers import sandbox
    from newsarchive.parsers.process_start import adopt, process_context
    from newsarchive.scheduling.fork_server import serve

    # The parsers' fork server, for all crawls; before each of them, in case it died.
    preload = (sandbox.__name__, *PARSERS)
    arguments = serve(socket.socket(fileno=int(sys.argv[1])), before_fork=lambda: process_context(preload))
    gc.enable()
    adopt()

    from newsarchive.cli.crawl_child import crawl_and_tell

    crawl_and_tell(*arguments)


def load() -> None:
    """Import what crawls import."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's library starts threads when it is loaded
    import newsarchive.api
    import newsarchive.cli.crawl
    import newsarchive.cli.crawl_child  # noqa: F401 (to have it loaded, as those above)
    from newsarchive.archive.database import load_driver
    from newsarchive.config import Config
    from newsarchive.crawling.process import load_components

    load_components()
    load_driver(Config.load(os.environ).database)


if __name__ == "__main__":
    main()
