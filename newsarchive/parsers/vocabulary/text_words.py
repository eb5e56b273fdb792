"""What the words of a piece of text say of it: "Sign up for our newsletter" is no paragraph of an article.

The counterpart of :mod:`newsarchive.parsers.vocabulary.markup_words` for text that readers see. Each word stands for
one of the meanings below; none decides alone, they are inputs of the body classifier. Words were collected from what
newsrooms in some forty languages print around their articles; none is the name of a publisher (agencies and platforms
are named as sources of pictures and as places to follow).
"""

from __future__ import annotations

import re

_WORDS: dict[str, str] = {
    # Asked to subscribe, register, pay or give.
    "signup": (
        "newsletter newsletters subscribe subscribed subscriber subscribers subscription subscriptions "
        "unsubscribe inbox signup signing register registered login account membership donate donation donations "
        "patreon premium paywall unlimited abonnieren abonnement abonnements abonnent abonnenten abo anmelden "
        "registrieren registrierung konto spenden suscríbete suscribete suscribirse suscripción suscriptor "
        "suscriptores boletín boletines regístrate registrarse donar abonnez abonner abonné abonnés inscrivez "
        "inscription inscrire infolettre iscriviti iscriversi abbonati abbonamento abbonamenti assine assinar "
        "assinatura assinante assinantes inscreva cadastre cadastro prenumerera prenumeration prenumerant tilmeld "
        "abonnér nyhedsbrev nyhetsbrev nyhetsbrevet tilaa tilaaja uutiskirje nieuwsbrief abonneren abonnee "
        "abonnees aanmelden inloggen subskrypcja prenumerata zapisz zaloguj předplatné předplatitel přihlásit "
        "odebírat hírlevél feliratkozás előfizetés előfizető regisztráció abone abonelik bülten üyelik "
        "подписаться подписка подписку подпишитесь рассылка рассылку зарегистрироваться підписатися підписка "
        "підпишіться передплата abonează abonare εγγραφή εγγραφείτε συνδρομή συνδρομητές абонирайте абонамент "
        "pretplata pretplatite prijavite اشترك اشتراك النشرة البريدية تسجيل اشتراک خبرنامه הירשמו ניוזלטר מנויים "
        "berlangganan langganan सब्सक्राइब न्यूज़लेटर jiandikishe"
    ),
    "legal": (
        "copyright © rights reserved reproduction reproduced republished redistributed trademark terms "
        "privacy policy cookies cookie disclaimer gdpr consent permission urheberrecht urheberrechtlich "
        "vorbehalten datenschutz datenschutzerklärung impressum agb einwilligung derechos reservados prohibida "
        "reproducción política privacidad droits réservés interdite mentions confidentialité diritti riservati "
        "riproduzione riservata informativa direitos proibida reprodução voorbehouden auteursrecht rättigheter "
        "ophavsret opphavsrett tekijänoikeus prawa zastrzeżone práva vyhrazena jogok fenntartva hakları saklıdır "
        "çerez права защищены копирование использование материалов запрещено захищені δικαιώματα drepturile "
        "rezervate prava pridržana حقوق محفوظة שמורות זכויות"
    ),
    "credit": (
        "photo photos photograph photographer picture pictured image images getty reuters afp ap epa dpa ansa efe "
        "tass xinhua shutterstock istock unsplash alamy flickr imago wikimedia screenshot illustration handout "
        "courtesy file foto fotos bild bilder symbolbild archivbild quelle fuente imagen imágenes archivo crédit "
        "photographe légende fonte immagine imagem divulgação arquivo kuva kuvituskuva bilde arkiv zdjęcie fot "
        "ilustrační kép fotó görsel fotoğraf фото снимок світлина фотограф φωτογραφία εικόνα fotografie صورة "
        "الصورة عکس תמונה צילום ảnh तस्वीर picha"
    ),
    "follow": (
        "follow follows facebook twitter instagram whatsapp telegram youtube linkedin tiktok messenger threads "
        "bluesky pinterest reddit share tweet app apps download downloads podcast podcasts spotify google play "
        "store channel folgen folgt teilen kanal herunterladen síguenos sigue seguir comparte compartir descarga "
        "canal suivez suivre partagez partager téléchargez application seguici condividi scarica siga compartilhe "
        "baixe volg volgen deel delen følg følge dela följ seuraa jaa obserwuj udostępnij śledź sledujte sdílet "
        "kövessen megosztás takip paylaş indir подписывайтесь поделиться канал телеграм приложение поширити "
        "ακολουθήστε urmăreşte urmărește distribuie podijeli pratite تابعونا تابع شارك واتساب تلغرام دنبال کانال "
        "עקבו שתפו ikuti bagikan फॉलो शेयर theo"
    ),
    "comments": (
        "comment comments commenting reply replies discussion moderated moderators kommentar kommentare "
        "kommentieren comentario comentarios comentar commentaire commentaires commenter commento commenti "
        "commentare comentário comentários reactie reacties reageren reageer kommentarer kommentera kommentti "
        "kommentit komentarz komentarze skomentuj komentář komentáře diskuse hozzászólás hozzászólások yorum "
        "yorumlar комментарий комментарии комментировать комментариев обсуждение коментар коментарі σχόλιο σχόλια "
        "comentarii comentariu komentari تعليق تعليقات التعليقات نظر نظرات תגובה תגובות komentar bình"
    ),
    "staff": (
        "reporter reporters correspondent editor editors journalist journalists contributed contributing writer "
        "author authors freelance freelancer editing reporting edited compiled columnist bio redakteur "
        "redakteurin redaktion autor autorin korrespondent journalistin periodista redactor redactora redacción "
        "corresponsal journaliste rédacteur rédactrice rédaction correspondant giornalista redazione inviato "
        "jornalista repórter redação redacteur verslaggever toimittaja toimitus skribent dziennikarz redaktor "
        "redakcja redaktorka újságíró szerkesztő muhabir gazeteci editör корреспондент журналист автор редактор "
        "редакция редакція журналіст δημοσιογράφος συντάκτης jurnalist novinar novinarka urednik صحفي مراسل محرر "
        "خبرنگار כתב כתבת עורך penulis wartawan mwandishi"
    ),
    "commerce": (
        "affiliate commission commissions sponsored sponsor advertisement advertising advertiser promotion "
        "promotional price prices deal deals buy shop order discount coupon offer offers anzeige werbung "
        "provision kaufen angebot angebote publicidad anuncio comprar oferta publicité partenaire "
        "acheter offre pubblicità acquista offerta publicidade advertentie kopen aanbieding annonse annons "
        "annonce mainos reklama reklamy kup inzerce hirdetés reklam ilan satın реклама реклами купить διαφήμιση "
        "publicitate oglas إعلان تبلیغات פרסומת iklan विज्ञापन tangazo"
    ),
    "pointer": (
        "read more also see related watch click here link links latest recommended trending popular explore "
        "discover continue next previous lesen mehr auch weiterlesen weitere hier klicken zum leer lea más "
        "también ver aquí lire aussi voir plus cliquez ici leggi anche altro guarda clicca qui leia mais também "
        "veja clique aqui lees meer ook bekijk klik läs mer också les også læs mere lue myös lisää czytaj także "
        "więcej zobacz kliknij čtěte také více olvasd tovább is kattintson oku ayrıca tıkla tıklayın читайте "
        "также ещё подробнее смотрите читать також детальніше διαβάστε επίσης δείτε citește citiți și pročitajte "
        "više također اقرأ أيضا المزيد شاهد بخوانید بیشتر קראו עוד גם baca juga selengkapnya xem thêm पढ़ें और "
        "soma zaidi"
    ),
    "time": (
        "updated published posted modified minutes minute min mins ago edt est pst pdt gmt utc cet cest "
        "am pm uhr aktualisiert veröffentlicht stand lesezeit minuten actualizado publicado lectura minutos hace "
        "publié mis jour lecture aggiornato pubblicato lettura minuti atualizado leitura há bijgewerkt "
        "gepubliceerd leestijd uppdaterad publicerad oppdatert publisert opdateret julkaistu päivitetty "
        "aktualizacja opublikowano aktualizováno frissítve güncelleme yayınlanma обновлено опубликовано назад "
        "минут оновлено опубліковано ενημερώθηκε actualizat ažurirano نشر آخر تحديث دقيقة פורסם עודכן diperbarui"
    ),
    # Speaks to the reader.
    "you": (
        "you your yours yourself you're you'll please dich dir dein deine deinen ihnen ihre ihren usted tu tus te "
        "suyo vous votre vos toi ton tes voi vostro tuo tua tuoi você vocês seu sua seus u uw jou jouw je du dig "
        "din ditt dina deg sinä sinun teidän ty twój twoje państwo vy vás vám váš ön önt önnek siz size sizin sen "
        "вы вас вам ваш ваши ваше ви εσείς σας dumneavoastră vă vi vam vaš أنت لك شما אתם לכם anda kamu bạn आप "
        "आपके wewe"
    ),
}

