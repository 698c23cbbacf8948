"""Secrets at rest: the database has no text that reads them, and a key can be replaced."""

import secrets
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from shop.accounts.identity.second_factor import MFAAdapter
from shop.core.db.encryption import KeyLost, decrypt, encrypt
from shop.environment import env_keys
from shop.integrations.models import WebhookEndpoint
from shop.integrations.webhooks.endpoints import create_endpoint, rotate_secret

OLD, NEW = secrets.token_hex(32), secrets.token_hex(32)

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint(alice) -> WebhookEndpoint:
    return create_endpoint(
        user=alice, scopes=["shopper"], url="https://example.com/", events=["item.updated"]
    )


def stored(endpoint: WebhookEndpoint) -> str:
    with connection.cursor() as cursor:
        query = "SELECT secret FROM integrations_webhookendpoint WHERE id = %s"
        cursor.execute(query, [endpoint.pk])
        return cursor.fetchone()[0]


def rotate() -> str:
    output = StringIO()
    call_command("rotate_secrets", stdout=output)
    return output.getvalue()


def test_a_column_has_no_secret_in_clear_and_the_same_text_differs(endpoint):
    assert endpoint.secret.startswith("whsec_")
    assert WebhookEndpoint.objects.get().secret == endpoint.secret
    assert endpoint.secret not in stored(endpoint)
    before = stored(endpoint)
    endpoint.save()
    assert stored(endpoint) != before


@pytest.mark.parametrize("lookup", ["secret", "secret__startswith", "secret__regex", "secret__in"])
def test_no_query_asks_about_a_secret(endpoint, lookup):
    with pytest.raises(FieldError):
        WebhookEndpoint.objects.filter(**{lookup: "w"}).exists()


def test_a_text_that_was_changed_or_moved_from_elsewhere_is_not_read(settings):
    written = encrypt("secret")
    settings.SECRETS_KEYS = [NEW]
    assert decrypt(written) == "secret"  # by SECRET_KEY, which no key was set beside before

    for text in (written[:-4] + "AAA=", "whsec_in_clear", encrypt("x")[:20]):
        with pytest.raises(KeyLost):
            decrypt(text)


def test_a_key_is_replaced_while_the_shop_runs(endpoint, alice, settings):
    settings.SECRETS_KEYS = [OLD]
    rotate()
    secret, seed = endpoint.secret, MFAAdapter().encrypt("JBSWY3DP")
    codes = [MFAAdapter().encrypt("11112222")]
    Authenticator.objects.create(user=alice, type="totp", data={"secret": seed})
    Authenticator.objects.create(
        user=alice, type="recovery_codes", data={"migrated_codes": codes, "used_mask": 0}
    )

    settings.SECRETS_KEYS = [NEW, OLD]
    assert rotate() == "3 rows are encrypted with the first key.\n"

    settings.SECRETS_KEYS = [NEW]
    assert WebhookEndpoint.objects.get().secret == secret
    app, recovery = Authenticator.objects.order_by("pk")
    assert MFAAdapter().decrypt(app.data["secret"]) == "JBSWY3DP"
    assert MFAAdapter().decrypt(recovery.data["migrated_codes"][0]) == "11112222"


def test_a_key_that_was_taken_away_too_early_is_told(endpoint, settings):
    settings.SECRETS_KEYS = [OLD]
    rotate()

    settings.SECRETS_KEYS = [NEW]
    with pytest.raises(CommandError, match="read by no key of SECRETS_KEYS"):
        rotate()
    settings.SECRETS_KEYS = [NEW, OLD]
    assert WebhookEndpoint.objects.get().secret == endpoint.secret


def test_a_lost_key_spoils_no_list_and_a_new_secret_is_the_way_out(endpoint, desk, settings):
    settings.SECRETS_KEYS = [OLD]
    rotate()
    settings.SECRETS_KEYS = [NEW]

    with pytest.raises(KeyLost):
        _ = WebhookEndpoint.objects.get().secret
    assert desk.get("/admin/integrations/webhookendpoint/").status_code == 200
    kept = WebhookEndpoint.objects.get()
    kept.save()  # writes back what it cannot read
    renewed = rotate_secret(endpoints=WebhookEndpoint.objects.filter(pk=endpoint.pk))

    assert renewed.secret.startswith("whsec_")
    assert renewed.old_secret == ""
    settings.SECRETS_KEYS = [OLD]
    with pytest.raises(KeyLost):
        _ = WebhookEndpoint.objects.get().secret


def test_a_short_key_is_refused_at_the_start(monkeypatch):
    monkeypatch.setenv("SECRETS_KEYS", f"{NEW},short")

    with pytest.raises(ImproperlyConfigured, match="SECRETS_KEYS must have 32 characters"):
        env_keys("SECRETS_KEYS")
