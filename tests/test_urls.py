from __future__ import annotations

import time
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsarchive.urls import (
    MAX_URL_LENGTH,
    TRACKING_PARAMETERS,
    host,
    identity_url,
    registrable_domain,
    resolve,
    same_site,
    site_name,
)

PAGE = "https://example.com/news/today?page=2"


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("HTTP://Example.COM:80/A#top", "http://example.com/A"),
        ("https://example.com:443", "https://example.com/"),
        ("https://example.com:8443/?", "https://example.com:8443/"),
        ("https://example.com./a", "https://example.com/a"),
        ("  https://example.com/a\n ", "https://example.com/a"),
        ("https://exa\tmple.com/a\nb", "https://example.com/ab"),
        ("https://example.com/a/../b/./c/..", "https://example.com/b/"),
        ("https://example.com/%2e%2e/a", "https://example.com/a"),
        ("https://example.com/%7euser/%c3%a9%2f", "https://example.com/~user/%C3%A9%2F"),
        ("https://example.com/é b|", "https://example.com/%C3%A9%20b%7C"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://example.com\\a\\b?x=\\", "https://example.com/a/b?x=%5C"),
        ("https://user:secret@example.com/a", "https://example.com/a"),
        ("https:////example.com/a", "https://example.com/a"),
        ("https://example.com/a?b=1&amp;c=2&amp;amp;d=3", "https://example.com/a?b=1&c=2&d=3"),
        ("https://example.com/a?copy=1&copy=2", "https://example.com/a?copy=1&copy=2"),
        ("https://example.com/a?z=1&a=2&z=3", "https://example.com/a?z=1&a=2&z=3"),
        ("https://example.com/a?b=1&&c=", "https://example.com/a?b=1&c="),
        ("https://example.com/a?q=a+b%20c;d", "https://example.com/a?q=a+b%20c;d"),
        ("https://www.münchen.example/ü", "https://www.xn--mnchen-3ya.example/%C3%BC"),
        ("https://موقع.مصر/", "https://xn--4gbrim.xn--wgbh1c/"),
        ("http://[::0001]:80/a", "http://[::1]/a"),
        ("http://127.0.0.1:8765/a", "http://127.0.0.1:8765/a"),
        ("https://a_b.example.com/", "https://a_b.example.com/"),
    ],
)
def test_spellings_of_one_address_have_one_identity(url, identity):
    assert identity_url(url) == identity


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("utm_source=rss&utm_medium=x&id=7", "?id=7"),
        ("id=7&fbclid=abc&gclid=1&mc_cid=2&igshid=3&UTM_TERM=4", "?id=7"),
        ("%75tm_source=x", ""),
        ("ref=rss&source=twitter", ""),
        ("ref=42&source=reuters&from=2024", "?ref=42&source=reuters&from=2024"),
        ("pk_id=5&ns_id=6", "?pk_id=5&ns_id=6"),
        ("PHPSESSID=1&a=b", "?a=b"),
        ("utmost=1", "?utmost=1"),
        ("id=7&sid=9e107d9d372bb6826bd81d3542a419d6", "?id=7"),
        ("osCsid=DA39A3EE5E6B4B0D3255BFEF95601890AFD80709", ""),
        ("sessionid=8q1vkm3n5s0t2u4i6o7p9a1bcd", ""),
        ("ASPSESSIONIDQQCCTBSD=GFHBMMPCLJKAOHLFBDCJNNCE&a=1", "?a=1"),
        ("sid=17&session=2024", "?sid=17&session=2024"),
        ("sid=budget&session_id=00000000000000000000000000", "?sid=budget&session_id=00000000000000000000000000"),
        ("session=internationalferryharbour", "?session=internationalferryharbour"),
        ("sid=123e4567-e89b-12d3-a456-426614174000", "?sid=123e4567-e89b-12d3-a456-426614174000"),
        ("id=9e107d9d372bb6826bd81d3542a419d6", "?id=9e107d9d372bb6826bd81d3542a419d6"),
        ("s=9e107d9d372bb6826bd81d3542a419d6", "?s=9e107d9d372bb6826bd81d3542a419d6"),
        ("aspsessionidea=1", "?aspsessionidea=1"),
    ],
)
def test_only_known_tracking_parameters_are_dropped(query, kept):
    assert identity_url(f"https://example.com/a?{query}") == f"https://example.com/a{kept}"


