"""``newsarchive health``: what is wrong with which site, by its own history, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newsarchive.cli import terminal
from newsarchive.cli.csv_rows import print_csv
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from
from newsarchive.config import Config
from newsarchive.errors import ConfigError

if TYPE_CHECKING:
    from newsarchive.monitoring.finding import Finding, SiteHealth

COLUMNS = (
    "site",
    "state",
    "kind",
    "subject",
    "message",
    "next_step",
    "url",
    "last_good_url",
    "since",
)
MAX_YOUNG = 10
"""Sites with too little history that are named; of more the number is told."""


def health(
    context: typer.Context,
    site: Annotated[str | None, typer.Argument(metavar="SITE", help="Only this site; default: all.")] = None,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout, one line a finding.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 if there is a finding.")] = False,
    notify: Annotated[
        bool, typer.Option("--notify", help="Tell alert_command and alert_webhook what is new and what is over.")
    ] = False,
) -> None:
    """Look for what is wrong, and say what to do. Sites without crawls or articles, dead feeds, fields that went."""
    if json and csv:
        raise ConfigError("choose one of --json and --csv")
    config = config_from(context)
    now = datetime.now(UTC)
    found = look(config, site, now)
    workers = look_at_workers(config, now) if site is None else None
    said = (workers, *found) if workers is not None and workers.findings else found
    if json:
        for one in said:
            terminal.print_json(health_record(one))
    elif csv:
        print_csv(COLUMNS, (tuple(finding_record(f).values()) for one in said for f in one.findings))
    else:
        _print(said, details=site is not None)
    if notify:
        from newsarchive.cli.alerting import notify_of

        notify_of(config, found if workers is None else (workers, *found))
    if strict and any(one.findings for one in said):
        raise typer.Exit(1)


def look(config: Config, site: str | None, now: datetime) -> tuple[SiteHealth, ...]:
    """The health of a site, or of all, the worst first. Raises UnknownSiteError."""
    from newsarchive.api import Archive
    from newsarchive.monitoring.health import health_of
    from newsarchive.monitoring.reading_history import histories

    with Archive.of(config) as archive, terminal.progress() as progress:
        names = [archive.reader.site(site).name] if site else [known.name for known in archive.sites()]
        read = progress.track(histories(archive.database, now, names), total=len(names), description="sites")
        found = [health_of(history, now) for history in read]
    order = ("wrong", "look", "young", "ok")
    return tuple(sorted(found, key=lambda one: (order.index(one.state), one.site)))


def look_at_workers(config: Config, now: datetime) -> SiteHealth:
    """Whether workers vanished, and turns wait for one."""
    from newsarchive.archive.database import Database
    from newsarchive.monitoring.workers import health_of_workers

    with Database.open(config.database) as database:
        return health_of_workers(database, now)


def _print(found: Sequence[SiteHealth], *, details: bool) -> None:
    from newsarchive.monitoring.health import worst_first
    from newsarchive.monitoring.workers import WORKERS

    findings = [finding for one in found for finding in one.findings]
    if findings:
        rows = [(f.severity, f.site, f.kind, f.message, f.next_step) for f in worst_first(findings)]
        terminal.print_table(["state", "site", "kind", "what", "next"], rows)
    out = terminal.out()
    for finding in findings if details else ():
        out.print()
        out.print(f"{finding.kind} {finding.subject or ''}".rstrip(), style="bold")
        for name, value in (
            ("since", finding.since and f"{terminal.moment(finding.since)} UTC"),
            ("shown by", finding.url),
            ("last right", finding.last_good_url),
        ):
            if value:
                out.print(f"{name:10}  {value}")
    found = [one for one in found if one.site != WORKERS]
    young = [one for one in found if one.lacking]
    out.print(
        f"{len(found)} sites: {sum(bool(one.findings) for one in found)} with findings, "
        f"{sum(one.state == 'ok' for one in found)} ok, {sum(one.state == 'young' for one in found)} with too little "
        "history"
    )
    for one in young[:MAX_YOUNG] if details or len(young) <= MAX_YOUNG else ():
        terminal.notes().print(f"{one.site}: {'; '.join(one.lacking)}")


def finding_record(finding: Finding) -> dict[str, object]:
    """A finding as JSON and CSV have it."""
    return {name: finding.severity if name == "state" else getattr(finding, name) for name in COLUMNS}


def health_record(health: SiteHealth) -> dict[str, object]:
    """The health of a site as JSON."""
    return {
        "site": health.site,
        "state": health.state,
        "findings": [finding_record(finding) for finding in health.findings],
        "too_little_history": list(health.lacking),
    }
