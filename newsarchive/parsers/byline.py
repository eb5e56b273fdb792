"""Who signs the article: names of people, or of an agency if it alone signs; without "By", roles and the publisher.

Structured statements come first. Where they name only the publisher ("author": "The Daily") or nobody, the byline that
readers see is looked for near the headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import lxml.html

from newsarchive.parsers.found import Found
from newsarchive.parsers.headline import site_names
from newsarchive.parsers.metadata import article_node
from newsarchive.parsers.page import Page
from newsarchive.parsers.structured import as_list, dereferenced
from newsarchive.parsers.text import element_line, letters, one_line

MAX_AUTHORS = 30
"""A live blog has that many; longer lists are a masthead."""
MAX_BYLINE_CHARS = 160
MAX_MARKED = 80
"""How many elements that call themselves author or byline are looked at: readers' comments do as well."""

AUTHOR_META = (
    "author",
    "article:author",
    "article:byline",
    "og:article:author",
    "article:author:name",
    "dc.creator",
    "dc:creator",
    "dcterms.creator",
    "dcsext.author",
    "byl",
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "articleauthor",
    "citation_author",
    "bepress_citation_author",
    "shareaholic:article_author_name",
    "authors",
)
"""``<meta>`` names that state authors, the widest used first."""

_BY = (
    r"(?:written|posted|published|compiled|reported|reviewed|story|words|text|report|analysis|opinion|interview)?\s?by\b"
    r"|(?:geschrieben|veröffentlicht|eingestellt|verfasst|ein beitrag|ein artikel|interview)?\s?(?:von|vom)\b"
    r"|(?:écrit |publié |propos recueillis )?par\b|(?:escrito |publicado )?por\b|(?:scritto )?(?:di|da)\b(?=\s[A-ZÀ-Ý])"
    r"|door\b|av\b|af\b|przez\b|oleh\b|yazan\b|od\b|автор\b|av:\b|tekst\b|text\b|texte\b|texto\b|testo\b|foto\b"
    r"|autor(?:in|ka|es|a|en|:innen)?\b|authors?\b|auteurs?\b|autore\b|författare\b|forfatter\b|kirjoittaja\b|toimittaja\b"
    r"|yazar\b|penulis\b|reporter\b|editor\b|reporters\b|journalist\b|redakteur(?:in)?\b|journaliste\b|interview\b|editado\b"
    r"|بقلم|كتب|كتبت|کاتب|מאת|โดย|文/|文：|作者|撰文|記者|责任编辑|責任編輯|글"
)
_PREFIX = re.compile(rf"^(?:{_BY}|[~|·•–—:：/-])[\s:：]*", re.IGNORECASE)
_SUFFIX = re.compile(
    r"\s*(?:기자|특파원|記者|记者|撰稿|외 \d+명|sagt:|says:|\(?(?:autor|author|auteur|verfasser(?:in)?)\)?)\s*$",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]{0,60}[)\]]")
_MAIL = re.compile(r"\S{1,60}@\S{1,60}|\[email[^\]]{0,20}\]|https?://\S{1,200}|(?:^|\s)@\w{1,30}")
_DATED = re.compile(
    r"[,|·•–—-]?\s*(?:\b(?:am|on|le|el|il|at|um|vor|publi\w{1,8}|updat\w{1,4})\s)?(?:\b\w{2,12}\.?,\s)?"
    r"(?:\d{1,2}[.:/h-]\d|\d{4}\b|\b\d{1,2}\.? [^\W\d]{3,12}\b|\b[^\W\d]{3,9}\.? \d{1,2}\b).*$",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*[;/|•·、]\s*|\s+(?:and|und|et|y|e|ed|och|og|ja|en|ve|dan|and|with|mit|avec|con|i|и|та|و)\s+|\s*&\s*|\s+[–—-]\s+"
)
_PARTICLES = frozenset(
    {"al", "ap", "bin", "bint", "da", "dal", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "la"}
    | {
        "las",
        "le",
        "los",
        "of",
        "ten",
        "ter",
        "van",
        "vom",
        "von",
        "zu",
        "zum",
        "zur",
        "y",
        "e",
        "af",
        "av",
        "ibn",
        "ul",
    }
)
# Words that make a name an institution's or a job's. In many languages, because bylines say who a person is.
_NO_NAME = re.compile(
    r"\b(?:staff|team|redak\w*|redac\w*|rédac\w*|redaz\w*|editor\w*|news\w*|desk|agenc\w*|agenz\w*|agentur\w*|media\w*|online"
    r"|press\w*|admin\w*|webmaster|correspondents?|reporters?|service|magazine|zeitung|times|today|tv|television|radio|gmbh"
    r"|inc|ltd|llc|foundation|stiftung|universit\w*|institut\w*|ministr\w*|minist\w*|department|bureau|company|network"
    r"|journal|herald|tribune|gazette|chronicle|observer|guardian|telegraph|independent|daily|weekly|blog|website|contributor\w*"
    r"|guest|writer|author|autor\w*|journalist\w*|photograph\w*|fotograf\w*|director|professor|wire|wires|haber\w*|ajans\w*"
    r"|editing|special|exclusive|advertis\w*|sponsor\w*|partner\w*|community|group|association|verband|verein|club|nachrichten"
    r"|central|web|digital|dpa-infocom|infocom|home|contact|share|follow|comments?|subscribe|updated|published)\b"
    r"|新闻|新聞|日报|日報|通讯社|編集部|편집|뉴스|نيوز|редакц",
    re.IGNORECASE,
)
AGENCIES = frozenset(
    {"afp", "ap", "apa", "ansa", "dpa", "efe", "epd", "kna", "sid", "sda", "ntb", "tt", "ritzau", "stt", "pap", "afx"}
    | {
        "reuters",
        "xinhua",
        "tass",
        "ria",
        "pti",
        "ani",
        "ians",
        "upi",
        "bloomberg",
        "belga",
        "anp",
        "lusa",
        "mti",
        "awp",
    }
    | {"associatedpress", "theassociatedpress", "agencefrancepresse", "anadoluajansi", "deutschepresseagentur"}
)
"""News agencies, as letters, whose sign is an author's where no person signs, or beside one."""

