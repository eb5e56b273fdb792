"""What the words of class, id, itemprop and role say of an element: ``article__body--main`` is about body text.

Publishers name their boxes for themselves, but in few words and few languages. Each word stands for one of the meanings
below; an element's meanings are the bits of an integer, because every element of a page is asked. Words were collected
from the markup of some hundred newsrooms; none is the name of a publisher.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS: dict[str, str] = {
    # The article's own text.
    "text": (
        "article articles articlebody articletext articlecontent artikel articulo artigo articolo article-body "
        "body bodytext content contents contenu contenido conteudo contenuto inhalt entry post story storybody "
        "storytext story-body prose copy text texto texte testo txt richtext news newstext noticia materia nota "
        "cuerpo corpo corps haber berita blog main maincontent editorial longform single detail paragraph "
        "paragraphs paragraf absatz fulltext wysiwyg rte typography hentry longread reportage transcript"
    ),
    # A paragraph or a subheading of it.
    "paragraph": (
        "paragraph paragraphs paragraf absatz subheading subhead crosshead dropcap speakable zwischentitel "
        "intertitre ladillo intertitle"
    ),
    "quote": "quote blockquote pullquote zitat citation cita citat quotation pull",
    # The same written for the head of the page.
    "headline": (
        "headline title titel titre titulo titolo hed head header heading masthead kicker eyebrow overline "
        "subtitle subtitel subheadline dachzeile spitzmarke antetitulo roofline h1 titlebox pagetitle entrytitle"
    ),
    "standfirst": (
        "standfirst dek intro lead lede summary excerpt abstract description desc teasertext vorspann chapo "
        "chapeau bajada entradilla subtitulo sottotitolo ingress leadtext lead-text sapo spoiler introduction "
        "tldr keypoints highlights takeaways preamble deck blurb manchet anons"
    ),
    "byline": (
        "byline author authors autor autoren auteur auteurs autore autori writer contributor contributors "
        "signature bylines vcard bio biography profile avatar editor journalist reporter yazar penulis firma "
        "firmante credits publisher"
    ),
    "date": (
        "date dateline time timestamp published publish publication updated update datum fecha data-hora meta "
        "metadata readtime reading minutes duration modified posted postmeta entrymeta infos datetime pubdate "
        "lastmod"
    ),
    "caption": (
        "caption captions figcaption credit bildunterschrift bildtext legende legend leyenda didascalia "
        "photocredit attribution copyright-notice imgcaption pie"
    ),
    "picture": (
        "image images img figure photo photos picture foto fotos bild imagen slide slides slider slideshow "
        "gallery galerie galeria carousel swiper thumbnail thumb lightbox media hero visual cover"
    ),
    "player": (
        "video videos audio player podcast podcasts playlist youtube vimeo jwplayer listen vid speech tts readspeaker"
    ),
    # What stands beside, after or between.
    "related": (
        "related recommended recommendation recommendations recirculation recirc recommend relacionadas "
        "relacionados relacionada verwandt aehnliche similar morefrom readmore readalso popular trending latest "
        "recent most mostread next prev previous teaser teasers promo card cards more also ranking feed tile "
        "tiles upnext moreon suggested suggestions outbrain taboola further onward topstories carousel seealso "
        "see sponsored beitraege correlati articlelist newslist postlist listing snippet channel stories posts "
        "featured"
    ),
    "comments": (
        "comment comments commentary-list disqus discussion kommentare kommentar comentarios comentario "
        "commentaires commenti reply replies respond response livefyre spotim coral commentform conversation "
        "yorum forum"
    ),
    "share": (
        "share sharing sharebar social socials socialmedia facebook twitter whatsapp linkedin telegram pinterest "
        "reddit instagram follow teilen compartir partager condividi sharedaddy addthis addtoany sns bookmark "
        "bookmarks copylink email mail like likes reactions reaction"
    ),
    "tools": (
        "tools tool toolbar print printer actions action button buttons btn cta icon icons tooltip control "
        "controls utility util font fontsize feedback rating vote poll quiz translate download save app apps "
        "badge service services"
    ),
    "menu": (
        "nav navigation navbar navi menu submenu menubar breadcrumb breadcrumbs pagination pager tabs tab "
        "dropdown megamenu hamburger burger search suche skip skiplink sitemap sections topnav subnav drawer "
        "flyout weather ticker langswitch edition toc contentstable inhaltsverzeichnis"
    ),
    "side": (
        "sidebar aside rail complementary widget widgets side secondary rightcol rightcolumn leftcol seitenleiste "
        "gutter marginalspalte sidecolumn textwidget"
    ),
    "footer": (
        "footer foot colophon contentinfo copyright legal disclaimer imprint impressum bottom terms privacy "
        "policy footnote footnotes endnote notes about contact masthead-footer"
    ),
    "topics": (
        "tags tag taglist topics topic keywords keyword taxonomy categories category rubric schlagworte temas "
        "etiquetas themen tema sujets categoria topicstag labels label"
    ),
    "signup": (
        "newsletter newsletters subscribe subscription subscriber signup sign login register registration form "
        "paywall piano premium modal popup popover overlay dialog cookie cookies consent gdpr notification "
        "notifications alert alerts notice message banner abo registrieren account password membership member "
        "donate donation support appeal barrier regwall gate poool hint prompt promobox"
    ),
    "consent": (
        "onetrust ot optanon didomi cookie cookies consent gdpr ccpa cmp sourcepoint qc quantcast usercentrics "
        "cookiebot trustarc fides ketch osano truste cookielaw"
    ),
    "ad": (
        "ad ads adv advert advertisement advertising anzeige publicidad publicite pubblicita reklam iklan sponsor "
        "sponsored dfp gpt adslot adbox banner ads-wrapper affiliate partner partners promotion werbung native "
        "commerce product products price shop store deal deals"
    ),
    # Beside the text, though within it: facts, background, terms.
    "factbox": (
        "factbox infobox faktabox faktbox faktenbox faktaboks fakta fact facts fakten faktum infokasten infoboks "
        "kasten hintergrund background accordion expandable collapsible collapsable collapse glossary glossar faq "
        "recuadro encadre riquadro despiece chronologie timeline stats"
    ),
    "box": ("box info infos panel callout inset module details table tabelle embed embedded tweet iframe card"),
    "hidden": (
        "hidden hide invisible visuallyhidden sr hdn screenreader screen offscreen displaynone undisplayed "
        "nodisplay unsichtbar noprint nocontent"
    ),
    "live": "live liveblog liveticker ticker update updates minute timeline",
}

MEANINGS = tuple(_WORDS)
"""Names of the bits, lowest first."""
BIT = {name: 1 << number for number, name in enumerate(MEANINGS)}

_MEANINGS_OF: dict[str, int] = {}
for _name, _listed in _WORDS.items():
    for _word in _listed.split():
        _MEANINGS_OF[_word] = _MEANINGS_OF.get(_word, 0) | BIT[_name]

# "articleBody" -> article, Body; "main-nav2" -> main, nav; "ADBox" -> AD, Box
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_APART = bytes(code if chr(code).isalpha() else 32 for code in range(128)) + bytes(128)
"""Turns all ASCII but letters into blanks."""
_SIGNS = bytes(code for code in range(128) if not chr(code).isalpha() and not chr(code).isspace())
# Text for screen readers only ("opens in a new window"), by the names the CSS frameworks gave such classes.
_UNSEEN = re.compile(
    r"(?:^|[\s_-])(?:sr-only|visually-?hidden|screen-?reader(?:-text|-only)?|assistive-text|a11y-hidden|offscreen)"
    r"(?:$|[\s_-])|(?:^|\s|[a-z](?<![\s_-]h)[_-])vh(?:$|\s)",  # but "u-vh-full", "h-100-vh" are as high as the window
    re.IGNORECASE,
)
MAX_CHARS = 300
"""Characters of an attribute that are looked at; utility classes fill the rest."""
MAX_REMEMBERED = 20_000
"""Attribute values whose meanings are kept: the pages of a site repeat the same few hundred."""

UNSEEN = 1 << len(MEANINGS)
"""The bit of what is for screen readers only."""


_MAYBE_UNSEEN = UNSEEN << 1
"""The bit of words of which every name that _UNSEEN finds has one; the others are spared the search."""
for _word in ("sr", "visually", "visuallyhidden", "screen", "screenreader", "assistive", "hidden", "offscreen", "vh"):
    _MEANINGS_OF[_word] = _MEANINGS_OF.get(_word, 0) | _MAYBE_UNSEEN
_KNOWN = frozenset(_MEANINGS_OF)


@lru_cache(MAX_REMEMBERED)
def words_of(value: str) -> int:
    """The meanings of all words in a value of class, id, itemprop or role.

    >>> [name for name in MEANINGS if words_of("share-bar") & BIT[name]]
    ['share']
    """
    start = value[:MAX_CHARS]
    found = 0
    for word in _KNOWN.intersection(_words_in(start)):
        found |= _MEANINGS_OF[word]
    if found >= _MAYBE_UNSEEN:
        found = found - _MAYBE_UNSEEN | (UNSEEN if _UNSEEN.search(start) else 0)
    return found


def _words_in(names: str) -> list[str]:
    """The words of names like ``share-bar``, and each name's words as one: "story-body" is also "storybody"."""
    if names.isascii() and names.islower():  # as most: all names at once, and bytes, which take a third of the time
        letters = names.encode()
        return letters.translate(_APART).decode().split() + letters.translate(None, _SIGNS).decode().split()
    found: list[str] = []
    for name in names.split():
        words = [word.lower() for word in _WORD.findall(name)]
        found += words
        found.append("".join(words))
    return found
