from __future__ import annotations

import pytest

from newsarchive.inspection.placing import place


def a_file(text: str):
    return lambda path: path.write_text(text)


def a_folder(path):
    path.mkdir()
    (path / "inside").write_text("new")


def broken(path):
    path.write_text("half")
    raise OSError(28, "No space left on device", str(path))


def everything(folder):
    return {path.relative_to(folder).as_posix(): path.is_file() and path.read_text() for path in folder.rglob("*")}


def test_files_and_folders_appear_with_the_folders_above(tmp_path):
    place({tmp_path / "a" / "x.py": a_file("new"), tmp_path / "a" / "b" / "page": a_folder})
    assert everything(tmp_path) == {
        "a": False,
        "a/x.py": "new",
        "a/b": False,
        "a/b/page": False,
        "a/b/page/inside": "new",
    }


def test_what_exists_is_not_touched(tmp_path):
    (tmp_path / "page").mkdir()
    with pytest.raises(FileExistsError):
        place({tmp_path / "x.py": a_file("new"), tmp_path / "page": a_folder})
    assert everything(tmp_path) == {"page": False}


def test_what_exists_is_replaced_if_that_is_wanted(tmp_path):
    (tmp_path / "x.py").write_text("old")
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "outside").write_text("old")
    place({tmp_path / "x.py": a_file("new"), tmp_path / "page": a_folder}, replacing=True)
    assert everything(tmp_path) == {"x.py": "new", "page": False, "page/inside": "new"}


@pytest.mark.parametrize("replacing", [True, False])
def test_an_error_leaves_everything_as_it_was(tmp_path, replacing):
    targets = {tmp_path / "deep" / "x.py": a_file("new"), tmp_path / "y.py": broken}
    if replacing:
        (tmp_path / "y.py").write_text("old")
    before = everything(tmp_path)
    with pytest.raises(OSError, match="No space left"):
        place(targets, replacing=replacing)
    assert everything(tmp_path) == before
    assert not (tmp_path / "deep").exists()


def test_an_error_while_moving_puts_back_what_was_moved(tmp_path):
    (tmp_path / "x.py").write_text("old")
    with pytest.raises(FileNotFoundError):
        place({tmp_path / "x.py": a_file("new"), tmp_path / "y.py": lambda path: None}, replacing=True)
    assert everything(tmp_path) == {"x.py": "old"}
