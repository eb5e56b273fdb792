"""Many small news sites on one port of loopback, each under an address of its own (127.1.0.1, 127.1.0.2).

A process of its own for ``workers.py``: prints its port, ends when its standard input closes.
"""

from __future__ import annotations

import asyncio
import sys

HOME_DAY = "2026/01/05"
SENTENCE = (
    "The council of the lake towns decided in its session number {number} that the ferry will run, ice or no ice."
)
ARTICLE = """<html><head><title>{headline}</title><meta property="og:type" content="article">
<meta property="article:published_time" content="2026-01-05T10:00:00Z"></head><body><article><h1>{headline}</h1>
{paragraphs}</article></body></html>"""


def page(host: str, path: str, articles: int) -> bytes | None:
    """What is under a path; None if nothing is."""
    if path == "/":
        links = (f'<h2><a href="/{HOME_DAY}/news-{n}.html">News {n} of {host}</a></h2>' for n in range(articles))
        return f"<html><title>{host}</title><body>{''.join(links)}</body></html>".encode()
    number = path.removeprefix(f"/{HOME_DAY}/news-").removesuffix(".html")
    if not number.isdigit() or int(number) >= articles:
        return None
    headline = f"News {number} of {host}, by the lake"
    paragraphs = "".join(f"<p>{headline}. {SENTENCE.format(number=n)}</p>" for n in range(12))
    return ARTICLE.format(headline=headline, paragraphs=paragraphs).encode()


async def serve(articles: int) -> None:
    """Answer until standard input closes."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
                lines = head.split("\r\n")
                host = next(line[5:].strip() for line in lines if line.lower().startswith("host:"))
                body = page(host, lines[0].split()[1], articles)
                status = "200 OK" if body is not None else "404 Not Found"
                body = body or b"nothing here"
                writer.write(
                    f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                )
                writer.write(body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "0.0.0.0", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
