"""Pages as they are served, through the real parser into the archive: what makes a revision, and what makes none."""

from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.archive.revisions.change_reader import ChangeReader
from newsarchive.archive.revisions.comparison import content_digest
from newsarchive.archive.writer import ArchiveWriter, Batch
from newsarchive.model.article import Article
from newsarchive.model.capture import Capture, CaptureReference
from newsarchive.model.crawl_run import LedgerEntry, Outcome, ResourceKind
from newsarchive.model.revision import Candidate
from newsarchive.parsers.normalize import normalize
from newsarchive.publishers.registry import read

URL = "https://www.example.com/news/2024/05/ferry-opens"
START = datetime(2024, 5, 3, 10, tzinfo=UTC)
A = (
    "The ferry between the two islands took its first passengers on Friday morning, three years after it was begun.",
    "More than two hundred people waited at the pier, and the mayor, who had fought for the line, cut a blue ribbon.",
    "A ticket costs four francs; children under six travel free, as do all who live on the smaller of the islands.",
)
B = (*A[:2], "A ticket costs six francs; children under six travel free, but those who live on the island pay half.")


def served(texts, *, aside="", before="", between="", after="", head="", header=""):
    paragraphs = [f"<p>{text}</p>" for text in texts]
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>New ferry opens - The Courier</title>
        <link rel="canonical" href="{URL}"><meta property="og:type" content="article">
        <meta property="article:published_time" content="2024-05-03T08:00:00Z">{head}</head>
        <body><header><a href="/">The Courier</a>{header}</header>
        <main><article><h1>New ferry opens</h1>{before}
        {paragraphs[0]}{between}{"".join(paragraphs[1:])}{after}</article></main>
        <aside>{aside}</aside><footer><p>© The Courier</p></footer></body></html>""".encode()


@pytest.fixture
def serve(database):
    """Reads and stores pages an hour apart; what became of each."""
    writer = ArchiveWriter(database)
    run_id = writer.begin_run(None, "urls", {}, START)

    def store(*bodies: bytes) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for hour, body in enumerate(bodies):
            now = START + timedelta(hours=hour)
            article = read(Capture(requested_url=URL, url=URL, fetched_at=now, status=200, headers={}, body=body), None)
            assert isinstance(article, Article)
            article = normalize(article)
            candidate = Candidate(
                article=article,
                content_digest=content_digest(article),
                capture=CaptureReference(
                    warc_file="a.warc.gz", warc_offset=hour, digest=None, fetched_at=now, status=200
                ),
                requested_url=URL,
                run_id=run_id,
            )
            entry = LedgerEntry(run_id=run_id, url=f"{URL}#{hour}", kind=ResourceKind.PAGE, queued_at=now)
            outcomes += writer.store(Batch(pages=((candidate, entry),)))
        return outcomes

    return store


def test_a_page_served_as_a_a_b_a_has_three_revisions(serve, reader, database):
    outcomes = serve(served(A), served(A), served(B), served(A))
    assert outcomes == [Outcome.NEW, Outcome.UNCHANGED, Outcome.CHANGED, Outcome.CHANGED]
    revisions = reader.revisions(URL)
    assert [revision.number for revision in revisions] == [1, 2, 3]
    assert [revision.article.article_body for revision in revisions] == ["\n\n".join(texts) for texts in (A, B, A)]
    assert revisions[0].content_digest == revisions[2].content_digest != revisions[1].content_digest
    assert reader.revision(URL, as_of=START + timedelta(hours=1.5)).number == 1
    assert reader.revision(URL, as_of=START + timedelta(hours=2.5)).number == 2
    assert [change.kinds for change in ChangeReader(database).changes()] == [("paragraphs_rewritten",)] * 2


AROUND = {
    "advertising beside it": {
        "aside": '<div class="ad"><p>Buy the new Lumo 7 today, now with two cameras and a bag.</p></div>'
    },
    "advertising between paragraphs": {
        "between": '<div class="advertisement"><p>Advertisement</p>'
        '<a href="https://ads.example/7"><img src="/ad7.gif"></a></div>'
    },
    "a script that loads advertising": {"between": "<script>ads.load('slot-8812', 1714730400)</script>"},
    "a counter of views": {"before": '<div class="views">12,407 views</div>'},
    "a counter of comments": {"after": '<div class="comments-count"><a href="#comments">38 comments</a></div>'},
    "a counter of shares": {"before": '<ul class="share-buttons"><li>Share 214</li><li>Tweet 61</li></ul>'},
    "a clock": {"header": '<div class="clock">Friday, 3 May 2024, 14:07:33</div>'},
    "a relative time": {"before": '<span class="time-ago">3 hours ago</span>'},
    "the most read": {
        "aside": '<section class="most-read"><h2>Most read</h2><ol><li><a href="/a7">Rain</a></li>'
        '<li><a href="/b3">Sun</a></li></ol></section>'
    },
    "a token": {"head": '<meta name="csrf-token" content="d41d8cd98f00b204">'},
    "a comment of the server": {"head": "<style>.x{color:red}</style><!-- built 2024-05-03 14:07:33 by web-14 -->"},
}


@pytest.mark.parametrize("what", AROUND)
def test_what_stands_around_the_text_makes_no_revision(serve, reader, what):
    other = {place: markup.replace("7", "9").replace("3", "5") for place, markup in AROUND[what].items()}
    assert serve(served(A), served(A, **AROUND[what]), served(A, **other), served(A)) == [
        Outcome.NEW,
        *[Outcome.UNCHANGED] * 3,
    ]
    assert len(reader.revisions(URL)) == 1
    assert reader.revision(URL).last_seen_at == START + timedelta(hours=3)
