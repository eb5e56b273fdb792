from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.settings import Settings

import newsarchive.settings
from newsarchive.config import Config
from newsarchive.crawling.addon import CONFIG_SETTING, ConfigAddon, config_of
from newsarchive.errors import ConfigError
from newsarchive.version import __version__

CHECKOUT = Path(newsarchive.settings.__file__).parent.parent


@pytest.fixture(autouse=True)
def no_settings_of_ours(monkeypatch):
    for name in [name for name in os.environ if name.startswith("NEWSARCHIVE_")]:
        monkeypatch.delenv(name)


def updated(**settings) -> Settings:
    made = Settings()
    made.setmodule("newsarchive.settings", priority="project")
    made.setdict(settings, priority="cmdline")
    ConfigAddon().update_settings(made)
    return made


def test_the_user_agent_says_who_we_are():
    assert updated()["USER_AGENT"] == f"newsarchive/{__version__}"
    contact = updated(NEWSARCHIVE_CONTACT="desk@archive.example")
    assert contact["USER_AGENT"] == f"newsarchive/{__version__} (+desk@archive.example)"


def test_the_delay_is_that_of_the_user():
    settings = updated(NEWSARCHIVE_DELAY="2.5")
    assert settings.getfloat("DOWNLOAD_DELAY") == settings.getfloat("AUTOTHROTTLE_START_DELAY") == 2.5


def test_scrapys_own_settings_on_the_command_line_win():
    assert updated(DOWNLOAD_DELAY=9, NEWSARCHIVE_DELAY="1").getfloat("DOWNLOAD_DELAY") == 9


def test_settings_win_over_the_environment(monkeypatch):
    monkeypatch.setenv("NEWSARCHIVE_CONTACT", "a@environment.example")
    monkeypatch.setenv("NEWSARCHIVE_DELAY", "7")
    config = config_of(updated(NEWSARCHIVE_DELAY=3, NEWSARCHIVE_ALLOW_ADDRESSES=["a:1", "b:2"]))
    assert (config.contact, config.delay_s, config.allow_addresses) == ("a@environment.example", 3, ("a:1", "b:2"))


def test_a_config_made_in_python_is_taken_as_it_is():
    config = Config(delay_s=4)
    settings = updated(**{CONFIG_SETTING: config}, NEWSARCHIVE_DELAY="9")
    assert config_of(settings) is config
    assert settings.getfloat("DOWNLOAD_DELAY") == 4


def test_nonsense_is_a_config_error():
    with pytest.raises(ConfigError, match="NEWSARCHIVE_DELAY"):
        updated(NEWSARCHIVE_DELAY="soon")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPPROXY_ENABLED", False),
        ("TELNETCONSOLE_ENABLED", False),
        ("REMOTE_CONTROL_ENABLED", False),
        ("COOKIES_ENABLED", False),
        ("HTTPCACHE_ENABLED", False),
        ("ROBOTSTXT_OBEY", True),
        ("AUTOTHROTTLE_ENABLED", True),
        ("CONCURRENT_REQUESTS_PER_DOMAIN", 1),
        ("DOWNLOAD_MAXSIZE", 10_000_000),
    ],
)
def test_what_the_documentation_promises_is_set(name, value):
    settings = Settings()
    settings.setmodule("newsarchive.settings", priority="project")
    assert settings[name] == value


def test_scrapy_list_finds_the_spiders():
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_scrapy_shell_fetches_by_our_rules(site):
    site.answers["/page"] = (200, {}, b"<title>hello</title>")
    code = "print('shell:', response.status, response.css('title::text').get(), request.headers['User-Agent'].decode())"
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "shell", site.url("/page"), "--nolog", "-c", code],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NEWSARCHIVE_ALLOW_ADDRESSES": site.address},
    )
    assert f"shell: 200 hello newsarchive/{__version__}\n" in done.stdout, done.stderr
    assert site.requests == ["/robots.txt", "/page"]
