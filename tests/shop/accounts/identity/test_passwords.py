"""Which passwords may be chosen, wherever one is set."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django.asserts import assertContains

from shop.accounts.models import User

BREACHED = ["12345678", "password1", "P@ssw0rd", "Summer2026!", "demo1234", "qwertyuiop12"]
PATTERNS = ["aaaaaaaaaaaa", "abcabcabcabc", "19871231", "zxcvbnm,.", "hunter2hunter2"]
GOOD = ["correct horse battery", "x7Kp!q2z", "sunny-lamp-42", "größere Ziege 77"]


@pytest.mark.parametrize("password", [*BREACHED, *PATTERNS, "shopshop", "short", "testserver1"])
def test_a_password_that_is_guessed_soon_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(email="alice@example.com"))


@pytest.mark.parametrize("password", GOOD)
def test_a_password_that_is_not_guessed_soon_is_taken(password):
    validate_password(password, User(email="alice@example.com"))


@pytest.mark.parametrize("password", ["alice.liddell7", "liddellalice", "wonderland-tea1"])
def test_the_words_of_the_address_are_no_password(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(email="alice.liddell@wonderland-tea.example"))


def test_the_names_of_the_shop_are_no_password(settings):
    settings.ALLOWED_HOSTS = ["brasslamps.example.com"]

    with pytest.raises(ValidationError):
        validate_password("brasslamps1", User(email="a@b.example"))


def test_a_password_has_at_most_128_characters():
    words = "correct horse battery staple "
    validate_password((words * 5)[:128])

    with pytest.raises(ValidationError, match="at most 128"):
        validate_password((words * 200)[:5000])


def test_staff_need_12_characters():
    validate_password("x7Kp!q2zL9", User(email="a@b.example"))

    with pytest.raises(ValidationError, match="12 characters"):
        validate_password("x7Kp!q2zL9", User(email="a@b.example", is_staff=True))


@pytest.mark.django_db
def test_the_advice_is_on_the_page():
    fields = {"email": "new@example.com", "password1": "Summer2026!"}

    page = Client().post("/accounts/signup/", fields)

    assertContains(page, "guessed too soon")
    assertContains(page, "Add another word or two")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_the_admin_takes_none_either(desk):
    fields = {"email": "new@example.com", "password1": "demo1234", "password2": "demo1234"}

    page = desk.post("/admin/accounts/user/add/", fields | {"usable_password": "true"})

    assertContains(page, "guessed too soon")
    assert not User.objects.filter(email="new@example.com").exists()