_WIDE_WORDS: dict[str, str] = {
    "signup": "会員 登録 購読 メルマガ ログイン 有料 회원 구독 로그인 후원 订阅 訂閱 会员 會員 登录 登入 注册 สมัคร",
    "legal": "著作権 無断 転載 禁じ 저작권 무단 전재 재배포 版权 版權 转载 轉載 著作權 声明 聲明 ลิขสิทธิ์",
    "credit": "写真 撮影 画像 提供 사진 제공 图片 圖片 图源 摄 攝 来源 來源 ภาพ",
    "follow": "フォロー シェア アプリ 팔로우 공유 채널 카카오 네이버 分享 关注 關注 微信 微博 下载 下載 แชร์ ติดตาม",
    "comments": "コメント 댓글 评论 評論 留言 ความคิดเห็น",
    "staff": "記者 編集部 기자 특파원 记者 编辑 編輯 責任編輯 责任编辑 ผู้สื่อข่าว",
    "commerce": "広告 広報 광고 广告 廣告 โฆษณา",
    "pointer": "関連 続き こちら もっと 관련기사 더보기 相关 相關 更多 点击 點擊 延伸閱讀 อ่านเพิ่มเติม อ่านต่อ",
    "time": "更新 公開 配信 입력 수정 발행 发布 發布 发表 เผยแพร่",
    "you": "あなた 皆さま ご覧 ください 여러분 독자 您 你",
}

