"""One message over HTTP: TLS verified, bounded in time and size, without redirects."""

import datetime
import socket
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shop.integrations.webhooks import http_client
from shop.integrations.webhooks.http_client import post
from tests.support.webhook_receiver import run_receiver


@pytest.fixture
def make_tls_wrap(tmp_path, monkeypatch):
    """Return a wrap that speaks TLS with a certificate for a name, which alone is trusted."""

    def certify(name: str):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now = datetime.datetime.now(datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        public = certificate.public_bytes(serialization.Encoding.PEM)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        both = tmp_path / "both.pem"
        both.write_bytes(public + private)
        monkeypatch.setenv("SSL_CERT_FILE", str(both))
        http_client.tls_context.cache_clear()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(both)
        return lambda plain: context.wrap_socket(plain, server_side=True)

    yield certify
    http_client.tls_context.cache_clear()


@pytest.fixture
def start_server():
    """Return a function that starts a server with a script for its connections."""
    servers = []

    def serve(play) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def run():
            try:
                while True:
                    connection, _ = server.accept()
                    threading.Thread(
                        target=serve_connection, args=[connection], daemon=True
                    ).start()
            except OSError:
                return

        def serve_connection(connection):
            with connection:
                connection.recv(65536)
                try:
                    play(connection)
                except OSError:
                    return

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{server.getsockname()[1]}/"

    yield serve
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def test_the_beginning_of_a_response_is_kept(receiver):
    receiver.answer = lambda call: (202, {}, b"\x00\xffthanks " + b"x" * 10_000)

    outcome = post(receiver.url + "?a=b", headers={"X-Test": "1"}, body=b'{"a": 1}')

    [call] = receiver.calls
    assert (call.path, call.body, call.headers["x-test"]) == ("/hooks?a=b", '{"a": 1}', "1")
    assert (outcome.status, outcome.is_success, len(outcome.start)) == (202, True, 1000)
    assert outcome.start.startswith("\ufffdthanks xxx")


def test_tls_is_verified_against_the_name(make_tls_wrap):
    with run_receiver(make_tls_wrap("localhost")) as receiver:
        outcome = post(f"https://localhost:{receiver.port}/", headers={}, body=b"{}")

    assert (outcome.status, outcome.error) == (200, "")


def test_authorities_are_loaded_once_and_not_for_each_message(make_tls_wrap, monkeypatch):
    with run_receiver(make_tls_wrap("localhost")) as receiver:
        url = f"https://localhost:{receiver.port}/"
        first = post(url, headers={}, body=b"{}")
        monkeypatch.delenv("SSL_CERT_FILE")  # it is not read again

        second = post(url, headers={}, body=b"{}")

    assert (first.status, second.status) == (200, 200)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_certificate_for_another_name_is_refused(make_tls_wrap, host):
    with run_receiver(make_tls_wrap("hooks.example.com")) as receiver:
        outcome = post(f"https://{host}:{receiver.port}/", headers={}, body=b"{}")

        assert receiver.calls == []
    assert "certificate" in outcome.error.lower()


def test_a_certificate_of_an_unknown_authority_is_refused(make_tls_wrap, monkeypatch):
    wrap = make_tls_wrap("localhost")
    monkeypatch.delenv("SSL_CERT_FILE")
    http_client.tls_context.cache_clear()

    with run_receiver(wrap) as receiver:
        outcome = post(f"https://localhost:{receiver.port}/", headers={}, body=b"{}")

    assert "certificate" in outcome.error.lower()


def test_a_redirect_is_not_followed(receiver):
    receiver.answer = lambda call: (307, {"Location": receiver.url + "/elsewhere"}, b"")

    outcome = post(receiver.url, headers={}, body=b"{}")

    assert (outcome.status, outcome.is_success, len(receiver.calls)) == (307, False, 1)


def test_proxies_of_the_environment_are_left_alone(receiver, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")

    assert post(receiver.url, headers={}, body=b"{}").status == 200


@pytest.mark.parametrize(
    "play",
    [
        lambda c: time.sleep(5),  # says nothing
        lambda c: [c.sendall(b"HTTP/1.1 200 OK\r\nX: "), *drip(c)],
        lambda c: [c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"), *drip(c)],
        lambda c: [
            c.sendall(b"HTTP/1.1 100 Continue\r\n\r\n") or time.sleep(0.01) for _ in range(500)
        ],
    ],
    ids=["silence", "a header without end", "a body drop by drop", "nothing but 100 Continue"],
)
def test_a_slow_response_ends_at_the_deadline(start_server, monkeypatch, play):
    monkeypatch.setattr(http_client, "TOTAL_SECONDS", 0.3)

    outcome = post(start_server(play), headers={}, body=b"{}")

    assert outcome.status is None
    assert outcome.error
    assert outcome.duration_ms < 2000


def drip(connection):
    for _ in range(500):
        connection.sendall(b"x")
        time.sleep(0.01)
    return []


@pytest.mark.parametrize(
    "response",
    [b"", b"rubbish\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 99999 No\r\n\r\n", b"\x00" * 99],
)
def test_an_invalid_response_is_a_failure_and_no_exception(start_server, response):
    outcome = post(start_server(lambda c: c.sendall(response)), headers={}, body=b"{}")

    assert outcome.status is None
    assert outcome.error


def test_a_closed_port_is_a_failure():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    outcome = post(f"http://127.0.0.1:{port}/", headers={}, body=b"{}")

    assert "refused" in outcome.error.lower()
