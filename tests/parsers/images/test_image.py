from __future__ import annotations

import pytest

from newsarchive.parsers.body.article_body import find_body
from newsarchive.parsers.images.addresses import picture_address
from newsarchive.parsers.images.image import find_images

TEXT = "".join(
    f"<p>The ministers of the {word} countries met on Monday to speak about the lake, its fish and the boats that "
    "carry people and goods from one shore to the other.</p>"
    for word in ("first", "second", "third", "fourth")
)


@pytest.fixture
def images_of(page_of):
    """The pictures of a page with a headline, something above its text and something below."""

    def read(above: str, below: str = ""):
        page = page_of(f"<title>Ministers meet</title><h1>Ministers meet</h1>{above}<div>{TEXT}</div>{below}")
        return find_images(page, find_body(page, "Ministers meet"))

    return read


def main_of(images) -> str:
    return next(image.url.rpartition("/")[2] for image in images if image.is_main)


@pytest.mark.parametrize(
    ("markup", "caption", "credit"),
    [
        ("<figure>{}<figcaption>A boat. Photo: Jane Doe</figcaption></figure>", "A boat.", "Jane Doe"),
        (
            "<div>{}<p class=wp-caption-text>A boat. <span class=credit>Picha: Juma Ali</span></p></div>",
            "A boat.",
            "Juma Ali",
        ),
        ("<div class=pic>{}<span class=cap>A boat (Photo : Jane Doe)</span></div>", "A boat", "Jane Doe"),
        (
            "<figure>{}<figcaption>一艘船。<span class=credit>摄影：迪迪埃</span></figcaption></figure>",
            "一艘船。",
            "迪迪埃",
        ),
        ("<div>{}<p>Written by nobody</p></div>", None, None),
        (
            "<figure>{}<figcaption><span>1 / 7</span> <span class=caption>A boat</span></figcaption></figure>",
            "A boat",
            None,
        ),
    ],
)
def test_caption_and_credit_are_read_in_any_frame(images_of, markup, caption, credit):
    (image,) = images_of(markup.format("<img src=/boat-on-the-lake.jpg width=600>"))
    assert (image.caption, image.credit, image.is_main) == (caption, credit, True)


def test_gallery_right_below_the_text_belongs_to_it(images_of):
    slides = "".join(
        f"<figure><img src=/boat-number-{n}.jpg><figcaption>Boat {n}</figcaption></figure>" for n in (1, 2, 3)
    )
    assert [image.caption for image in images_of("", f"<div class=gallery>{slides}</div>")] == [
        "Boat 1",
        "Boat 2",
        "Boat 3",
    ]
    teasers = "".join(f"<a href=/{n}><img src=/boat-number-{n}.jpg><p>Boat {n}</p></a>" for n in (1, 2, 3))
    assert images_of("", f"<div class=gallery>{teasers}</div>") == ()


def test_sizes_beside_an_unclosed_source_are_read(page_of):
    page = page_of("<picture><source srcset='/a.jpg 300w'><source srcset='/b.jpg 900w'><img src=/spacer.gif></picture>")
    assert picture_address(next(page.tree.iter("img")), page) == "https://example.com/b.jpg"


def test_picture_of_the_author_is_not_the_main_one(images_of):
    above = (
        "<meta property=og:image content=/boat-on-the-lake.jpg>"
        "<div class=story-authors><img src=/andrew-k-43.png><p>Andrew K</p></div>"
    )
    assert main_of(images_of(above)) == "boat-on-the-lake.jpg"


def test_picture_above_the_text_that_the_page_tells_is_the_main_one_whatever_else_it_tells(images_of):
    above = (
        "<meta property=og:image content=/cover-of-the-issue.jpg><script type=application/ld+json>"
        '{"@type": "NewsArticle", "headline": "H", "image": "/boat-on-the-lake.jpg"}</script>'
        "<div><img src=/boat-on-the-lake.jpg></div>"
    )
    below = "<p>See also the issue.</p>"
    assert main_of(images_of(above, below)) == "boat-on-the-lake.jpg"


def test_featured_picture_between_headline_and_text_is_the_main_one(images_of):
    above = "<figure class=post-featured-image><img src=/boat-on-the-lake-e1715708581580.png></figure>"
    told = "<meta property=og:image content=/boat-on-the-lake.png>"
    assert main_of(images_of(told + above)) == "boat-on-the-lake-e1715708581580.png"
    teaser = "<div class=teaser><a href=/x><img src=/another-lake.png></a></div>"
    assert main_of(images_of(told + teaser)) == "boat-on-the-lake.png"


def test_logo_and_placeholder_are_never_the_main_one(images_of):
    told = "<meta property=og:image content=/img/site-logo.png><meta name=twitter:image content=/placeholder.jpg>"
    assert images_of(told) == ()


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ("<img src=data:image/gif;base64,AA srcset='/boat-small.jpg 300w, /boat-large.jpg 900w'>", "boat-large.jpg"),
        ("<img srcset='/boat-small.jpg 1x,/boat-large.jpg 2x'>", "boat-large.jpg"),
        ("<img srcset='/w_300,c_fill/boat-small.jpg 300w, /w_900,c_fill/boat-large.jpg 900w'>", "boat-large.jpg"),
        ("<img srcset=/boat-large.jpg>", "boat-large.jpg"),
        ("<img src=/img/placeholder.png data-src=/boat-large.jpg>", "boat-large.jpg"),
        ("<picture><source srcset='/boat-large.jpg 900w'></source><img src=/spacer.gif></picture>", "boat-large.jpg"),
    ],
)
def test_address_is_found_in_any_markup(images_of, markup, name):
    assert main_of(images_of(f"<figure>{markup}</figure>")) == name


@pytest.mark.parametrize("value", ["," * 5_000, "a," * 2_500, "a 1x," * 1_000, "1x " * 1_700, "a\t" * 2_500])
def test_adversarial_sets_of_sizes_take_no_time(images_of, value):
    images_of(f"<figure><img srcset='{value}'></figure>" * 20)
