"""What a data set costs: ``newsarchive export`` beside a bare sqlite3 + orjson loop and beside sqlite-utils.

    python benchmarks/export.py --articles 200000 --truth TRUTH.jsonl --json export.json

All write the latest revision of every article to /dev/null, out of the same file, over the same rows and joins, each in
a process of its own, in turn, for some rounds; the best round of each counts, in CPU time without start-up. The loop
and sqlite-utils write rows as they lie there: JSON columns as text, the body once. An export converts, and writes the
body twice, as blocks and as text; ``--body text`` writes it once. What is compared with nobody runs in the first round
only. sqlite-utils runs in the environment that ``make peers`` sets up; without it, it is left out.

Memory is the peak of the whole command, start-up included, as the system counts it (resident pages, files mapped too).
``--folder`` keeps the archive; it needs 1.3 GB for 200,000 articles.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
PEERS = HERE.parent / ".venv-peers" / "bin" / "python"
MEGABYTE_KIB = 1024
OURS, TEXT, BARE, SQLITE_UTILS = "export", "export --body text", "sqlite3 + orjson", "sqlite-utils"
ALONE = ("CSV", "Parquet", "JSON-LD")
"""Measured beside nobody."""

Figure = dict[str, object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3, help="times each is run; the best counts")
    parser.add_argument("--truth", type=Path, help="JSONL with real texts under 'body'; default: made-up words")
    parser.add_argument("--folder", type=Path, help="build here and keep it; default: a temporary folder")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = arguments.folder or Path(temporary)
        if not (home / "archive.db").exists():
            truth = [arguments.truth] if arguments.truth else []
            run([sys.executable, HERE / "export_archive.py", home, arguments.articles, *truth])
        figures = [*rates(home, arguments.rounds), *memory(home)]
    for figure in figures:
        goal = f"  goal {figure['better']} than {figure['goal']}" if figure["goal"] is not None else ""
        print(f"{figure['name']:45} {figure['value']:>10,} {figure['unit']}{goal}")
    if arguments.json:
        arguments.json.write_text(json.dumps({"figures": figures}, indent=1) + "\n", encoding="utf-8")


def rates(home: Path, rounds: int) -> list[Figure]:
    """Articles a CPU second of each, and ours beside the others."""
    child = HERE / "export_child.py"
    commands: dict[str, list[object]] = {
        BARE: [sys.executable, child, "bare", home],
        OURS: [sys.executable, child, "jsonl", home],
        TEXT: [sys.executable, child, "jsonl-text", home],
        SQLITE_UTILS: [PEERS, child, "sqlite-utils", home],
        "CSV": [sys.executable, child, "csv", home],
        "Parquet": [sys.executable, child, "parquet", home],
        "JSON-LD": [sys.executable, child, "jsonld", home],
    }
    if not PEERS.exists():
        print("sqlite-utils is left out: make peers installs it", file=sys.stderr)
        del commands[SQLITE_UTILS]
    best = dict.fromkeys(commands, 0.0)
    for number in range(rounds):
        for name, command in commands.items():
            if number and name in ALONE:
                continue
            print(f"round {number + 1} of {rounds}: {name}", file=sys.stderr)
            measured = json.loads(run(command)[0])
            best[name] = max(best[name], measured["articles"] / measured["cpu_s"])
    figures = [figure(f"{name}: rate", round(rate), "articles/CPU s", None, "higher") for name, rate in best.items()]
    figures.append(figure(f"{OURS} beside {BARE}", round(best[OURS] / best[BARE], 2), "ratio", 0.6, "higher"))
    figures.append(figure(f"{TEXT} beside {BARE}", round(best[TEXT] / best[BARE], 2), "ratio", None, "higher"))
    if SQLITE_UTILS in best:
        ratio = round(best[OURS] / best[SQLITE_UTILS], 2)
        figures.append(figure(f"{OURS} beside {SQLITE_UTILS}", ratio, "ratio", 2, "higher"))
    return figures


def memory(home: Path) -> list[Figure]:
    """The peak of the whole command, of all articles, and beside that of a quarter of them."""
    command = [sys.executable, "-m", "newsarchive", "--home", home, "export", "--output", os.devnull, "--format"]
    articles = int(run([sys.executable, HERE / "export_child.py", "count", home])[0])
    figures = []
    for format, goal in (("jsonl", 64), ("csv", 64), ("parquet", 256), ("jsonld", None)):
        _, quarter = run([*command, format, "--limit", max(1, articles // 4)])
        _, whole = run([*command, format])
        figures.append(figure(f"{format}: peak memory", round(whole / MEGABYTE_KIB, 1), "MiB", goal, "lower"))
        growth = round(whole / quarter, 3)
        figures.append(figure(f"{format}: peak beside that of a quarter", growth, "ratio", 1.05, "lower"))
    return figures


def run(command: list[object]) -> tuple[str, int]:
    """What the command printed, and the most memory it took, in KiB. This program stays small: a child begins as it."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(list(map(str, command)), stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{' '.join(map(str, command))} ended with {process.returncode}")
        output.seek(0)
        return output.read(), usage.ru_maxrss if sys.platform != "darwin" else usage.ru_maxrss // 1024


def figure(name: str, value: float, unit: str, goal: float | None, better: str) -> Figure:
    return {"name": name, "value": value, "unit": unit, "goal": goal, "better": better}


if __name__ == "__main__":
    main()
