from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.discovery import article_urls
from newsarchive.discovery.article_urls import ArticleUrlModel, Evidence, pattern_of
from newsarchive.discovery.links import LinkPlace
from newsarchive.model.capture import HintSource

BASE = "https://example.com"


def taught(*articles, evidence=Evidence.FEED, others=()):
    model = ArticleUrlModel()
    for path in articles:
        model.learn(BASE + path, is_article=True, evidence=evidence)
    for path in others:
        model.learn(BASE + path, is_article=False, evidence=Evidence.PARSED)
    return model


def accepted(model, *paths):
    return [path for path in paths if model.judge(BASE + path).is_article]


LISTS = (
    "/", "/index.html", "/international", "/world-news/", "/tag/x", "/tag/flood-kills-two", "/author/x",
    "/author/jane-mary-doe", "/category/politics/africa", "/calendar?month=2023-05", "/calendar/2023/05/17",
    "/2023/05/", "/2023/05/17", "/news/page/2", "/news?page=3", "/search?q=peace", "/login?next=/a", "/about-us",
    "/wp-login.php", "/files/annual-report-of-the-year.pdf", "/images/two-dead-in-the-flood-1.jpg", "/feed.xml",
    "/kontakt", "/标签/水灾",
)  # fmt: skip
VARIANTS = ("?print=1", "?replytocom=7", "?amp=1", "/amp", "/print", "/comment-page-2")

SITES = {
    "by query": (
        [f"/post?s=Some--long--title--of--it_{number}" for number in range(1000, 1006)],
        ["/post?s=Peace_1038"],
    ),
    "by date": (
        [f"/2023/05/{day}/some-slug-of-it" for day in range(10, 16)],
        ["/2024/01/02/peace", "/2024/01/02/two-words"],
    ),
    "by number": ([f"/a/{number}" for number in range(12345, 12351)], ["/a/99999", "/a/123"]),
    "by slug and number": (
        [f"/news/a-nice-slug-{number}.html" for number in range(101, 107)],
        ["/news/short-slug-7.html"],
    ),
    "in arabic": ([f"/رواندا-تعزز-السلام-في-أفريقيا-{letter}" for letter in "أبتثجح"], ["/زلزال-عنيف-يضرب-المدينة"]),
    "in chinese": ([f"/新闻/两会今日在北京开幕{number}" for number in "甲乙丙丁"], ["/新闻/台风登陆福建"]),
    "one word": ([f"/x/{word}" for word in ("peace", "hope", "war", "rain", "gold", "iron")], ["/x/flood"]),
}


def variants_of(path):
    """Other views of an article that are not to be archived besides it."""
    return [f"{path}&print=1"] if "?" in path else [path + variant for variant in VARIANTS]


@pytest.mark.parametrize("site", SITES)
def test_a_site_is_learnt_from_its_feed(site):
    known, unknown = SITES[site]
    model = taught(*known)
    assert accepted(model, *known, *unknown) == [*known, *unknown]
    assert accepted(model, *LISTS) == []
    assert accepted(model, *variants_of(known[0])) == []


def test_without_evidence_the_prior_decides():
    model = ArticleUrlModel()
    assert accepted(model, *LISTS) == []
    articles = (
        "/post?s=Future--of--peacekeeping--operations%3B--Rwanda%E2%80%99s--mindset--a--gem--_1038",
        "/2023/05/17/two-dead",
        "/news/flood-kills-two-123.html",
        "/two-dead-in-the-great-flood",
        "/story/12345",
        "/news.php?newsid=335614",
        "/spip.php?article8532",
        "/politics/2023/11/18/trump-health/index.html",
        "/%D8%B2%D9%84%D8%B2%D8%A7%D9%84-%D8%B9%D9%86%D9%8A%D9%81-%D9%81%D9%8A-%D9%85%D8%B5%D8%B1",
    )
    assert accepted(model, *articles) == list(articles)


def test_the_sites_own_evidence_overrules_the_word_lists():
    path = "/tag/another-long-headline-of-this-site"
    assert not accepted(ArticleUrlModel(), path)
    assert accepted(taught(*(f"/tag/a-long-headline-of-article-{c}" for c in "abcdef"), evidence=Evidence.PARSED), path)


def test_pages_the_parser_refused_speak_against_their_form_only():
    model = taught(
        *(f"/news/a-headline-with-words-{c}" for c in "abc"), others=[f"/shows/a-show-of-some-name-{c}" for c in "abc"]
    )
    assert accepted(model, "/shows/another-show-of-some-name", "/news/another-headline-with-words") == [
        "/news/another-headline-with-words"
    ]


def test_a_menu_says_something_of_the_address_itself_only():
    model = ArticleUrlModel()
    before = model.judge(f"{BASE}/politics").score
    for path in ("/politics", "/two-dead-in-the-great-flood", "/uk-world-news"):
        model.learn(BASE + path, is_article=False, evidence=Evidence.NAVIGATION)
    assert model.judge(f"{BASE}/politics").score < before
    assert model.judge(f"{BASE}/sport").score == before
    assert accepted(model, "/three-saved-from-the-great-flood")