MEANINGS = tuple(_WORDS)
"""Names of the meanings, in the order of the bits of :func:`meanings_of`."""

MAX_CHARS = 240
"""Characters of a text that are looked at: what is not running text says so early."""

_MEANINGS_OF: dict[str, int] = {}
for _number, _name in enumerate(MEANINGS):
    for _word in _WORDS[_name].split():
        _MEANINGS_OF[_word] = _MEANINGS_OF.get(_word, 0) | 1 << _number
_KNOWN = frozenset(_MEANINGS_OF)
_WIDE_MEANINGS = tuple(
    (word, 1 << MEANINGS.index(name)) for name, words in _WIDE_WORDS.items() for word in words.split()
)

_WORD = re.compile(r"[\w’']+|©")
_BLANKED = bytes(code if chr(code).isalnum() or chr(code) in "_'" else 32 for code in range(128)) + bytes(128)
"""Turns the signs of ASCII into blanks."""


def words_in(text: str) -> frozenset[str]:
    """The words at the start of a text, in lower case and without punctuation.

    >>> sorted(words_in("Subscribe! “All” rights reserved."))
    ['all', 'reserved', 'rights', 'subscribe']
    """
    start = text[:MAX_CHARS].lower()
    if start.isascii():  # found in two thirds of the time
        return frozenset(start.encode().translate(_BLANKED).decode().split())
    return frozenset(_WORD.findall(start))


def meanings_of(text: str, words: frozenset[str]) -> int:
    """What a text with these words (:func:`words_in`) says, as bits in the order of ``MEANINGS``.

    >>> text = "Subscribe! All rights reserved."
    >>> [name for number, name in enumerate(MEANINGS) if meanings_of(text, words_in(text)) >> number & 1]
    ['signup', 'legal']
    """
    found = 0
    for word in words & _KNOWN:
        found |= _MEANINGS_OF[word]
    start = text[:MAX_CHARS]
    if len(words) * 12 < len(start) and not start.isascii():  # a script without spaces
        for word, bit in _WIDE_MEANINGS:
            if word in start:
                found |= bit
    return found
