"""No regular expression of ours takes more than time in proportion to its text, whatever the text is.

Every pattern that the package compiles is found, in modules, classes, tables and calls, and timed on text made to hurt
it: its own characters and beginnings, repeated. Times are CPU times of one process, and compared with one another only,
so a slow or busy machine changes nothing. A child with a limit does the work: an exponential pattern would never end.
"""

from __future__ import annotations

import ast
import importlib
import itertools
import pkgutil
import re
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from re import _constants as sre  # the tree of a pattern has no public door
from re import _parser as sre_parser
from types import ModuleType
from typing import Any

import pytest
import regex

import newsarchive
from newsarchive.errors import ParseError
from newsarchive.parsers.sandbox import Sandbox

SIZES = (1_000, 4_000, 16_000)
GROWTH = 4
MAX_RATIO = 8
"""A linear pattern takes GROWTH times as long on GROWTH times the text, a quadratic one 16 times."""
NOISE_S = 0.02
"""Some clocks of CPU time tick every 4 ms. A quadratic pattern takes 100 ms and more on the longest text."""
MAX_PUMPS = 80

NOT_OURS_TO_READ = ("newsarchive.archive.migrations", "newsarchive.demo", "newsarchive.cli", "newsarchive.__main__")
"""These see only what the user typed or what is bundled."""

LINE = "one_line: single spaces only, at most text.MAX_LINE_CHARS"
BOUNDED = {
    "newsarchive.parsers.byline.names._BRACKETS": LINE,
    "newsarchive.parsers.byline.names._SPLIT": LINE,
    "newsarchive.parsers.byline.names._LISTED": LINE,
    "newsarchive.parsers.byline.names._SUFFIX": LINE,
    "newsarchive.parsers.vocabulary.related_phrases._SET_OFF": "related_phrases.MAX_PHRASE_CHARS",
}
"""Patterns that are slow on runs of white space, and the limit of the text they are given."""

PATTERNS = (re.Pattern, regex.Pattern)
CALLS = frozenset({"search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn", "compile"})
USUAL = (" ", "\n", "\t", "\xa0", "0", "1", "a", "A", "é", "中", "<", ">", "<a ", "<p>", "<!--", "-->", "&", "&#", ".",
         "-", ".-", ", ", "/", "//", "[", "(",
         '"', "'", "\\", "\\\"", "{", ":", ": ", "a:", "a ", "1 ", "a-", "a/", "a1",
         "a.", "1.", "a\n", " \n", "@", "a@", "=", "https://", "%", "%a", "|", " |", "_", ",")  # fmt: skip


# ---- finding the patterns --------------------------------------------------------------------------------------------


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(newsarchive.__path__, "newsarchive."):
        if not found.name.startswith(NOT_OURS_TO_READ):
            yield importlib.import_module(found.name)


