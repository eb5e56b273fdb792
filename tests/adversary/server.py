"""The adversary: one process that serves all traps, the two sites and the canary, on addresses of this machine.

Prints one line of JSON when it is ready: its ports and the table of traps. Ends when its standard input does, and then
prints its log: what was asked, of whom, when. ``--at-once``: without first making its bombs, which takes seconds.
``python tests/adversary/server.py`` and a browser show what it does.
"""

from __future__ import annotations

import asyncio
import datetime
import json
import os
import ssl
import sys
import tempfile
import time
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from answers import Stream, bomb, page, whole
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sites import ARTICLES, ENDLESS, HEALTHY, HOSTILE, RESTING, SOURCES, SPACES, endless, healthy, hostile, space_of
from traps import NO_ROBOTS, TRAPS, Trap, host

REST_S = 3
"""What the resting site asks for, once for a page and once for its robots.txt."""
CRAWL_DELAY_S = 0.5


class Adversary:
    """Its log, its ports and what it still has to remember."""

    def __init__(self) -> None:
        self.log: list[dict[str, Any]] = []
        self.canary_hits: list[str] = []
        self.port = self.canary = 0
        self.traps = {host(number): trap for number, trap in enumerate(TRAPS)}
        self.rested: set[str] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request after the other."""
        name = writer.get_extra_info("sockname")[0]
        with suppress(OSError, EOFError, ValueError, asyncio.LimitOverrunError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode("latin-1")
                self.log.append({"host": name, "path": path, "at": time.monotonic()})
                answer = await asyncio.to_thread(self.answer, name, path)  # a bomb takes seconds to make
                if isinstance(answer, bytes):
                    writer.write(self.named(answer))
                    await writer.drain()
                    continue
                async for piece in answer(writer):
                    writer.write(self.named(piece))
                    await writer.drain()
                break
        with suppress(OSError, ssl.SSLError):
            writer.close()

    def named(self, answer: bytes) -> bytes:
        """With the ports in it, and the length that gives."""
        if b"{canary}" not in answer:
            return answer
        filled = answer.replace(b"{canary}", str(self.canary).encode())
        before, after = (text.partition(b"\r\n\r\n")[2] for text in (answer, filled))
        return filled.replace(b"Content-Length: %d\r\n" % len(before), b"Content-Length: %d\r\n" % len(after))

    def answer(self, name: str, path: str) -> bytes | Stream:
        """Who is asked, and for what."""
        if name == HEALTHY:
            return healthy(path, self.port)
        if name == HOSTILE:
            return hostile(path, self.port, self.canary)
        if name == ENDLESS:
            return endless(path, self.canary)
        if name == RESTING:
            return self.resting(path)
        trap = self.traps.get(name)
        if trap is None:
            return NO_ROBOTS
        if path == "/robots.txt":
            return trap.robots()
        if path in trap.more:
            return trap.more[path]()
        return trap.serve()

    def resting(self, path: str) -> bytes:
        """Asks for a rest before robots.txt and before its third page; has a Crawl-delay and a forbidden folder."""
        if path in ("/robots.txt", "/page/2") and path not in self.rested:
            self.rested.add(path)
            return whole(b"busy", "503 Busy" if path == "/robots.txt" else "429 Slow down", Retry_After=str(REST_S))
        if path == "/robots.txt":
            return whole(f"User-agent: *\nCrawl-delay: {CRAWL_DELAY_S}\nDisallow: /private".encode(), kind="text/plain")
        return whole(page(path))

    async def canary_hit(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Nobody may ever come here."""
        self.canary_hits.append(str(writer.get_extra_info("sockname")))
        writer.close()


def certificate(folder: Path, kind: str, names: list[str]) -> ssl.SSLContext:
    """A certificate of our own making that a crawl must not believe, for one reason each."""
    now, key = datetime.datetime.now(datetime.UTC), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, kind)])
    end = now - datetime.timedelta(days=1) if kind == "expired" else now + datetime.timedelta(days=9)
    hosts = (
        [x509.DNSName("elsewhere.example")] if kind == "wrong-host" else [x509.IPAddress(ip_address(n)) for n in names]
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=3))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file = folder / f"{kind}.pem"
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


async def main() -> None:
    """Serve until standard input ends."""
    if "--at-once" not in sys.argv:
        for coding in ("gzip", "deflate", "br", "zstd"):
            bomb(coding)  # made once, before anybody waits for it
    adversary = Adversary()
    plain = await asyncio.start_server(adversary.serve, "0.0.0.0", 0, limit=1 << 20, backlog=512)
    canary = await asyncio.start_server(adversary.canary_hit, ["0.0.0.0", "::"], 0, backlog=512)
    adversary.port = plain.sockets[0].getsockname()[1]
    v4, *others = (sock.getsockname()[1] for sock in canary.sockets)
    adversary.canary = v4
    ports, trusted = {"": adversary.port}, b""
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("self-signed", "expired", "wrong-host"):
            context = certificate(
                Path(folder), kind, [name for name, trap in adversary.traps.items() if trap.tls == kind]
            )
            server = await asyncio.start_server(adversary.serve, "0.0.0.0", 0, ssl=context)
            ports[kind] = server.sockets[0].getsockname()[1]
            if kind != "self-signed":  # nothing but the date, or the name, is wrong with the others
                trusted += (
                    (Path(folder) / f"{kind}.pem")
                    .read_bytes()
                    .partition(b"-----BEGIN CERT")[2]
                    .join([b"-----BEGIN CERT", b""])
                )
        say(
            port=adversary.port,
            canary=adversary.canary,
            others=others,
            authorities=trusted.decode(),
            allowed=[f"{name}:{ports[trap.tls]}" for name, trap in adversary.traps.items()]
            + [f"{name}:{adversary.port}" for name in (HEALTHY, HOSTILE, RESTING, ENDLESS)],
            traps=[described(name, trap, ports) for name, trap in adversary.traps.items()],
            sites={"healthy": HEALTHY, "hostile": HOSTILE, "resting": RESTING, "endless": ENDLESS},
            articles=ARTICLES,
            sources=SOURCES,
            spaces=SPACES,
            rest_s=REST_S,
            crawl_delay_s=CRAWL_DELAY_S,
        )
        await asyncio.to_thread(sys.stdin.read)
    for entry in adversary.log:
        entry["space"] = space_of(entry["path"]) if entry["host"] == ENDLESS else ""
    say(log=adversary.log, canary=adversary.canary_hits)
    os._exit(0)  # connections are open still, and nobody waits for them


def described(name: str, trap: Trap, ports: dict[str, int]) -> dict[str, Any]:
    """One line of the table."""
    url = f"{'https' if trap.tls else 'http'}://{name}:{ports[trap.tls]}{trap.path}"
    return {"name": trap.name, "kind": trap.kind, "url": url, "ends": trap.ends, "slow": trap.slow}


def say(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
