"""What is printed stays readable: wrapped between words on a terminal, whole through a pipe, never taken for markup."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.cli import terminal
from newsarchive.model.article import Article, DatePrecision

ADDRESS = "https://courier.example/2026/a-rather-long-address-that-no-narrow-terminal-has-room-for-in-one-line?id=7"
TEXT = "At ten minutes past six on Wednesday morning the ferry Umoja left Port Kalunga with 220 passengers."


class FakeTerminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def printed(print_it: Callable[[], None], stream: io.StringIO) -> str:
    """What is printed to such a stream in place of stdout."""
    with redirect_stdout(stream):
        print_it()
    return stream.getvalue()


def through_pipe(print_it: Callable[[], None]) -> str:
    return printed(print_it, io.StringIO())


@pytest.fixture
def on_terminal(monkeypatch) -> Callable[..., list[str]]:
    """The lines on a terminal of 40 columns."""
    for name, value in {"COLUMNS": "40", "LINES": "24", "TERM": "xterm", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    return lambda print_it: without_styles(printed(print_it, FakeTerminal()))


def without_styles(text: str) -> list[str]:
    for code in ("\x1b[1m", "\x1b[0m", "\x1b[2m"):
        text = text.replace(code, "")
    return text.splitlines()


def test_running_text_breaks_between_words_behind_its_prefix(on_terminal):
    lines = on_terminal(lambda: terminal.print_text(TEXT, prefix="related  "))
    assert len(lines) > 2
    assert all(len(line) <= 40 for line in lines)
    assert lines[0].startswith("related  At ten")
    assert all(line.startswith("         ") for line in lines[1:])
    assert " ".join(line[9:].strip() for line in lines) == TEXT


def test_running_text_is_one_line_through_a_pipe():
    assert through_pipe(lambda: terminal.print_text(TEXT, prefix="  ")) == f"  {TEXT}\n"


def test_an_address_is_never_broken(on_terminal):
    lines = on_terminal(lambda: terminal.print_table(["entries", "address"], [(12, ADDRESS)], right=["entries"]))
    assert lines == ["entries  address", f"     12  {ADDRESS}"]


def test_columns_line_up_under_wide_letters():
    rows = [("国际新闻", 1), ("x", None)]
    table = through_pipe(lambda: terminal.print_table(["name", "articles"], rows, right=["articles"]))
    assert table == "name      articles\n国际新闻         1\nx\n"


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1))
def test_no_text_is_taken_for_markup(text):
    assert through_pipe(lambda: terminal.print_text(f"[/b] :tea: {text}")) == f"[/b] :tea: {text}\n"


def test_words_found_are_marked_by_stars_through_a_pipe():
    assert (
        through_pipe(lambda: terminal.print_text(terminal.highlighted("the lake rose", [(4, 8)])))
        == "the **lake** rose\n"
    )


@pytest.mark.parametrize(
    ("precision", "shown"), [(DatePrecision.DAY, "2026-05-17"), (DatePrecision.MINUTE, "2026-05-17 08:00 UTC")]
)
def test_a_date_is_shown_as_precisely_as_it_is_known(precision, shown):
    when = datetime(2026, 5, 17, 8, tzinfo=UTC)
    article = Article(url=ADDRESS, canonical_url=ADDRESS, date_published=when, date_precision=precision)
    assert terminal.published(article) == shown
