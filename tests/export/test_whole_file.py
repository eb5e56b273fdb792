import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.errors import ExportError
from newsarchive.export import whole_file as module
from newsarchive.export.whole_file import whole_file

TOP = Path(__file__).parents[2]


def knows_files_without_name(folder):
    descriptor = module._descriptor_without_name(folder)
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is not None


@pytest.fixture(params=["without a name", "under another name"])
def way(request, monkeypatch, tmp_path):
    """Both ways to write a file that has not its name yet."""
    if request.param == "under another name":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    elif not knows_files_without_name(tmp_path):
        pytest.skip("this system knows no files without a name")
    return request.param


@pytest.mark.usefixtures("way")
def test_the_file_is_there_when_it_is_complete_and_nothing_else(tmp_path):
    file = tmp_path / "a.csv"
    with whole_file(file) as writing:
        writing.write(b"whole")
        assert not file.exists()
    assert file.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [file]
    mask = os.umask(0)
    os.umask(mask)
    assert file.stat().st_mode & 0o777 == 0o666 & ~mask


@pytest.mark.usefixtures("way")
def test_a_file_is_replaced_at_once_and_kept_if_writing_fails(tmp_path):
    file = tmp_path / "a.csv"
    file.write_bytes(b"before")
    with pytest.raises(RuntimeError), whole_file(file) as writing:
        writing.write(b"half")
        raise RuntimeError
    assert file.read_bytes() == b"before"
    with whole_file(file) as writing:
        writing.write(b"after")
        assert file.read_bytes() == b"before"
    assert file.read_bytes() == b"after"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.usefixtures("way")
def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with whole_file(tmp_path / "link") as writing:
        writing.write(b"x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"x"


def test_what_a_killed_program_left_is_taken_over(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    (tmp_path / ".a.csv.part").write_bytes(b"stray")
    with whole_file(tmp_path / "a.csv") as writing:
        writing.write(b"whole")
    assert list(tmp_path.iterdir()) == [tmp_path / "a.csv"]
    assert (tmp_path / "a.csv").read_bytes() == b"whole"


def test_of_two_programs_that_write_one_file_the_first_is_told(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    file = tmp_path / "a.csv"
    with pytest.raises(ExportError, match="is being written by another program as well"), whole_file(file) as first:
        first.write(b"first")
        second = whole_file(file)
        second.__enter__().write(b"second")
    assert not file.exists()
    second.__exit__(None, None, None)
    assert file.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [file]


def test_a_killed_program_leaves_no_file(tmp_path):
    code = f"""
from pathlib import Path
from newsarchive.export.whole_file import whole_file
with whole_file(Path({str(tmp_path / "a.csv")!r})) as file:
    while True:
        file.write(b"x" * 65536)
        print(flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=TOP, stdout=subprocess.PIPE) as child:
        assert child.stdout
        for _ in range(10):
            assert child.stdout.readline()
        child.send_signal(signal.SIGKILL)
    left = [path.name for path in tmp_path.iterdir()]
    assert left == ([] if knows_files_without_name(tmp_path) else [".a.csv.part"])
