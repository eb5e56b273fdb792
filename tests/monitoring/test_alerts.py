import json
from datetime import UTC, datetime

import pytest

from newsarchive.errors import AlertError, HomeError
from newsarchive.monitoring.alerts import MAX_AT_ONCE, STATE_FILE, tell
from newsarchive.monitoring.finding import Finding, Severity, SiteHealth

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


def test_a_finding_is_told_once_until_it_is_over(tmp_path, listener):
    for message in ("no new article for 3 days", "no new article for 4 days"):
        tell(tmp_path, [health(finding(message=message))], {"command": listener}, NOW)
    assert listener.events == [("new", "lake", "stale")]
    for _ in range(2):
        tell(tmp_path, [health()], {"command": listener}, NOW)
    assert listener.events == [("new", "lake", "stale"), ("resolved", "lake", "stale")]
    assert listener.heard[-1]["text"] == "resolved: lake: no new article for 3 days"
    tell(tmp_path, [health(finding())], {"command": listener}, NOW)
    assert listener.events[-1] == ("new", "lake", "stale")


def test_what_cannot_be_judged_is_not_over(tmp_path, listener):
    tell(tmp_path, [health(finding())], {"command": listener}, NOW)
    tell(tmp_path, [health(unjudged={"stale"})], {"command": listener}, NOW)
    tell(tmp_path, [health(site="hill")], {"command": listener}, NOW)  # only another site was looked at
    assert listener.events == [("new", "lake", "stale")]


def test_two_fields_are_two_findings(tmp_path, listener):
    both = [finding(kind="field-gone", subject=name) for name in ("authors", "images")]
    tell(tmp_path, [health(*both)], {"command": listener}, NOW)
    tell(tmp_path, [health(both[1])], {"command": listener}, NOW)
    assert [(alert["event"], alert["subject"]) for alert in listener.heard] == [
        ("new", "authors"),
        ("new", "images"),
        ("resolved", "authors"),
    ]


def test_a_channel_that_failed_hears_it_later_and_the_other_not_again(tmp_path, listener):
    broken = Listener()
    broken.fails = True
    channels = {"webhook": broken, "command": listener}
    done, errors = tell(tmp_path, [health(finding())], channels, NOW)
    assert (done, [str(error) for error in errors]) == (1, ["nobody listens"])
    tell(tmp_path, [health()], channels, NOW)  # over before the other ever heard of it
    assert (listener.events[-1][0], broken.heard) == ("resolved", [])
    tell(tmp_path, [health(finding())], channels, NOW)
    broken.fails = False
    tell(tmp_path, [health(finding())], channels, NOW)
    assert broken.events == [("new", "lake", "stale")]
    assert len(listener.heard) == 3


def test_a_finding_that_comes_back_while_one_channel_has_not_heard_that_it_was_over(tmp_path, listener):
    other = Listener()
    channels = {"webhook": other, "command": listener}
    tell(tmp_path, [health(finding())], channels, NOW)
    other.fails = True
    tell(tmp_path, [health()], channels, NOW)
    other.fails = False
    tell(tmp_path, [health(finding())], channels, NOW)
    assert [event for event, *_ in listener.events] == ["new", "resolved", "new"]
    assert [event for event, *_ in other.events] == ["new"]
    tell(tmp_path, [health()], channels, NOW)
    assert [event for event, *_ in other.events] == ["new", "resolved"]
    assert json.loads((tmp_path / STATE_FILE).read_bytes()) == {"open": []}


def test_a_flood_of_findings_is_told_in_parts(tmp_path, listener):
    many = [health(finding(site=f"site-{n}"), site=f"site-{n}") for n in range(MAX_AT_ONCE + 5)]
    assert tell(tmp_path, many, {"command": listener}, NOW)[0] == MAX_AT_ONCE
    assert tell(tmp_path, many, {"command": listener}, NOW)[0] == 5


def test_a_damaged_memory_is_told_in_one_line(tmp_path, listener):
    for text in ("{", "[]", '{"open": [{}]}'):
        (tmp_path / STATE_FILE).write_text(text)
        with pytest.raises(HomeError, match="damaged"):
            tell(tmp_path, [health(finding())], {"command": listener}, NOW)
    assert listener.heard == []
