"""Writing a data package: records, tables and descriptors, the whole folder or none.

The same archive, selection and program give the same bytes: no clock, no path, no name of a machine goes in, and
whatever has no order of its own is sorted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from newsarchive.archive.coverage.record import SiteCoverage
from newsarchive.errors import ExportError
from newsarchive.export.package.about import About
from newsarchive.export.package.checksums import SUMS_FILE, sha256_of, sums_text
from newsarchive.export.package.citation import citation_cff
from newsarchive.export.package.contents import Contents, DataFile
from newsarchive.export.package.croissant import croissant
from newsarchive.export.package.data_package import data_package
from newsarchive.export.package.datasheet import datasheet
from newsarchive.export.package.facts import FACT_FIELDS, FactCounter, Facts
from newsarchive.export.package.fields import Meaning, meanings
from newsarchive.export.package.folder import check_free, staged
from newsarchive.export.package.tables import (
    COUNT_FIELDS,
    COVERAGE_FIELDS,
    SITE_FIELDS,
    count_records,
    coverage_records,
    site_records,
)
from newsarchive.export.record import EXPORT_FIELDS
from newsarchive.export.selection import Selection
from newsarchive.export.write import Format, Progress, write_export
from newsarchive.model.coverage import SiteCalendar
from newsarchive.version import __version__

KEY_FIELDS = ("id", "url", "revision", "content_digest")
"""Every package holds these, whatever was selected: an article's place, and the digest that tells its text."""


def package_fields(selection: Selection) -> tuple[str, ...]:
    """The fields a package of this selection holds: the selected ones, and behind them what is missing of the key."""
    return (*selection.fields, *(name for name in KEY_FIELDS if name not in selection.fields))


def needed_fields(selection: Selection) -> tuple[str, ...]:
    """The fields :func:`write_package` wants of each record: those it writes and those it counts."""
    needed = {*package_fields(selection), *FACT_FIELDS}
    return tuple(name for name in EXPORT_FIELDS if name in needed)


def write_package(
    records: Iterable[Mapping[str, Any]],
    folder: Path,
    *,
    selection: Selection,
    coverage: tuple[SiteCoverage, ...],
    calendars: Iterable[SiteCalendar] | None = None,
    about: About | None = None,
    reading: str | None = None,
    table: Format | None = Format.CSV,
    defuse: bool = True,
    force: bool = False,
    progress: Progress | None = None,
) -> Contents:
    """Write a data package into a new folder; what is in it.

    ``records`` are export records with at least :func:`needed_fields`, by id and revision. ``reading``: the query in
    words, for the datasheet. ``calendars``: of all sites, for ``coverage.csv``; None: without it. ``table``: as what
    the records are written besides JSON Lines; None: as nothing else. ``defuse``: see :mod:`newsarchive.export.csv`.
    ``force``: replace a package that is there. ``progress`` is called with the number of records so far.

    Raises ExportError if it cannot be written.
    """
    if table not in (Format.CSV, Format.PARQUET, None):
        raise ExportError(f"a data package has its table as csv or parquet, not as {table}")
    check_free(folder, force=force)
    fields = package_fields(selection)
    try:
        with staged(folder) as staging:
            facts = _write_records(records, staging / f"{_stem(selection)}.jsonl", fields, progress)
            files = _data_files(staging, selection, fields, facts, coverage, table, defuse=defuse)
            days: Counter[str] = Counter()
            if calendars is not None:
                files = (*files, _coverage_file(staging, coverage_records(facts, calendars), days, defuse=defuse))
            contents = Contents(
                about=about or About(),
                selection=selection,
                facts=facts,
                coverage=coverage,
                files=files,
                newsarchive_version=__version__,
                days=dict(sorted(days.items(), key=lambda item: (-item[1], item[0]))),
                reading=reading,
            )
            _write_descriptors(staging, contents)
        return contents
    except OSError as error:
        raise ExportError(f"{folder} cannot be written: {error.strerror or error}") from error


def _stem(selection: Selection) -> str:
    return "revisions" if selection.every_revision else "articles"


