"""dateparser's tables of date words, language by language, read without dateparser itself.

Importing dateparser takes most of a second and its parser a millisecond a call; its data files are plain Python
dictionaries that load in three milliseconds each, when a page of that language first needs one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

_LANGUAGE = re.compile(r"[a-z]{2,3}")
# Norwegian is there only as Bokmål, Serbo-Croatian as Croatian, old codes of Hebrew and Indonesian not at all.
_OTHER_NAMES = {"no": "nb", "nn": "nb", "sh": "hr", "iw": "he", "in": "id"}


def table_name(language: str) -> str:
    """The name of a language's table, for a primary BCP 47 code."""
    return _OTHER_NAMES.get(language, language)


@lru_cache(maxsize=128)
def date_table(language: str) -> Mapping[str, Any]:
    """The table of a primary BCP 47 code as dateparser has it; empty for a language without one."""
    folder = _folder()
    if folder is None or not _LANGUAGE.fullmatch(language):
        return {}
    spec = spec_from_file_location(f"{__name__}.{language}", folder / f"{table_name(language)}.py")
    if spec is None or spec.loader is None:
        return {}
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except FileNotFoundError:
        return {}
    table: Mapping[str, Any] = module.info
    return table


@lru_cache(maxsize=1)
def _folder() -> Path | None:
    spec = find_spec("dateparser")  # finds a top-level package without importing it
    return Path(spec.origin).parent / "data" / "date_translation_data" if spec and spec.origin else None
