"""The Scrapy add-on that turns the user's settings (``newsarchive.config``) into Scrapy's.

So that plain ``scrapy crawl`` behaves as the command line does: ``scrapy crawl site -s NEWSARCHIVE_HOME=…``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from scrapy.settings import BaseSettings

from newsarchive.config import Config
from newsarchive.crawling.politeness.user_agent import user_agent

_PREFIX = "NEWSARCHIVE_"
CONFIG_SETTING = "NEWSARCHIVE_CONFIG"
"""The Scrapy setting that holds the Config; who starts a crawl from Python may set it to one of their own."""


class ConfigAddon:
    """Sets what depends on the user's settings; all else is in ``newsarchive.settings``."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Called by Scrapy before anything else is made. Raises ConfigError for a setting that makes no sense.

        What the command line (``-s DOWNLOAD_DELAY=3``) or a spider sets wins over what is set here.
        """
        config = config_of(settings)
        settings.set(CONFIG_SETTING, config, "addon")
        settings.set("USER_AGENT", user_agent(config.contact), "addon")
        settings.set("DOWNLOAD_DELAY", config.delay_s, "addon")
        # Scrapy would begin each host with 5 seconds and only slowly come down to the delay that was asked for.
        settings.set("AUTOTHROTTLE_START_DELAY", config.delay_s, "addon")


def config_of(settings: BaseSettings) -> Config:
    """The user's settings: from NEWSARCHIVE_CONFIG, or else the other NEWSARCHIVE_… settings, then the environment.

    Raises ConfigError.
    """
    config = settings.get(CONFIG_SETTING)
    return config if isinstance(config, Config) else Config.load({**os.environ, **_given(settings)})


def _given(settings: BaseSettings) -> Mapping[str, str]:
    """Settings by the names that the environment has for them."""
    given = {}
    for name in map(str, settings):
        if name.startswith(_PREFIX) and name != CONFIG_SETTING and (value := settings.get(name)) is not None:
            given[name] = " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return given
