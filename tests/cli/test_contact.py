from __future__ import annotations

import pytest


@pytest.mark.slow
def test_a_crawl_without_a_contact_says_how_to_give_one(command, site, tmp_path):
    site.answers["/robots.txt"] = (200, {}, b"")
    listed = f"{site.url('/page')}\n"
    arguments = ("crawl", "--urls", "-", "--allow-address", site.address)
    without = command(*arguments, home=tmp_path, stdin=listed)
    assert "note: owners of sites cannot reach you; give an e-mail or web address with --contact" in without.err
    assert site.headers[-1]["user-agent"].startswith("newsarchive/")
    with_it = command(*arguments, "--contact", "me@a.example", home=tmp_path, stdin=listed)
    assert "owners of sites" not in with_it.err
    assert site.headers[-1]["user-agent"].endswith(" (+me@a.example)")
