from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.errors import PublisherError
from newsarchive.inspection.draft import draft_publisher, module_name, page_names
from newsarchive.model.article import DatePrecision
from newsarchive.model.capture import Capture
from newsarchive.publishers.registry import PublisherRegistry

TOP = Path(__file__).parents[2]


@pytest.fixture
def of_site(sample):
    """``of_site(host, paths, **fields)``: samples of a site's pages."""

    def make(host: str, *paths: str, **fields):
        return [sample(n, url=f"https://{host}{path}", **fields) for n, path in enumerate(paths, start=1)]

    return make


def loaded(folder: Path, *drafts):
    for draft in drafts:
        (folder / f"{draft.module}.py").write_text(draft.source, encoding="utf-8")
    return PublisherRegistry.load(folder)


def test_a_draft_says_what_is_known_of_the_site(of_site, tmp_path):
    samples = of_site("www.courier.example", "/news/1", "/news/2", "/news/3")
    draft = draft_publisher(samples, "https://www.courier.example/")
    assert (draft.name, draft.module, draft.hosts) == ("courier", "courier", ("courier.example",))
    publisher = loaded(tmp_path, draft).named("courier")
    assert (publisher.title, publisher.language, publisher.timezone) == ("The Courier", "en", None)
    assert publisher.matches("https://courier.example/news/4")
    assert not publisher.matches("https://courier.example/tag/4")
    assert publisher.selectors == {}
    assert '# "keywords": ".tags a",  # none of 3' in draft.source
    assert '# "headline": "h1",  # 3 of 3: h1 3' in draft.source


def test_addresses_of_feeds_widen_the_form_of_addresses(of_site, tmp_path):
    samples = of_site("courier.example", "/sport/lake-rises-again", "/sport/ferry-sails")
    more = [f"https://courier.example/{section}/a-b-c" for section in ("town", "lake", "sport")]
    draft = draft_publisher(samples, "https://courier.example/", article_urls=more)
    assert loaded(tmp_path, draft).named("courier").matches("https://courier.example/opinion/x-y")


def test_a_form_that_does_not_fit_every_page_is_not_written(of_site):
    samples = of_site("courier.example", "/a/b", "/c-d/e/f/17")
    assert "# url_pattern" in draft_publisher(samples, "https://courier.example/").source


def test_two_pages_are_no_proof_of_a_publishers_only_language(of_site):
    samples = of_site("courier.example", "/news/1", "/news/2")
    assert '    # language = "en"' in draft_publisher(samples, "https://courier.example/").source


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("2026-05-01T08:30:00+02:00", "not needed: times state it, like 2026-05-01T08:30:00+02:00"),
        ("5 May 2026, 08:30", "of times without one, like 5 May 2026, 08:30; UTC if left out"),
        ("5 May 2026", "of times that name none"),
    ],
)
def test_whether_a_timezone_is_needed_shows_in_the_dates(of_site, raw, said):
    precision = DatePrecision.MINUTE if ":" in raw else DatePrecision.DAY
    samples = of_site("courier.example", "/news/1", date_published_raw=raw, date_precision=precision)
    assert said in draft_publisher(samples, "https://courier.example/").source


@pytest.mark.parametrize("name", ["generic", "No Name", "a_b", "-a", ""])
def test_what_is_no_name_is_refused(of_site, name):
    with pytest.raises(PublisherError, match="is no publisher's name"):
        draft_publisher(of_site("courier.example", "/news/1"), "https://courier.example/", name=name or " ")


@pytest.mark.parametrize(
    ("languages", "line"),
    [
        (("en-GB", "en-GB", "en-GB"), 'language = "en-GB"'),
        (("en-GB", "en", "en-US"), 'language = "en"'),
        (("en", "fr", "en"), None),
        (("en", None, "en"), None),
    ],
)
def test_one_language_of_all_pages_is_the_publishers(sample, languages, line):
    samples = [sample(number, in_language=language) for number, language in enumerate(languages, start=1)]
    source = draft_publisher(samples, "https://courier.example/").source
    assert (f"    {line}\n" in source) if line else ("language" not in source)


def test_names_that_python_cannot_import_get_a_module_that_it_can():
    assert list(map(module_name, ("20-minutes", "class", "le-monde"))) == ["site_20_minutes", "site_class", "le_monde"]


def test_every_page_has_a_folder_of_its_own():
    urls = [
        "https://a.example/n/lake.html",
        "https://a.example/x/lake",
        "https://a.example/?p=17",
        "https://a.example/湖",
    ]
    assert page_names(urls) == ("lake", "lake-2", "17", "page")


@pytest.mark.slow
def test_drafts_load_and_pass_formatting_lint_and_types_as_they_are(of_site, tmp_path):
    deep = "/" + "/".join(f"one-two-{number}" for number in range(11))
    sites = [
        of_site("plain.example", "/news/1", "/news/2", "/news/3"),
        of_site("quotes.example", "/2024/05/lake-rises", publisher="""The "Lake's" \\ Echo"""),
        of_site("20minutes.example", "/", "/x", publisher="20 Minutes"),
        of_site("湖.example", "/1/a", publisher="湖畔信使"),
        of_site("long.example", deep, f"{deep}-x", publisher="This is " + "a very long title " * 8),
        *(of_site(f"{n}.example", "/" + "a" * n + "/17", "/" + "a" * n + "/18") for n in range(55, 85)),
        of_site("none.example", "/post?s=a", publisher=None, in_language=None, date_published_raw=None),
        of_site("publisher.example", "/a-b", publisher="Publisher", date_published_raw='"""\\N{x} {y} 8:30'),
    ]
    drafts = [draft_publisher(samples, f"https://{samples[0].result.url.split('/')[2]}/") for samples in sites]
    assert len(loaded(tmp_path, *drafts).names()) == len(PublisherRegistry.load().names()) + len(sites)
    for tool in (["ruff", "check"], ["ruff", "format", "--check", "--diff"], ["mypy", "--strict"]):
        config = "--config" if tool[0] == "ruff" else "--config-file"
        files = map(str, sorted(tmp_path.glob("*.py")))
        command = [sys.executable, "-m", *tool, config, str(TOP / "pyproject.toml"), *files]
        done = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(max_size=90), raw=st.text(max_size=60), path=st.text(st.characters(codec="utf-8"), max_size=40))
def test_whatever_pages_say_a_draft_is_python_that_keeps_their_title(sample, title, raw, path):
    from newsarchive.parsers.normalize import normalize
    from newsarchive.urls import resolve

    url = resolve("https://courier.example/", path.lstrip("/\\")) or "https://courier.example/x"
    page = sample(1, url=url, publisher=title, date_published_raw=raw)
    article = normalize(page.result)
    draft = draft_publisher([replace(page, result=article)], "https://courier.example/", name="x")
    scope: dict = {}
    exec(compile(draft.source, "draft", "exec"), scope)
    cls = next(value for value in scope.values() if getattr(value, "name", None) == "x")
    wanted = article.publisher
    assert cls.title in (wanted, None)
    capture = Capture(
        requested_url=url, url=url, fetched_at=datetime(2026, 5, 1, tzinfo=UTC), status=200, headers={}, body=b"<p>x"
    )
    assert PublisherRegistry([cls]).for_capture(capture).name == "x"
