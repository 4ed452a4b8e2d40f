"""OFAC's words for identifiers, what kind of identifier each one is, and the number in what is stated.

The same words stand before the numbers in the remarks of the CSV files and in the ID types of the XML files.
One word may cover two kinds of number: a "Legal Entity Number" is an LEI only if it has the form of one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lists.model import IdentifierType, Kind

_SCHEMES: dict[IdentifierType, tuple[str, ...]] = {
    IdentifierType.PASSPORT: (
        "Passport",
        "Diplomatic Passport",
        "British National Overseas Passport",
        "Stateless Person Passport",
        "Travel Document Number",
    ),
    IdentifierType.NATIONAL_ID: (
        "National ID No.",
        "National ID",
        "Cedula No.",
        "Cedula de Residencia",
        "C.U.R.P.",
        "CURP",
        "D.N.I.",
        "C.U.I.",
        "C.U.I.P.",
        "C.I.N.",
        "I.F.E.",
        "N.I.E.",
        "SSN",
        "LE Number",
        "Credencial electoral",
        "Electoral Registry No.",
        "Cartilla de Servicio Militar Nacional",
        "Military Registration Number",
        "National Foreign ID Number",
        "Foreign ID No.",
        "Personal ID Card",
        "Personal ID No.",
        "Citizen's Card Number",
        "Turkish Identification Number",
        "Turkish Identificiation Number",  # as published
        "CNP (Personal Numerical Code)",
        "Numero de Identidad",
        "Kenyan ID No.",
        "Bosnian Personal ID No.",
        "Moroccan Personal ID No.",
        "Afghan ID",
        "Tazkira National ID Card",
        "UAE Identification",
        "Interior Ministry Identification Number",
        "Stateless Person ID Card",
        "Refugee ID Card",
        "Residency Number",
        "Public Security and Immigration No.",
        "I.D. No.",
        "ID No.",
    ),
    IdentifierType.DRIVING_LICENCE: ("Driver's License No.", "Driver's License"),
    IdentifierType.TAX: (
        "Tax ID No.",
        "R.F.C.",
        "RFC",
        "NIT #",
        "RUC #",
        "RIF #",
        "RTN",
        "V.A.T. Number",
        "VAT Number",
        "US FEIN",
        "C.U.I.T.",
        "C.I.F.",
        "N.I.F.",
        "C.N.P.J.",
        "Italian Fiscal Code",
        "Fiscal Code",
        "Numero Unico de Identificacao Tributaria (NUIT)",
        "Numero Unico de Identificacion Tributaria (NUIT)",
        "Paraguayan tax identification number",
        "Romanian Tax Registration",
        "Tax Number",
    ),
    IdentifierType.REGISTRATION: (
        "Registration Number",
        "Registration ID",
        "Registration Certificate Number (Dubai)",
        "Business Registration Number",
        "Business Registration Document #",
        "Business Number",
        "Company Number",
        "UK Company Number",
        "Enterprise Number",
        "Commercial Registry Number",
        "Chamber of Commerce Number",
        "Dubai Chamber of Commerce Membership No.",
        "Istanbul Chamber of Comm. No.",
        "Central Registration System Number",
        "Economic Register Number (CBLS)",
        "Public Registration Number",
        "Certificate of Incorporation Number",
        "Branch Unit Number",
        "Organization Code",
        "Folio Mercantil No.",
        "Matricula Mercantil No",
        "Trade License No.",
        "Tourism License No.",
        "MSB Registration Number",
        "Afghan Money Service Provider License Number",
        "Government Gazette Number",
        "Unified Social Credit Code (USCC)",
        "United Social Credit Code Certificate (USCCC)",
        "Legal Entity Number",
        "Registered Charity No.",
        "C.R. No.",
        "Romanian C.R.",
        "SRE Permit No.",
        "License",
        "Permit Number",
        "Vessel Registration Identification",
        "Russian State Individual Business Registration Number Pattern (OGRNIP)",
    ),
    IdentifierType.BIC: ("SWIFT/BIC",),
    IdentifierType.ISIN: ("ISIN",),
    IdentifierType.MMSI: ("MMSI",),
    IdentifierType.CALL_SIGN: ("Other Vessel Call Sign", "Vessel Call Sign"),
    IdentifierType.WALLET: ("Digital Currency Address -",),
    IdentifierType.AIRCRAFT_SERIAL: (
        "Aircraft Construction Number (also called L/N or S/N or F/N)",
        "Aircraft Construction Number",
        "Aircraft Manufacturer's Serial Number (MSN)",
        "Aircraft Serial Number",
        "Aircraft Serial Identification",
        "Serial No.",
    ),
    IdentifierType.AIRCRAFT_REGISTRATION: (
        "Aircraft Tail Number",
        "Previous Aircraft Tail Number",
    ),
    IdentifierType.EMAIL: ("Email Address", "Email", "EMAIL"),
    IdentifierType.WEBSITE: ("Website",),
    IdentifierType.PHONE: (
        "Phone Number",
        "Phone No.",
        "Telephone No.",
        "Telephone Number",
        "Telephone",
        "Phone",
        "Fax No.",
        "Fax Number",
        "Fax",
        "PHONE",
        "FAX",
    ),
    IdentifierType.OTHER: (
        "Identification Number",
        "Aircraft Mode S Transponder Code",
        "BIK (RU)",
        "Birth Certificate Number",
        "Cartilla de Servicio Militar",
        "D-U-N-S Number",
        "Equity Ticker",
        "File Number",
        "Immigration No.",
        "MICEX Code",
        "Pilot License Number",
        "Romanian Permanent Resident",
        "Seafarer's Identification Document",
        "Tarjeta Profesional",
        "Trademark number",
        "VisaNumberID",
    ),
}

SCHEMES: dict[str, IdentifierType] = {
    scheme: identifier_type for identifier_type, schemes in _SCHEMES.items() for scheme in schemes
}

# Identifiers whose value need not hold a digit, by their type and by OFAC's word for them.
_WITHOUT_DIGIT = frozenset(
    {
        IdentifierType.EMAIL,
        IdentifierType.WEBSITE,
        IdentifierType.BIC,
        IdentifierType.CALL_SIGN,
        IdentifierType.WALLET,
        IdentifierType.AIRCRAFT_REGISTRATION,
    }
)
_OF_LETTERS = frozenset({"Equity Ticker", "MICEX Code"})
_WALLET = "Digital Currency Address -"
LONGEST_NUMBER = 300  # the longest there is, a wallet's address, has 106 characters

_LABEL = re.compile(r"(?:Booklet|#|[A-Z][A-Za-z.]*:)\s+")
_BRACKETS = re.compile(r" \([^()\d]+\)$")
_PLACE_WORD = re.compile(r"[A-Z][a-z]{2,}[A-Za-z-]*")
_SENTENCE = re.compile(r"\b(?:and|the|issued|under|were|by)\b|, ")

_VESSEL = "Vessel Registration Identification"
_IMO_PREFIX = re.compile(r"IMO:?\s+", re.IGNORECASE)
_IMO_DIGITS = re.compile(r"\d{7}", re.ASCII)
_LEI = re.compile(r"[0-9A-Z]{18}\d{2}", re.ASCII)  # ISO 17442


def classify(scheme: str, value: str, kind: Kind) -> tuple[IdentifierType, str]:
    """The type of an identifier that OFAC calls `scheme`, and its value without an "IMO" before it.

    The IMO numbers companies too, in the same seven digits; only a vessel's number is `IdentifierType.IMO`, a
    company's is a registration. Raises KeyError for a word that `SCHEMES` does not have.
    """
    identifier_type = SCHEMES[scheme]
    prefix = _IMO_PREFIX.match(value)
    if prefix or (kind is Kind.VESSEL and scheme == _VESSEL):
        digits = value[prefix.end() :] if prefix else value
        vessel = kind is Kind.VESSEL and _IMO_DIGITS.fullmatch(digits)
        return (IdentifierType.IMO if vessel else IdentifierType.REGISTRATION), digits
    if scheme == "Legal Entity Number" and _LEI.fullmatch(value):
        return IdentifierType.LEI, value
    if scheme == "Identification Number":
        return (IdentifierType.NATIONAL_ID if kind is Kind.PERSON else IdentifierType.REGISTRATION), value
    return identifier_type, value


@dataclass(frozen=True)
class Number:
    """A number as OFAC states it, taken apart. `is_whole` when nothing was stated beside the number."""

    type: IdentifierType
    value: str
    scheme: str
    is_whole: bool


def read_number(word: str, stated: str, kind: Kind) -> Number | None:
    """The number in what OFAC states behind one of the words of `SCHEMES`; None where it states none.

    A label before the number ("CNIC: 00000-0000001-9"), the register's place and a sentence behind it
    ("4000001 issued under the name ...") are not part of it; a wallet's scheme is its currency.
    """
    if len(stated) > LONGEST_NUMBER:
        return None
    stated, scheme = _LABEL.sub("", stated, count=1), word
    if word == _WALLET:
        scheme, _, stated = stated.partition(" ")
    number = stated if _is_number(stated, word) else _leading_number(stated)
    if number is None:
        return None
    number = _without_place(number)
    identifier_type, value = classify(word, number, kind)
    return Number(identifier_type, value, scheme, is_whole=number == stated)


def _is_number(value: str, word: str) -> bool:
    if word in _OF_LETTERS:
        return bool(value)
    if SCHEMES[word] in _WITHOUT_DIGIT:
        return bool(value) and " " not in value
    return any(character.isdigit() for character in value) and not _SENTENCE.search(value)


def _without_place(value: str) -> str:
    """A number without the register's place behind it: "HRB 12345 (Stuttgart)", "100001-1 Lima"."""
    number = _BRACKETS.sub("", value)
    words = number.split(" ")
    while len(words) > 1 and _PLACE_WORD.fullmatch(words[-1]):
        words.pop()
    return " ".join(words) if any(map(str.isdigit, words[0])) or len(words) > 1 else value


def _leading_number(value: str) -> str | None:
    """The number a sentence begins with ("12345 issued under the name ..."), if it begins with one."""
    word = value.split(" ", 1)[0].rstrip(",")
    return word if any(character.isdigit() for character in word) else None
