"""How to cite a data set: as a sentence, as BibTeX, and as ``CITATION.cff`` (https://citation-file-format.github.io/).

Without a creator there is no CITATION.cff, which wants one, and the other two leave the place open.
"""

from __future__ import annotations

import re

import orjson

from newsarchive.export.package.contents import Contents

_BIBTEX_SPECIAL = re.compile(r"[\\{}$&#^_~%]")


def plain_citation(contents: Contents) -> str:
    """One line, like ``Doe, Jane (2026). Ferry news [Data set]. Version 2026.11.27+9f8e7d6c5b4a. …``."""
    names = "; ".join(creator.name for creator in contents.about.creators) or "[author]"
    year = contents.date[:4] if contents.date is not None else "n.d."
    return (
        f"{names} ({year}). {contents.title} [Data set]. Version {contents.version}. "
        f"Made with newsarchive {contents.newsarchive_version}. sha256:{contents.digest}"
    )


def bibtex(contents: Contents) -> str:
    """An entry that both BibTeX and BibLaTeX read."""
    fields = {
        "author": " and ".join(
            _bibtex_text(creator.name) if creator.person else f"{{{_bibtex_text(creator.name)}}}"
            for creator in contents.about.creators
        ),
        "title": f"{{{_bibtex_text(contents.title)}}}",
        "year": contents.date[:4] if contents.date is not None else "",
        "version": contents.version,
        "howpublished": "Data set",
        "note": f"Version {contents.version}, sha256:{contents.digest}",
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return "\n".join([f"@misc{{news-articles-{contents.digest[:12]},", ",\n".join(lines), "}"])


def citation_cff(contents: Contents) -> str | None:
    """The file's text; None if no creator is known."""
    about = contents.about
    if not about.creators:
        return None
    lines = [
        "cff-version: 1.2.0",
        "message: If you use this data set, please cite it as below.",
        "type: dataset",
        f"title: {_yaml(contents.title)}",
        f"abstract: {_yaml(about.description or contents.summary)}",
        f"version: {_yaml(contents.version)}",
    ]
    if contents.date is not None:
        lines.append(f"date-released: {_yaml(contents.date)}")
    if about.license is not None and about.license_url is not None:  # free text is no license there
        is_url = about.license_url == about.license
        lines.append(f"{'license-url' if is_url else 'license'}: {_yaml(about.license)}")
    lines.append("authors:")
    for creator in about.creators:
        if creator.person:
            lines += [f"  - family-names: {_yaml(creator.person[0])}", f"    given-names: {_yaml(creator.person[1])}"]
        else:
            lines.append(f"  - name: {_yaml(creator.name)}")
    lines += [
        "identifiers:",
        "  - type: other",
        f"    value: {_yaml(f'sha256:{contents.digest}')}",
        f"    description: {_yaml(f'SHA-256 of {contents.files[0].path}')}",
    ]
    return "\n".join(lines) + "\n"


def _yaml(text: str) -> str:
    """A text in YAML: JSON's strings are YAML's too."""
    return orjson.dumps(text).decode()


def _bibtex_text(text: str) -> str:
    def escaped(match: re.Match[str]) -> str:
        return {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}"}.get(match[0], f"\\{match[0]}")

    return _BIBTEX_SPECIAL.sub(escaped, text)
