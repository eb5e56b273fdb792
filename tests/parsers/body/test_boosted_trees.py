"""A model file is read as it says, and one that does not fit is refused."""

from __future__ import annotations

import json
from math import exp

import pytest

from newsarchive.parsers.body.article_body import MODEL_FILE
from newsarchive.parsers.body.boosted_trees import CLEAR, BoostedTrees, packaged_model
from newsarchive.parsers.body.features import NAMES, context_of, features
from newsarchive.parsers.body.layout import layout_of

MODEL = {"about": "", "base": 0.5, "trees": [["b", 1.0, ["a", 0.0, -1.0, 0.25], 2.0], 0.125]}


def test_the_leaves_reached_are_added_to_the_base():
    trees = BoostedTrees.loads(json.dumps(MODEL), ("a", "b"))
    assert trees.probability([0.0, 1.0]) == pytest.approx(1 / (1 + exp(-(0.5 - 1.0 + 0.125))))
    assert trees.probability([0.1, 1.0]) == pytest.approx(1 / (1 + exp(-(0.5 + 0.25 + 0.125))))
    assert trees.probability([0.1, 1.1]) == pytest.approx(1 / (1 + exp(-(0.5 + 2.0 + 0.125))))


def test_a_model_that_asks_for_an_unknown_input_is_refused():
    with pytest.raises(ValueError, match="nobody computes: a"):
        BoostedTrees.loads(json.dumps(MODEL), ("b",))


def test_a_clear_case_is_not_asked_of_all_trees():
    model = {"base": 0.0, "trees": [CLEAR] * 15 + [-1000.0]}
    assert BoostedTrees.loads(json.dumps(model), ()).probability([]) > 0.99


def test_the_packaged_model_fits_the_inputs():
    assert 0 <= packaged_model(MODEL_FILE, NAMES).probability([0.0] * len(NAMES)) <= 1


def test_inputs_that_the_packaged_model_does_not_ask_for_change_no_probability(page_of):
    picture = '<img src="/a.jpg" alt="A boat leaves the harbor of Goma at dawn">'
    lines = (
        "<p>A boat leaves the harbor of Goma at dawn</p><p>Jane Doe</p>" + "<p>The lake rose again, he said.</p>" * 9
    )
    outline = page_of(f"<article><h1>The lake rises</h1>{picture}{lines}</article>").outline
    context = context_of({"headline": "The lake rises"}, ("Jane Doe",))
    model = packaged_model(MODEL_FILE, NAMES)
    _, all_rows = features(outline, layout_of(outline), context)
    _, rows = features(outline, layout_of(outline), context, model.asked)
    assert rows != all_rows
    assert [model.probability(row) for row in rows] == [model.probability(row) for row in all_rows]
