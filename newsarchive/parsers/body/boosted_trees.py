"""Boosted decision trees, scored in plain Python: what runs a classifier trained elsewhere.

A model is a JSON file anyone can read: the names of the inputs and a list of trees, each a nested list
``[input, threshold, tree if value <= threshold, tree if above]`` with numbers for leaves. The sum of the leaves reached
is the logarithm of the odds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp
from typing import Any, Self, cast

STRIDE = 15
"""After so many trees the sum is looked at."""
CLEAR = 2.5
"""Log-odds (a probability of 0.92) beyond which the remaining trees are not asked."""
MAX_TREES = 1_000
MAX_DEPTH = 60
"""Nested deeper, a tree is refused: Python's compiler would be at its end soon."""


@dataclass(frozen=True, slots=True)
class BoostedTrees:
    """A classifier with two outcomes."""

    names: tuple[str, ...]
    """Of the inputs, in their order."""
    asked: frozenset[str]
    """The inputs that any tree looks at."""
    log_odds: Callable[[Sequence[float]], float]
    """Of the positive outcome, for a row of inputs. Stops when what the trees have said so far is clear, which halves
    the time and changes next to no decision."""

    @classmethod
    def loads(cls, text: str, names: Sequence[str]) -> Self:
        """Read a model for rows whose inputs have these names.

        ValueError if it asks for a name not among them, or is no model.
        """
        model = json.loads(text)
        index = {name: number for number, name in enumerate(names)}
        asked = _inputs(model["trees"])
        missing = sorted(asked - set(index))
        if missing:
            raise ValueError(f"the model asks for inputs nobody computes: {', '.join(missing)}; train it again")
        if len(model["trees"]) > MAX_TREES:
            raise ValueError(f"the model has more than {MAX_TREES} trees")
        return cls(tuple(names), frozenset(asked), _compiled(float(model["base"]), model["trees"], index))

    def probability(self, row: Sequence[float]) -> float:
        """The probability of the positive outcome."""
        log_odds = self.log_odds(row)
        return 1 / (1 + exp(-log_odds)) if log_odds > -700 else 0.0


@cache
def packaged_model(file_name: str, names: tuple[str, ...]) -> BoostedTrees:
    """The model in a file beside this module, read once a process."""
    return BoostedTrees.loads(files("newsarchive.parsers.body").joinpath(file_name).read_text(encoding="utf-8"), names)


def _inputs(node: Any) -> set[str]:  # noqa: ANN401 (nested lists)
    if not isinstance(node, list):
        return set()
    if node and isinstance(node[0], str):
        return {node[0]} | _inputs(node[2]) | _inputs(node[3])
    return {name for tree in node for name in _inputs(tree)}


def _compiled(base: float, trees: list[Any], index: dict[str, int]) -> Callable[[Sequence[float]], float]:
    """The trees as one Python function: nested comparisons of constants, many times as fast as a walk over tuples.

    All inputs should be floats: Python compares those fastest. Nothing of the file gets into its text but numbers that
    were read as numbers.
    """
    inputs = ", ".join(f"x{number}" for number in range(len(index)))
    lines = ["def log_odds(row):", f"    [{inputs}] = row", f"    total = {base!r}"]
    for count, tree in enumerate(trees, 1):
        lines.append(f"    total += {_expression(tree, index, MAX_DEPTH)}")
        if count % STRIDE == 0 and count < len(trees):
            lines.append(f"    if not {-CLEAR!r} < total < {CLEAR!r}: return total")
    lines.append("    return total")
    space: dict[str, Any] = {}
    exec(compile("\n".join(lines), "<trees>", "exec"), space)  # noqa: S102
    return cast("Callable[[Sequence[float]], float]", space["log_odds"])


def _expression(node: Any, index: dict[str, int], depth: int) -> str:  # noqa: ANN401 (nested lists)
    if not isinstance(node, list):
        return repr(float(node))
    if not depth:
        raise ValueError(f"a tree of the model is deeper than {MAX_DEPTH}")
    low, high = (_expression(branch, index, depth - 1) for branch in node[2:4])
    return f"({low} if x{index[node[0]]} <= {float(node[1])!r} else {high})"
