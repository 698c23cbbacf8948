"""No webhook reaches into our own network, whatever its address looks like."""

import socket
from threading import Event

import pytest

from shop.integrations.webhooks import addresses
from shop.integrations.webhooks.addresses import check_url, resolve_target
from shop.integrations.webhooks.exceptions import AddressRefused
from shop.integrations.webhooks.http_client import post
from tests.support.processes import wait_until


@pytest.fixture
def stands_for(monkeypatch):
    """Return a function that fakes DNS: each lookup of any name takes the next list."""

    def pretend(*answers: list[str]):
        left = list(answers)

        def getaddrinfo(host, port, *args, **kwargs):
            addresses = left.pop(0)
            return [
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
                for address in addresses
            ]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        return left

    return pretend


@pytest.mark.parametrize(
    "address",
    [
        *["127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1"],
        "0.0.0.0",  # noqa: S104 -- binds nothing
        *["169.254.169.254", "100.64.0.1", "192.0.2.7", "198.18.0.1", "224.0.0.1", "240.0.0.1"],
        *["255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1"],
        *["ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1"],
        *["64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001::1"],
        *["192.0.0.192", "192.0.0.9", "192.88.99.1", "192.31.196.1", "192.52.193.1"],
        *["192.175.48.1", "2001:1::1", "2001:4:112::1", "2620:4f:8000::1", "100::1"],
        *["::ffff:192.0.0.192", "64:ff9b::c000:c0", "2002:c058:6301::"],
        *["2001:db8::1", "64:ff9b:1:7f00::1", "3fff::1", "5f00::1"],
    ],
)
def test_a_name_that_stands_for_no_public_address_is_refused(settings, stands_for, address):
    settings.WEBHOOKS_ALLOW_LOOPBACK = False
    stands_for([address], ["93.184.216.34", address])

    for _ in range(2):  # alone, and behind a public one
        with pytest.raises(AddressRefused):
            resolve_target("https://hooks.example.com/")


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"],
)
def test_a_public_address_is_accepted(settings, stands_for, address):
    settings.WEBHOOKS_ALLOW_LOOPBACK = False
    stands_for([address])

    target = resolve_target("https://hooks.example.com:8443/a/b?c=d")

    assert (target.addresses, target.port, target.path) == ((address,), 8443, "/a/b?c=d")


@pytest.mark.parametrize(
    "url",
    [
        *["http://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f.1/"],
        *["https://0177.0.0.1/", "https://[::1]/", "https://[::ffff:7f00:1]/"],
        *["https://localhost/", "https://LOCALHOST./", "https://user:pass@example.com/"],
        *["https://user@example.com/", "https://example.com:0/", "https://example.com:99999/"],
        *["https://example.com/#here", "https:///path", "https://", "ftp://example.com/"],
        *["file:///etc/passwd", "javascript:alert(1)", "//example.com/", "example.com", ""],
        *["https://example.com/a b", "https://exa\nmple.com/", "https://example.com/\r\nX: y"],
        *["https://ex\u00e4mple.com/", "https://example.com\\@127.0.0.1/", "https://[::1/"],
        *["https://no-such-name.invalid/", "https://" + "a" * 600, "https://a..b/"],
        *["https://" + "a" * 64 + ".com/"],
    ],
)
@pytest.mark.parametrize("judge", [check_url, resolve_target])
def test_an_invalid_or_internal_address_is_refused(settings, url, judge):
    settings.WEBHOOKS_ALLOW_LOOPBACK = False

    with pytest.raises(AddressRefused):
        judge(url)


