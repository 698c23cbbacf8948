"""One message over HTTP: verified, bounded in time and size, and never led elsewhere."""

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
from tests.support.webhook_receiver import receiving


@pytest.fixture
def certified(tmp_path, monkeypatch):
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
        http_client.trusted.cache_clear()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(both)
        return lambda plain: context.wrap_socket(plain, server_side=True)

    yield certify
    http_client.trusted.cache_clear()


@pytest.fixture
def answering():
    """Return the address of a server that does with each connection as it is told."""
    servers = []

    def serve(play) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def run():
            try:
                while True:
                    connection, _ = server.accept()
                    threading.Thread(target=one, args=[connection], daemon=True).start()
            except OSError:
                return

        def one(connection):
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


def test_an_answer_is_kept_as_far_as_anybody_reads_it(receiver):
    receiver.answer = lambda call: (202, {}, b"\x00\xffthanks " + b"x" * 10_000)

    answer = post(receiver.url + "?a=b", headers={"X-Test": "1"}, body=b'{"a": 1}')

    [call] = receiver.calls
    assert (call.path, call.body, call.headers["x-test"]) == ("/hooks?a=b", '{"a": 1}', "1")
    assert (answer.status, answer.is_success, len(answer.start)) == (202, True, 1000)
    assert answer.start.startswith("\ufffdthanks xxx")


def test_tls_is_verified_against_the_name(certified):
    with receiving(certified("localhost")) as receiver:
        answer = post(f"https://localhost:{receiver.port}/", headers={}, body=b"{}")

    assert (answer.status, answer.error) == (200, "")


def test_whom_to_trust_is_read_once_and_not_for_each_message(certified, monkeypatch):
    with receiving(certified("localhost")) as receiver:
        url = f"https://localhost:{receiver.port}/"
        first = post(url, headers={}, body=b"{}")
        monkeypatch.delenv("SSL_CERT_FILE")  # nobody looks there any more

        second = post(url, headers={}, body=b"{}")

    assert (first.status, second.status) == (200, 200)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_certificate_for_another_name_is_refused(certified, host):
    with receiving(certified("hooks.example.com")) as receiver:
        answer = post(f"https://{host}:{receiver.port}/", headers={}, body=b"{}")

        assert receiver.calls == []
    assert "certificate" in answer.error.lower()


def test_a_certificate_that_nobody_vouches_for_is_refused(certified, monkeypatch):
    wrap = certified("localhost")
    monkeypatch.delenv("SSL_CERT_FILE")
    http_client.trusted.cache_clear()

    with receiving(wrap) as receiver:
        answer = post(f"https://localhost:{receiver.port}/", headers={}, body=b"{}")

    assert "certificate" in answer.error.lower()


def test_a_redirect_is_not_followed(receiver):
    receiver.answer = lambda call: (307, {"Location": receiver.url + "/elsewhere"}, b"")

    answer = post(receiver.url, headers={}, body=b"{}")

    assert (answer.status, answer.is_success, len(receiver.calls)) == (307, False, 1)


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
def test_nobody_holds_a_sender_longer_than_the_whole_time(answering, monkeypatch, play):
    monkeypatch.setattr(http_client, "WHOLE_SECONDS", 0.3)

    answer = post(answering(play), headers={}, body=b"{}")

    assert answer.status is None
    assert answer.error
    assert answer.duration_ms < 2000


def drip(connection):
    for _ in range(500):
        connection.sendall(b"x")
        time.sleep(0.01)
    return []


@pytest.mark.parametrize(
    "said",
    [b"", b"rubbish\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 99999 No\r\n\r\n", b"\x00" * 99],
)
def test_what_is_no_answer_is_a_failure_and_no_fault(answering, said):
    answer = post(answering(lambda c: c.sendall(said)), headers={}, body=b"{}")

    assert answer.status is None
    assert answer.error


def test_a_port_where_nobody_listens_is_a_failure():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    answer = post(f"http://127.0.0.1:{port}/", headers={}, body=b"{}")

    assert "refused" in answer.error.lower()
