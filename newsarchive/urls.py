"""Addresses: what one points at (`resolve`), what it stands for (`identity_url`), whose it is (`host`, `same_site`).

Why here and not in w3lib or the standard library alone: an archive must never merge two articles (so nothing is
sorted, and only parameters known to be tracking go), must find the one article behind many spellings, and is fed
addresses by strangers. The rules are those of RFC 3986, with browsers' repairs (WHATWG URL) where pages rely on them.

    as it stands   https://user:pw@WWW.Example.com:443/a/../news/%7eslug?id=7&utm_source=x#top
    to be fetched  https://www.example.com/news/~slug?id=7&utm_source=x#top
    identity       https://www.example.com/news/~slug?id=7
"""

from __future__ import annotations

import ipaddress
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

import idna

if TYPE_CHECKING:
    import tldextract

MAX_URL_LENGTH = 2083
"""Characters of a normalized address, the limit browsers and sitemaps (2,048) have made usual; longer ones are refused.
Percent-encoding counts: a Chinese character takes nine."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TRACKING_PREFIXES = ("utm_", "mtm_", "matomo_", "piwik_", "hsa_", "at_custom")
"""Parameters whose names begin like this say where a reader came from (Urchin and Google, Matomo, HubSpot Ads,
AT Internet)."""

TRACKING_PARAMETERS = _words(
    """
    fbclid gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid msclkid yclid ysclid twclid ttclid li_fat_id
    igshid igsh epik srsltid s_kwcid ef_id rb_clickid wickedid _openstat _branch_match_id
    fb_action_ids fb_action_types fb_source fb_ref __tn__ __twitter_impression trk trkcampaign

    mc_cid mc_eid mkt_tok _hsenc _hsmi hsctatracking vero_id vero_conv oly_enc_id oly_anon_id

    _ga _gl pk_campaign pk_kwd pk_keyword pk_source pk_medium pk_content pk_cid
    ns_mchannel ns_source ns_campaign ns_linkname ns_fee
    xtor at_medium at_campaign at_link_id at_link_origin at_link_type at_ptr_name at_format
    wt_mc wt_zmc wtmc wt.mc_id wt.mc_ev wt.nav sc_cid spm scm

    cmp cmpid smid smtyp ito ico ocid ncid maca rssfeed sr_share

    phpsessid jsessionid aspsessionid cfid cftoken
    """
)
"""Names, in lower case, of parameters that identify a reader, a click, a campaign or a session, never an article.

