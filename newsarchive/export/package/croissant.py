"""``croissant.json``: the data set for machine learning tools, as Croissant 1.0 (http://mlcommons.org/croissant/)."""

from __future__ import annotations

from typing import Any

from newsarchive.export.package.citation import plain_citation
from newsarchive.export.package.contents import MEDIA_TYPES, Contents, DataFile
from newsarchive.export.package.fields import Kind, Meaning
from newsarchive.export.write import Format

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"

_TYPES = {
    Kind.INTEGER: "sc:Integer",
    Kind.TIME: "sc:DateTime",
    Kind.BOOLEAN: "sc:Boolean",
}
"""What is none of these is text: lists and objects are JSON, or joined, in a cell of their own."""


def croissant(contents: Contents) -> dict[str, Any]:
    """The description as JSON-LD."""
    about = contents.about
    tables = [contents.table, *(file for file in contents.files if "id" not in file.key)]
    description: dict[str, Any] = {
        "@context": _context(),
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": contents.title,
        "description": about.description or contents.summary,
        "identifier": f"sha256:{contents.digest}",
        "version": contents.version,
        "citeAs": plain_citation(contents),
        "isLiveDataset": False,
        "inLanguage": sorted(language for language in contents.facts.languages if language is not None),
    }
    if contents.date is not None:
        # packages hold no clock: of the data's youngest capture is the one date they have
        description["datePublished"] = contents.date
        description["dateCreated"] = contents.facts.last_seen
    if about.license is not None:
        description["license"] = about.license_url or about.license
    if about.creators:
        description["creator"] = [_creator(creator.shown, creator.person) for creator in about.creators]
    description["distribution"] = [_file_object(file) for file in contents.files]
    description["recordSet"] = [_record_set(file) for file in tables]
    return description


def _creator(name: str, person: tuple[str, str] | None) -> dict[str, str]:
    if person is None:
        return {"@type": "sc:Organization", "name": name}
    return {"@type": "sc:Person", "name": name, "familyName": person[0], "givenName": person[1]}


def _file_object(file: DataFile) -> dict[str, str]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "description": file.description,
        "contentUrl": file.path,
        "contentSize": f"{file.size} B",
        # the name mlcroissant knows Parquet by
        "encodingFormat": "application/x-parquet" if file.format is Format.PARQUET else MEDIA_TYPES[file.format],
        "sha256": file.sha256,
    }


def _record_set(file: DataFile) -> dict[str, Any]:
    name = file.name.removesuffix("-table")
    key = {"key": [{"@id": f"{name}/{field}"} for field in file.key]} if file.key else {}
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": file.description,
        **key,
        "field": [_field(name, file, meaning) for meaning in file.fields if _is_loadable(file, meaning)],
    }


def _is_loadable(file: DataFile, meaning: Meaning) -> bool:
    """Whether mlcroissant can read the field: objects it reads only where they are JSON in a cell."""
    return file.format is Format.CSV or meaning.kind not in (Kind.OBJECT, Kind.OBJECTS)


def _field(record_set: str, file: DataFile, meaning: Meaning) -> dict[str, Any]:
    repeated = {"repeated": True} if meaning.kind is Kind.STRINGS and file.format is not Format.CSV else {}
    return {
        "@type": "cr:Field",
        "@id": f"{record_set}/{meaning.name}",
        "name": meaning.name,
        "description": meaning.standing_alone,
        "dataType": _TYPES.get(meaning.kind, "sc:Text"),
        **repeated,
        "source": {"fileObject": {"@id": file.path}, "extract": {"column": meaning.name}},
    }


def _context() -> dict[str, Any]:
    """The context that data sets of version 1.0 have in common; mlcroissant remarks on any other."""
    return {
        "@language": "en",
        "@vocab": "https://schema.org/",
        "citeAs": "cr:citeAs",
        "column": "cr:column",
        "conformsTo": "dct:conformsTo",
        "cr": "http://mlcommons.org/croissant/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "data": {"@id": "cr:data", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "dct": "http://purl.org/dc/terms/",
        "equivalentProperty": "cr:equivalentProperty",
        "examples": {"@id": "cr:examples", "@type": "@json"},
        "extract": "cr:extract",
        "field": "cr:field",
        "fileProperty": "cr:fileProperty",
        "fileObject": "cr:fileObject",
        "fileSet": "cr:fileSet",
        "format": "cr:format",
        "includes": "cr:includes",
        "isLiveDataset": "cr:isLiveDataset",
        "jsonPath": "cr:jsonPath",
        "key": "cr:key",
        "md5": "cr:md5",
        "parentField": "cr:parentField",
        "path": "cr:path",
        "recordSet": "cr:recordSet",
        "references": "cr:references",
        "regex": "cr:regex",
        "repeated": "cr:repeated",
        "replace": "cr:replace",
        "samplingRate": "cr:samplingRate",
        "sc": "https://schema.org/",
        "separator": "cr:separator",
        "source": "cr:source",
        "subField": "cr:subField",
        "transform": "cr:transform",
    }
