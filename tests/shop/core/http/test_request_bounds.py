"""Requests at and beyond the bounds: none costs much more than a plain one (CVE-2024-7592)."""

import json

import pytest
from django.conf import settings

from shop.core.http import request_bounds as bounds
from tests.shop.core.http.wsgi import cpu_seconds, send, wsgi_environ
from tests.support.factories import ItemFactory

pytestmark = pytest.mark.django_db(transaction=True)

# How many times the CPU of a plain request of the same size a hostile one may take. Those of
# the parsers' flaws took 200 times as much and more; a busy machine may double a measurement.
MAX_RATIO = 25
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
HEADERS = [
    *("HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING", "HTTP_RANGE"),
    *("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_REFERER"),
    *("HTTP_AUTHORIZATION", "HTTP_ORIGIN", "HTTP_X_REQUEST_ID", "HTTP_X_FORWARDED_FOR"),
    *("HTTP_HX_CURRENT_URL", "HTTP_IDEMPOTENCY_KEY", "HTTP_HOST", "HTTP_COOKIE"),
]
# Texts that make parsers go back and forth.
PATTERNS = ('"', ",", ";", "; ", ", ", "a=", '"a', 'W/"a",', "%41", "a,", "=?utf-8?q?a?=", "(")


def filled(pattern: str, length: int) -> str:
    return (pattern * (length // len(pattern) + 1))[:length]


def assert_cheap(plain: dict, hostile: dict) -> None:
    """Send both several times and compare what they take. The arguments are of wsgi_environ."""
    ratio = cpu_seconds(lambda: wsgi_environ(**hostile)) / cpu_seconds(
        lambda: wsgi_environ(**plain)
    )
    assert ratio < MAX_RATIO


@pytest.mark.parametrize("header", HEADERS)
def test_no_header_at_its_bound_costs_much(header):
    path = f"/api/v1/items/{ItemFactory().pk}/"

    for pattern in PATTERNS:
        value = filled(pattern, bounds.MAX_HEADER_BYTES)
        assert_cheap({}, {header: value})
        assert_cheap({"path": path}, {"path": path, header: value})


def test_the_worst_cookie_within_the_bounds_costs_little():
    escapes = '\\"' * bounds.MAX_COOKIE_ESCAPES
    value = 'c="' + escapes + "a" * (bounds.MAX_HEADER_BYTES - len(escapes) - 4) + '"'

    assert_cheap({}, {"HTTP_COOKIE": value})


@pytest.mark.parametrize("pattern", [";", ";a", "\\", '\\"', " ", "; a*0=b"])
@pytest.mark.parametrize("start", ['text/plain; x="', "text/plain; ", f"{MULTIPART}; "])
def test_no_content_type_at_its_bound_costs_much(start, pattern):
    kind = filled(pattern, bounds.MAX_CONTENT_TYPE_BYTES - len(start))
    post = {"method": "POST", "path": "/search/"}

    assert_cheap(post, {**post, "CONTENT_TYPE": start + kind})


@pytest.mark.parametrize("path", ["/search/", "/api/v1/items/", "/accounts/login/"])
@pytest.mark.parametrize("pattern", ["&", ";", "=", "%", "+", "q=a&", "q=%41&", "a[0]=1&", "é"])
def test_no_query_at_its_bound_costs_much(path, pattern):
    length = bounds.MAX_TARGET_BYTES - len(path)
    plain = {"path": path, "QUERY_STRING": "q=" + "a" * (length - 2)}

    assert_cheap(plain, {"path": path, "QUERY_STRING": filled(pattern, length)})


@pytest.mark.parametrize("pattern", ["&", "=", "%", "+", "a=b&", "%41%", "a;", "\x00"])
def test_no_urlencoded_form_at_its_bound_costs_much(pattern):
    length = bounds.MAX_FORM_BYTES
    post = {"method": "POST", "path": "/accounts/login/", "CONTENT_TYPE": FORM}
    cookie = {"HTTP_COOKIE": "csrftoken=" + "a" * 32}  # with one, the form is parsed

    assert_cheap(
        {**post, **cookie, "body": b"a=" + filled("%C3%A9", length - 2).encode()},
        {**post, **cookie, "body": filled(pattern, length).encode()},
    )


def test_a_chunked_form_has_the_same_bound():
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": "", "CONTENT_TYPE": FORM}

    answer = send(wsgi_environ("POST", "/search/", b"%" * 1_000_000, **chunked))

    assert answer.status == 413


@pytest.mark.parametrize(
    "header",
    [
        'form-data; name="a"; x="' + ";" * 900 + '"',
        "form-data; name=a" + ";a" * 450,
        'form-data; name="a"; filename="' + "a" * 900 + '"',
        "form-data; name*=utf-8''" + "%41" * 300,
        'form-data; name="' + '\\"' * 450 + '"',
    ],
)
def test_no_multipart_form_at_its_bound_costs_much(header):
    part = f"--b\r\nContent-Disposition: {header}\r\n\r\nx\r\n"
    count = min(bounds.MAX_FORM_BYTES // len(part), 90)  # Django takes 100 files
    plain = f'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n{"x" * len(header)}\r\n'
    post = {"method": "POST", "path": "/accounts/login/", "CONTENT_TYPE": MULTIPART}
    cookie = {"HTTP_COOKIE": "csrftoken=" + "a" * 32}

    assert_cheap(
        {**post, **cookie, "body": (plain * count + "--b--\r\n").encode()},
        {**post, **cookie, "body": (part * count + "--b--\r\n").encode()},
    )


@pytest.mark.parametrize(
    "pattern", ["[", '{"a":', "1", '[1,"', "\\", '"\\u0041', " ", "-", "1e9,", '"a":1,']
)
def test_no_json_at_its_bound_costs_much(pattern):
    length = settings.DATA_UPLOAD_MAX_MEMORY_SIZE - 2
    post = {"method": "POST", "path": "/api/v1/checkout/", "CONTENT_TYPE": "application/json"}
    plain = b'"' + b"a" * length + b'"'

    assert_cheap({**post, "body": plain}, {**post, "body": filled(pattern, length).encode()})


@pytest.mark.parametrize(
    ("beyond", "status"),
    [
        ({"HTTP_COOKIE": "a" * (bounds.MAX_HEADER_BYTES + 1)}, 431),
        ({"HTTP_COOKIE": 'c="' + "\\" * (bounds.MAX_COOKIE_ESCAPES + 1) + '"'}, 431),
        ({"HTTP_X_ANY": "a" * (bounds.MAX_HEADER_BYTES + 1)}, 431),
        ({f"HTTP_X_{n}": "a" for n in range(bounds.MAX_HEADERS + 1)}, 431),
        ({f"HTTP_X_{n}": "a" * 8000 for n in range(5)}, 431),
        ({"CONTENT_TYPE": "a" * (bounds.MAX_CONTENT_TYPE_BYTES + 1)}, 431),
        ({"QUERY_STRING": "a" * bounds.MAX_TARGET_BYTES}, 414),
        ({"path": "/api/v1/" + "a" * bounds.MAX_TARGET_BYTES}, 414),
        ({"CONTENT_TYPE": MULTIPART, "CONTENT_LENGTH": "262145"}, 413),
        ({"CONTENT_TYPE": MULTIPART, "CONTENT_LENGTH": "9" * 5000}, 413),
        ({"CONTENT_TYPE": FORM, "CONTENT_LENGTH": "262145", "path": "/admin/"}, 413),
        ({"path": "/admin/", "CONTENT_TYPE": MULTIPART, "CONTENT_LENGTH": "13000000"}, 413),
    ],
)
def test_a_request_beyond_a_bound_is_refused_before_it_is_read(beyond, status):
    environ = wsgi_environ(**({"method": "POST", "HTTP_X_REQUEST_ID": "ref-1"} | beyond))
    del environ["wsgi.input"]

    answer = send(environ)

    assert answer.status == status
    assert answer.headers["X-Request-ID"] == "ref-1"
    assert b"ref-1" in answer.body


def test_the_api_refuses_with_a_problem():
    environ = wsgi_environ(path="/api/v1/items/", HTTP_COOKIE="a" * 100_000)

    answer = send(environ)

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(answer.body)["status"] == answer.status == 431


@pytest.mark.parametrize(
    "kind", ["text/plain; x*=nonsense'a'b", "application/json; charset*=x'y'z", "; ;", '";"; a="']
)
def test_a_malformed_content_type_is_no_fault(kind):
    answer = send(wsgi_environ("POST", "/api/v1/checkout/", b"{}", CONTENT_TYPE=kind))

    assert 400 <= answer.status < 500
