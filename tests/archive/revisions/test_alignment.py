import difflib

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.archive.revisions.alignment import align

texts = st.text("abcdefgh", max_size=30)


@given(texts, texts)
def test_spans_make_up_both_sides_and_equal_ones_are_equal(old, new):
    spans = list(align(old, new))
    assert "".join(old[span.old_start : span.old_end] for span in spans) == old
    assert "".join(new[span.new_start : span.new_end] for span in spans) == new
    i = j = 0
    for span in spans:
        assert (span.old_start, span.new_start) == (i, j)
        i, j = span.old_end, span.new_end
        if span.equal:
            assert old[span.old_start : span.old_end] == new[span.new_start : span.new_end] != ""
        else:
            assert span.old_end > span.old_start or span.new_end > span.new_start
    assert (i, j) == (len(old), len(new))


@given(texts)
def test_equal_sides_are_one_span(text):
    assert [(span.equal, span.old_end) for span in align(text, text)] == ([(True, len(text))] if text else [])


@given(texts, st.integers(0, 30), texts)
def test_an_insertion_costs_no_equal_item(text, at, inserted):
    new = text[:at] + inserted + text[at:]
    kept = sum(span.old_end - span.old_start for span in align(text, new) if span.equal)
    assert kept == len(text)


def test_a_rewritten_middle_keeps_what_the_standard_library_keeps():
    old = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    new = ["one", "two", "3", "four", "five", "6", "seven", "nine", "eight", "ten"]
    ours = sum(span.old_end - span.old_start for span in align(old, new) if span.equal)
    theirs = sum(block.size for block in difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks())
    assert ours == theirs == 7
