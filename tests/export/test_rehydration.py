from dataclasses import replace
from datetime import UTC, datetime

import pytest

from newsarchive.export.package.read import PackagedArticle
from newsarchive.export.record import EXPORT_FIELDS, export_record
from newsarchive.export.rehydration import REPORT_FIELDS, Match, compare, with_text
from newsarchive.model.crawl_run import LedgerEntry, Outcome, ResourceKind

NOW = datetime(2026, 5, 1, 10, tzinfo=UTC)


@pytest.fixture
def article(full):
    return PackagedArticle(id=99, revision=4, url=full.article.url, content_digest=full.content_digest)


def entry(outcome, reason=None, status=None):
    return LedgerEntry(
        run_id=1,
        url="https://example.org/",
        kind=ResourceKind.PAGE,
        queued_at=NOW,
        outcome=outcome,
        reason=reason,
        status=status,
        finished_at=NOW,
    )


@pytest.mark.parametrize("outcome", [Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.DUPLICATE])
def test_same_digest_is_the_same_text_however_the_archive_met_it(article, full, outcome):
    found = compare(article, entry(outcome, status=200), full)
    assert (found.match, found.reason, found.status) == (Match.SAME, None, 200)
    assert (found.digest_now, found.parser_now) == (article.content_digest, "generic/1")


def test_other_digest_is_a_changed_text(article, full):
    found = compare(article, entry(Outcome.NEW), replace(full, content_digest="sha256:" + "f" * 64))
    assert (found.match, found.digest_now) == (Match.CHANGED, "sha256:" + "f" * 64)


@pytest.mark.parametrize(
    ("outcome", "reason", "match"),
    [
        (Outcome.FAILED, "http-404", Match.GONE),
        (Outcome.FAILED, "http-410", Match.GONE),
        (Outcome.NOT_ARTICLE, "soft-404", Match.GONE),
        (Outcome.FAILED, "http-500", Match.UNAVAILABLE),
        (Outcome.BLOCKED, "http-403", Match.UNAVAILABLE),
        (Outcome.REFUSED, "robots-txt", Match.UNAVAILABLE),
        (Outcome.NOT_ARTICLE, "no-body", Match.UNAVAILABLE),
        (Outcome.INTERRUPTED, None, Match.UNAVAILABLE),
        (Outcome.DUPLICATE, "redirect", Match.UNAVAILABLE),
    ],
)
def test_what_could_not_be_read_has_the_reason_of_the_ledger(article, outcome, reason, match):
    found = compare(article, entry(outcome, reason), None)
    assert (found.match, found.reason) == (match, reason or outcome.value)


def test_an_old_copy_in_the_archive_does_not_make_a_page_that_is_gone_the_same(article, full):
    assert compare(article, entry(Outcome.FAILED, "http-404"), full).match is Match.GONE


@pytest.mark.parametrize("entered", [None, entry(None)])
def test_what_was_never_asked_for_is_unavailable(article, full, entered):
    found = compare(article, entered, full)
    assert (found.match, found.reason) == (Match.UNAVAILABLE, "not-asked")


def test_report_has_the_named_fields_in_order(article, full):
    assert tuple(compare(article, entry(Outcome.NEW), full).as_record()) == REPORT_FIELDS
    assert tuple(compare(article, None, None).as_record()) == REPORT_FIELDS


def packaged(full):
    record = export_record(full)
    return {
        name: value for name, value in record.items() if name not in ("description", "blocks", "article_body", "images")
    }


def test_text_comes_back_and_all_else_stays_as_the_package_has_it(article, full):
    record = {**packaged(full), "id": 99, "headline": "As in the package", "cluster_id": 12}
    text = with_text(record, full, compare(article, entry(Outcome.NEW, status=200), full))
    now = export_record(full)
    for name in ("description", "blocks", "article_body", "images"):
        assert text[name] == now[name]
    assert (text["id"], text["headline"], text["cluster_id"]) == (99, "As in the package", 12)
    assert tuple(text) == (*EXPORT_FIELDS, "match", "content_digest_now", "refetched_at")
    assert (text["match"], text["refetched_at"]) == ("same", "2023-05-19T00:30:15Z")


def test_changed_article_has_the_headline_of_now_and_both_digests(article, full):
    changed = replace(full, content_digest="sha256:" + "f" * 64)
    record = {**packaged(full), "headline": "As in the package"}
    text = with_text(record, changed, compare(article, entry(Outcome.CHANGED), changed))
    assert (text["match"], text["headline"]) == ("changed", full.article.headline)
    assert (text["content_digest"], text["content_digest_now"]) == (full.content_digest, "sha256:" + "f" * 64)
