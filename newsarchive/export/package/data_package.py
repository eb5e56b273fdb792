"""``datapackage.json``: the descriptor of Data Package v2 (https://datapackage.org/standard/data-package/)."""

from __future__ import annotations

from typing import Any

from newsarchive.export.package.contents import MEDIA_TYPES, Contents, DataFile
from newsarchive.export.package.fields import Kind, Meaning
from newsarchive.export.write import Format

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
SCHEMA_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"

_TYPES = {Kind.INTEGER: "integer", Kind.STRING: "string", Kind.TIME: "datetime", Kind.BOOLEAN: "boolean"}
"""Table Schema's types; of values that one cell of a table cannot hold see :func:`_type`."""


_FORMATS = {Format.CSV: "csv", Format.JSONL: "jsonlines", Format.PARQUET: "apache-parquet"}
"""Not ``jsonl`` and ``parquet``: frictionless takes what is called so for tables, and reads the first only with more
installed and the second not where a column holds lists. As it is, it checks their size and digest."""


def data_package(contents: Contents) -> dict[str, Any]:
    """The descriptor as JSON values."""
    about = contents.about
    descriptor: dict[str, Any] = {
        "$schema": PROFILE,
        "name": f"news-articles-{contents.digest[:12]}",
        "id": f"sha256:{contents.digest}",
        "title": contents.title,
        "description": about.description or contents.summary,
        "version": contents.version,
    }
    if contents.facts.last_seen is not None:
        descriptor["created"] = contents.facts.last_seen
    if about.creators:
        descriptor["contributors"] = [_contributor(creator.shown, creator.person) for creator in about.creators]
    if about.license is not None:
        is_name = about.license_url != about.license
        path = {} if about.license_url is None else {"path": about.license_url}
        descriptor["licenses"] = [{"name": about.license, **path} if is_name else path]
    descriptor["resources"] = [_resource(file, contents) for file in contents.files]
    descriptor["newsarchive"] = _provenance(contents)
    return descriptor


def _contributor(name: str, person: tuple[str, str] | None) -> dict[str, Any]:
    names = {"familyName": person[0], "givenName": person[1]} if person else {}
    return {"title": name, **names, "roles": ["creator"]}


def _resource(file: DataFile, contents: Contents) -> dict[str, Any]:
    resource: dict[str, Any] = {"name": file.name, "path": file.path, "description": file.description}
    if file.format is Format.CSV:
        resource["type"] = "table"
    resource |= {
        "format": _FORMATS[file.format],
        "mediatype": MEDIA_TYPES[file.format],
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
    }
    if file.format is not Format.PARQUET:
        resource["encoding"] = "utf-8"
    if file.format is Format.CSV:
        resource["dialect"] = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True}
        resource["schema"] = _schema(file, contents)
    return resource


def _schema(file: DataFile, contents: Contents) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "$schema": SCHEMA_PROFILE,
        "fields": [_field(meaning) for meaning in file.fields],
        "missingValues": [""],
    }
    if file.key:
        schema["primaryKey"] = list(file.key)
    if file.name != "sites" and any(meaning.name == "site" for meaning in file.fields):
        schema["foreignKeys"] = [{"fields": ["site"], "reference": {"resource": "sites", "fields": ["site"]}}]
    return schema


def _field(meaning: Meaning) -> dict[str, Any]:
    field: dict[str, Any] = {"name": meaning.name, "type": _type(meaning.kind), "description": meaning.standing_alone}
    # a cell cannot tell an empty text or list from one that is missing
    if meaning.required and meaning.kind in _TYPES and meaning.name != "article_body":
        field["constraints"] = {"required": True}
    return field


def _type(kind: Kind) -> str:
    match kind:
        case Kind.STRINGS:
            return "string"  # joined with "; ", which Table Schema's lists cannot have between their items
        case Kind.OBJECTS:
            return "array"
        case Kind.OBJECT:
            return "object"
        case _:
            return _TYPES[kind]


def _provenance(contents: Contents) -> dict[str, Any]:
    """What this program needs to know of its own packages; descriptors may have properties of their own."""
    selection = contents.selection
    return {
        "version": contents.newsarchive_version,
        "query": selection.query,
        "every_revision": selection.every_revision,
        "collapse": selection.collapse,
        "limit": selection.limit,
        "fields": list(selection.fields),
        "articles": contents.facts.articles,
        "records": contents.facts.records,
    }
