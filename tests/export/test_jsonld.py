import json

from newsarchive.export.jsonld import jsonld_lines, news_article
from newsarchive.export.record import EXPORT_FIELDS


def test_article_is_said_in_the_words_of_schema_org(full_record):
    assert news_article(full_record) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": "https://example.org/post?s=1",
        "mainEntityOfPage": "https://example.org/post?s=1",
        "url": "https://example.org/post?s=1&utm_source=x",
        "headline": "=Rwanda’s “mindset”, a gem",
        "alternativeHeadline": "+1",
        "description": "First line\nsecond line",
        "articleSection": "International",
        "keywords": ["peace", "=keeping"],
        "inLanguage": "en",
        "isAccessibleForFree": False,
        "articleBody": 'He said "yes", then\nleft.\n\nAprès',
        "version": 2,
        "author": [{"@type": "Person", "name": "Ann Müller"}, {"@type": "Person", "name": "王小明"}],
        "publisher": {"@type": "NewsMediaOrganization", "name": "The Example"},
        "datePublished": "2023-05-17T09:30:15Z",
        "dateModified": "2023-05-18T01:30:15.005000Z",
        "image": [
            {
                "@type": "ImageObject",
                "contentUrl": "https://example.org/a.jpg",
                "caption": "A; B",
                "width": 640,
                "height": 480,
                "representativeOfPage": True,
            }
        ],
        "citation": [{"@type": "CreativeWork", "url": "https://example.org/2", "name": "More"}],
        "identifier": {"@type": "PropertyValue", "propertyID": "sha256", "value": "0" * 64},
    }


def test_only_what_is_known_is_said(bare_record):
    assert set(news_article(bare_record)) == {
        "@context",
        "@type",
        "@id",
        "mainEntityOfPage",
        "url",
        "version",
        "identifier",
    }


def test_a_day_without_a_time_stays_a_day(full_record):
    full_record |= {"date_published": "2023-05-17T00:00:00Z", "date_precision": "day"}
    assert news_article(full_record)["datePublished"] == "2023-05-17"


def test_any_field_alone_makes_an_article(full_record, bare_record):
    for record in (full_record, bare_record):
        for name in EXPORT_FIELDS:
            assert news_article({name: record[name]})["@type"] == "NewsArticle"


def test_lines_are_an_article_each(full_record, bare_record):
    lines = b"".join(jsonld_lines([full_record, bare_record])).splitlines()
    assert [json.loads(line) for line in lines] == [news_article(full_record), news_article(bare_record)]
