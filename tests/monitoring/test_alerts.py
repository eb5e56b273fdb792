import json
from datetime import UTC, datetime

import pytest

from newsarchive.archive.database import Database
from newsarchive.errors import AlertError, ArchiveUnavailableError
from newsarchive.monitoring import alerts
from newsarchive.monitoring.alerts import MAX_AT_ONCE
from newsarchive.monitoring.finding import Finding, Severity, SiteHealth
from newsarchive.monitoring.told import read_told, save_told, telling_alone, telling_when_free

NOW = datetime(2026, 3, 12, 6, tzinfo=UTC)


def finding(site="lake", kind="stale", message="no new article", **fields):
    return Finding(site=site, kind=kind, severity=Severity.WRONG, message=message, next_step="look", **fields)


def health(*findings, site="lake", unjudged=()):
    return SiteHealth(site=site, findings=findings, lacking=(), unjudged=frozenset(unjudged))


class Listener:
    """A channel that keeps what it is told, and fails while it is told to."""

    def __init__(self):
        self.heard, self.fails = [], False

    def __call__(self, payload: bytes) -> None:
        if self.fails:
            raise AlertError("nobody listens")
        self.heard.append(json.loads(payload))

    @property
    def events(self):
        return [(alert["event"], alert["site"], alert["kind"]) for alert in self.heard]


@pytest.fixture
def listener():
    return Listener()


@pytest.fixture
def database(target):
    with Database.open(target, create=True) as database:
        yield database


def tell(database, found, channels, now):
    return alerts.tell(
        read_told(database), found, channels, now, save=lambda key, memory: save_told(database, key, memory)
    )


def test_a_finding_is_told_once_until_it_is_over(database, listener):
    for message in ("no new article for 3 days", "no new article for 4 days"):
        tell(database, [health(finding(message=message))], {"command": listener}, NOW)
    assert listener.events == [("new", "lake", "stale")]
    for _ in range(2):
        tell(database, [health()], {"command": listener}, NOW)
    assert listener.events == [("new", "lake", "stale"), ("resolved", "lake", "stale")]
    assert listener.heard[-1]["text"] == "resolved: lake: no new article for 3 days"
    tell(database, [health(finding())], {"command": listener}, NOW)
    assert listener.events[-1] == ("new", "lake", "stale")


def test_what_cannot_be_judged_is_not_over(database, listener):
    tell(database, [health(finding())], {"command": listener}, NOW)
    tell(database, [health(unjudged={"stale"})], {"command": listener}, NOW)
    tell(database, [health(site="hill")], {"command": listener}, NOW)  # only another site was looked at
    assert listener.events == [("new", "lake", "stale")]


def test_two_fields_are_two_findings(database, listener):
    both = [finding(kind="field-gone", subject=name) for name in ("authors", "images")]
    tell(database, [health(*both)], {"command": listener}, NOW)
    tell(database, [health(both[1])], {"command": listener}, NOW)
    assert [(alert["event"], alert["subject"]) for alert in listener.heard] == [
        ("new", "authors"),
        ("new", "images"),
        ("resolved", "authors"),
    ]


def test_a_channel_that_failed_hears_it_later_and_the_other_not_again(database, listener):
    broken = Listener()
    broken.fails = True
    channels = {"webhook": broken, "command": listener}
    done, errors = tell(database, [health(finding())], channels, NOW)
    assert (done, [str(error) for error in errors]) == (1, ["nobody listens"])
    tell(database, [health()], channels, NOW)  # over before the other ever heard of it
    assert (listener.events[-1][0], broken.heard) == ("resolved", [])
    tell(database, [health(finding())], channels, NOW)
    broken.fails = False
    tell(database, [health(finding())], channels, NOW)
    assert broken.events == [("new", "lake", "stale")]
    assert len(listener.heard) == 3


def test_a_finding_that_comes_back_while_one_channel_has_not_heard_that_it_was_over(database, listener):
    other = Listener()
    channels = {"webhook": other, "command": listener}
    tell(database, [health(finding())], channels, NOW)
    other.fails = True
    tell(database, [health()], channels, NOW)
    other.fails = False
    tell(database, [health(finding())], channels, NOW)
    assert [event for event, *_ in listener.events] == ["new", "resolved", "new"]
    assert [event for event, *_ in other.events] == ["new"]
    tell(database, [health()], channels, NOW)
    assert [event for event, *_ in other.events] == ["new", "resolved"]
    assert read_told(database) == {}


def test_a_flood_of_findings_is_told_in_parts(database, listener):
    many = [health(finding(site=f"site-{n}"), site=f"site-{n}") for n in range(MAX_AT_ONCE + 5)]
    assert tell(database, many, {"command": listener}, NOW)[0] == MAX_AT_ONCE
    assert tell(database, many, {"command": listener}, NOW)[0] == 5


def test_nothing_more_is_told_when_it_may_not_go_on(database, listener):
    many = [health(finding(site=f"site-{n}"), site=f"site-{n}") for n in range(5)]
    answers = iter([True, True, False])
    done, _ = alerts.tell({}, many, {"command": listener}, NOW, save=lambda *_: None, may_go_on=lambda: next(answers))
    assert done == len(listener.heard) == 2


def test_one_program_tells_at_a_time(database, target):
    with Database.open(target) as another, telling_alone(database) as first, telling_alone(another) as second:
        assert (first, second) == (True, False)
        with pytest.raises(ArchiveUnavailableError, match="another program is telling"), telling_when_free(another, 0):
            pass
    with telling_when_free(database, 0):
        pass