def compiled_in(value: Any, name: str, module: str, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """The patterns that a module's name leads to: itself, in containers, in classes, in closures."""
    if isinstance(value, PATTERNS):
        yield name, value
        return
    if id(value) in seen or isinstance(value, (str, bytes, int, float, ModuleType)):
        return
    seen.add(id(value))
    inner: Any = ()
    if isinstance(value, Mapping):
        inner = itertools.chain(value.items(), zip(itertools.repeat("key"), value))
    elif isinstance(value, (tuple, list, set, frozenset)):
        inner = enumerate(value)
    elif isinstance(value, type) and value.__module__ == module:
        inner = vars(value).items()
    elif isinstance(value, partial):
        inner = [("function", value.func), *enumerate(value.args), *value.keywords.items()]
    elif hasattr(value, "__self__") and isinstance(value.__self__, PATTERNS):
        inner = [("self", value.__self__)]  # _WORDS = re.compile(...).findall
    elif getattr(value, "__closure__", None) and value.__module__ == module:
        inner = enumerate(cell.cell_contents for cell in value.__closure__ if cell.cell_contents is not None)
    for key, item in inner:
        yield from compiled_in(item, f"{name}.{key}", module, seen)


def written_in(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """The patterns given to ``re`` as they are, in the middle of a function."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in CALLS
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in ("re", "regex")
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            flags = re.IGNORECASE if any("IGNORECASE" in ast.unparse(argument) for argument in node.args[1:]) else 0
            engine = re if node.func.value.id == "re" else regex
            yield f"{module.__name__}:{node.args[0].value} {node.func.attr}", engine.compile(node.args[0].value, flags)


def methods_by_name() -> dict[str, set[str]]:
    """What is done with each name in the package: ``_SPLIT.split`` gives ``_SPLIT: {split}``."""
    used: dict[str, set[str]] = {}
    for module in modules():
        for name, method in re.findall(r"\b([A-Z_]{2,40})\.(\w{3,9})\b", Path(str(module.__file__)).read_text("utf-8")):
            if method in CALLS:
                used.setdefault(name, set()).add(method)
    return used


def kinds_of(methods: set[str]) -> frozenset[str]:
    """``match`` and ``fullmatch`` begin at the beginning only; all others scan."""
    return frozenset(method if method in ("match", "fullmatch") else "scan" for method in methods)


def all_patterns() -> dict[str, tuple[Any, frozenset[str]]]:
    """Every pattern once with how it is used, by the place where it was found."""
    used = methods_by_name()
    places: dict[tuple[Any, int], tuple[str, Any]] = {}
    for module in modules():
        named = (
            found
            for name, value in list(vars(module).items())
            for found in compiled_in(value, f"{module.__name__}.{name}", module.__name__, set())
        )
        for place, pattern in itertools.chain(named, written_in(module)):
            methods = {place.rpartition(" ")[2]} if " " in place else used.get(place.rpartition(".")[2], set())
            kinds = kinds_of(methods) or frozenset({"scan", "fullmatch"})
            places.setdefault((pattern.pattern, pattern.flags), (place, (pattern, kinds)))
    return dict(places.values())


# ---- text that hurts -------------------------------------------------------------------------------------------------


def samples(source: str, flags: int) -> list[str]:
    """Texts that lead into a pattern: every beginning of something it matches, and each of its characters."""
    found: dict[str, None] = {}

    def sample(tree: Any) -> str:
        text = ""
        for operation, argument in tree:
            text += piece(operation, argument)
            found[text[-40:]] = None
        return text

    def piece(operation: Any, argument: Any) -> str:
        if operation is sre.LITERAL:
            return chr(argument)
        if operation is sre.NOT_LITERAL:
            return next(c for c in "a0 " if ord(c) != argument)
        if operation is sre.ANY:
            return "a"
        if operation is sre.IN:
            return one_of(argument)
        if operation is sre.BRANCH:
            return next(iter([sample(branch) for branch in argument[1]]))
        if operation is sre.SUBPATTERN:
            return sample(argument[3])
        if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            least, _, inner = argument
            return sample(inner) * min(max(least, 1), 20)
        if operation is sre.ATOMIC_GROUP:
            return sample(argument)
        if operation in (sre.ASSERT, sre.ASSERT_NOT):
            sample(argument[1])
        return ""

    def one_of(items: Any) -> str:
        negated = items[0][0] is sre.NEGATE
        text = "".join(map(chars_of, items))
        if negated:
            return next((c for c in "a 0-<\n" if c not in text), "a")
        found.update(dict.fromkeys(text))
        return text[0]

    def chars_of(item: tuple[Any, Any]) -> str:
        kind, value = item
        if kind is sre.LITERAL:
            return chr(value)
        if kind is sre.RANGE:
            return chr(value[0])
        if kind is sre.CATEGORY:
            return {"SPACE": " \n", "DIGIT": "0", "WORD": "a0"}.get(str(value).removeprefix("CATEGORY_"), "-a")
        return ""

    sample(sre_parser.parse(source, flags & ~re.DEBUG))
    return [text for text in found if text]


def pumps(pattern: Any) -> list[str]:
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    own: list[str] = []
    if isinstance(pattern, re.Pattern):
        own = samples(source, 0 if isinstance(pattern.pattern, bytes) else pattern.flags)
    short = [text for text in own if len(text) == 1][:12]
    pairs = ["".join(pair) for pair in itertools.permutations(short[:6], 2)]
    step = max(1, len(own) // 60)
    spaced = [text + " " for text in own[::step][:30]]
    return list(dict.fromkeys([*USUAL, *short, *own[::step], *spaced, *pairs]))[:MAX_PUMPS]


def text_of(pump: str, size: int) -> str:
    return pump * (size // len(pump) + 1) + "\x01"


# ---- timing ----------------------------------------------------------------------------------------------------------


def cpu_s(pattern: Any, method: str, text: Any, runs: int) -> float:
    best = float("inf")
    for _ in range(runs):
        began = time.process_time()
        if method in ("match", "fullmatch"):
            getattr(pattern, method)(text)
        else:
            for _match in pattern.finditer(text):
                pass
        best = min(best, time.process_time() - began)
    return best


def superlinear(pattern: Any, methods: frozenset[str]) -> str | None:
    """The first pump on which the pattern's time grows faster than its text; None if there is none."""
    encode = (lambda text: text.encode("utf-8")) if isinstance(pattern.pattern, bytes) else (lambda text: text)
    for pump, method in itertools.product(pumps(pattern), sorted(methods)):
        for small, large in itertools.pairwise(encode(text_of(pump, size)) for size in SIZES):
            if cpu_s(pattern, method, large, 1) < NOISE_S:
                continue
            small_s, large_s = (cpu_s(pattern, method, text, 3) for text in (small, large))
            if large_s > MAX_RATIO * small_s + NOISE_S:
                return f"{method} {pump!r}: {small_s * 1e3:.0f} ms, {large_s * 1e3:.0f} ms on {GROWTH} times as much"
    return None


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(workers=1, timeout_s=120.0) as made:
        yield made


def complaint(sandbox: Sandbox, pattern: Any, kinds: frozenset[str] = frozenset({"scan"})) -> str | None:
    try:
        return sandbox.submit(superlinear, pattern, kinds).result(timeout=600)
    except ParseError as error:
        return error.reason


@pytest.mark.slow
def test_no_pattern_takes_more_than_linear_time(sandbox):
    patterns = all_patterns()
    assert len(patterns) > 100
    complaints = {
        place: said
        for place, (pattern, kinds) in patterns.items()
        if place not in BOUNDED and (said := complaint(sandbox, pattern, kinds))
    }
    assert not complaints, "\n".join(f"{place}: {said}" for place, said in complaints.items())


def test_each_pattern_that_is_excused_exists():
    assert BOUNDED.keys() <= all_patterns().keys()


@pytest.mark.parametrize("source", [r"\s+$", r"\s*,\s*", r"<a[^>]*href", r"(a|b|ab)*c", r".*=.*;"])
def test_the_measure_knows_a_slow_pattern(sandbox, source):
    assert complaint(sandbox, re.compile(source))


@pytest.mark.parametrize("source", [r"\s", r"[a-z]+", r"<[^<>]{0,50}>", r"(?<!\s)\s+$|\d{1,4}", r"\w{3,}"])
def test_the_measure_accepts_a_linear_pattern(sandbox, source):
    assert complaint(sandbox, re.compile(source)) is None