def _write_records(
    records: Iterable[Mapping[str, Any]], path: Path, fields: tuple[str, ...], progress: Progress | None
) -> Facts:
    counter = FactCounter(fields)

    def written() -> Iterator[dict[str, Any]]:
        for record in records:
            counter.add(record)
            values = {name: record[name] for name in fields}
            if "field_sources" in values:  # in whatever order the database keeps the names of an object
                values["field_sources"] = dict(sorted(values["field_sources"].items()))
            yield values

    write_export(written(), Format.JSONL, path, fields=fields, progress=progress)
    return counter.facts()


def _data_files(
    staging: Path,
    selection: Selection,
    fields: tuple[str, ...],
    facts: Facts,
    coverage: tuple[SiteCoverage, ...],
    table: Format | None,
    *,
    defuse: bool,
) -> tuple[DataFile, ...]:
    stem = _stem(selection)
    what = "every state of each article" if selection.every_revision else "one article a record"
    key = ("id", "revision") if selection.every_revision else ("id",)
    of_record = tuple(meanings()[name] for name in fields)
    complete = staging / f"{stem}.jsonl"

    files = [_data_file(stem, complete, f"The records, complete: {what}.", of_record, key=key, rows=facts.records)]
    if table is not None:
        path = staging / f"{stem}.{table}"
        write_export(_read_back(complete), table, path, fields=fields, defuse=defuse)
        files.append(
            _data_file(f"{stem}-table", path, _table_text(what, table, defuse), of_record, key=key, rows=facts.records)
        )
    sites, counts = staging / "sites.csv", staging / "counts.csv"
    rows = write_export(site_records(facts, coverage), Format.CSV, sites, fields=_names(SITE_FIELDS), defuse=defuse)
    files.append(
        _data_file("sites", sites, "The sites, and how they were crawled.", SITE_FIELDS, key=("site",), rows=rows)
    )
    rows = write_export(count_records(facts, coverage), Format.CSV, counts, fields=_names(COUNT_FIELDS), defuse=defuse)
    files.append(_data_file("counts", counts, "Articles by site and month of publication.", COUNT_FIELDS, rows=rows))
    return tuple(files)


def _coverage_file(
    staging: Path, records: Iterable[Mapping[str, Any]], days: Counter[str], *, defuse: bool
) -> DataFile:
    """Write the days of the sites, and count them by state."""
    path = staging / "coverage.csv"

    def counted() -> Iterator[Mapping[str, Any]]:
        for record in records:
            days[record["state"]] += 1
            yield record

    rows = write_export(counted(), Format.CSV, path, fields=_names(COVERAGE_FIELDS), defuse=defuse)
    text = "What is known of each day of publication: complete, nothing published, or missing and why."
    return _data_file("coverage", path, text, COVERAGE_FIELDS, key=("site", "day"), rows=rows)


def _data_file(name: str, path: Path, description: str, columns: tuple[Meaning, ...], **rest: Any) -> DataFile:  # noqa: ANN401
    return DataFile(
        name=name,
        path=path.name,
        format=Format(path.suffix[1:]),
        description=description,
        fields=columns,
        size=path.stat().st_size,
        sha256=sha256_of(path),
        **rest,
    )


def _table_text(what: str, table: Format, defuse: bool) -> str:
    if table is Format.PARQUET:
        return f"The same records with typed columns: {what}."
    text = f"The same records as a table: {what}; objects and their lists are JSON."
    return f"{text} A cell that a spreadsheet would run as a formula has an apostrophe in front." if defuse else text


def _names(columns: tuple[Meaning, ...]) -> tuple[str, ...]:
    return tuple(column.name for column in columns)


def _read_back(path: Path) -> Iterator[Mapping[str, Any]]:
    """The records of a file that was just written: the table is made of them, so that both say the same."""
    with path.open("rb") as file:
        for line in file:
            yield orjson.loads(line)


def _write_descriptors(staging: Path, contents: Contents) -> None:
    texts = {
        "datapackage.json": _json(data_package(contents)),
        "croissant.json": _json(croissant(contents)),
        "datasheet.md": datasheet(contents).encode(),
    }
    if (citation := citation_cff(contents)) is not None:
        texts["CITATION.cff"] = citation.encode()
    for name, data in texts.items():
        (staging / name).write_bytes(data)
    sums = {file.path: file.sha256 for file in contents.files} | {name: sha256_of(staging / name) for name in texts}
    (staging / SUMS_FILE).write_bytes(sums_text(sums).encode())


def _json(value: Mapping[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
