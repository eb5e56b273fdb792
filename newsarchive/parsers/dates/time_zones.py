"""Time zones as newsrooms write them: IANA names in settings, abbreviations behind a time of day."""

from __future__ import annotations

from datetime import UTC, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# "ET" is a zone with summer time, "EST" strictly is not, but is printed all year round; IST is India's (Ireland and
# Israel write their times without it).
ABBREVIATIONS = {
    name: zone
    for zone, names in {
        "America/New_York": "ET EST EDT",
        "America/Chicago": "CT CST CDT",
        "America/Denver": "MT MST MDT",
        "America/Los_Angeles": "PT PST PDT",
        "America/Sao_Paulo": "BRT",
        "America/Argentina/Buenos_Aires": "ART",
        "America/Bogota": "COT",
        "Europe/London": "BST",
        "Europe/Lisbon": "WET WEST",
        "Europe/Paris": "CET CEST",
        "Europe/Berlin": "MEZ MESZ",
        "Europe/Helsinki": "EET EEST",
        "Europe/Moscow": "MSK МСК",
        "Europe/Istanbul": "TRT TSI TSİ",
        "Africa/Kigali": "CAT",
        "Africa/Nairobi": "EAT",
        "Africa/Lagos": "WAT",
        "Africa/Johannesburg": "SAST",
        "Asia/Kolkata": "IST",
        "Asia/Karachi": "PKT",
        "Asia/Kathmandu": "NPT",
        "Asia/Singapore": "SGT",
        "Asia/Manila": "PHT",
        "Asia/Hong_Kong": "HKT",
        "Asia/Tokyo": "JST",
        "Asia/Seoul": "KST",
        "Asia/Jakarta": "WIB",
        "Australia/Sydney": "AEST AEDT",
        "Pacific/Auckland": "NZST NZDT",
    }.items()
    for name in names.split()
}
"""IANA zone of each abbreviation, in upper case."""


@lru_cache(maxsize=256)
def zone_named(name: str | None) -> tzinfo:
    """The time zone of an IANA name; UTC for None or an unknown one."""
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
