"""Words in addresses and what they usually mean, in the languages of large news sites.

Only a prior: what a site's own addresses teach overrules every word here (`article_urls`). Compared in lower case,
percent-decoded, accents as they are usually written in addresses (mostly without).
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LISTING = _words(
    """
    tag tags tagged topic topics topico topicos cimke cimkek stitek stitky aihe aiheet genre genres subject subjects
    thema themen tema temas theme themes sujet sujets etiqueta etiquetas etiket etiketler mot-cle keyword keywords
    schlagwort schlagworte stichwort stikkord emne label labels hashtag category categories categoria categorias
    categorie kategorie kategori kategoria kategorien rubrik rubric rubrique rubriques section sections seccion
    secciones sezione ressort dossier dossiers collection collections series serie author authors autor autoren
    autores auteur auteurs autore autori yazar yazarlar penulis writer writers journalist journalists byline staff
    contributor contributors columnist columnists reporter reporters redaktion-autor people kirjoittaja forfatter
    skribent szerzo tagg person profile profiles user users member members profil avtor avtory archive archives
    archiv archivo archivio arquivo arsip arsiv list listing browse all latest recent popular most-read trending тег
    теги автор рубрика тема وسم كاتب tác-giả chủ-đề 标签 作者 タグ
    """
)
"""Pages that list articles: of a tag, a topic, a section, an author."""

SERVICE = _words(
    """
    login logout signin sign-in signup sign-up register registration registrieren anmelden connexion inscription
    registro iniciar-sesion entrar cadastro account accounts konto compte mi-cuenta my-account profile-settings
    user-login password forgot auth oauth sso search suche recherche buscar busca busqueda ricerca cerca zoeken
    szukaj arama cari haku sok search-results poisk subscribe subscription subscriptions abo abonnement abonnements
    abonnieren suscripcion suscribete assine abbonamento abbonamenti newsletter newsletters epaper e-paper e-edition
    membership donate donation spenden about about-us ueber-uns uber-uns a-propos quienes-somos chi-siamo sobre
    hakkimizda o-nas om-oss om-os contact contact-us contacts kontakt contacto contatti contato iletisim kontakty
    impressum imprint mentions-legales aviso-legal note-legali legal legals datenschutz privacy privacy-policy
    politique-de-confidentialite privacidad cookies cookie cookie-policy terms terms-of-service terms-of-use
    terms-and-conditions conditions agb cgu cgv nutzungsbedingungen disclaimer accessibility barrierefreiheit
    advertise advertising mediadaten werbung publicite publicidad pubblicita anzeigen classifieds inserate jobs
    careers career karriere stellenmarkt emploi empleo forum forums faq faqs help hilfe aide ayuda support feedback
    sitemap site-map plan-du-site rss feeds shop store boutique tienda cart checkout warenkorb panier games spiele
    puzzles crossword sudoku horoscope horoscopes horoskop wetter weather meteo tv-programm apps app mobile-apps
    widget widgets cdn-cgi wp-admin wp-login wp-content wp-json wp-includes cgi-bin static assets api
    """
)
"""Pages for readers as customers, and what is no page at all."""

CALENDAR = _words(
    """
    calendar kalender calendrier calendario agenda events event veranstaltungen termine evenements eventos eventi
    takvim calendar-events schedule spielplan fixtures scores results standings
    """
)
"""Pages by day, of which there is no end."""

VARIANT = _words(
    """
    print printer printable drucken imprimer imprimir stampa druck drucken-artikel print-article email email-article
    send share teilen amp comment comments kommentare commentaires comentarios respond reply trackback embed
    download
    """
)
"""Another view of a page that has an address of its own."""

PAGING = _words(
    """
    comment-page page pages seite pagina paged pg strana strona sida side sayfa halaman sivu trang oldal stranica
    """
)
"""Names of what is followed by the number of a page of a list: ``/page/2``, ``?page=2``."""

PAGING_PARAMETERS = PAGING | _words("p pn pageno pagenum pagenumber page_num page_no start offset from skip")
"""Parameters with that meaning. ``p`` is also WordPress's for an article: told apart by the size of the number."""