_NAME_WORD = re.compile(r"[A-Z]?[a-z]{2,}")
_BYLINE_ROOT = re.compile(
    r"[Aa]ut|[Bb]yline|[Ww]r[io]t|[Ss]ignature|[Cc]ontribut|[Rr]eporter|yazar|penulis|forfatter|toimittaja|firma|erfasser|[Cc]reator|iornalista|AUTHOR"
)
"""A quick look before the words are taken apart: it is asked of every element."""
_BYLINE_WORDS = frozenset(
    {"author", "authors", "authorname", "authorlist", "byline", "bylines", "autor", "autoren", "autores", "auteur"}
    | {"auteurs", "autorin", "autore", "autori", "writer", "writers", "signature", "contributor", "verfasser"}
    | {
        "yazar",
        "penulis",
        "forfatter",
        "toimittaja",
        "reporter",
        "firma",
        "autorenzeile",
        "creator",
        "wrote",
        "giornalista",
    }
)
"""Words of class names that mark a byline."""
_OTHER_WORDS = frozenset(
    {
        "comment",
        "comments",
        "commentlist",
        "commenter",
        "reply",
        "bio",
        "biography",
        "about",
        "description",
        "avatar",
        "image",
    }
    | {
        "img",
        "photo",
        "picture",
        "caption",
        "credit",
        "copyright",
        "related",
        "sidebar",
        "widget",
        "footer",
        "tweet",
        "quote",
    }
    | {
        "teaser",
        "teasers",
        "recommended",
        "collection",
        "promo",
        "follow",
        "social",
        "prep",
        "feed",
        "popular",
        "share",
        "sharing",
    }
    | {
        "testimonial",
        "review",
        "reviews",
        "listing",
        "recirc",
        "newsletter",
        "carousel",
        "slider",
        "theme",
        "date",
        "title",
        "kicker",
    }
    | {"archive", "tooltip", "modal", "popup", "menu", "nav", "trending", "latest", "podcast", "gr"}
)
"""Words of class names, of an element or what holds it, that make it no byline of this article."""
_OUTSIDE_TAGS = frozenset({"footer", "aside", "nav", "form", "figure", "figcaption", "blockquote", "script", "style"})


def find_authors(page: Page) -> Found[tuple[str, ...]] | None:
    """The names of those who sign, each once, in the byline's order; None if nobody does."""
    publishers = page.once(site_names)
    agencies: Found[tuple[str, ...]] | None = None
    institutions: Found[tuple[str, ...]] | None = None
    for values, source in _statements(page):
        names = _unique(name for value in values for name in names_in(value))
        people = tuple(name for name in names if _is_person(name, publishers))
        signed = tuple(name for name in names if name in people or letters(name) in AGENCIES)
        if people:
            return Found(signed[:MAX_AUTHORS], source)
        if signed and agencies is None:
            agencies = Found(signed, source)
        if names and institutions is None and source in ("json-ld", "byline"):
            institutions = Found(names[:MAX_AUTHORS], source)
    return agencies or institutions


def names_in(byline: str) -> tuple[str, ...]:
    """The names in a byline, without "By", roles, places, initials in brackets, dates and addresses.

    >>> names_in("Von Anna Martel (ama) und Lea Wagner, Nairobi")
    ('Anna Martel', 'Lea Wagner')
    """
    text = one_line(byline)
    if len(text) > 20 * MAX_BYLINE_CHARS:
        return ()
    text = _MAIL.sub(" ", text)
    text = _BRACKETS.sub(" ", text)
    text = _without_prefix(text)
    names: list[str] = []
    for group in _SPLIT.split(text):
        first = True
        for piece in re.split(r"\s*[,，]\s*", group):
            name = _without_prefix(_SUFFIX.sub("", _DATED.sub("", _without_prefix(piece)))).strip(" .,:;-–—|*\"'")
            if not name or len(name) > 80:
                first = False
                continue
            # Behind a comma stands another full name, or a role, a degree, a place.
            if first or _looks_like_name(name) or letters(name) in AGENCIES:
                names.append(name)
            first = False
    return _unique(names)


