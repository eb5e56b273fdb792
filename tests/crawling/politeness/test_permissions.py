from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.crawling.politeness.permissions import MAX_HEAD_BYTES, declared, read_tdmrep, reserves


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("noarchive", {"noarchive"}),
        ("NOINDEX , nofollow", {"noindex"}),
        ("none", {"noindex"}),
        ("all", set()),
        ("noarchive-not", set()),
        ("otherbot: noarchive, noindex", set()),
        ("newsarchive: noarchive", {"noarchive"}),
        ("noindex, otherbot: noarchive, newsarchive: nofollow, noarchive", {"noindex", "noarchive"}),
        ("unavailable_after: 25 Jun 2010 15:00:00 PST, noarchive", {"noarchive"}),
        ("max-snippet: 10, noarchive", {"noarchive"}),
        ("", set()),
    ],
)
def test_x_robots_tag(field, words):
    assert declared({"x-robots-tag": field}, b"").words == words


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (b'<meta name="robots" content="noarchive, follow">', {"noarchive"}),
        (b"<META CONTENT='NoIndex' NAME=Robots />", {"noindex"}),
        (b'<meta name="newsarchive" content="noarchive">', {"noarchive"}),
        (b'<meta name="googlebot" content="noarchive">', set()),
        (b'<meta name="tdm-reservation" content="1">', {"tdm"}),
        (b'<meta name="tdm-reservation" content="0">', set()),
        (b'<meta property="robots" content="noarchive">', set()),
        (b"<meta name=robots content=noarchive>", {"noarchive"}),
        (b'<meta name="robots" content="no&#97;rchive">', {"noarchive"}),
        (b" " * MAX_HEAD_BYTES + b'<meta name="robots" content="noarchive">', set()),
    ],
)
def test_meta_tags(markup, words):
    assert declared({}, b"<html><head>" + markup).words == words


def test_a_reservation_names_its_policy():
    headers = {"tdm-reservation": "1", "tdm-policy": "https://a.example/terms.json"}
    assert str(declared(headers, b"")) == "declares tdm (policy: https://a.example/terms.json)"
    assert declared({"tdm-policy": "https://a.example/terms.json"}, b"").tdm_policy is None
    assert declared({**headers, "tdm-policy": "javascript:alert(1)"}, b"").tdm_policy is None


def test_the_page_has_the_last_word_on_its_reservation():
    assert not declared({"tdm-reservation": "1"}, b'<meta name="tdm-reservation" content="0">').words


def test_only_what_is_obeyed_forbids():
    permissions = declared({"x-robots-tag": "noindex, noarchive"}, b"")
    assert permissions.forbidden_by(()) is None
    assert permissions.forbidden_by(("tdm", "noarchive")) == "noarchive"


def test_a_page_that_declares_nothing_has_nothing_to_say():
    assert str(declared({}, b"<p>an article")) == ""


RULES = read_tdmrep(
    b'[{"location": "/", "tdm-reservation": 1}, {"location": "/open/*", "tdm-reservation": 0},'
    b' {"location": "/open/*.pdf$", "tdm-reservation": 1, "tdm-policy": "x"}, {"tdm-reservation": 1}, 7]'
)


@pytest.mark.parametrize(
    ("url", "reserved"),
    [
        ("http://a.example", True),
        ("http://a.example/x", True),
        ("http://a.example/open/x", False),
        ("http://a.example/open/x.pdf", True),
        ("http://a.example/open/x.pdf?y", False),
    ],
)
def test_the_longest_rule_of_a_site_decides(url, reserved):
    assert reserves(RULES, url) is reserved


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[" * 100_000, b"\xff", b'[{"location": 1}]', b"null"])
def test_what_is_no_such_file_reserves_nothing(body):
    assert not reserves(read_tdmrep(body), "http://a.example/x")


@given(st.text(alphabet="a*$/", max_size=12), st.text(alphabet="a/$", max_size=12))
def test_patterns_fit_as_regular_expressions_would(pattern, path):
    import re

    body, end = (pattern[:-1], r"\Z") if pattern.endswith("$") else (pattern, "")
    expression = re.compile(".*".join(map(re.escape, body.split("*"))) + end)
    assert reserves([(pattern, True)], f"http://a.example/{path}") == bool(expression.match(f"/{path}"))


@given(st.dictionaries(st.sampled_from(["x-robots-tag", "tdm-reservation", "tdm-policy"]), st.text()), st.binary())
def test_whatever_a_response_holds_it_is_no_error(headers, head):
    str(declared(headers, b"<meta name=robots content=" + head))
