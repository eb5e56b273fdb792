"""newsarchive: from a news site to a searchable, citable archive.

``from newsarchive import Archive`` opens one; everything else is imported from the module that defines it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsarchive.version import __version__

if TYPE_CHECKING:
    from newsarchive.api import Archive

__all__ = ["Archive", "__version__"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 (PEP 562)
    # Loaded when asked for: parser processes import this package too and need neither database nor index.
    if name == "Archive":
        from newsarchive.api import Archive

        return Archive
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