ARTICLE = _words(
    """
    article articles art artikel artikkel articolo articulo articulos artigo artigos artykul artykuly makale clanek
    clanok cikk articol arkiv story stories news-story news newsdetail news-detail newsdetails newsitem nachricht
    nachrichten noticia noticias notizia notizie nota notas actualite actualites haber haberler berita nyhet nyheter
    nyheder uutiset uutinen wiadomosci naujienos zpravy zprava hirek vijesti vesti novosti novini post posts blog
    blogs entry detail details read view item content meldung bericht reportage interview opinion editorial column
    press-release pressemitteilung новости новость статья خبر اخبار أخبار مقال 新闻 文章 記事
    """
)
"""Names of what is often followed by an article's slug or number."""

ARTICLE_PARAMETERS = _words(
    """
    id p s t a aid nid sid pid cid newsid news_id news articleid article_id article artid art storyid story_id story
    postid post_id post slug title objectid object_id contentid content_id item itemid item_id serialno detail
    idnews idnoticia idarticolo id_article artikelid haber haberid
    """
)
"""Parameters that often identify an article."""

CALENDAR_PARAMETERS = _words(
    """
    month date day year datum monat jahr tag mes dia ano fecha mois jour annee week ical outlook-ical tribe-bar-date
    eventdate
    """
)
"""Parameters that choose a day or a month."""

SEARCH_PARAMETERS = _words(
    """
    q query search suche keyword keywords searchword s_query searchterm term wd kw
    """
)
"""Parameters that hold what a reader looks for."""

LISTING_PARAMETERS = _words(
    """
    tag tags author cat category categoryid section topic sort order orderby filter view_type label limit perpage
    per_page
    """
)
"""Parameters that choose or arrange a list."""

VARIANT_PARAMETERS = _words(
    """
    print printview printable printversion print_view amp outputtype output format share replytocom action mode
    nomobile mobile view_mode showcomments commentid comment embed download preview do login redirect return
    returnurl redirect_to next_url
    """
)
"""Parameters that show a page in another way, or do something with it."""

ACCOUNT_HOSTS = _words(
    """
    account accounts login auth sso id my mein shop store boutique tienda abo abos abonnement subscribe
    subscriptions epaper e-paper jobs stellenmarkt karriere careers immobilien anzeigen ads static cdn img images
    media assets api support help hilfe status forum games spiele tickets trauer classifieds mail
    """
)
"""First labels of hosts that serve readers as customers, or files."""

WEB_EXTENSIONS = _words(
    """
    html htm shtml xhtml phtml php php3 php5 asp aspx jsp jspx jhtml cfm cgi do ece stm ghtml page
    """
)
"""Extensions of addresses that answer with an HTML page."""

FILE_EXTENSIONS = _words(
    """
    pdf doc docx xls xlsx csv ppt pptx odt rtf epub zip gz rar tar 7z exe dmg apk iso jpg jpeg png gif webp svg bmp
    ico tif tiff avif mp3 m4a ogg wav flac aac mp4 m4v mov avi wmv webm mkv flv m3u8 css js mjs json xml rss atom
    rdf txt ics vcf woff woff2 ttf eot map swf
    """
)
"""Extensions of what is no HTML page."""

MONTHS = _words(
    """
    jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october nov
    november dec december januar februar marz maerz mai juni juli okt oktober dez dezember enero febrero marzo abril
    mayo junio julio agosto septiembre octubre noviembre diciembre janvier fevrier mars avril juin juillet aout
    septembre octobre novembre decembre
    """
)
"""Months written out, as they stand behind a year: ``/2019/nov/18/``."""

FRONT_PAGES = _words(
    """
    index home default homepage startseite main accueil inicio
    """
)
"""Names of a front page or a section's first page: ``/index.html``."""
