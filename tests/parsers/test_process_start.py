"""Processes forked from one that has started the parsers' fork server share it, and get over its death."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")

FORKS = """
    import json, os, signal, sys, time
    from newsarchive.errors import ParseError
    from newsarchive.parsers.process_start import adopt, process_context
    from newsarchive.parsers.sandbox import Sandbox

    def servers(kill):
        adopt()
        found = []
        with Sandbox(workers=1) as sandbox:
            found.append(sandbox.submit(os.getppid).result(timeout=60))
            if kill:
                os.kill(found[0], signal.SIGKILL)
                os.kill(sandbox.submit(os.getpid).result(timeout=60), signal.SIGKILL)
                deadline = time.monotonic() + 60
                while len(found) < 2 and time.monotonic() < deadline:
                    try:
                        found.append(sandbox.submit(os.getppid).result(timeout=60))
                    except ParseError:  # what the killed child had in hand
                        time.sleep(0.1)
        return found

    if __name__ == "__main__":
        for kill in (False, False, True, False):
            process_context(())
            pid = os.fork()
            if pid == 0:
                print(json.dumps({"process": os.getpid(), "servers": servers(kill)}), flush=True)
                sys.exit()
            os.waitpid(pid, 0)
"""


def test_forked_processes_share_the_parsers_fork_server_and_one_that_dies_is_started_anew(tmp_path):
    script = tmp_path / "forks.py"
    script.write_text("\n".join(line.removeprefix("    ") for line in FORKS.splitlines()))
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=240, check=True)
    first, second, killer, after = map(json.loads, ended.stdout.splitlines())
    (shared,) = first["servers"]
    assert second["servers"] == [shared]
    assert killer["servers"][0] == shared
    assert killer["servers"][1] != shared
    (anew,) = after["servers"]
    assert anew not in killer["servers"]
    assert not {first["process"], second["process"], killer["process"], after["process"]} & {shared, anew}
    assert "Traceback" not in ended.stderr, ended.stderr
