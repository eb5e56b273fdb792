import sys

import pytest

from newsarchive.errors import AlertError
from newsarchive.monitoring.hook_command import run_hook

KEEP = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_bytes(sys.stdin.buffer.read())"


def test_the_alert_is_on_stdin(tmp_path):
    run_hook([sys.executable, "-c", KEEP, str(tmp_path / "heard")], b'{"text":"$(touch no) `x`; rm"}')
    assert (tmp_path / "heard").read_bytes() == b'{"text":"$(touch no) `x`; rm"}'


def test_no_shell_reads_the_words(tmp_path):
    word = f"; touch {tmp_path / 'no'}; $(touch {tmp_path / 'no'})"
    run_hook([sys.executable, "-c", "pass", word], b"{}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["/nowhere/at/all"], "cannot be started"),
        ([sys.executable, "-c", "raise SystemExit(3)"], "exit code 3"),
        ([sys.executable, "-c", "import time; time.sleep(60)"], "was killed"),
    ],
)
def test_what_fails_is_said_in_one_line(command, message):
    with pytest.raises(AlertError, match=message):
        run_hook(command, b"x" * 1_000_000, timeout_s=1)


def test_a_command_that_does_not_read_its_input_is_no_failure():
    run_hook([sys.executable, "-c", "pass"], b"x" * 1_000_000)
