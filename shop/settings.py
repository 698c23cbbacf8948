"""The settings of one deployment, read from the environment.

Without DATABASE_URL or REDIS_URL, `manage.py` and the tests start servers of
their own (see shop.embedded) and set the two variables before this module is imported.
"""

import os
import ssl
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from shop.api_docs.openapi_settings import SPECTACULAR_SETTINGS  # noqa: F401
from shop.backend_security import find_insecure_backend
from shop.core.media_storage import read_storage_url
from shop.core.regions import REGIONS
from shop.environment import as_contact, env_bool, env_int, env_keys, env_list
from shop.logs import logging_settings
from shop.schedule import BEAT_SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent

# The deployment

DEBUG = env_bool("DEBUG")
DEMO = env_bool("SHOP_DEMO")  # set by `manage.py demo` for its children
# A local shop uses plain http on loopback; any other is behind TLS and needs ALLOWED_HOSTS.
_IS_LOCAL = DEBUG or DEMO or env_bool("INSECURE_HTTP")
# The number of proxies before the shop, each of which overwrites the X-Forwarded headers.
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 0)
# Lets another machine read /metrics and the reasons of /readyz, as a bearer token.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
DATA_DIR = Path(os.environ.get("SHOP_DATA_DIR", BASE_DIR / ".data")).resolve()
SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY to a long random string.")
# Earlier keys, by which sessions and links are still read while the key rotates.
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
# The keys of secrets at rest, the newest first; without any, SECRET_KEY is the key.
SECRETS_KEYS = env_keys("SECRETS_KEYS")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEBUG or DEMO else "")
if not (ALLOWED_HOSTS or _IS_LOCAL):
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the names of the shop, as shop.example.com.")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")

if os.environ.get("REGION", "us") not in REGIONS:
    raise ImproperlyConfigured(f"REGION must be one of: {', '.join(REGIONS)}.")
REGION = REGIONS[os.environ.get("REGION", "us")]

# The rules of the shop

CHECKOUT_HOLD_SECONDS = env_int("CHECKOUT_HOLD_SECONDS", 600)
MAX_UNITS_PER_ITEM = env_int("MAX_UNITS_PER_ITEM", 99)
MAX_HOLDS_PER_HOUR = env_int("MAX_HOLDS_PER_HOUR", 60)
# Units held and not bought, times minutes, in an hour (orders.checkout.hold_limits).
MAX_UNIT_MINUTES_PER_HOUR = env_int("MAX_UNIT_MINUTES_PER_HOUR", 500_000)
NEWCOMER_UNIT_MINUTES_PER_HOUR = env_int("NEWCOMER_UNIT_MINUTES_PER_HOUR", 1000)
# How many percent of an item's units new customers may tie up: all of them, and those who
# signed up from one network. 100 turns a limit off.
NEWCOMER_SHARE = env_int("NEWCOMER_SHARE", 60)
NEWCOMER_NETWORK_SHARE = env_int("NEWCOMER_NETWORK_SHARE", 25)
# Shipped units can be sent back within so many days.
RETURN_DAYS = env_int("RETURN_DAYS", 30)
ASSIGNMENT_STRATEGY = os.environ.get("ASSIGNMENT_STRATEGY", "fewest_parcels")
SEARCH_INDEX_DIR = os.environ.get("SEARCH_INDEX_DIR", str(DATA_DIR / "search"))
RECOMMENDER = os.environ.get("RECOMMENDER", "catalog.recommendations.bought_together")
ASSIGNMENT_BUDGET_MS = env_int("ASSIGNMENT_BUDGET_MS", 200)
RECOMMENDER_BUDGET_MS = env_int("RECOMMENDER_BUDGET_MS", 50)
SEARCH_RANKER_BUDGET_MS = env_int("SEARCH_RANKER_BUDGET_MS", 50)
LOW_STOCK = env_int("LOW_STOCK", 5)
EVENT_RETENTION_DAYS = env_int("EVENT_RETENTION_DAYS", 7)
# The number of tasks that send webhooks at once, each to 32 addresses, each in a worker process.
WEBHOOK_SENDERS = env_int("WEBHOOK_SENDERS", 1)
# The number of streamed responses (exports, results, the feed) at once. Each occupies a process
# of the web server, so it must be less than the number of those; the demo has two.
MAX_STREAMS = env_int("MAX_STREAMS", 1 if DEMO else 2)
# Allows webhooks to this machine, also by plain http, to try them out.
WEBHOOKS_ALLOW_LOOPBACK = env_bool("WEBHOOKS_ALLOW_LOOPBACK", DEMO)
SEARCH_RANKER = os.environ.get("SEARCH_RANKER", "catalog.search.reranking.by_relevance")

# Applications: the floors of the shop from the top down, then those of Django and libraries

