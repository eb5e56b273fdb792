from __future__ import annotations

import contextlib
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.crawling.connections.addresses import AddressGuard, is_public, literal_address
from newsarchive.errors import ForbiddenAddressError


def words(text: str) -> list[str]:
    return text.split()


NOT_PUBLIC = words(
    """
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255
    192.0.0.1 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255
    240.0.0.1 255.255.255.255
    :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1 100::1
    2001::1 2001:db8::1 2002:7f00:1:: 2002:a00:1:: 3fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1
    """
)

PUBLIC = words(
    """
    1.1.1.1 93.184.215.14 100.63.255.255 100.128.0.0 172.32.0.1 192.167.255.255 223.255.255.255
    2606:2800:21f:cb07:6820:80da:af6b:8b2c 2a00:1450:4001:82b::200e ::ffff:1.1.1.1 64:ff9b::101:101 2002:101:101::
    """
)

LOOPBACK_FORMS = words(
    """
    127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 127.0.0.1. 0 0.0.0.0
    [::1] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:0:0:1] [::] [64:ff9b::7f00:1] [2002:7f00:1::]
    localhost LOCALHOST localhost. any.localhost 1２7.0.0.1 public.example@127.0.0.1 public.example:80@127.0.0.1
    """
)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_special_addresses_are_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_ordinary_addresses_are_public(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("name", ["lake.example", "1.1.1.1.example", "xn--p1ai", "", "-", "1.2.3.4.5", "0xzz.example"])
def test_real_names_are_no_addresses(name):
    assert literal_address(name) is None


@pytest.mark.parametrize("host", LOOPBACK_FORMS)
def test_the_url_check_sees_through_every_form(host):
    with pytest.raises(ForbiddenAddressError) as caught:
        AddressGuard().check_url(f"http://{host}/x")
    assert caught.value.reason == "forbidden-address"
    assert "--allow-address" in str(caught.value)


@pytest.mark.parametrize(
    ("allowed", "url", "address", "port"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8000/", "127.0.0.1", 8000),
        ("127.0.0.1:8000", "http://localhost:8000/", "127.0.0.1", 8000),
        ("127.0.0.1:8000", "http://127.1:8000/", "127.0.0.1", 8000),
        ("127.1", "http://127.0.0.1/", "127.0.0.1", 80),
        ("127.0.0.1", "http://x.example/", "::ffff:127.0.0.1", 80),
        ("LocalHost:8000", "http://localhost:8000/", "::1", 8000),
        ("news.intranet", "https://news.intranet/", "10.0.0.8", 443),
        ("[::1]:81", "http://[::1]:81/", "::1", 81),
        ("::1", "http://localhost:99/", "::1", 99),
    ],
)
def test_allowed_hosts_and_addresses_pass(allowed, url, address, port):
    AddressGuard([allowed]).check_connection(url, address, port)
    AddressGuard([allowed]).check_url(url)


@pytest.mark.parametrize(
    ("allowed", "url", "address", "port"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8001/", "127.0.0.1", 8001),
        ("127.0.0.1:8000", "http://127.0.0.2:8000/", "127.0.0.2", 8000),
        ("news.intranet:80", "http://evil.example/", "10.0.0.8", 80),
        ("localhost:80", "http://evil.example/", "127.0.0.1", 80),
        ("1.1.1.1", "http://1.1.1.1.example/", "10.0.0.1", 80),
    ],
)
def test_what_was_not_allowed_does_not(allowed, url, address, port):
    with pytest.raises(ForbiddenAddressError):
        AddressGuard([allowed]).check_connection(url, address, port)


def test_a_name_in_place_of_an_address_is_refused():
    with pytest.raises(ForbiddenAddressError):
        AddressGuard().check_connection("http://lake.example/", "lake.example", 80)


@given(st.text(max_size=60))
def test_any_host_is_checked_without_another_error(host):
    literal_address(host)
    with contextlib.suppress(ForbiddenAddressError, ValueError):  # urlsplit raises ValueError for bad brackets
        AddressGuard().check_url(f"http://{host}/")


def test_no_form_of_a_forbidden_address_is_connected_to(site, other_site, fetch):
    forms = [f"http://{host}:{other_site.port}/page" for host in LOOPBACK_FORMS if "２" not in host]
    named = [f"http://{name}:{other_site.port}/page" for name in ("rebound.example", "sixes.example", "both.example")]
    site.answers["/away"] = (302, {"Location": other_site.url("/page")}, b"")
    site.answers["/around"] = (302, {"Location": f"//rebound.example:{other_site.port}/page"}, b"")
    site.answers["/refresh"] = (200, {}, f'<meta http-equiv="refresh" content="0;url={other_site.url()}">'.encode())
    ways = [site.url(path) for path in ("/away", "/around", "/refresh")]
    fetched = fetch(
        *forms,
        *named,
        *ways,
        NEWSARCHIVE_ALLOW_ADDRESSES=site.address,
        TEST_HOSTS={
            "rebound.example": ["127.0.0.1"],
            "sixes.example": ["::ffff:127.0.0.1", "::1"],
            "both.example": ["10.255.255.1", "127.0.0.1"],
        },
    )
    assert other_site.connections == 0
    assert {url: result.get("reason") for url, result in fetched.items() if url != "end"} == dict.fromkeys(
        [*forms, *named, *ways], "forbidden-address"
    )


def test_a_robots_txt_elsewhere_is_not_fetched_from_a_forbidden_address(site, other_site, fetch):
    site.answers["/robots.txt"] = (301, {"Location": other_site.url("/robots.txt")}, b"")
    fetched = fetch(site.url("/page"), NEWSARCHIVE_ALLOW_ADDRESSES=site.address)
    assert other_site.connections == 0
    assert fetched[site.url("/page")]["reason"] == "forbidden-address"
    assert site.requests == ["/robots.txt"]


def test_an_allowed_name_is_connected_to(site, fetch):
    site.answers["/page"] = (200, {}, b"hello")
    url = f"http://paper.intranet:{site.port}/page"
    fetched = fetch(url, NEWSARCHIVE_ALLOW_ADDRESSES="paper.intranet", TEST_HOSTS={"paper.intranet": ["127.0.0.1"]})
    assert fetched[url]["body"] == "hello"
