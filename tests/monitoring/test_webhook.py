"""Against a real server with TLS, on loopback."""

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from newsarchive.crawling.connections.addresses import AddressGuard
from newsarchive.errors import AlertError
from newsarchive.monitoring.webhook import post


class Server:
    def __init__(self, context: ssl.SSLContext) -> None:
        self.heard: list[tuple[str, str, bytes]] = []
        self.status, self.drips = 204, threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.heard.append((self.path, self.headers["Content-Type"], body))
                if outer.status == 0:
                    try:
                        while not outer.drips.wait(0.1):
                            self.wfile.write(b"H")  # never a whole line
                    except OSError:
                        return
                    return
                self.send_response(outer.status)
                self.send_header("Location", "https://elsewhere.example/")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                pass

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"https://localhost:{self.server.server_port}/hooks/secret?a=1"


@pytest.fixture
def server(certificates):
    server = Server(certificates.context)
    yield server
    server.drips.set()
    server.server.shutdown()


@pytest.fixture
def tell(server, certificates):
    guard = AddressGuard([f"localhost:{server.server.server_port}"])

    def send(**options):
        post(
            server.url, b'{"text":"x"}', **{"check": guard.check_connection, "ca_file": certificates.ca_file, **options}
        )

    return send


def test_an_alert_is_posted_as_json(server, tell):
    tell()
    assert server.heard == [("/hooks/secret?a=1", "application/json", b'{"text":"x"}')]


def test_an_address_that_is_not_public_is_refused_before_a_connection(server, tell):
    with pytest.raises(AlertError, match="not a public address") as told:
        tell(check=AddressGuard().check_connection)
    assert "secret" not in str(told.value)
    assert server.heard == []


def test_a_certificate_of_nobody_known_is_refused(server, tell):
    with pytest.raises(AlertError, match=r"cannot be reached.*certificate"):
        tell(ca_file=None)
    assert server.heard == []


@pytest.mark.parametrize(("status", "message"), [(500, "answered 500"), (302, "answered 302; give the address")])
def test_any_other_answer_is_an_error_that_hides_the_secret(server, tell, status, message):
    server.status = status
    with pytest.raises(AlertError, match=message) as told:
        tell()
    assert "secret" not in str(told.value)
    assert len(server.heard) == 1


def test_a_server_that_drips_is_left_in_time(server, tell):
    server.status = 0
    with pytest.raises(AlertError):
        tell(timeout_s=0.5)


def test_a_server_that_is_not_there_is_said_in_one_line(server, tell):
    server.server.shutdown()
    server.server.server_close()
    with pytest.raises(AlertError, match="cannot be reached"):
        tell()
