"""``newsarchive demo``: the first thing a newcomer runs."""

from __future__ import annotations

import json
import re
import socket

import pytest


@pytest.fixture
def taken_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_port_that_is_taken_is_said_and_nothing_is_made(newsarchive, tmp_path, taken_port):
    result = newsarchive("demo", "--port", str(taken_port), home=tmp_path / "home")
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        f"newsarchive: port {taken_port} cannot be used (Address already in use); "
        "name another: newsarchive demo --port 8766\n"
    )
    assert not (tmp_path / "home").exists()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_the_demo_shows_the_whole_path(command, tmp_path):
    first = command("demo", "--port", str(free_port()), home=tmp_path)
    assert first.code == 0, first.err
    assert first.out.startswith("run 1: 49 new, ")
    assert "Future of peacekeeping operations; Rwanda’s mindset a gem\n" in first.out
    assert "section      International  [publisher]\n" in first.out
    assert "\n49 articles, 49 revisions; 49 in " in first.out
    records = [json.loads(line) for line in (tmp_path / "export" / "articles.jsonl").open(encoding="utf-8")]
    assert len(records) == 49
    assert (tmp_path / "export" / "articles.csv").stat().st_size > 50_000


@pytest.mark.slow
def test_a_second_demo_finds_all_as_it_was(command, tmp_path):
    port = free_port()
    assert command("demo", "--port", str(port), home=tmp_path).code == 0
    again = command("demo", "--port", str(port), home=tmp_path)
    assert again.code == 0, again.err
    assert re.match(r"run 2: \d+ read, ", again.out), "nothing is due, nothing is new or changed"
    assert "\n49 articles, 49 revisions; 49 in " in again.out
