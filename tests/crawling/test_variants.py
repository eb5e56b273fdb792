from newsarchive.crawling.variants import Choice, Variants

ARTICLE = "https://news.example/story-1"
PRINT = "https://news.example/story-1?view=print"
AMP = "https://news.example/amp/story-1"


def test_an_article_is_stored_once_a_crawl():
    variants = Variants()
    assert variants.choose(ARTICLE, ARTICLE) is Choice.STORE
    assert variants.choose(ARTICLE, ARTICLE) is Choice.LEAVE
    assert variants.choose(PRINT, ARTICLE) is Choice.LEAVE


def test_a_variant_that_comes_first_gives_way_to_the_canonical_page():
    variants = Variants()
    assert variants.choose(PRINT, ARTICLE) is Choice.ASK_CANONICAL
    assert variants.choose(AMP, ARTICLE) is Choice.LEAVE
    assert variants.choose(ARTICLE, ARTICLE) is Choice.STORE
    assert variants.orphans() == []


def test_a_variant_is_stored_at_the_end_if_the_canonical_page_was_not():
    variants = Variants()
    variants.choose(PRINT, ARTICLE)
    assert variants.orphans() == [PRINT]
    assert variants.choose(PRINT, ARTICLE) is Choice.STORE
    assert variants.orphans() == []


def test_tracking_makes_no_variant():
    assert Variants().choose(f"{ARTICLE}?utm_source=x", ARTICLE) is Choice.STORE
