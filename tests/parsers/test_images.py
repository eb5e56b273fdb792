from __future__ import annotations

import pytest

from newsarchive.parsers.body import find_body
from newsarchive.parsers.images import find_images

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