def test_a_session_in_the_path_is_dropped():
    assert identity_url("https://example.com/a.html;jsessionid=F0.1_c?id=1") == "https://example.com/a.html?id=1"
    assert identity_url("https://example.com/a.html;PHPSESSID=9e107d9d") == "https://example.com/a.html"
    assert identity_url("https://example.com/a;page=2") == "https://example.com/a;page=2"


def test_an_article_identified_by_a_query_keeps_it():
    typed = "https://example.com/post?s=Future--of--peace%3B--Rwanda’s--mindset_1038"
    encoded = "https://example.com/post?s=Future--of--peace%3B--Rwanda%E2%80%99s--mindset_1038"
    assert identity_url(typed) == identity_url(encoded) == encoded
    assert identity_url("https://example.com/post?s=Other_1039") != encoded


@pytest.mark.parametrize(
    "garbage",
    [
        "", "/a", "example.com/a", "ftp://example.com/", "mailto:a@example.com", "http://", "http:///", "http://a b/",
        "http://[::1", "http://[fe80::1%25eth0]/", "http://a:99999/", "http://a:x/", "http://a..b/", "http://a℀b.com/",
        "http://2130706433/", "http://0x7f.1/", "http://127.1/", "http://1.2.3.4.5/", "xhttps://example.com/",
        "http://%41.com/", "http://\ud800/", f"http://{'a' * 300}.com/", "https://example.com/" + "a" * MAX_URL_LENGTH,
    ],
)  # fmt: skip
def test_what_is_no_web_address_has_no_identity(garbage):
    with pytest.raises(ValueError, match="no http"):
        identity_url(garbage)
    with pytest.raises(ValueError, match="no http"):
        host(garbage)
    assert not same_site(garbage, PAGE)


@pytest.mark.parametrize(
    ("href", "resolved"),
    [
        ("", "https://example.com/news/today?page=2"),
        ("#top", "https://example.com/news/today?page=2#top"),
        ("?page=3", "https://example.com/news/today?page=3"),
        ("a", "https://example.com/news/a"),
        ("../../../a", "https://example.com/a"),
        ("/a b", "https://example.com/a%20b"),
        ("//Other.example/a", "https://other.example/a"),
        ("\\\\other.example\\a", "https://other.example/a"),
        ("///other.example/a", "https://other.example/a"),
        (" \n/a\t", "https://example.com/a"),
        ("post?s=A%3B--b’s_1", "https://example.com/news/post?s=A%3B--b%E2%80%99s_1"),
        ("/a?utm_source=x", "https://example.com/a?utm_source=x"),
        ("2023:live", None),
        ("mailto:desk@example.com", None),
        ("JavaScript:void(0)", None),
        ("java\nscript:alert(1)", None),
        ("&#106;avascript:alert(1)", None),
        ("data:text/html,x", None),
        ("tel:+250", None),
        ("http://", None),
        ("http://[", None),
        ("/" + "é" * 500, None),
    ],
)
def test_links_are_resolved_as_browsers_do(href, resolved):
    if href == "2023:live":  # no scheme begins with a digit: a path
        resolved = "https://example.com/news/2023:live"
    assert resolve(PAGE, href) == resolved


def test_a_broken_base_still_resolves_absolute_links():
    assert resolve("nonsense", "https://example.com/a") == "https://example.com/a"
    assert resolve("http://[", "a") is None
    assert resolve("", "/a") is None


@pytest.mark.parametrize(
    ("url", "domain", "name"),
    [
        ("https://www.thegreatlakeseye.com/", "thegreatlakeseye.com", "thegreatlakeseye"),
        ("https://news.bbc.co.uk/a", "bbc.co.uk", "bbc"),
        ("https://a.blogspot.com/", "a.blogspot.com", "a"),
        ("https://www.example.unknowntld/", "example.unknowntld", "example"),
        ("https://co.uk/", "co.uk", "co"),
        ("http://127.0.0.1:8765", "127.0.0.1", "127-0-0-1-8765"),
        ("http://127.0.0.1", "127.0.0.1", "127-0-0-1"),
        ("http://localhost:8000/", "localhost", "localhost-8000"),
        ("http://[::1]:8000/", "[::1]", "1-8000"),
    ],
)
def test_domains_and_short_names(url, domain, name):
    assert registrable_domain(url) == domain
    assert site_name(url) == name


