import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.model.article import Article, Block, BlockKind
from newsarchive.search.hits.snippet import SEARCHED_LENGTH, SNIPPET_LENGTH, highlights, snippet
from newsarchive.search.terms.analysis import Pattern, occurrences


def article(*texts, description=None):
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=text) for text in texts)
    return Article(url="u", canonical_url="u", blocks=blocks, description=description)


def patterns(*texts):
    return [Pattern.of(text.removesuffix("*"), is_prefix=text.endswith("*")) for text in texts]


def marked(text, ranges):
    """The text with its ranges in brackets."""
    for start, end in reversed(ranges):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


@pytest.mark.parametrize(
    ("text", "queries", "expected"),
    [
        ("L’Été à Kigali", ["ete", "KIGALI"], "L’[Été] à [Kigali]"),
        ("Peace, peacekeeping", ["peace*"], "[Peace], [peacekeeping]"),
        ("The United  Nations; united we stand", ["united nations"], "The [United  Nations]; united we stand"),
        ("in 北京市，京剧", ["北京"], "in [北京]市，京剧"),
        ("北京市政府", ["京市政"], "北[京市政]府"),
        ("北京市，京剧", ["京"], "北[京]市，[京]剧"),
        ("서울에서", ["서울"], "[서울]에서"),
        ("U.S. troops", ["us"], "[U.S]. troops"),
        ("أنّ الحكومة", ["ان"], "[أنّ] الحكومة"),
        ("a b a", ["a b", "b a"], "[a b a]"),
        ("nothing", ["else"], "nothing"),
        ("nothing", [], "nothing"),
        ("", ["a"], ""),
    ],
)
def test_highlights_stand_on_the_text_as_written(text, queries, expected):
    assert marked(text, highlights(text, patterns(*queries))) == expected


FILL = "Lorem ipsum dolor sit amet consectetur. " * 20


def test_snippet_is_cut_around_the_densest_place():
    shown = snippet(
        article(f"{FILL}peace {FILL}{FILL}Peace and free trade at last. {FILL}trade {FILL}"), patterns("peace", "trade")
    )
    assert "[Peace] and free [trade] at last." in marked(shown.text, shown.highlights)
    assert shown.text[0] == shown.text[-1] == "…"
    assert SNIPPET_LENGTH - 60 < len(shown.text) <= SNIPPET_LENGTH + 2
    for word in shown.text.strip("…").split():
        assert word.strip(".") in {*FILL.replace(".", "").split(), "Peace", "and", "free", "trade", "at", "last"}


def test_snippet_is_of_the_paragraph_that_shows_most():
    shown = snippet(article("Of peace.", "Peace\nand trade.", "Peace and trade again."), patterns("peace", "trade"))
    assert shown.text == "Peace and trade."
    assert marked(shown.text, shown.highlights) == "[Peace] and [trade]."


def test_snippet_may_be_of_the_description():
    shown = snippet(article("The text.", description="On peace"), patterns("peace"))
    assert marked(shown.text, shown.highlights) == "On [peace]"


def test_snippet_without_a_place_is_how_the_article_begins():
    assert snippet(article("The text."), patterns("peace")).text == "The text."
    assert snippet(article("The text.", description="The standfirst"), []).text == "The standfirst"
    assert snippet(article(FILL), []).text.startswith("Lorem ipsum")
    assert snippet(article(FILL), []).text.endswith("…")
    assert snippet(article(), patterns("peace")).text == ""


def test_snippet_of_text_without_blanks():
    shown = snippet(article("本市今天天气很好" * 100 + "政府宣布" + "本市今天天气很好" * 100), patterns("政府"))
    assert "[政府]宣布" in marked(shown.text, shown.highlights)
    assert len(shown.text) == SNIPPET_LENGTH + 2


def test_phrase_longer_than_a_snippet_is_shown_in_part():
    phrase = " ".join(f"word{number}" for number in range(100))
    shown = snippet(article(f"{FILL}{phrase} {FILL}"), patterns(phrase))
    assert len(shown.text) <= SNIPPET_LENGTH + 2
    ((start, end),) = shown.highlights
    assert shown.text[start:end].startswith("word0 word1 ")


def test_only_the_beginning_of_a_very_long_article_is_searched():
    long = "filler " * (SEARCHED_LENGTH // 7)
    assert snippet(article(long, "peace"), patterns("peace")).highlights == ()
    assert snippet(article(f"{long}peace"), patterns("peace")).highlights == ()
    assert snippet(article(f"{long[:-700]} peace {long}"), patterns("peace")).highlights != ()


ALPHABET = st.text(st.sampled_from("ab é\u0301北京カ.-\n’"), min_size=1, max_size=600)


@given(
    st.lists(ALPHABET, min_size=1, max_size=4), st.lists(st.sampled_from(["a", "b a", "北", "京カ", "ab*"]), max_size=4)
)
def test_every_highlight_holds_a_pattern(texts, queries):
    asked = patterns(*queries)
    shown = snippet(article(*texts), asked)
    assert len(shown.text) <= SNIPPET_LENGTH + 2 + 32
    assert not set(shown.text) & {"\n"}
    ends = [-1]
    for start, end in shown.highlights:
        assert ends[-1] < start < end <= len(shown.text)
        ends.append(end)
    if len(shown.text) < SNIPPET_LENGTH:
        # Nothing was cut: what is marked is exactly what is found in it.
        assert shown.highlights == highlights(shown.text, asked)


TEXTS = st.lists(
    st.sampled_from(
        ["ferry", "Ferry’s", "U.S.", "a.b", "“ferry”", "x" * 70, "été", "北京市", "3.5", "free-trade", "…", "_"]
    ),
    max_size=8,
).map(" ".join)


@given(text=TEXTS, asked=st.sampled_from(["ferry", "us", "s ferry", "free trade", "fer", "x" * 64, "ete", "京", "3 5"]))
def test_plain_texts_are_marked_as_all_others(text, asked):
    for pattern in (Pattern.of(asked), Pattern.of(asked, is_prefix=True), Pattern.near(f"ferry {asked}", 2)):
        if pattern is None:
            continue
        found = sorted(pattern.ranges(occurrences(text)))
        marked = highlights(text, [pattern])
        assert {i for start, end in found for i in range(start, end)} == {
            i for start, end in marked for i in range(start, end)
        }
