"""No password crosses a network unencrypted, unless the operator says that it is private."""

import dj_database_url
import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.shop.test_settings import settings_of  # noqa: F401 -- a fixture

PRODUCTION = {"ALLOWED_HOSTS": "shop.example.com"}
LOCAL = {"DATABASE_URL": "postgres:///shop", "REDIS_URL": "redis://127.0.0.1:6379/0"}
INSECURE = [
    {"DATABASE_URL": "postgres://u:p@db.example.com/shop"},
    {"DATABASE_URL": "postgres://u:p@10.0.0.5/shop?sslmode=prefer"},
    {"DATABASE_URL": "postgres:///shop?host=db.example.com"},
    {"REDIS_URL": "redis://:p@cache.example.com:6379/0"},
    {"REDIS_URL": "rediss://cache.example.com:6379/0"},
    {"EMAIL_HOST": "mail.example.com"},
]
SECURE = [
    {},
    {"DATABASE_URL": "postgres://u:p@db.example.com/shop?sslmode=verify-full"},
    {"DATABASE_URL": "postgres://u:p@db.example.com/shop?sslmode=require"},
    {"DATABASE_URL": "postgres://u:p@127.0.0.1/shop"},
    {"DATABASE_URL": "postgres://u:p@localhost/shop"},
    {"DATABASE_URL": "postgres://u:p@%2Frun%2Fpostgresql/shop"},
    {"REDIS_URL": "rediss://:p@cache.example.com:6379/0"},
    {"REDIS_URL": "unix:///run/valkey.sock"},
    {"EMAIL_HOST": "localhost"},
    {"EMAIL_HOST": "mail.example.com", "EMAIL_USE_TLS": "1"},
    {"EMAIL_HOST": "mail.example.com", "EMAIL_USE_SSL": "1"},
]


@pytest.mark.parametrize("servers", INSECURE)
def test_a_server_elsewhere_needs_tls(settings_of, servers):  # noqa: F811
    with pytest.raises(ImproperlyConfigured) as refusal:
        settings_of(**{**PRODUCTION, **LOCAL, **servers})

    sentence = str(refusal.value)
    assert next(iter(servers)) in sentence
    assert "INSECURE_BACKENDS=1" in sentence
    assert "p@" not in sentence


@pytest.mark.parametrize("servers", INSECURE)
@pytest.mark.parametrize("permit", ["INSECURE_BACKENDS", "DEBUG", "SHOP_DEMO", "INSECURE_HTTP"])
def test_the_operator_may_say_that_the_network_is_private(
    settings_of,  # noqa: F811
    servers,
    permit,
):
    settings_of(**{**PRODUCTION, **LOCAL, **servers, permit: "1"})


@pytest.mark.parametrize("servers", SECURE)
def test_a_server_here_or_with_tls_is_taken(settings_of, servers):  # noqa: F811
    settings_of(**{**PRODUCTION, **LOCAL, **servers})


def test_the_parameters_of_the_database_url_are_kept(settings_of):  # noqa: F811
    url = "postgres://u:p@db.example.com/shop?sslmode=verify-full&sslrootcert=/ca.pem"

    options = settings_of(**{**PRODUCTION, **LOCAL, "DATABASE_URL": url})["DATABASES"]["default"][
        "OPTIONS"
    ]

    assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "/ca.pem")
    assert "lock_timeout" in options["options"]
    assert dj_database_url.parse(url)["HOST"] == "db.example.com"


def test_the_broker_is_verified_over_tls(settings_of):  # noqa: F811
    secure = {"REDIS_URL": "rediss://:p@cache.example.com:6379/0"}

    assert settings_of(**{**PRODUCTION, **LOCAL, **secure})["CELERY_BROKER_USE_SSL"]
    assert "CELERY_BROKER_USE_SSL" not in settings_of(**{**PRODUCTION, **LOCAL})


def test_with_tls_cookies_belong_to_the_host_alone(settings_of):  # noqa: F811
    deployed, demo = settings_of(**PRODUCTION, **LOCAL), settings_of(SHOP_DEMO="1", **LOCAL)

    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME")
    assert [deployed[name] for name in names] == ["__Host-sessionid", "__Host-csrftoken"]
    assert [demo[name] for name in names] == ["sessionid", "csrftoken"]
    assert deployed["COOKIE_PREFIX"] == "__Host-"
    for name in ("SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN"):  # the prefix forbids one
        assert not deployed.get(name)


def test_links_in_mails_are_short_lived(settings_of):  # noqa: F811
    settings = settings_of(**PRODUCTION, **LOCAL)

    assert settings["PASSWORD_RESET_TIMEOUT"] == 3600
    assert settings["ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS"] == 1
