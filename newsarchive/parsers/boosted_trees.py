"""Boosted decision trees, scored in plain Python: what runs a classifier trained elsewhere.

A model is a JSON file anyone can read: the names of the inputs and a list of trees, each a nested list
``[input, threshold, tree if value <= threshold, tree if above]`` with numbers for leaves. The sum of the leaves reached
is the logarithm of the odds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp
from typing import Any, Self

STRIDE = 15
"""After so many trees the sum is looked at."""
CLEAR = 2.5
"""Log-odds (a probability of 0.92) beyond which the remaining trees are not asked."""


@dataclass(frozen=True, slots=True)
class BoostedTrees:
    """A classifier with two outcomes."""

    names: tuple[str, ...]
    """Of the inputs, in their order."""
    base: float
    """Log-odds before any tree."""
    trees: tuple[Any, ...]

    @classmethod
    def loads(cls, text: str, names: Sequence[str]) -> Self:
        """Read a model for rows whose inputs have these names. ValueError if it asks for a name not among them."""
        model = json.loads(text)
        index = {name: number for number, name in enumerate(names)}
        missing = sorted(_inputs(model["trees"]) - set(index))
        if missing:
            raise ValueError(f"the model asks for inputs nobody computes: {', '.join(missing)}; train it again")
        trees = tuple(_compiled(tree, index) for tree in model["trees"])
        return cls(tuple(names), float(model["base"]), trees)

    def probability(self, row: Sequence[float]) -> float:
        """The probability of the positive outcome.

        Stops when what the trees have said so far is clear, which halves the time and changes next to no decision.
        """
        total = self.base
        for count, tree in enumerate(self.trees, 1):
            node = tree
            while type(node) is tuple:
                node = node[2] if row[node[0]] <= node[1] else node[3]
            total += node
            if count % STRIDE == 0 and not -CLEAR < total < CLEAR:
                break
        return 1 / (1 + exp(-total)) if total > -700 else 0.0


@cache
def packaged_model(file_name: str, names: tuple[str, ...]) -> BoostedTrees:
    """The model in a file beside this module, read once a process."""
    return BoostedTrees.loads(files("newsarchive.parsers").joinpath(file_name).read_text(encoding="utf-8"), names)


def _inputs(node: Any) -> set[str]:  # noqa: ANN401 (nested lists)
    if not isinstance(node, list):
        return set()
    if node and isinstance(node[0], str):
        return {node[0]} | _inputs(node[2]) | _inputs(node[3])
    return {name for tree in node for name in _inputs(tree)}


def _compiled(node: Any, index: dict[str, int]) -> Any:  # noqa: ANN401 (nested lists)
    if not isinstance(node, list):
        return float(node)
    return (index[node[0]], float(node[1]), _compiled(node[2], index), _compiled(node[3], index))
