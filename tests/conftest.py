from __future__ import annotations

import datetime
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from filelock import FileLock
from sqlalchemy import create_engine, make_url, text

SERVER = "NEWSARCHIVE_TEST_POSTGRESQL"
"""Names the server that tests of PostgreSQL use, like postgresql://postgres@127.0.0.1:5432/test."""

Answer = tuple[int, dict[str, str], bytes] | Callable[[BaseHTTPRequestHandler], None]


# No example is held against the clock: it says more of the machine than of the code.
hypothesis.settings.register_profile("any-machine", deadline=None)
hypothesis.settings.load_profile("any-machine")


def pytest_configure(config: pytest.Config) -> None:
    """Let all processes of a run share what they compile.

    Where PYTHONDONTWRITEBYTECODE is set, as in many containers, each process that a test starts would compile all of
    Scrapy anew: half of what a run does.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        sys.dont_write_bytecode = False
        sys.pycache_prefix = str(config.rootpath / ".pytest_cache" / "bytecode")
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
    if threading.current_thread() is threading.main_thread():
        # A run in the background (`pytest &`, nohup) is started deaf to Ctrl-C, and so would be what its tests start.
        signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass
class Site:
    """A real HTTP server on loopback: answers by path (with query), notes every request line."""

    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    scheme: str = "http"
    connect: Callable[[BaseHTTPRequestHandler], None] | None = None
    """What it does as a proxy that is asked for a tunnel."""

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"


def _serve(site: Site, tls: ssl.SSLContext | None = None) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.requests.append(self.path)
            site.times.append(time.monotonic())
            site.headers.append({k.lower(): v for k, v in self.headers.items()})
            answer = site.answers.get(self.path, (404, {}, b"nothing here"))
            if callable(answer):
                answer(self)
                return
            status, headers, body = answer
            self.send_response(status)
            for name, value in {"Content-Type": "text/html", "Content-Length": str(len(body)), **headers}.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_CONNECT(self) -> None:
            assert site.connect is not None
            site.connect(self)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def get_request(self) -> Any:
            site.connections += 1
            return super().get_request()

        def handle_error(self, *_: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        site.scheme = "https"
    site.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    server = _serve(site)
    yield site
    server.shutdown()


@pytest.fixture(scope="module")
def module_site() -> Iterator[Site]:
    """A site for all tests of a module."""
    site = Site()
    server = _serve(site)
    yield site
    server.shutdown()


@pytest.fixture
def other_site() -> Iterator[Site]:
    site = Site()
    server = _serve(site)
    yield site
    server.shutdown()


@dataclass
class Certificates:
    ca_file: Path
    context: ssl.SSLContext


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority of our own and a certificate for localhost and 127.0.0.1."""
    folder = tmp_path_factory.mktemp("certificates")
    now = datetime.datetime.now(datetime.UTC)

    def build(name: str, issuer: str, key: Any, signer: Any, *, ca: bool) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if not ca:
            names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(signer, hashes.SHA256())

    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(build("Test CA", "Test CA", ca_key, ca_key, ca=True).public_bytes(pem))
    (folder / "site.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + build("localhost", "Test CA", key, ca_key, ca=False).public_bytes(pem)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "site.pem")
    return Certificates(folder / "ca.pem", context)


@pytest.fixture
def tls_site(certificates: Certificates) -> Iterator[Site]:
    site = Site()
    server = _serve(site, certificates.context)
    yield site
    server.shutdown()


Fetched = dict[str, dict[str, Any]]


class Fetcher:
    """The Scrapy process of ``fetch.py``."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("fetch.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )

    def fetch(self, *urls: str, captures: Path | None = None, **settings: Any) -> Fetched:
        order = {"urls": urls, "settings": settings, "captures": str(captures) if captures else None}
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        results: Fetched = {}
        while "end" not in results:
            line = self._process.stdout.readline()
            assert line, "fetch.py ended; its last words are above"
            result = json.loads(line)
            results[result.get("url", "end")] = result
        return results

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=20)


@pytest.fixture(scope="session")
def fetcher() -> Iterator[Fetcher]:
    # An environment that names a proxy nobody listens at: no test may get by it.
    nobody = "http://127.0.0.1:9"
    names = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    fetcher = Fetcher({**dict.fromkeys(names, nobody), "no_proxy": "", "NO_PROXY": ""})
    yield fetcher
    fetcher.close()


@pytest.fixture
def fetch(fetcher: Fetcher) -> Callable[..., Fetched]:
    """``fetch(*urls, captures=FOLDER, **SCRAPY_SETTINGS)``: what became of each address, by address."""
    return fetcher.fetch


@pytest.fixture(scope="session", autouse=True)
def no_settings_of_the_user() -> Iterator[None]:
    """No test touches the archive of who runs it."""
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if re.match("NEWSARCHIVE_(?!TEST_|BENCH$)", name)]:
            environment.delenv(name)
        yield


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """``made_once(name, fill)``: a folder that ``fill(folder)`` filled, once for all workers of a run. Read only."""
    own = tmp_path_factory.getbasetemp()
    of_all = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def make(name: str, fill: Callable[[Path], None]) -> Path:
        made = of_all / f"once-{name}"
        with FileLock(f"{made}.lock"):
            if not made.exists():
                folder = tmp_path_factory.mktemp(name)
                fill(folder)
                folder.rename(made)
        return made

    return make


@contextmanager
def _postgresql_schema() -> Iterator[str]:
    server = os.environ.get(SERVER)
    if not server:
        pytest.skip(f"{SERVER} names no server")
    schema = f"newsarchive_{uuid.uuid4().hex}"
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    yield make_url(server).update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_schema() -> Callable[[], AbstractContextManager[str]]:
    """``with postgresql_schema() as url:`` an empty schema of its own on the test server; skips without a server."""
    return _postgresql_schema


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """The URL of an empty schema of its own on the test server; skips without a server."""
    with _postgresql_schema() as url:
        yield url


DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=DATABASES)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where an archive can be made: a file, or a database server's URL."""
    if request.param == "sqlite":
        return tmp_path / "archive.db"
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture(scope="module", params=DATABASES)
def module_target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path | str]:
    """A target for all tests of a module."""
    if request.param == "sqlite":
        yield tmp_path_factory.mktemp("database") / "archive.db"
        return
    with _postgresql_schema() as url:
        yield url
