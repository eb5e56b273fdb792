"""The process a worker crawls a site in: ``python -m newsarchive.cli.crawl_child SITE LOG_LEVEL``.

No command for people. Settings come from the environment, so that no password stands in the list of processes; what the
worker wants comes on standard input, and what came of the crawl goes to standard output.
"""

from __future__ import annotations

import os
import sys

from newsarchive.config import Config
from newsarchive.errors import ArchiveUnavailableError, NewsArchiveError, SiteBusyError
from newsarchive.model.schedule import TurnOutcome
from newsarchive.scheduling.crawl_process import obey_worker, tell
from newsarchive.scheduling.turns import TurnReport, report_of


def main() -> None:
    """Crawl, and say what came of it. Exit code 0 also for a crawl that failed: the report says so."""
    crawl_and_tell(*sys.argv[1:])


def crawl_and_tell(site: str, log_level: str) -> None:
    """The same in a process that is started already."""
    obey_worker(sys.stdin.fileno())
    try:
        report = crawl(Config.load(os.environ), site, log_level)
    except (SiteBusyError, ArchiveUnavailableError) as error:  # neither is the site's fault, and both pass
        report = TurnReport(outcome=TurnOutcome.BUSY, reason=str(error))
    except NewsArchiveError as error:
        report = TurnReport(outcome=TurnOutcome.FAILED, reason=str(error))
    except KeyboardInterrupt:  # cut off
        report = TurnReport(outcome=TurnOutcome.STOPPED)
    tell(report)


def crawl(config: Config, site: str, log_level: str) -> TurnReport:
    """Crawl a site as ``newsarchive crawl`` does.

    Raises the NewsArchiveError that kept it from starting or ended it.
    """
    from newsarchive.api import Archive
    from newsarchive.cli.crawl import run_crawl

    run = run_crawl(config, "site", {"site": site}, log_level=log_level)
    with Archive.of(config) as archive:
        return report_of(run, archive.reader.ledger(run.id))


if __name__ == "__main__":
    main()
