from __future__ import annotations

import pickle

from newsarchive.model.article import Article, Block, BlockKind, Image, Link, LinkRel


def test_an_article_is_the_same_after_its_way_between_processes():
    article = Article(
        url="https://a.example/1",
        canonical_url="https://a.example/1",
        blocks=(
            Block(kind=BlockKind.HEADING, text="The ferry"),
            Block(kind=BlockKind.PARAGRAPH, text="It will run,\nice or no ice."),
        ),
        images=(Image(url="https://a.example/1.jpg", alt="The ferry", is_main=True),),
        related_links=(Link(url="https://a.example/2", text="Ice", rel=LinkRel.RELATED),),
    )
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(article, protocol)) == article