def test_a_site_is_its_registrable_domain_and_a_loopback_site_its_port():
    assert same_site("https://www.example.com/", "http://sport.example.com:8080/a")
    assert not same_site("https://a.blogspot.com/", "https://b.blogspot.com/")
    assert not same_site("https://example.com/", "https://example.org/")
    assert same_site("http://127.0.0.1:8000/", "http://127.0.0.1:8000/a")
    assert same_site("http://localhost/", "http://localhost:80/a")
    assert not same_site("http://127.0.0.1:8000/", "http://127.0.0.1:8001/")
    assert not same_site("http://127.0.0.1:8000/", "http://10.0.0.1:8000/")


ADDRESS_LIKE = st.text(
    alphabet=st.sampled_from("http:/\\.?#&=;%@[]+-_~ \t\nabcmp01239AZ’éم京") | st.characters(), max_size=120
)


@given(ADDRESS_LIKE, ADDRESS_LIKE)
@example("http://a/?a&%61mp;b", "&#38;#38;")
@example("http://a/;jsessionid=1/..;jsessionid=2/b", "%")
@example("http://a/%4&#%34%39;", "http:?x")
def test_no_text_makes_it_raise_and_results_are_stable(base, href):
    for target in (resolve(base, href), resolve(PAGE, href), resolve("http://e.com", f"http://e.com/{href}")):
        if target is None:
            continue
        assert urlsplit(target).scheme in ("http", "https")
        assert target.isascii()
        assert target.isprintable()
        assert " " not in target
        assert len(target) <= MAX_URL_LENGTH
        assert resolve(PAGE, target) == target
        identity = identity_url(target)
        assert identity_url(identity) == identity
        assert same_site(target, identity)


PIECES = st.sampled_from(
    "/ // /. .. ? # & = ; : % @ [ ' ~ a b9 A é %C3 %2F %2e %41 %26amp; &amp; www. .com :80 utm_source=1 ref=rss".split()  # noqa: SIM905
)
BASES = st.sampled_from(("https://example.com/a/b?c", "http://e.co.uk", "http://127.0.0.1:8/a", "https://EXAMPLE.com/"))


@given(
    BASES, st.sampled_from(("", "/", "//e.com", "https://example.com/", "http://e.com")), st.lists(PIECES, max_size=8)
)
@example("https://example.com/a/b?c", "/", ["a", "/", "b", ";"])
def test_addresses_in_normal_form_are_read_like_any_others(base, beginning, pieces):
    """A blank in front makes an address one that has to be taken apart."""
    href = beginning + "".join(pieces)
    assert resolve(base, href) == resolve(f" {base}", f" {href}")
    target = resolve(base, href)
    if target is not None:
        assert identity_url(target) == identity_url(f" {target}")


names = st.text(alphabet="abcdefgpqrsu_", min_size=1, max_size=12).filter(lambda name: "utm" not in name)
parameters = st.tuples(names, st.text(alphabet="abc019-._~:%25", max_size=8).filter(lambda value: "%" not in value))


@given(
    st.lists(parameters, max_size=8), st.lists(st.sampled_from(sorted(TRACKING_PARAMETERS)), max_size=4), st.randoms()
)
def test_other_parameters_are_never_lost_nor_moved(kept, tracking, random):
    kept = [f"{name}={value}" for name, value in kept if name not in TRACKING_PARAMETERS]
    kept = [piece for piece in kept if not piece.startswith(("ref=", "src=", "mtm_", "hsa_"))]
    mixed = list(kept)
    for name in tracking:
        mixed.insert(random.randrange(len(mixed) + 1), f"{name}=1")
    assert urlsplit(identity_url(f"https://example.com/a?{'&'.join(mixed)}")).query == "&".join(kept)


@pytest.mark.parametrize("unit", ["&#38;", "&amp;", "#38;", "/..", "%", "\\", "a.", ";jsessionid=", "é", "&%61mp;"])
def test_long_hostile_addresses_are_read_in_no_time(unit):
    hostile = "http://example.com/?&" + unit * (8000 // len(unit))
    started = time.perf_counter()
    resolve(PAGE, hostile)
    resolve(PAGE, hostile.replace("com/?&", ""))
    assert time.perf_counter() - started < 10  # super-linear work takes minutes