INSTALLED_APPS = [
    "shop.api_docs",
    "shop.demo",
    "shop.integrations",
    "shop.accounts.apps.AccountsConfig",
    "warehouses",
    "orders",
    "cart",
    "catalog",
    "shop.core",
    "shop.accounts.apps.ShopAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
]

MIDDLEWARE = [
    "shop.core.http.request_ids.RequestIdMiddleware",  # first, so that each response has the id
    "shop.core.security_log.record_refusals",
    "shop.core.http.response_headers.ResponseHeaders",
    "shop.core.api.throttling.RateLimitHeaders",  # before every middleware that can respond
    "django.middleware.security.SecurityMiddleware",
    "shop.core.api.etags.ETagGZipMiddleware",  # it adds noise against attacks by length
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shop.pages.throttling.PageLimit",  # before what reads the user from the database
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shop.core.http.busy.BusyMiddleware",
]

ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cart.storefront.context.cart_size",
            ],
        },
    },
]

# Database, cache, broker

# The time limit of a statement in milliseconds; 0 is no limit. The web server sets it
# (shop.wsgi), commands and tasks do not.
STATEMENT_TIMEOUT_MS = env_int("STATEMENT_TIMEOUT_MS", 0)
# The time limit of a wait for a lock in milliseconds, after which the response is "busy".
LOCK_TIMEOUT_MS = env_int("LOCK_TIMEOUT_MS", 4000)

_DATABASE = dj_database_url.parse(os.environ.get("DATABASE_URL", "postgres:///shop"))
_LIBPQ: dict = dict(_DATABASE.get("OPTIONS", {}))  # the URL's own parameters, as sslmode
DATABASES = {
    "default": {
        **_DATABASE,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 3,  # seconds
            **_LIBPQ,
            "server_side_binding": True,  # so that often-used statements are prepared
            "prepare_threshold": 3,
            "options": f"{_LIBPQ.get('options', '')} -c statement_timeout={STATEMENT_TIMEOUT_MS}"
            f" -c lock_timeout={LOCK_TIMEOUT_MS}"
            f" -c shop.low_stock={LOW_STOCK}",  # read by the trigger that records stock events
        },
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "shop.core.cache.FailSafeCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": f"shop:{REGION.code}",
        "OPTIONS": {
            "SERIALIZER": "shop.core.cache.PlainSerializer",  # never pickles
            "IGNORE_EXCEPTIONS": True,  # the shop sells without its cache
            "SOCKET_CONNECT_TIMEOUT": 0.5,
            "SOCKET_TIMEOUT": 0.5,
        },
    },
}
SESSION_ENGINE = "shop.accounts.sessions"

CELERY_BROKER_URL = REDIS_URL
if REDIS_URL.startswith("rediss:"):
    CELERY_BROKER_USE_SSL = {"ssl_cert_reqs": ssl.CERT_REQUIRED}
CELERY_ACCEPT_CONTENT = ["json"]  # never pickles
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False  # the row is the queue: a lost message only delays
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": f"shop:{REGION.code}:",
    "socket_connect_timeout": 0.5,
    "socket_timeout": 5,
}
CELERY_TIMEZONE = REGION.time_zone  # for the nightly tasks
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE

# Users

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "shop.accounts.identity.passwords.LengthValidator"},
    {"NAME": "shop.accounts.identity.passwords.GuessableValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "shop.accounts.identity.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "shop.accounts.identity.forms.SignupForm",
    "add_email": "shop.accounts.identity.forms.AddEmailForm",
    "change_password": "shop.accounts.identity.forms.ChangePasswordForm",
    "reset_password_from_key": "shop.accounts.identity.forms.ResetPasswordKeyForm",
}
# What outlives a session needs the password or factor again, and its owner gets a mail.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 3
ACCOUNT_RATE_LIMITS = {
    # The key is the account with the client's network or known device (identity.guesses).
    "login_failed": "10/m/ip,5/300s/key",
    "confirm_email": "1/180s/key,5/h/key",
}
# A mandatory confirmation keeps a sign-up from revealing whether an address is registered.
# Without a mail server nobody could confirm an address, so there it is optional.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if os.environ.get("EMAIL_HOST") else "optional"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
# Links in mails give access to accounts, so they are short-lived.
PASSWORD_RESET_TIMEOUT = 3600  # seconds
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES  # for its rate limits by address

# Second factors: one-time codes, passkeys and recovery codes. Staff need one for the admin.
STAFF_SECOND_FACTOR = env_bool("STAFF_SECOND_FACTOR", not _IS_LOCAL)
MFA_ADAPTER = "shop.accounts.identity.second_factor.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _IS_LOCAL
# Without a mail server nobody can confirm an address, and staff need a factor nevertheless.
MFA_ALLOW_UNVERIFIED_EMAIL = not os.environ.get("EMAIL_HOST")
STAFF_SESSION_IDLE_MINUTES = env_int("STAFF_SESSION_IDLE_MINUTES", 30)
STAFF_SESSION_HOURS = env_int("STAFF_SESSION_HOURS", 12)
if not (STAFF_SESSION_IDLE_MINUTES and STAFF_SESSION_HOURS):
    raise ImproperlyConfigured("Sessions of staff need a lifetime of 1 or more.")

