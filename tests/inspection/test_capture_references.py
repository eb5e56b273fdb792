from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from newsarchive.archive.database import Database
from newsarchive.archive.revisions.comparison import content_digest
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.captures.exchange import Exchange
from newsarchive.captures.warc_writer import WarcWriter
from newsarchive.inspection.capture_references import capture_references, verify_captures
from newsarchive.model.article import Article
from newsarchive.model.capture import CaptureReference
from newsarchive.model.crawl_run import LedgerEntry, Outcome, ResourceKind
from newsarchive.model.revision import Candidate

NOW = datetime(2026, 5, 17, 8, tzinfo=UTC)
BODY = b"<html><body>" + b"The lake rose. " * 40 + b"</body></html>"


@pytest.fixture
def captures(tmp_path):
    return tmp_path / "captures"


@pytest.fixture
def database(target, captures):
    """Two articles, a feed and a page that was not there, all in one WARC."""
    with Database.open(target, create=True) as database, WarcWriter(captures, software="test") as warc:
        writer = ArchiveWriter(database)
        run = writer.begin_run(None, "urls", {}, NOW)
        pages, finished = [], []
        for path, status in (("a", 200), ("feed", 200), ("b", 200), ("gone", 404)):
            url = f"https://www.example.com/{path}"
            kept = warc.write(Exchange(url=url, fetched_at=NOW, status=status, body=BODY + path.encode()))
            place = {"warc_file": kept.warc_file, "warc_offset": kept.warc_offset, "digest": kept.digest}
            entry = LedgerEntry(run_id=run, url=url, kind=ResourceKind.PAGE, queued_at=NOW, finished_at=NOW, **place)
            if len(path) == 1:
                article = Article(url=url, canonical_url=url, headline=path)
                reference = CaptureReference(**place, fetched_at=NOW, status=status)
                candidate = Candidate(
                    article=article,
                    content_digest=content_digest(article),
                    capture=reference,
                    requested_url=url,
                    run_id=run,
                )
                pages.append((candidate, entry))
            else:
                outcome = Outcome.READ if status == 200 else Outcome.FAILED
                finished.append(
                    LedgerEntry(**{name: getattr(entry, name) for name in entry.__slots__} | {"outcome": outcome})
                )
        writer.store(Batch(pages=tuple(pages), finished=tuple(finished)))
        yield database


@pytest.fixture
def warc(database, captures):
    (file,) = captures.rglob("*.warc.gz")
    return file


def problems(database, captures, deep=True):
    return [str(problem) for problem in verify_captures(database, captures, deep=deep)]


@pytest.mark.parametrize("deep", [False, True])
def test_captures_in_order_have_no_problem_and_all_references_are_counted(database, captures, deep):
    counted = []
    assert list(verify_captures(database, captures, deep=deep, progress=counted.append)) == []
    assert sum(counted) == capture_references(database) == 6


@pytest.mark.parametrize("deep", [False, True])
def test_a_missing_file_is_named_once_with_how_much_it_held(database, captures, warc, deep):
    warc.unlink()
    assert problems(database, captures, deep) == [
        f"{warc}: missing; references to it: 6; put the file back, from a backup of the captures"
    ]


@pytest.mark.parametrize("deep", [False, True])
def test_a_file_cut_short_lacks_the_captures_behind_its_end(database, captures, warc, deep):
    with database.read() as connection:
        places = connection.execute(text("SELECT DISTINCT warc_offset FROM ledger ORDER BY 1")).scalars().all()
    warc.write_bytes(warc.read_bytes()[: places[2]])
    found = problems(database, captures, deep)
    assert len(found) == 2
    assert found[0].startswith(
        f"article 2, revision 1, {warc.relative_to(captures)} at {places[2]}: the file ends before"
    )
    assert found[1].startswith("ledger of run 1, ")


def test_only_a_deep_look_finds_changed_bytes(database, captures, warc):
    with database.read() as connection:
        start = connection.execute(text("SELECT min(warc_offset) FROM ledger")).scalar()
    content = bytearray(warc.read_bytes())
    content[start + 200] ^= 1
    warc.write_bytes(content)
    assert problems(database, captures, deep=False) == []
    found = problems(database, captures)
    assert len(found) == 1
    assert found[0].startswith("article 1, revision 1, ")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE revision SET warc_offset = warc_offset + 7 WHERE id = 1",
            "cannot be read|no response record",
        ),
        (
            "UPDATE revision SET url = 'https://x.example/' WHERE id = 1",
            "of https://www.example.com/a, not of https://x",
        ),
        ("UPDATE revision SET digest = 'sha256:00' WHERE id = 1", "has the digest sha256:[0-9a-f]{64}, not sha256:00"),
        ("UPDATE ledger SET digest = 'sha256:00' WHERE url LIKE '%feed'", "has the digest sha256:.*, not sha256:00"),
        ("UPDATE revision SET warc_offset = 0 WHERE id = 1", "there is no response record"),
        ("UPDATE revision SET warc_offset = NULL WHERE id = 1", "it is not said where in the file"),
        ("UPDATE revision SET warc_offset = -1 WHERE id = 1", "it is not said where in the file"),
    ],
)
def test_a_reference_to_another_record_is_found(database, captures, statement, said):
    with database.write() as connection:
        connection.execute(text(statement))
    (found,) = verify_captures(database, captures, deep=True)
    with pytest.raises(AssertionError, match=said):
        raise AssertionError(found.what)


@pytest.mark.parametrize("name", ["/etc/passwd", "../outside.warc.gz", "x/../../outside.warc.gz"])
def test_a_file_outside_the_folder_is_not_looked_at(database, captures, name):
    (captures.parent / "outside.warc.gz").write_bytes(b"x" * 100_000)
    with database.write() as connection:
        connection.execute(text("UPDATE revision SET warc_file = :name WHERE id = 1"), {"name": name})
    (found,) = verify_captures(database, captures)
    assert found.what == "missing; references to it: 1"
