"""The words around a printed date, in many languages: what says "published", "updated" or "of something else"."""

from __future__ import annotations

import re

# These three are for text in lower case: searching without regard to case would take ten times as long.
PUBLISHED = re.compile(
    r"publi|posted|created|issued|released|veröffentl|erschienen|erstellt|vom |stand|datum|\bdate\b|fecha|opubl|dodano|"
    r"опубл|публик|julkaistu|megjelent|yayın|diterbitkan|le |发布|發布|公開|掲載|入力|입력|등록|게시|δημοσ|פורסם|نشر|"
    r"منتشر|প্রকাশ|प्रकाशित|เผยแพร่|đăng",
)
"""What stands with a date of publication."""
MODIFIED = re.compile(
    r"updat|modif|edited|aktualis|geändert|editiert|änderung|mis à jour|mise à jour|maj |actualiz|atualiz|aggiorn|"
    r"bijgewerkt|gewijzigd|uppdater|oppdater|opdater|päivitet|aktualiz|обновл|оновл|обнов|frissít|güncelle|diperbarui|"
    r"更新|수정|ενημ|עודכן|تحديث|بروز|হালনাগাদ|अपडेट|อัปเดต|cập nhật|actualitz|izmijenj|ažurir",
)
"""What stands with a date of change."""
FOREIGN = re.compile(
    r"regist|joined|member since|mitglied seit|beigetreten|aktuelle|current|today is|verfügbar bis|available until|"
    r"expire|gültig bis|valid until|deadline|birth|born|geboren|death|copyright|©|isbn|version|captures?\b|"
    r"last (?:visit|seen|login)|veranstaltung|termin\b|as of|"
    r"abbildung|foto|photo|figure|bild:|imag(?:e|en):",
)
"""What stands with a date of something else: a member, a product, the clock on the page."""

_LABEL = re.compile(r"^[^\d:：]{2,40}[:：]\s*(?=.*\d)")
# What stands before a date without a colon, in the languages of the tests.
_PREFIX = re.compile(
    r"^(?:(?:first |last |was )?(?:published|updated|posted|created|modified|issued|released|added|date|on|at|by)\b"
    r"|publi(?:é|ée|cado|cada|kuota|shed|cat|seret|ceret)\b|mis à jour\b|mise à jour\b|posté\b|le\b|du\b"
    r"|veröffentlicht\b|aktualisiert\b|erstellt\b|stand\b|vom\b|am\b|von\b"
    r"|actualizado\b|fecha\b|atualizado\b|em\b|data\b|pubblicato\b|aggiornato\b"
    r"|gepubliceerd\b|bijgewerkt\b|geplaatst\b|op\b|publicerad\b|uppdaterad\b|publisert\b|oppdatert\b|publiceret\b"
    r"|opdateret\b|julkaistu\b|päivitetty\b|opublikowano\b|aktualizacja\b|dodano\b|publikováno\b|vydáno\b"
    r"|yayınlanma\b|yayın\b|güncelleme\b|tarihi\b|diterbitkan\b|diperbarui\b|megjelent\b|közzétéve\b|publicat\b"
    r"|опубликовано\b|обновлено\b|дата\b|опубліковано\b|оновлено\b|публикувано\b|обновена\b"
    r"|δημοσιεύτηκε\b|δημοσίευση\b|ενημέρωση\b|תאריך\b|פורסם\b|נשר\b|تاریخ\b|نشر في\b|تاريخ النشر\b|نُشر\b"
    r"|प्रकाशित\b|अपडेटेड\b|发布(?:时间|于)?|更新(?:时间|日)?|公開日?|掲載日?|入力|등록|입력|수정|đăng\b|ngày\b|"
    r"เผยแพร่|[-–—|,:•·])[\s,:|•·]*",
    re.IGNORECASE,
)


def unlabeled(text: str) -> str:
    """The text without the words in front of its date: ``Publié le 3 août`` is ``3 août``."""
    if text[:1].isdigit():
        return text
    if ":" in text or "：" in text:
        text = _LABEL.sub("", text)
    for _ in range(4):
        shorter = _PREFIX.sub("", text, count=1)
        if shorter == text:
            break
        text = shorter
    return text.strip()
