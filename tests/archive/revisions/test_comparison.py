import json
import random
import time
from dataclasses import replace
from datetime import UTC, datetime
from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.archive.revisions.comparison import Change, compare, content_digest, diff
from newsarchive.model.article import Article, Block, BlockKind, Image
from newsarchive.model.crawl_run import Outcome

URL = "https://www.example.com/1"
vocabulary = ["the", "mayor", "said", "that", "five", "people", "—", "were,", "hurt.", "人", "は", "1,000"]
words = st.lists(st.sampled_from(vocabulary), max_size=12)
blocks = st.lists(
    st.builds(Block, kind=st.sampled_from(BlockKind), text=words.map(" ".join).filter(bool)), max_size=7
).map(tuple)


def article(*texts, **fields):
    paragraphs = tuple(Block(kind=BlockKind.PARAGRAPH, text=text) for text in texts)
    return Article(**{"url": URL, "canonical_url": URL, "blocks": paragraphs, **fields})


def test_the_digest_can_be_computed_by_anyone():
    # printf '["Headline",[["paragraph","One."],["paragraph","Zwei."]]]' | sha256sum
    digest = "sha256:e1c4d996f49f0bee04f3378a3525b37641ef60924390af06689f3c1e065cb16a"
    assert content_digest(article("One.", "Zwei.", headline="Headline")) == digest


def test_only_headline_and_blocks_make_the_digest():
    one = article("Text.", headline="H")
    assert content_digest(one) == content_digest(
        replace(
            one, url="x", description="d", authors=("A",), date_modified=datetime.now(UTC), images=(Image(url="i"),)
        )
    )
    assert content_digest(one) != content_digest(replace(one, headline="h"))
    assert content_digest(one) != content_digest(article("Text!", headline="H"))


def test_the_digest_is_blind_to_unicode_form():
    composed, decomposed = (article(normalize(form, "Café"), headline=normalize(form, "é")) for form in ("NFC", "NFD"))
    assert content_digest(composed) == content_digest(decomposed)


def test_no_text_passes_for_another_by_where_its_parts_begin():
    heading = Block(kind=BlockKind.HEADING, text="a")
    texts = [
        article("a", "b"),
        article("a\nb"),
        article("ab"),
        article("b", headline="a"),
        article(headline="ab"),
        article(headline=""),
        article(),
        article('a","b'),
        replace(article(), blocks=(heading,)),
        article("a"),
    ]
    assert len({content_digest(text) for text in texts}) == len(texts)


def test_compare_tells_new_changed_unchanged(page):
    candidate = page("a", "Text.")
    assert compare(None, candidate) is Outcome.NEW
    assert compare("sha256:other", candidate) is Outcome.CHANGED
    assert compare(candidate.content_digest, candidate) is Outcome.UNCHANGED


def test_diff_of_equal_articles_is_empty():
    one = article("One.", "Two.", headline="H")
    assert diff(one, one).is_empty
    assert [change.change for change in diff(one, one).blocks] == [Change.EQUAL, Change.EQUAL]


def test_diff_shows_the_words_of_a_rewritten_paragraph():
    old = article("Same.", "The mayor said on Monday that 5 people were hurt.", "This is gone now.")
    new = article("Same.", "Brand new.", "The mayor said on Tuesday evening that 7 people were hurt.")
    changes = diff(old, new).blocks
    assert [(c.change.value, c.old and c.old.text, c.new and c.new.text) for c in changes] == [
        ("equal", "Same.", "Same."),
        ("inserted", None, "Brand new."),
        ("replaced", old.blocks[1].text, new.blocks[2].text),
        ("deleted", "This is gone now.", None),
    ]
    assert [(piece.change.value, piece.text) for piece in changes[2].pieces] == [
        ("equal", "The mayor said on "),
        ("deleted", "Monday"),
        ("inserted", "Tuesday evening"),
        ("equal", " that "),
        ("deleted", "5"),
        ("inserted", "7"),
        ("equal", " people were hurt."),
    ]


def test_diff_cuts_scripts_without_spaces_into_characters():
    (change,) = diff(article("市长周一说有五人受伤。"), article("市长周二说有五人受伤。")).blocks
    assert [(piece.change.value, piece.text) for piece in change.pieces] == [
        ("equal", "市长周"),
        ("deleted", "一"),
        ("inserted", "二"),
        ("equal", "说有五人受伤。"),
    ]


def test_diff_names_changed_fields_as_json():
    old = article(headline="A", keywords=("x",), date_published=datetime(2024, 5, 3, tzinfo=UTC))
    new = article(headline="B", keywords=("x", "y"), images=(Image(url="https://i.example/1.jpg"),))
    fields = {change["field"]: (change["old"], change["new"]) for change in diff(old, new).as_json()["fields"]}
    assert fields["headline"] == ("A", "B")
    assert fields["keywords"] == (["x"], ["x", "y"])
    assert fields["date_published"] == ("2024-05-03T00:00:00+00:00", None)
    assert fields["images"][1][0]["url"] == "https://i.example/1.jpg"
    assert set(fields) == {"headline", "keywords", "date_published", "images"}


@given(blocks, blocks)
def test_diff_holds_both_articles_whole(old, new):
    found = diff(replace(article(), blocks=old), replace(article(), blocks=new))
    assert tuple(change.old for change in found.blocks if change.old) == old
    assert tuple(change.new for change in found.blocks if change.new) == new
    for change in found.blocks:
        if change.change is Change.EQUAL:
            assert change.old == change.new
        if change.change is Change.REPLACED:
            for text, others in ((change.old.text, Change.INSERTED), (change.new.text, Change.DELETED)):
                assert "".join(piece.text for piece in change.pieces if piece.change is not others) == text
    json.dumps(found.as_json())


def test_diff_of_hostile_texts_takes_time_in_proportion():
    random_words = random.Random(4)

    def seconds(words: int) -> float:
        vocabulary = ["a", "b", "ab", "ba"]
        long, many = (
            (
                article(" ".join(random_words.choices(vocabulary, k=words))),
                article(*random_words.choices(vocabulary, k=words)),
            )
            for _ in range(2)
        )
        start = time.process_time()
        diff(long[0], many[0])
        diff(long[1], many[1])
        return time.process_time() - start

    assert seconds(40_000) < 60  # quadratic work would take hours
