from __future__ import annotations

import gzip

from newsarchive.captures.warc_reader import iter_captures, read_capture

PAGE = b"<html><title>Lake</title><p>The lake is low.</p></html>"


def test_every_response_is_kept_before_anything_reads_it(site, fetch, tmp_path):
    site.answers |= {
        "/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /no"),
        "/page": (200, {"Content-Encoding": "gzip"}, gzip.compress(PAGE)),
        "/moved": (301, {"Location": "/page"}, b"moved"),
        "/broken": (500, {}, b"sorry"),
        "/torn": (200, {"Content-Encoding": "gzip"}, gzip.compress(PAGE * 9)[:-12]),
    }
    page, moved, missing = site.url("/page"), site.url("/moved"), site.url("/missing")
    broken, torn, refused = site.url("/broken"), site.url("/torn"), site.url("/no")
    fetched = fetch(
        page, moved, missing, broken, torn, refused, captures=tmp_path, NEWSARCHIVE_ALLOW_ADDRESSES=site.address
    )
    (warc,) = tmp_path.rglob("*.warc.gz")
    problems: list[str] = []
    kept = {(c.url, c.status): c.body for c in iter_captures(warc, report=problems.append)}
    assert kept == {
        (site.url("/robots.txt"), 200): b"User-agent: *\nDisallow: /no",
        (page, 200): PAGE,
        (moved, 301): b"moved",
        (missing, 404): b"nothing here",
        (broken, 500): b"sorry",
    }
    assert len(problems) == 1  # /torn is in it as it came, and is no document
    assert fetched[torn]["reason"] == "truncated-body"
    assert fetched[broken]["reason"] == "http-500"
    assert fetched[refused]["reason"] == "robots-txt"

    # What the spider got is what the WARC gives back.
    for url in (page, moved, missing):
        seen = fetched[url]["capture"]
        again = read_capture(tmp_path, seen["warc_file"], seen["warc_offset"])
        assert again.body.decode() == fetched[url]["body"]
        assert dict(again.headers) == seen["headers"]
        assert (again.url, again.status, str(again.fetched_at)) == (seen["url"], seen["status"], seen["fetched_at"])
        assert again.digest == seen["digest"]
        assert (seen["run_id"], seen["site"], seen["hints"][0]["source"]) == (7, "paper", "feed")
    assert fetched[moved]["capture"]["requested_url"] == moved
    assert fetched[moved]["capture"]["url"] == page


def test_without_a_warc_nothing_is_kept_and_the_capture_says_so(site, fetch):
    site.answers["/page"] = (200, {}, PAGE)
    seen = fetch(site.url("/page"), NEWSARCHIVE_ALLOW_ADDRESSES=site.address)[site.url("/page")]["capture"]
    assert (seen["warc_file"], seen["warc_offset"], seen["digest"], seen["run_id"]) == (None, None, None, None)
    assert seen["fetched_at"].startswith("20")


def test_captures_that_cannot_be_written_end_the_crawl(site, fetch, tmp_path):
    site.answers |= {f"/{n}": (200, {}, PAGE) for n in range(50)}
    (tmp_path / "captures").write_text("a file where the folder should be")
    urls = [site.url(f"/{n}") for n in range(50)]
    fetched = fetch(*urls, captures=tmp_path / "captures", NEWSARCHIVE_ALLOW_ADDRESSES=site.address)
    assert fetched["end"]["end"] == "capture-failed"
    assert "cannot be written" in fetched["end"]["log"]
    assert len(site.requests) < 10