In this order: clicks as advertising networks and social media number them; mail (Mailchimp, Marketo, HubSpot, Vero,
Omeda); web analytics (Google, Piwik, comScore, AT Internet, Webtrekk, Adobe, Alibaba); campaign codes of large
publishers; sessions (PHP, Java, ASP, ColdFusion).
"""

SESSION_PARAMETERS = _words("sid sessid sesid sessionid session_id session-id session oscsid zenid xoopssid")
"""Names, in lower case, that carry a session only where the value has the form of a session's id: ``sid=17`` may be a
story. osCommerce's, Zen Cart's and XOOPS's among them; not vBulletin's ``s``, which elsewhere is an article."""
_SESSION_ID = re.compile(
    r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|(?=[a-v]*[0-9])(?=[0-9]*[a-v])[0-9a-v]{26}", re.IGNORECASE
)
"""MD5, SHA-1 and SHA-256 in hexadecimal; what PHP makes of 128 bits at five bits a character. No
UUID: those number stories, too."""

ORIGIN_PARAMETERS = frozenset({"ref", "source", "src", "from", "via", "origin"})
ORIGIN_VALUES = _words(
    """
    rss feed rssfeed atom twitter tw facebook fb whatsapp telegram linkedin reddit email mail newsletter share google
    googlenews flipboard
    """
)
"""``ref=rss`` is tracking, ``source=42`` may be an identity: these names go only with one of these values."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_MAX_RAW_LENGTH = 4 * MAX_URL_LENGTH
_IGNORED = str.maketrans("", "", "\t\n\r")
_ENDS = "".join(map(chr, range(0x21)))
# Left over by pages and feeds that escape twice. Only with the semicolon: "&copy=2" is a parameter.
_ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6}));")
_NAMED_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SLASHES = re.compile(r"^([hH][tT][tT][pP][sS]?:)?/{2,}")
_ASCII_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid)=[^/;?]*", re.IGNORECASE)
# Classic ASP draws eight letters for the name, too: "ASPSESSIONIDQQCCTBSD=GFHBMMPCLJKAOHLFBDCJNNCE"
_ASP_SESSION = re.compile(r"aspsessionid[a-z]{8}=[a-z]{24}", re.IGNORECASE)
_ESCAPES_PATH = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/]")
_ESCAPES_QUERY = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")
# An address nothing has to be done to, as nearly all are; what matches no part of this is taken apart. Not in it are
# ";" (ends entities, and begins parameters of a segment, which urljoin drops where they are empty) and dot segments.
_ORIGIN = r"https?://(?=[^/]{4,253}/)(?:[a-z0-9-]++\.)++[a-z]++(?=/)"
_PLAIN_ORIGIN = re.compile(_ORIGIN)
_PLAIN_ESCAPE = r"%(?:[89A-F][0-9A-F]|2[0-9A-CF])"
_PLAIN = re.compile(
    rf"({_ORIGIN})?+(/(?![/.])(?:[A-Za-z0-9\-_~!$&'()*+,=:@.]++|/(?!\.)|{_PLAIN_ESCAPE})*+)"
    rf"(?:\?((?:[A-Za-z0-9\-._~!$&'()*+,=:@/?]++|{_PLAIN_ESCAPE})++))?+"
    rf"(?:#((?:[A-Za-z0-9\-._~!$&'()*+,=:@/?]++|{_PLAIN_ESCAPE})++))?+"
)
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class _Parts(NamedTuple):
    """An http(s) address, normalized; joined again it is the same address to every server."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str
    fragment: str

    def __str__(self) -> str:
        port = f":{self.port}" if self.port is not None else ""
        query = f"?{self.query}" if self.query else ""
        fragment = f"#{self.fragment}" if self.fragment else ""
        return f"{self.scheme}://{self.host}{port}{self.path}{query}{fragment}"


def identity_url(url: str) -> str:
    """The address that stands for the page: two spellings of one address have the same.

    Scheme and host in lower case, host in its ASCII form, no user name, default port, fragment or dot segments,
    percent-encoding normalized (upper-case hex, unreserved characters plain, all else that is not plain ASCII
    encoded as UTF-8), known tracking and session parameters dropped, all others kept in their order. The scheme,
    ``www.``, a trailing slash and the case of the path stay: servers may answer differently. Idempotent.

    Raises ValueError for what is no http(s) address, or one longer than `MAX_URL_LENGTH`.

    >>> identity_url("HTTPS://Example.com:443/post?s=Some--title%3b_1038&utm_source=feed#comments")
    'https://example.com/post?s=Some--title%3B_1038'
    """
    plain = _PLAIN.fullmatch(url)
    if plain is not None and plain.start(1) == 0 and len(url) <= MAX_URL_LENGTH:
        address = url[: plain.end(2)]
        pieces = [piece for piece in (plain.group(3) or "").split("&") if piece and not _is_tracking(piece)]
        return f"{address}?{'&'.join(pieces)}" if pieces else address
    parts = _parse(url)
    if parts is None:
        raise ValueError(f"{url[:200]!r} is no http(s) address")
    pieces = [piece for piece in parts.query.split("&") if piece and not _is_tracking(piece)]
    path = _SESSION_IN_PATH.sub("", parts.path) if ";" in parts.path else parts.path
    return str(parts._replace(path=_without_dot_segments(path), query="&".join(pieces), fragment=""))


def resolve(base: str, href: str) -> str | None:
    """What ``href`` on the page ``base`` points at: an absolute http(s) address ready to be fetched.

    None for ``mailto:``, ``javascript:``, ``data:`` and other schemes, for addresses without a usable host and for
    ones longer than `MAX_URL_LENGTH`; never raises. An empty ``href`` is the page itself. User names and passwords
    are dropped: an archive does not log in, nor keep credentials. The fragment stays.

    >>> resolve("https://example.com/news/", "../post?s=a’b")
    'https://example.com/post?s=a%E2%80%99b'
    >>> resolve("https://example.com/", "mailto:desk@example.com") is None
    True
    """
    if len(href) > _MAX_RAW_LENGTH or len(base) > _MAX_RAW_LENGTH:
        return None
    plain = _PLAIN.fullmatch(href)
    if plain is not None:
        origin = "" if plain.start(1) == 0 else _plain_origin(base)
        if origin is not None and len(origin) + len(href) <= MAX_URL_LENGTH:
            return origin + href
    href = _repaired(href)
    scheme = _SCHEME.match(href)
    if scheme is not None and scheme.group().lower() not in ("http:", "https:"):
        return None
    try:
        joined = urljoin(_repaired(base), href)
    except ValueError:
        return None
    parts = _parse(joined)
    return None if parts is None else str(parts)


@lru_cache(maxsize=256)
def _plain_origin(base: str) -> str | None:
    """Scheme and host of an address if both are in their normal form, None if they have to be worked out."""
    match = _PLAIN_ORIGIN.match(base)
    return match.group() if match else None


def host(url: str) -> str:
    """The host in lower case and ASCII, without its port; an IPv6 address in brackets.

    Raises ValueError for what is no http(s) address.

    >>> host("https://www.Münchner-Blatt.de:8443/x")
    'www.xn--mnchner-blatt-wob.de'
    """
    return _parsed(url).host


def registrable_domain(url: str) -> str:
    """The domain someone registered, by the Public Suffix List; for an IP address or a bare name the host itself.

    Private suffixes count: two blogs on one blogging host are two domains.
    Raises ValueError for what is no http(s) address.

    >>> registrable_domain("https://news.example.co.uk/a"), registrable_domain("http://127.0.0.1:8000/")
    ('example.co.uk', '127.0.0.1')
    """
    return _registrable(_parsed(url).host)


def site_name(url: str) -> str:
    """The short name a site gets by default: lower-case letters, digits and hyphens.

    Raises ValueError for what is no http(s) address.

    >>> site_name("https://www.thegreatlakeseye.com/"), site_name("http://127.0.0.1:8765")
    ('thegreatlakeseye', '127-0-0-1-8765')
    """
    parts = _parsed(url)
    domain = _registrable(parts.host)
    if _stands_alone(domain):
        name = domain if parts.port is None else f"{domain}-{parts.port}"
    else:
        name = domain.partition(".")[0]
    return re.sub(r"[^a-z0-9]+", "-", name).strip("-") or "site"


def same_site(a: str, b: str) -> bool:
    """Whether two addresses belong to one publisher's site: the same registrable domain.

    IP addresses and bare names like ``localhost`` are the same site only on the same port.
    False for what is no http(s) address.
    """
    first, second = _parse(a), _parse(b)
    if first is None or second is None:
        return False
    if first.host != second.host:
        return _registrable(first.host) == _registrable(second.host)
    return not _stands_alone(first.host) or _port(first) == _port(second)


def _parsed(url: str) -> _Parts:
    parts = _parse(url)
    if parts is None:
        raise ValueError(f"{url[:200]!r} is no http(s) address")
    return parts


def _parse(url: str) -> _Parts | None:
    """The normalized parts of an absolute http(s) address, None if it is not one."""
    return _parse_short(url) if len(url) <= _MAX_RAW_LENGTH else None


@lru_cache(maxsize=256)  # a crawl asks the identity, host and form of one address, one after the other
def _parse_short(url: str) -> _Parts | None:
    parts = _parse_once(url)
    # "&%61mp;" becomes an entity only by being normalized. Each turn makes the address shorter.
    while parts is not None and "&" in (text := str(parts)) and _ENTITY.search(text):
        parts = _parse_once(text)
    return parts


def _parse_once(url: str) -> _Parts | None:
    try:
        split = urlsplit(_repaired(url))
        port, name = split.port, split.hostname
    except ValueError:  # an open bracket, a port beyond 65535, a host that NFKC turns into another
        return None
    if split.scheme not in _DEFAULT_PORTS or not name:
        return None
    ascii_host = _ascii_host(name)
    if ascii_host is None:
        return None
    parts = _Parts(
        scheme=split.scheme,
        host=ascii_host,
        port=None if port == _DEFAULT_PORTS[split.scheme] else port,
        path=_without_dot_segments(_ESCAPES_PATH.sub(_escape, split.path)),
        query=_ESCAPES_QUERY.sub(_escape, split.query),
        fragment=_ESCAPES_QUERY.sub(_escape, split.fragment),
    )
    return parts if len(str(parts)) <= MAX_URL_LENGTH else None


def _repaired(url: str) -> str:
    """What browsers make of white space, backslashes and slashes too many; twice-escaped entities are undone."""
    url = url.strip(_ENDS).translate(_IGNORED)
    while "&" in url and (unescaped := _ENTITY.sub(_character, url)) != url:
        url = unescaped.strip(_ENDS).translate(_IGNORED)
    if "\\" in url:
        end = min((at for at in (url.find("?"), url.find("#")) if at >= 0), default=len(url))
        url = url[:end].replace("\\", "/") + url[end:]
    return _SLASHES.sub(r"\1//", url) if "///" in url else url


def _character(entity: re.Match[str]) -> str:
    name, decimal, hexadecimal = entity.groups()
    if name:
        return _NAMED_ENTITIES[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code < 0x110000 else ""


def _ascii_host(name: str) -> str | None:
    """A host as DNS is asked for it; None for what no browser would connect to."""
    if ":" in name:
        try:
            address = ipaddress.IPv6Address(name)
        except ValueError:
            return None
        return None if address.scope_id else f"[{address.compressed}]"  # a zone ("%eth0") means something only here
    name = name.removesuffix(".")
    if len(name) > 253:
        return None
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    name = name.lower()
    if not _ASCII_HOST.fullmatch(name):
        return None
    last = name.rpartition(".")[2]
    if last.isdigit() or last.startswith(
        "0x"
    ):  # 2130706433 and 0x7f.1 are 127.0.0.1 to some: only the plain form passes
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError:
            return None
    return name


def _escape(match: re.Match[str]) -> str:
    text = match.group()
    if len(text) == 3:
        character = chr(int(text[1:], 16))
        return character if character in _UNRESERVED else text.upper()
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "replace"))


def _without_dot_segments(path: str) -> str:
    """RFC 3986, 5.2.4. An escaped dot is a dot by now."""
    if "/." not in path:
        return path or "/"
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _is_tracking(piece: str) -> bool:
    name, _, value = piece.partition("=")
    name = name.lower()
    return (
        name in TRACKING_PARAMETERS
        or name.startswith(TRACKING_PREFIXES)
        or (name in ORIGIN_PARAMETERS and value.lower() in ORIGIN_VALUES)
        or (name in SESSION_PARAMETERS and _SESSION_ID.fullmatch(value) is not None)
        or _ASP_SESSION.fullmatch(piece) is not None
    )


def _port(parts: _Parts) -> int:
    return _DEFAULT_PORTS[parts.scheme] if parts.port is None else parts.port


def _stands_alone(name: str) -> bool:
    return name.startswith("[") or "." not in name or name.rpartition(".")[2].isdigit()


@cache
def _suffixes() -> tldextract.TLDExtract:
    import tldextract  # takes 0.2 s, and commands that only look into the archive do not need it

    # The list that came with the package: no download, no file written, the same answer on every machine.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@lru_cache(maxsize=4_096)
def _registrable(name: str) -> str:
    if _stands_alone(name):
        return name
    found = _suffixes()(name)
    if found.suffix:
        return f"{found.domain}.{found.suffix}" if found.domain else name
    return ".".join(name.split(".")[-2:])  # the list's own default rule: an unknown last label is a suffix
