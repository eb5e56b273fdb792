"""Which browser pages are rendered with, and what is missing where there is none."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from newsarchive.config import Config
from newsarchive.errors import ConfigError

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def browser_path(config: Config) -> Path:
    """The program. Raises ConfigError if it, or the extra ``rendering``, is not installed."""
    if find_spec("playwright") is None:
        raise ConfigError("rendering needs more packages; install them with: pip install 'newsarchive[rendering]'")
    if config.browser is not None:
        return config.browser
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise ConfigError(
            "rendering needs Chromium, and none is on the PATH; install it (Debian: apt install chromium) "
            "or name the program with NEWSARCHIVE_BROWSER"
        )
    return Path(found)
