import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.errors import PackageError
from newsarchive.export.package.checksums import SUMS_FILE, read_sums, sha256_of, sums_text, verify

DIGEST = "a" * 64


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b.csv").write_text("b")
    (tmp_path / "a.jsonl").write_text("a")
    (tmp_path / SUMS_FILE).write_text(sums_text({n: sha256_of(tmp_path / n) for n in ("b.csv", "a.jsonl")}))
    return tmp_path


def test_coreutils_reads_it(folder):
    done = subprocess.run(["sha256sum", "--strict", "-c", SUMS_FILE], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "a.jsonl: OK\nb.csv: OK\n")


def test_whole_package_is_verified(folder):
    assert list(verify(folder)) == ["a.jsonl", "b.csv"]


def test_changed_file_is_found(folder):
    (folder / "b.csv").write_text("c")
    with pytest.raises(PackageError, match=r"b\.csv is not what SHA256SUMS says"):
        verify(folder)


def test_missing_file_is_found(folder):
    (folder / "b.csv").unlink()
    with pytest.raises(PackageError, match=r"b\.csv is missing"):
        verify(folder)


def test_link_out_of_the_package_is_not_followed(folder, tmp_path_factory):
    secret = tmp_path_factory.mktemp("elsewhere") / "secret"
    secret.write_text("b")
    (folder / "b.csv").unlink()
    (folder / "b.csv").symlink_to(secret)
    with pytest.raises(PackageError, match=r"b\.csv is missing"):
        verify(folder)


def test_folder_without_checksums_is_no_package(tmp_path):
    with pytest.raises(PackageError, match="has no SHA256SUMS"):
        verify(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{DIGEST}  ../secret\n",
        f"{DIGEST}  /etc/passwd\n",
        f"{DIGEST}  a/b\n",
        f"{DIGEST}  .hidden\n",
        f"{DIGEST} a.csv\n",
        f"{DIGEST[:-1]}  a.csv\n",
        f"{DIGEST}  a.csv\n{DIGEST}  a.csv\n",
        "".join(f"{DIGEST}  {number}\n" for number in range(101)),
        "nonsense",
    ],
)
def test_line_that_is_none_of_ours_is_an_error(text):
    with pytest.raises(PackageError, match="SHA256SUMS"):
        read_sums(text)


def test_much_too_large_list_is_not_read(tmp_path):
    (tmp_path / SUMS_FILE).write_text("x" * 100_000)
    with pytest.raises(PackageError, match="too large"):
        verify(tmp_path)


NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)


@given(st.dictionaries(NAMES, st.from_regex(r"[0-9a-f]{64}", fullmatch=True), min_size=1, max_size=20))
def test_what_is_written_is_read(sums):
    assert read_sums(sums_text(sums)) == sums


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_in_one_line(text):
    try:
        names = read_sums(text)
    except PackageError as error:
        assert "\n" not in str(error)
    else:
        assert all("/" not in name and not name.startswith(".") for name in names)
