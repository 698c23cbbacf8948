import pytest
from django.core import mail

from orders.models import Notice
from orders.notices import send_notices
from tests.factories import given_stock
from tests.stories import order


@pytest.fixture
def notice(alice, lamp):
    given_stock({lamp: 2})
    return Notice.objects.create(
        order=order(alice, {lamp: 2}),
        kind=Notice.Kind.SHORT,
        details={"name": "Lamp <3 & co", "quantity": 1},
    )


def test_a_customer_is_told_once(notice):
    assert (send_notices(), send_notices()) == (1, 0)

    [letter] = mail.outbox
    assert letter.to == ["alice@example.com"]
    assert notice.order.number in letter.subject
    assert "1 × Lamp <3 & co" in letter.body


def test_a_mail_server_that_is_away_only_delays(notice, monkeypatch, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    with pytest.raises(OSError, match="refused"):
        send_notices()
    Notice.objects.update(claimed_at="2020-01-01T00:00Z")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert send_notices() == 1
