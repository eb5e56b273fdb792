"""What a worker's crawls are forked from has loaded all they need, and has nothing that must not be forked."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

LOADED = """
import asyncio, json, logging, os, sys
from newsarchive.cli.crawl_server import load

before = set(os.listdir("/proc/self/fd"))
load()
print(json.dumps({
    "threads": len(os.listdir("/proc/self/task")),
    "files": sorted(set(os.listdir("/proc/self/fd")) - before),
    "has_reactor": "twisted.internet.reactor" in sys.modules,
    "handlers": len(logging.root.handlers),
}))
"""
CRAWLED = """
import json, os, sys
from newsarchive.cli.crawl_server import load
from newsarchive.config import Config

load()
loaded = set(sys.modules)
from newsarchive.archive.database import Database
from newsarchive.archive.writer import ArchiveWriter
from newsarchive.cli.crawl_child import crawl
from newsarchive.model.site import Site
from datetime import UTC, datetime

if __name__ == "__main__":
    config = Config.load(os.environ)
    with Database.open(config.database, create=True) as database:
        ArchiveWriter(database).add_site(Site(name="one", home_url=sys.argv[1], added_at=datetime.now(UTC)))
    migrations = set(sys.modules) - loaded  # once in the life of a schema
    report = crawl(config, "one", "CRITICAL")
    print(json.dumps({"outcome": report.outcome, "imported": sorted(set(sys.modules) - loaded - migrations)}))
"""


def output(tmp_path, code, *arguments, **settings):
    script = tmp_path / "script.py"
    script.write_text(code)
    environment = {**os.environ, "NEWSARCHIVE_HOME": str(tmp_path), **settings}
    ended = subprocess.run([sys.executable, script, *arguments], stdout=subprocess.PIPE, env=environment, check=True)
    return json.loads(ended.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_loading_starts_no_thread_and_opens_nothing(tmp_path, target):
    found = output(tmp_path, LOADED, NEWSARCHIVE_DATABASE=str(target))
    assert found == {"threads": 1, "files": [], "has_reactor": False, "handlers": 0}


def test_a_crawl_imports_next_to_nothing_more(tmp_path, target, site):
    article = "<html><title>{0}</title><article><h1>{0}</h1>{1}</article></html>"
    text = "".join(
        f"<p>The council decided on its day {day} that the ferry will run, ice or no ice.</p>" for day in "123"
    )
    site.answers["/"] = (
        200,
        {},
        b'<html><title>News</title><h2><a href="/2024/05/03/ferry.html">Ferry runs</a></h2></html>',
    )
    site.answers["/2024/05/03/ferry.html"] = (200, {}, article.format("Ferry runs by the lake", text).encode())
    found = output(
        tmp_path,
        CRAWLED,
        f"http://{site.address}/",
        NEWSARCHIVE_DATABASE=str(target),
        NEWSARCHIVE_DELAY="0",
        NEWSARCHIVE_ALLOW_ADDRESSES=site.address,
    )
    assert found["outcome"] == "done"
    costly = {
        "newsarchive",
        "spiders",
        "pipelines",
        "scrapy",
        "sqlalchemy",
        "psycopg",
        "tantivy",
        "requests",
        "aiohttp",
    }
    assert [name for name in found["imported"] if name.split(".")[0] in costly] == []
