from datetime import UTC, datetime

from newsarchive.crawling.variants import Choice, Variants
from newsarchive.model.capture import Capture

ARTICLE = "https://news.example/story-1"


def capture(url: str) -> Capture:
    now = datetime(2026, 5, 17, tzinfo=UTC)
    return Capture(requested_url=url, url=url, fetched_at=now, status=200, headers={}, body=b"")


PAGE, PRINT, AMP = capture(ARTICLE), capture(f"{ARTICLE}?view=print"), capture("https://news.example/amp/story-1")


def test_an_article_is_stored_once_a_crawl():
    variants = Variants()
    assert variants.choose(PAGE, ARTICLE) is Choice.STORE
    assert variants.choose(PAGE, ARTICLE) is Choice.LEAVE
    assert variants.choose(PRINT, ARTICLE) is Choice.LEAVE
    assert variants.superseded(ARTICLE) is None


def test_a_variant_that_comes_first_gives_way_to_the_canonical_page():
    variants = Variants()
    assert variants.choose(PRINT, ARTICLE) is Choice.WAIT
    assert variants.choose(AMP, ARTICLE) is Choice.LEAVE
    assert variants.choose(PAGE, ARTICLE) is Choice.STORE
    assert variants.superseded(ARTICLE) is PRINT
    assert variants.orphans() == []


def test_a_variant_is_stored_at_the_end_if_the_canonical_page_was_not():
    variants = Variants()
    variants.choose(PRINT, ARTICLE)
    assert variants.orphans() == [PRINT]
    assert variants.choose(PRINT, ARTICLE) is Choice.STORE
    assert variants.orphans() == []


def test_tracking_makes_no_variant():
    assert Variants().choose(capture(f"{ARTICLE}?utm_source=x"), ARTICLE) is Choice.STORE
