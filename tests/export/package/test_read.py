import hashlib
import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.errors import PackageError
from newsarchive.export.package import read
from newsarchive.export.package.checksums import SUMS_FILE, sha256_of, sums_text
from newsarchive.export.package.read import PackagedArticle, PackagedSite, read_package


@pytest.fixture
def forged(make_package, tmp_path):
    """Changes a file of a package and makes its checksums right again, as someone who means harm would."""
    make_package(text=False)
    folder = tmp_path / "package"

    def forge(name, data):
        (folder / name).write_bytes(data if isinstance(data, bytes) else orjson.dumps(data))
        names = [path.name for path in folder.iterdir() if path.name != SUMS_FILE]
        (folder / SUMS_FILE).write_text(sums_text({name: sha256_of(folder / name) for name in names}))
        return folder

    return forge


def test_package_gives_its_articles_and_sites(make_package, record, covered, tmp_path):
    make_package(record(1), record(7, site=None), text=False, coverage=(covered(publisher="rules"),))
    package = read_package(tmp_path / "package")
    assert package.articles == (
        PackagedArticle(id=1, revision=1, url="https://example.org/1", content_digest=record(1)["content_digest"]),
        PackagedArticle(id=7, revision=1, url="https://example.org/7", content_digest=record(7)["content_digest"]),
    )
    assert package.sites == (PackagedSite(name="example", home_url="https://example.org/", publisher="rules"),)
    assert [line["headline"] for line in package.records()] == ["Headline 1", "Headline 7"]


def test_descriptor_stands_for_its_package(make_package, tmp_path):
    make_package()
    assert len(read_package(tmp_path / "package/datapackage.json").articles) == 2


@pytest.mark.parametrize("options", [{}, {"table": None}, {"every_revision": True}, {"fields": ["headline"]}])
def test_any_package_of_ours_can_be_read(make_package, tmp_path, options):
    make_package(**options)
    assert [article.id for article in read_package(tmp_path / "package").articles] == [1, 2]


def test_damage_is_found_before_anything_is_read(make_package, tmp_path):
    make_package()
    path = tmp_path / "package/articles.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Headline 1", b"Headline 9"))
    with pytest.raises(PackageError, match=r"articles\.jsonl is not what SHA256SUMS says"):
        read_package(tmp_path / "package")


def test_other_folders_are_no_packages(tmp_path):
    with pytest.raises(PackageError, match="is no folder of a data package"):
        read_package(tmp_path / "missing")
    with pytest.raises(PackageError, match="has no SHA256SUMS"):
        read_package(tmp_path)
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / SUMS_FILE).write_text(sums_text({"a.txt": hashlib.sha256(b"a").hexdigest()}))
    with pytest.raises(PackageError, match=r"datapackage\.json is not among its files"):
        read_package(tmp_path)


@pytest.mark.parametrize(
    "descriptor",
    [
        b"{",
        [],
        {},
        {"resources": None},
        {"resources": [1]},
        {"resources": [{"format": "csv", "path": "articles.jsonl"}]},
        {"resources": [{"format": "jsonlines"}]},
        {"resources": [{"format": "jsonlines", "path": "../../etc/passwd"}]},
        {"resources": [{"format": "jsonlines", "path": "/etc/passwd"}]},
        {"resources": [{"format": "jsonlines", "path": ["articles.jsonl"]}]},
        b"[" * 100_000,
    ],
)
def test_descriptor_of_another_kind_is_an_error(forged, descriptor):
    with pytest.raises(PackageError, match="names no records as JSON Lines"):
        read_package(forged("datapackage.json", descriptor))


def test_huge_descriptor_is_not_read(forged):
    with pytest.raises(PackageError, match="larger than 4 MB"):
        read_package(forged("datapackage.json", b" " * (read.MAX_DESCRIPTOR_BYTES + 1)))


GOOD = {"id": 1, "revision": 1, "url": "https://example.org/1", "content_digest": "sha256:" + "0" * 64}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "no JSON"),
        (b"[]", "no record"),
        (b'{"id": 1e999}', "no JSON|is no id"),
        ({**GOOD, "id": 0}, "'0' is no id"),
        ({**GOOD, "id": True}, "'True' is no id"),
        ({**GOOD, "id": "1"}, "'1' is no id"),
        (json.dumps({**GOOD, "id": 2**63}).encode(), "is no id"),
        ({**GOOD, "revision": None}, "'None' is no revision"),
        ({**GOOD, "id": 2, "url": "file:///etc/passwd"}, "is no address"),
        ({**GOOD, "id": 2, "url": "javascript:alert(1)"}, "is no address"),
        ({**GOOD, "id": 2, "url": "# comment"}, "is no address"),
        ({**GOOD, "id": 2, "url": ["https://example.org/"]}, "is no address"),
        ({**GOOD, "id": 2, "url": "https://example.org/" + "x" * 100_000}, "is no address"),
        ({**GOOD, "id": 2, "content_digest": "sha256:00"}, "is no content_digest"),
        ({**GOOD, "id": 2, "content_digest": None}, "is no content_digest"),
    ],
)
def test_record_that_makes_no_sense_is_an_error_with_its_line(forged, line, message):
    data = line if isinstance(line, bytes) else orjson.dumps(line)
    with pytest.raises(PackageError, match=rf"articles\.jsonl, line 2: .*({message})") as raised:
        read_package(forged("articles.jsonl", orjson.dumps({**GOOD, "id": 1}) + b"\n" + data + b"\n"))
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 1000


def test_records_rise(forged):
    two = orjson.dumps(GOOD) + b"\n" + orjson.dumps(GOOD) + b"\n"
    with pytest.raises(PackageError, match="not in the order"):
        read_package(forged("articles.jsonl", two))


def test_an_address_with_a_line_break_stays_one_line(forged):
    (article,) = read_package(
        forged("articles.jsonl", {**GOOD, "url": "https://example.org/a\nhttps://example.org/b"})
    ).articles
    assert "\n" not in article.url


def test_long_lines_and_many_records_are_limits(forged, monkeypatch):
    folder = forged("articles.jsonl", orjson.dumps(GOOD) + b"\n" + orjson.dumps({**GOOD, "id": 2}))
    monkeypatch.setattr(read, "MAX_ARTICLES", 1)
    with pytest.raises(PackageError, match="more than 1 records"):
        read_package(folder)
    monkeypatch.setattr(read, "MAX_LINE_BYTES", 50)
    with pytest.raises(PackageError, match="line 1: longer than"):
        read_package(folder)


@pytest.mark.parametrize(
    "text",
    [
        "site,home_url\n../x,https://example.org/\n",
        "site,home_url\nexample,mailto:x@example.org\n",
        "site,home_url\nexample\n",
        "site,home_url,publisher_rules\nexample,https://example.org/,../../x\n",
        "nonsense\nx\n",
        'site,home_url\n"a',
        "site,home_url\n\udcff",
    ],
)
def test_sites_that_make_no_sense_are_an_error(forged, text):
    with pytest.raises(PackageError, match=r"sites\.csv"):
        read_package(forged("sites.csv", text.encode("utf-8", "surrogateescape")))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(GOOD, JSON)))
def test_any_record_is_read_or_refused(tmp_path_factory, record):
    path = tmp_path_factory.mktemp("any") / "articles.jsonl"
    path.write_bytes(orjson.dumps(record))
    try:
        (article,) = read._articles(path)
    except PackageError:
        return
    assert article.url.startswith(("http://", "https://"))
