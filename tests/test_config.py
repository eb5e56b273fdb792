from pathlib import Path

import pytest

from newsarchive.config import Config
from newsarchive.errors import ConfigError


def test_defaults_need_no_environment():
    config = Config.load({})
    assert str(config.database) == "data/archive.db"
    assert config.allow_addresses == ()
    assert config.proxy is None


def test_environment_proxy_of_other_programs_is_not_used():
    assert Config.load({"http_proxy": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1"}).proxy is None


def test_option_wins_over_environment_and_environment_over_file(tmp_path):
    (tmp_path / "newsarchive.toml").write_text('delay_s = 3\ncontact = "file@example.org"\nproxy = "http://file:1"\n')
    environment = {
        "NEWSARCHIVE_HOME": str(tmp_path),
        "NEWSARCHIVE_DELAY": "2",
        "NEWSARCHIVE_CONTACT": "env@example.org",
    }
    config = Config.load(environment, delay_s=1)
    assert (config.delay_s, config.contact, config.proxy) == (1.0, "env@example.org", "http://file:1")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("NEWSARCHIVE_DELAY", "soon", "NEWSARCHIVE_DELAY: 'soon' is not a number of seconds"),
        ("NEWSARCHIVE_DELAY", "-1", "between 0 and 3600"),
        ("NEWSARCHIVE_DELAY", "nan", "between 0 and 3600"),
        ("NEWSARCHIVE_DATABASE", "mysql://u:secret@host/x", "NEWSARCHIVE_DATABASE: the database's address is not like"),
        ("NEWSARCHIVE_DATABASE", "postgresql://u:sec/ret@host:5432/x", "is not like postgresql://user:password@host"),
        ("NEWSARCHIVE_DATABASE", "postgresql://host:5432", "is not like"),
        ("NEWSARCHIVE_DATABASE", "postgresql:/host/x", "is not like"),
        ("NEWSARCHIVE_DATABASE", "file:x.db", "is not like"),
        ("NEWSARCHIVE_DATABASE", " ", "name a file, or a database like"),
        ("NEWSARCHIVE_PROXY", "socks5://x:1", "not a proxy address"),
        ("NEWSARCHIVE_CONTACT", "me\r\nX-Evil: 1@x", "neither an e-mail"),
        ("NEWSARCHIVE_CA_FILE", "/no/such/file", "cannot be read"),
        ("NEWSARCHIVE_DAILY_BUDGET", "0", "not a number of requests, 1 or more"),
        ("NEWSARCHIVE_DAILY_BUDGET", "9" * 5000, "not a number of requests"),
        ("NEWSARCHIVE_ALLOW_ADDRESSES", "127.0.0.1:http", "not HOST:PORT"),
        ("NEWSARCHIVE_ALLOW_ADDRESSES", "127.0.0.1:99999", "not HOST:PORT"),
        ("NEWSARCHIVE_ALLOW_ADDRESSES", "http://127.0.0.1:80", "not HOST:PORT"),
    ],
)
def test_a_value_without_sense_is_an_error_that_names_where_it_came_from(variable, value, said):
    with pytest.raises(ConfigError, match=said) as caught:
        Config.load({variable: value})
    assert "sec" not in str(caught.value).replace("seconds", "")


def test_the_database_is_a_file_of_the_home_another_file_or_a_server(tmp_path):
    assert Config(home=tmp_path).database == tmp_path / "archive.db"
    assert Config.load({"NEWSARCHIVE_HOME": str(tmp_path)}).database == tmp_path / "archive.db"
    assert Config.load({"NEWSARCHIVE_DATABASE": "C:\\news.db"}).database == Path("C:\\news.db")
    assert Config.load({}, database="other.db").database == Path("other.db")
    for url in (
        "postgresql://u:p@h:5432/news",
        "postgres://h/news",
        "postgresql:///news",
        "postgresql://h/n?sslmode=x",
    ):
        assert Config.load({"NEWSARCHIVE_DATABASE": url}).database == url
    (tmp_path / "newsarchive.toml").write_text('database = "postgresql://h/news"\n')
    assert Config.load({"NEWSARCHIVE_HOME": str(tmp_path)}).database == "postgresql://h/news"


def test_a_configuration_that_is_logged_shows_no_password():
    assert "secret" not in repr(Config.load({"NEWSARCHIVE_DATABASE": "postgresql://u:secret@h/news"}))


@pytest.mark.parametrize("entry", ["127.0.0.1:8000", "127.0.0.1", "::1", "[::1]:8000", "intranet.example:80"])
def test_allowed_addresses_are_hosts_with_or_without_port(entry):
    assert Config.load({"NEWSARCHIVE_ALLOW_ADDRESSES": f"{entry}, 10.0.0.1:80"}).allow_addresses == (
        entry,
        "10.0.0.1:80",
    )


def test_unknown_setting_in_the_file_is_an_error(tmp_path):
    (tmp_path / "newsarchive.toml").write_text("dealy_s = 3\n")
    with pytest.raises(ConfigError, match="unknown setting 'dealy_s'; known: "):
        Config.load({"NEWSARCHIVE_HOME": str(tmp_path)})


def test_broken_settings_file_is_an_error_that_names_it(tmp_path):
    (tmp_path / "newsarchive.toml").write_text("delay_s = = 3\n")
    with pytest.raises(ConfigError, match=r"newsarchive\.toml cannot be read"):
        Config.load({"NEWSARCHIVE_HOME": str(tmp_path)})


def test_options_are_named_as_they_are_typed():
    with pytest.raises(ConfigError, match=r"^--delay: -1 is not between 0 and 3600 seconds"):
        Config.load({}, delay_s=-1)


def test_a_file_without_certificates_is_refused_before_anything_is_fetched(tmp_path):
    (tmp_path / "ca.pem").write_text("nonsense")
    with pytest.raises(ConfigError, match="holds no certificates in PEM"):
        Config.load({}, ca_file=tmp_path / "ca.pem")
