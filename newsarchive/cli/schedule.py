"""``newsarchive schedule``: when sites are crawled by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from newsarchive.cli import terminal
from newsarchive.cli.csv_rows import print_csv
from newsarchive.cli.options import Json
from newsarchive.cli.settings import config_from
from newsarchive.errors import ConfigError
from newsarchive.model.schedule import Schedule, Timing

if TYPE_CHECKING:
    from newsarchive.archive.schedules import ScheduleStore

_T = TypeVar("_T")

app = typer.Typer(help="Say when sites are crawled by themselves. newsarchive worker does it.", no_args_is_help=True)

_Site = Annotated[str, typer.Argument(metavar="SITE", help="A registered site's name.")]


@app.command("add")
def add(
    context: typer.Context,
    site: _Site,
    cron: Annotated[
        str | None,
        typer.Argument(
            metavar="CRON",
            help='Minute, hour, day of month, month, day of week, like "*/30 * * * *".',
            show_default=False,
        ),
    ] = None,
    tz: Annotated[str, typer.Option(metavar="ZONE", help="Time zone of CRON, like Africa/Kigali.")] = "UTC",
    every: Annotated[
        str | None, typer.Option(metavar="INTERVAL", help="An interval instead of CRON: 30m, 2h, 1d, 1h30m.")
    ] = None,
    auto: Annotated[bool, typer.Option("--auto", help="The site's own rhythm, learnt from its articles.")] = False,
) -> None:
    """Crawl a site by itself from now on. A schedule it has already is changed."""
    from newsarchive.scheduling.cron import check_cron, time_zone
    from newsarchive.scheduling.due import plan, read_interval

    if [cron is not None, every is not None, auto].count(True) != 1:
        raise ConfigError(f'say when: schedule add {site} "*/30 * * * *", or --every 2h, or --auto')
    time_zone(tz)
    now = datetime.now(UTC)
    timing = Timing.CRON if cron is not None else Timing.EVERY if every is not None else Timing.AUTO

    def to_rule(schedule: Schedule) -> Schedule:
        rule = replace(
            schedule,
            timing=timing,
            cron=None if cron is None else check_cron(cron),
            every_s=None if every is None else int(read_interval(every).total_seconds()),
            timezone=tz,
            added_at=now,
            failures=0,
            failing_since=None,
        )
        planned = plan(replace(rule, last_due_at=None), now)
        # An interval or a rhythm begins with a crawl; a cron expression says itself when.
        return planned if timing is Timing.CRON else replace(planned, due_at=now)

    new = Schedule(site=site, timing=timing, added_at=now, due_at=now, planned_at=now)
    _print_next(_store(context, lambda store: store.put(to_rule(new), to_rule)))
    terminal.notes().print("next: newsarchive worker, or newsarchive run; either crawls what is due")


@app.command("list")
def list_schedules(
    context: typer.Context,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="CSV on stdout.")] = False,
) -> None:
    """List the schedules, the next one due first. With how their last crawls ended."""
    schedules = _store(context, lambda store: store.all())
    records = [record(schedule) for schedule in schedules]
    if json:
        for entry in records:
            terminal.print_json(entry)
    elif csv:
        print_csv(_FIELDS, [[_text(value) for value in entry.values()] for entry in records])
    elif records:
        now = datetime.now(UTC)
        terminal.print_table(
            ["site", "when", "next due", "last crawl", "run", "failing since"],
            [
                (
                    schedule.site,
                    rule(schedule),
                    _when(schedule, now),
                    _last(schedule),
                    schedule.last_run_id,
                    _failing(schedule),
                )
                for schedule in schedules
            ],
            right=["run"],
        )
    else:
        terminal.notes().print('nothing is scheduled; next: newsarchive schedule add SITE "*/30 * * * *"')


@app.command("pause")
def pause(context: typer.Context, site: _Site) -> None:
    """Crawl a site no more until it is resumed. A crawl under way goes on to its end."""
    _store(context, lambda store: store.change(site, lambda schedule: replace(schedule, is_paused=True)))
    terminal.out().print(f"{site} is paused; newsarchive schedule resume {site} goes on")


@app.command("resume")
def resume(context: typer.Context, site: _Site) -> None:
    """Crawl a paused site by itself again. What it missed by the pause is not made up for."""
    from newsarchive.scheduling.due import plan

    now = datetime.now(UTC)
    changed = _store(
        context, lambda store: store.change(site, lambda schedule: plan(replace(schedule, is_paused=False), now))
    )
    _print_next(changed)


@app.command("run")
def run_now(context: typer.Context, site: _Site) -> None:
    """Let a worker crawl a site now, whenever it is due. Also one that failed and is left alone for a while."""
    now = datetime.now(UTC)

    def hasten(schedule: Schedule) -> Schedule:
        if schedule.is_paused:
            raise ConfigError(f"{site} is paused: newsarchive schedule resume {site} comes first")
        return replace(schedule, due_at=min(schedule.due_at, now))

    changed = _store(context, lambda store: store.change(site, hasten))
    terminal.out().print(f"{changed.site} is due now; a worker that runs begins within seconds")


@app.command("remove")
def remove(context: typer.Context, site: _Site) -> None:
    """Crawl a site no more by itself; what is archived of it stays."""
    _store(context, lambda store: store.remove(site))
    terminal.out().print(f"{site} has no schedule any more")


def record(schedule: Schedule) -> dict[str, object]:
    """Give a schedule as JSON."""
    return {
        "site": schedule.site,
        "timing": schedule.timing,
        "cron": schedule.cron,
        "every_s": schedule.every_s,
        "timezone": schedule.timezone,
        "is_paused": schedule.is_paused,
        "due_at": schedule.due_at,
        "running_since": schedule.turn_at,
        "failures": schedule.failures,
        "failing_since": schedule.failing_since,
        "last_run": schedule.last_run_id,
        "last_finished_at": schedule.last_finished_at,
        "last_outcome": schedule.last_outcome,
        "last_reason": schedule.last_reason,
    }


_FIELDS = (
    "site",
    "timing",
    "cron",
    "every_s",
    "timezone",
    "is_paused",
    "due_at",
    "running_since",
    "failures",
    "failing_since",
    "last_run",
    "last_finished_at",
    "last_outcome",
    "last_reason",
)


def _text(value: object) -> object:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def rule(schedule: Schedule) -> str:
    """The rule of a schedule, for eyes."""
    match schedule.timing:
        case Timing.CRON:
            return f"{schedule.cron} {schedule.timezone}"
        case Timing.EVERY:
            minutes = (schedule.every_s or 0) // 60
            return f"every {minutes // 60} h" if minutes % 60 == 0 else f"every {minutes} min"
        case Timing.AUTO:
            return "auto" if schedule.rhythm is not None else "auto (still learning)"


def local(moment: datetime | None, schedule: Schedule) -> str:
    """A minute in the schedule's own time zone, empty for None."""
    from newsarchive.scheduling.cron import time_zone

    return "" if moment is None else f"{moment.astimezone(time_zone(schedule.timezone)):%Y-%m-%d %H:%M %Z}"


def _when(schedule: Schedule, now: datetime) -> str:
    if schedule.is_paused:
        return "paused"
    if schedule.turn_at is not None:
        return "running"
    return "now" if schedule.due_at <= now else local(schedule.due_at, schedule)


def _last(schedule: Schedule) -> str:
    if schedule.last_outcome is None:
        return ""
    return f"{schedule.last_outcome} {local(schedule.last_finished_at, schedule)}".rstrip()


def _failing(schedule: Schedule) -> str:
    if schedule.failing_since is None:
        return schedule.last_reason or "" if schedule.is_paused else ""
    since = local(schedule.failing_since, schedule)
    return f"{since}, {schedule.failures} times: {schedule.last_reason or 'see newsarchive runs list'}"


def _print_next(schedule: Schedule) -> None:
    terminal.out().print(f"{schedule.site}: {rule(schedule)}, next {_when(schedule, datetime.now(UTC))}")


def _store(context: typer.Context, use: Callable[[ScheduleStore], _T]) -> _T:
    """Open the archive's schedules for one use."""
    from newsarchive.archive.database import Database
    from newsarchive.archive.schedules import ScheduleStore

    with Database.open(config_from(context).database) as database:
        return use(ScheduleStore(database))