@pytest.mark.parametrize(
    "url",
    [
        *["https://192.0.0.192/", "https://192.88.99.1/", "https://169.254.169.254/latest/"],
        *["https://10.1/", "https://[fe80::1]/", "https://[fe80::1%25eth0]/", "https://1.2.3.4.5/"],
        *[
            "https://postgres/",
            "https://db.internal/",
            "https://printer.local/",
            "https://a.onion/",
        ],
        *["https://x.localhost/", "https://nas.home.arpa./", "https://0xg/", "https://a-.com/"],
        *["http://example.com/", "https://999.1.1.1/", "https://a.0x7f/"],
    ],
)
def test_a_form_that_is_never_public_is_refused_without_dns(settings, monkeypatch, url):
    settings.WEBHOOKS_ALLOW_LOOPBACK = False
    monkeypatch.setattr(addresses, "_look_up", lambda *host: pytest.fail("A name was looked up."))

    with pytest.raises(AddressRefused):
        check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        *["https://hooks.example.com/a?b", "https://EXAMPLE.com.:8443/", "https://93.184.216.34/"],
        *[
            "https://[2606:4700::1111]/",
            "https://xn--bcher-kva.example/",
            "https://a_b.example.com/",
        ],
    ],
)
def test_a_form_that_may_be_public_is_taken_without_dns(settings, monkeypatch, url):
    settings.WEBHOOKS_ALLOW_LOOPBACK = False
    monkeypatch.setattr(addresses, "_look_up", lambda *host: pytest.fail("A name was looked up."))

    check_url(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/", "http://localhost/", "https://localhost/", "http://[::1]/"]
)
def test_a_demo_takes_addresses_of_its_machine(settings, url):
    settings.WEBHOOKS_ALLOW_LOOPBACK = True

    check_url(url)


def test_lookups_that_nobody_waits_for_any_more_are_few(monkeypatch):
    """A name server that never answers leaves one thread for each name, up to the bound."""
    over, started = Event(), []

    def getaddrinfo(host, *args, **kwargs):
        started.append(host)
        over.wait()
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(addresses, "LOOKUP_SECONDS", 0.01)
    monkeypatch.setattr(addresses, "MAX_LOOKUPS", 3)
    errors = []
    for host in ("a.example", "a.example", "b.example", "c.example", "d.example"):
        with pytest.raises(AddressRefused) as refusal:
            resolve_target(f"https://{host}/")
        errors.append(str(refusal.value))
    wait_until(lambda: len(started) == 3)
    over.set()

    assert sorted(started) == ["a.example", "b.example", "c.example"]
    assert errors[-1] == "Too many names are being looked up."


def test_plain_http_is_for_loopback_only_and_only_where_it_is_allowed(settings, stands_for):
    left = stands_for(["127.0.0.1"], ["93.184.216.34"], ["127.0.0.1", "93.184.216.34"])

    assert resolve_target("http://here/").addresses == ("127.0.0.1",)
    for _ in range(2):
        with pytest.raises(AddressRefused):
            resolve_target("http://there/")
    assert left == []


def test_a_name_that_changes_after_the_check_gains_nothing(settings, stands_for, monkeypatch):
    """DNS rebinding: one lookup, and the connection goes to the checked address."""
    settings.WEBHOOKS_ALLOW_LOOPBACK = False
    left = stands_for(["93.184.216.34"], ["127.0.0.1"])
    connected = []

    def create_connection(address, timeout):
        connected.append(address)
        raise ConnectionRefusedError("Nobody there")

    monkeypatch.setattr(socket, "create_connection", create_connection)

    outcome = post("https://rebinding.example.com/", headers={}, body=b"{}")

    assert connected == [("93.184.216.34", 443)]
    assert left == [["127.0.0.1"]]
    assert outcome.error == "Nobody there"


def test_a_name_that_has_become_private_since_is_refused_when_it_is_called(
    settings, stands_for, receiver
):
    settings.WEBHOOKS_ALLOW_LOOPBACK = False
    stands_for(["127.0.0.1"])

    outcome = post(f"https://moved.example.com:{receiver.port}/", headers={}, body=b"{}")

    assert (outcome.status, receiver.calls) == (None, [])
    assert "public addresses only" in outcome.error