# Without EMAIL_HOST, mails are written to files.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = env_int("EMAIL_PORT", 25)
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS")
EMAIL_USE_SSL = env_bool("EMAIL_USE_SSL")
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "shop@example.com")
# Where weaknesses are reported, in /.well-known/security.txt: an address, or a page by https.
SECURITY_CONTACT = as_contact(os.environ.get("SECURITY_CONTACT") or DEFAULT_FROM_EMAIL)
_INSECURE = find_insecure_backend(
    database=DATABASES["default"],
    redis_url=REDIS_URL,
    email_host=EMAIL_HOST,
    email_has_tls=EMAIL_USE_TLS or EMAIL_USE_SSL,
)
if _INSECURE and not (_IS_LOCAL or env_bool("INSECURE_BACKENDS")):
    raise ImproperlyConfigured(_INSECURE)

# The limits of pages

# The token bucket of each network, and of each signed-in user beyond it: it refills at PAGE_RATE
# pages a second and holds PAGE_BURST. Enough for 200 people behind one address, who each open two
# pages a minute; a rate of 0 turns the limit off.
PAGE_RATE = env_int("PAGE_RATE", 30)
PAGE_BURST = env_int("PAGE_BURST", 1000)
if PAGE_RATE and not PAGE_BURST:
    raise ImproperlyConfigured("PAGE_BURST must be 1 or more; PAGE_RATE=0 turns the limit off.")
# The sessions and carts that visitors of one network may begin in an hour; 0 is no limit.
VISITOR_SESSIONS_PER_HOUR = env_int("VISITOR_SESSIONS_PER_HOUR", 1000)

# The REST API, whose conventions in shop.core.api reach the apps through these settings

# The token bucket of each user, OAuth client, or address without a token: it refills at
# API_RATE requests a second and holds API_BURST requests. A rate of 0 turns the limit off.
API_RATE = env_int("API_RATE", 50)
API_BURST = env_int("API_BURST", 500)
if API_RATE and not API_BURST:
    raise ImproperlyConfigured("API_BURST must be 1 or more; API_RATE=0 turns the limit off.")
# The megabytes of answers that are kept for the Idempotency-Keys of a user, each for a day, after
# which writes with a key are refused; 0 is no limit.
IDEMPOTENCY_MB_PER_DAY = env_int("IDEMPOTENCY_MB_PER_DAY", 100)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "shop.accounts.api.authentication.BearerTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["shop.core.api.permissions.HasRequiredScope"],
    "DEFAULT_THROTTLE_CLASSES": ["shop.core.api.throttling.CallerThrottle"],
    "DEFAULT_PAGINATION_CLASS": "shop.core.api.pagination.NewestFirst",
    "DEFAULT_PARSER_CLASSES": ["shop.core.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "shop.api_docs.schema.ContractSchema",
    "EXCEPTION_HANDLER": "shop.core.api.errors.problem_exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "shop.core.api.negotiation.JsonNegotiation",
    "URL_FORMAT_OVERRIDE": None,
}

# Language, time, files

LANGUAGE_CODE = REGION.language
LANGUAGES = [(REGION.language, REGION.language)]  # so that no page mixes two languages
TIME_ZONE = REGION.time_zone
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "media/"
MEDIA_ROOT = DATA_DIR / "media"
# The function that returns the Cache-Control header of a stored file, by its name.
MEDIA_CACHE_CONTROL = "catalog.pictures.storage.cache_control"
_PICTURES, _PICTURE_ORIGINS = read_storage_url(os.environ.get("MEDIA_STORAGE_URL", ""))
STORAGES = {
    "default": _PICTURES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# The bounds of bodies, beside those of shop.core.http.request_bounds.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000  # a cart of 500 lines is one form
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# Pictures and static files are public; everything else that the shop writes is its own.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o644, 0o755

# Security

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *_PICTURE_ORIGINS],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
_HAS_TLS = not _IS_LOCAL
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HAS_TLS
# A cookie with this prefix is the shop's own: no subdomain and no plain http can set it.
COOKIE_PREFIX = "__Host-" if _HAS_TLS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
MESSAGE_STORAGE = "shop.core.http.message_storage.MessageStorage"
SECURE_SSL_REDIRECT = _HAS_TLS
SECURE_HSTS_SECONDS = 31_536_000 if _HAS_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _HAS_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]

LOGGING = logging_settings(
    level=os.environ.get("LOG_LEVEL", "INFO"), has_requests=env_bool("ACCESS_LOG")
)
