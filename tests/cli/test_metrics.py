import os
import re
import signal
import subprocess
import sys
from urllib.request import urlopen


def test_metrics_are_printed_once(newsarchive, crawled):
    done = newsarchive("metrics", home=crawled)
    assert done.code == 0, done.err
    assert 'newsarchive_articles{site="sample"} 4' in done.out
    assert "newsarchive_index_lag_revisions 0.0" in done.out
    assert done.err == ""


def test_metrics_are_served_on_loopback(crawled):
    process = subprocess.Popen(
        [sys.executable, "-m", "newsarchive", "--home", str(crawled), "metrics", "--listen", ":0"],
        stderr=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("NEWSARCHIVE_")},
    )
    try:
        url = re.match(r"http://127\.0\.0\.1:\d+/metrics", process.stderr.readline())[0]
        with urlopen(url, timeout=30) as answer:
            assert b'newsarchive_last_crawl_outcome{outcome="finished",site="sample"} 1.0' in answer.read()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 130


def test_a_place_that_is_none_is_refused(newsarchive, crawled):
    for place in ("nowhere", "127.0.0.1:99999", "192.0.2.1:9464"):
        assert newsarchive("metrics", "--listen", place, home=crawled).code == 2
