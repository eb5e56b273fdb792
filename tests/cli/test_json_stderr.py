import io
import json

import pytest

from newsarchive.cli.json_stderr import JsonStderr


def test_each_line_is_a_record_and_a_record_stays_one():
    stream = io.StringIO()
    stderr = JsonStderr(stream)
    for text in ("next: ", "crawl\n\n", '{"time":"2026-03-12T06:00:00Z","level":"INFO"}\nnewsarchive: no\n'):
        stderr.write(text)
    said = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(record["level"], record.get("message")) for record in said] == [
        ("INFO", "next: crawl"),
        ("INFO", None),
        ("ERROR", "no"),
    ]


@pytest.mark.slow
def test_a_crawl_says_all_in_json(command, tmp_path, site):
    site.answers["/"] = (200, {}, b"<html><title>Home</title><p>nothing is linked here</p></html>")
    home = tmp_path / "home"
    assert command("site", "add", site.url(), "--name", "local", "--no-check", home=home).code == 0
    done = command("--log-json", "crawl", "local", "--allow-address", site.address, home=home)
    said = [json.loads(line) for line in done.err.splitlines()]
    assert any(record["logger"].startswith("scrapy") for record in said)
    assert any(record.get("site") == "local" and record.get("run") == 1 for record in said)
    assert "run 1:" in done.out
    wrong = command("--log-json", "crawl", "nobody", home=home)
    assert json.loads(wrong.err.splitlines()[-1])["level"] == "ERROR"