def _statements(page: Page) -> Iterator[tuple[list[str], str]]:
    """Each place that may name authors, with its texts."""
    node = page.once(article_node)
    if node is not None:
        for key in ("author", "creator"):
            people: list[str] = []
            for item in as_list(node.get(key)):
                person = dereferenced(item, page.json_ld)
                if isinstance(person, dict):
                    people.extend(value for value in as_list(person.get("name")) if isinstance(value, str))
                elif isinstance(person, str):
                    people.append(person)
            if people:
                yield people, "json-ld"
    for name in AUTHOR_META:
        values = [value for value in page.meta.get(name, ()) if "://" not in value and "@" not in value]
        if values:
            yield values, "meta"
    visible = _visible(page)
    if visible:
        yield visible, "byline"
    for hints in page.capture.hints:
        if hints.authors:
            yield list(hints.authors), hints.source.value


def _visible(page: Page) -> list[str]:
    """Texts of the byline near the headline: the first place that holds a name, and others in the same frame."""
    heading = next(iter(page.elements("h1")), None)
    marked: list[tuple[bool, lxml.html.HtmlElement]] = []
    above = heading is not None
    for element in page.tree.iter():
        if element is heading:
            above = False
        elif _is_marked(element):
            marked.append((above, element))
            if len(marked) == MAX_MARKED:
                break
    publishers = page.once(site_names)
    for _, element in sorted(marked, key=lambda item: item[0]):  # stable: below the headline first, then in page order
        text = element_line(element)
        if not 2 <= len(text) <= MAX_BYLINE_CHARS or _is_elsewhere(element):
            continue
        if not any(_is_person(name, publishers) for name in names_in(text)):
            continue
        frame = _frame(element)
        beside = [
            other for _, other in marked if other is not element and _frame(other) is frame and not _is_elsewhere(other)
        ]
        lines = [
            element_line(other)
            for other in beside
            if element not in other.iterancestors() and other not in element.iterancestors()
        ]
        return [text, *(line for line in lines if 2 <= len(line) <= 60)]
    return []


def _is_marked(element: lxml.html.HtmlElement) -> bool:
    """Whether markup calls the element a byline or an author."""
    if element.tag in ("meta", "link", "body", "html", "img", "svg", "input"):
        return False
    if element.get("itemprop") in ("author", "creator") or "author" in (element.get("rel") or "").split():
        return True
    names = element.get("class") or element.get("data-testid") or element.get("id")
    if not names or len(names) > 300 or not _BYLINE_ROOT.search(names):
        return False
    words = {word.lower() for word in _NAME_WORD.findall(names)}
    return not words.isdisjoint(_BYLINE_WORDS) and words.isdisjoint(_OTHER_WORDS)


def _is_elsewhere(element: lxml.html.HtmlElement) -> bool:
    """Whether the element stands in a comment, a teaser, a biography, a picture: anywhere but in the article's head."""
    for depth, ancestor in enumerate((element, *element.iterancestors())):
        if ancestor.tag in _OUTSIDE_TAGS:
            return True
        if 0 < depth <= 5 and ancestor.tag not in ("body", "html", "main", "article"):
            words = {word.lower() for word in _NAME_WORD.findall((ancestor.get("class") or "")[:300])}
            if not words.isdisjoint(_OTHER_WORDS - {"date", "title", "share", "social", "sharing"}):
                return True
    return False


def _frame(element: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    """What holds the bylines of one article: two levels up, because each name often has an element of its own."""
    parent = element.getparent()
    return None if parent is None else parent.getparent() if parent.getparent() is not None else parent


def _without_prefix(text: str) -> str:
    for _ in range(3):
        shorter = _PREFIX.sub("", text, count=1).strip()
        if shorter == text:
            break
        text = shorter
    return text


def _looks_like_name(text: str) -> bool:
    """Two to five words, each capitalized but for particles, no digit and no word of institutions."""
    words = text.split()
    if not 2 <= len(words) <= 5 or any(map(str.isdigit, text)) or _NO_NAME.search(text):
        return False
    return all(word.lower() in _PARTICLES or not word[0].isalpha() or not word[0].islower() for word in words)


def _is_person(name: str, publishers: frozenset[str]) -> bool:
    key = letters(name)
    if not key or key in publishers or key in AGENCIES or key.isdigit() or len(name) > 60:
        return False
    if _NO_NAME.search(name) or "://" in name or re.search(r"\.\w{2,4}$", name):
        return False
    return len(name.split()) <= 6


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(letters(name), name)
    found.pop("", None)
    return tuple(found.values())
