"""The settings of different environments."""

import runpy

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from shop.embedded.data_folder import BASE_DIR

LOCAL = {"DEBUG", "SHOP_DEMO", "INSECURE_HTTP"}
OPTIONAL = {"ALLOWED_HOSTS", "TRUSTED_PROXIES", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS"}
OPTIONAL |= {"MEDIA_STORAGE_URL", "API_RATE", "API_BURST", "PAGE_RATE", "PAGE_BURST"}


@pytest.fixture
def settings_of(monkeypatch):
    """Read the settings as production does, with only these variables set."""

    def read(**environment: str) -> dict:
        for name in LOCAL | OPTIONAL:
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(BASE_DIR / "shop" / "settings.py"))

    return read


def test_production_needs_allowed_hosts(settings_of):
    with pytest.raises(ImproperlyConfigured, match="Set ALLOWED_HOSTS to"):
        settings_of()


@pytest.mark.parametrize("name", sorted(LOCAL))
def test_a_local_shop_needs_no_allowed_hosts(settings_of, name):
    assert settings_of(**{name: "1"})["SECURE_SSL_REDIRECT"] is False


def test_without_a_proxy_forwarded_headers_are_ignored(settings_of):
    read = settings_of(ALLOWED_HOSTS="shop.example.com")

    assert read["SECURE_PROXY_SSL_HEADER"] is None
    assert read["ALLAUTH_TRUSTED_PROXY_COUNT"] == 0


def test_forwarded_headers_of_a_trusted_proxy_count(settings_of):
    read = settings_of(ALLOWED_HOSTS="shop.example.com", TRUSTED_PROXIES="1")

    assert read["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert read["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1


def test_mail_is_written_to_files_without_a_server(settings_of):
    without = settings_of(SHOP_DEMO="1")
    named = settings_of(
        SHOP_DEMO="1", EMAIL_HOST="mail.example.com", EMAIL_PORT="587", EMAIL_USE_TLS="1"
    )

    assert without["EMAIL_BACKEND"] == "django.core.mail.backends.filebased.EmailBackend"
    assert named["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (named["EMAIL_HOST"], named["EMAIL_PORT"]) == ("mail.example.com", 587)
    assert (named["EMAIL_USE_TLS"], named["EMAIL_TIMEOUT"]) == (True, 10)


def test_pages_may_load_pictures_from_the_storage_only(settings_of):
    without = settings_of(SHOP_DEMO="1")["CONTENT_SECURITY_POLICY"]
    named = settings_of(SHOP_DEMO="1", MEDIA_STORAGE_URL="s3://pics")["CONTENT_SECURITY_POLICY"]

    ours = without["DIRECTIVES"]["img-src"]
    assert ours == ["'self'", "data:"]
    assert named["DIRECTIVES"]["img-src"] == [*ours, "https://pics.s3.us-east-1.amazonaws.com"]


def test_the_rate_limit_is_set_in_the_environment(settings_of):
    default = settings_of(SHOP_DEMO="1")
    configured = settings_of(SHOP_DEMO="1", API_RATE="7", API_BURST="70")

    assert (default["API_RATE"], default["API_BURST"]) == (50, 500)
    assert (configured["API_RATE"], configured["API_BURST"]) == (7, 70)
    assert settings_of(SHOP_DEMO="1", API_RATE="0", API_BURST="0")["API_RATE"] == 0
    with pytest.raises(ImproperlyConfigured, match="API_BURST must be 1 or more"):
        settings_of(SHOP_DEMO="1", API_BURST="0")


def test_the_rate_limit_of_pages_is_set_in_the_environment(settings_of):
    default = settings_of(SHOP_DEMO="1")

    assert (default["PAGE_RATE"], default["PAGE_BURST"]) == (30, 1000)
    assert default["VISITOR_SESSIONS_PER_HOUR"] == 1000
    assert settings_of(SHOP_DEMO="1", PAGE_RATE="0", PAGE_BURST="0")["PAGE_RATE"] == 0
    with pytest.raises(ImproperlyConfigured, match="PAGE_BURST must be 1 or more"):
        settings_of(SHOP_DEMO="1", PAGE_BURST="0")


@pytest.mark.django_db
def test_wrong_passwords_are_limited_by_the_address_behind_the_proxy(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}

    def guess(address: str) -> int:
        form = {"login": "alice@example.com", "password": "?"}
        return client.post(
            reverse("account_login"), form, headers={"X-Forwarded-For": address}
        ).status_code

    assert [guess("192.0.2.1") for _ in range(3)] == [200, 200, 429]
    assert guess("192.0.2.2") == 200