def test_the_link_and_what_names_it_count():
    model = ArticleUrlModel()
    url = f"{BASE}/quiet-peace"
    plain = model.judge(url)
    assert model.judge(url, place=LinkPlace.TEASER, text="Quiet peace comes to the east").score > plain.score
    assert model.judge(url, place=LinkPlace.NAVIGATION, text="Peace").score < plain.score
    assert model.judge(url, place=LinkPlace.FOOTER).score < model.judge(url, place=LinkPlace.NAVIGATION).score
    assert model.judge(url, named_by=HintSource.FEED).is_article
    assert model.judge(url, named_by=HintSource.SITEMAP) == plain
    assert not model.judge(f"{BASE}/episode-of-the-great-show.mp3", named_by=HintSource.FEED).is_article


def test_judgements_say_why():
    reasons = taught("/a/12345").judge(f"{BASE}/a/12346").reasons
    assert any("example.com/a/{id}: evidence 2 for, 0 against" in reason for reason in reasons)
    assert any("/tag/ lists pages" in reason for reason in ArticleUrlModel().judge(f"{BASE}/tag/x").reasons)


def test_what_is_no_web_address_is_no_article_and_teaches_nothing():
    model = ArticleUrlModel()
    model.learn("mailto:a@example.com", is_article=True, evidence=Evidence.FEED)
    assert model.to_dict()["patterns"] == {}
    assert not model.judge("javascript:void(0)").is_article
    with pytest.raises(ValueError, match="no http"):
        pattern_of("javascript:void(0)")


@pytest.mark.parametrize(
    "addresses",
    [
        [f"/calendar?month=20{year}-{month:02}" for year in range(10, 40) for month in range(1, 13)],
        [f"/events/20{year}/{month}/{day}" for year in range(10, 20) for month in range(1, 13) for day in (1, 17)],
        [f"/news/page/{number}" for number in range(1, 500)],
        [f"/list?sort={word}&page={n}" for word in ("date", "name", "old-first") for n in range(1, 30)],
        [f"/tag/{word}" for word in ("peace", "war", "rain")],
        [f"/?session={random.Random(number).getrandbits(64)}" for number in range(100)],
    ],
)
def test_an_endless_space_of_pages_has_few_patterns(addresses):
    assert len({pattern_of(BASE + address) for address in addresses}) <= 2


def test_different_sections_have_patterns_of_their_own():
    assert len({pattern_of(BASE + path) for path in ("/politics/uk", "/sport/uk", "/sport", "/sport/12345")}) == 4


paths = st.text(alphabet=st.sampled_from("/-_?=&.abcxyz0129éم京%"), max_size=40)
lessons = st.lists(st.tuples(paths, st.booleans(), st.sampled_from(Evidence)), max_size=12)


@given(lessons, st.randoms(), paths)
def test_the_order_of_learning_and_repetition_do_not_matter(learnt, shuffler, path):
    shuffled = learnt * 2
    shuffler.shuffle(shuffled)
    models = []
    for order in (learnt, shuffled):
        model = ArticleUrlModel()
        for url, is_article, evidence in order:
            model.learn(f"{BASE}/{url}", is_article=is_article, evidence=evidence)
        models.append(model)
    assert models[0].to_dict() == models[1].to_dict()
    assert models[0].judge(f"{BASE}/{path}") == models[1].judge(f"{BASE}/{path}")


@given(lessons, paths)
def test_a_saved_model_judges_as_before(learnt, path):
    model = ArticleUrlModel()
    for url, is_article, evidence in learnt:
        model.learn(f"{BASE}/{url}", is_article=is_article, evidence=evidence)
    saved = json.loads(json.dumps(model.to_dict()))
    assert ArticleUrlModel.from_dict(saved).judge(f"{BASE}/{path}") == model.judge(f"{BASE}/{path}")


@given(st.text(max_size=80), st.text(max_size=40))
def test_any_text_is_judged(url, text):
    for address in (url, f"{BASE}/{url}"):
        judgement = ArticleUrlModel().judge(address, text=text)
        assert 0 <= judgement.score <= 1
        assert judgement.is_article == (judgement.score >= 0.5) or round(judgement.score, 3) == 0.5


@pytest.mark.parametrize(
    "saved",
    [{}, {"format": 1}, {"format": 9, "patterns": {}}, {"format": 1, "patterns": {"x": [1]}},
     {"format": 1, "patterns": {"x": [1, -1]}}, {"format": 1, "patterns": {"x": "ab"}}],
)  # fmt: skip
def test_what_is_no_saved_model_is_refused(saved):
    with pytest.raises(ValueError, match=r"."):
        ArticleUrlModel.from_dict(saved)


def test_a_saved_model_is_bounded_and_keeps_what_has_most_evidence(monkeypatch):
    monkeypatch.setattr(article_urls, "MAX_SAVED_PATTERNS", 3)
    model = taught(*(f"/news/{word}" for word in ("peace", "war", "rain", "gold")))
    saved = model.to_dict()["patterns"]
    assert len(saved) == 3
    assert saved["example.com/news/{word}"] == [8, 0]


@pytest.mark.skipif("NEWSARCHIVE_BENCH" not in os.environ, reason="NEWSARCHIVE_BENCH names no benchmark folder")
def test_nearly_all_news_articles_of_the_benchmark_are_accepted_without_evidence():
    lines = Path(os.environ["NEWSARCHIVE_BENCH"], "truth.jsonl").read_text().splitlines()
    rows = [row for row in map(json.loads, lines) if row.get("kind") == "news"]
    model = ArticleUrlModel()
    assert sum(model.judge(row["url"].strip()).is_article for row in rows) / len(rows) >= 0.97
