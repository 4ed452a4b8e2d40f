"""Fields of the United Kingdom's lists: texts that number what they hold, documents, numbers and addresses.

The UK writes several values into one field as "(1) Mullah (2) Maulavi", and the values of two fields that
belong together under the same numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lists.country_texts import country, country_today
from lists.identity_documents import document_type, expiry_date, issue_date, issuing_country, without_dates
from lists.model import Address, Identifier, IdentifierType, Kind

_NUMBER_MARK = re.compile(r"(?:\(|^)(\d{1,2})(?:-(\d{1,2}))?\)")
_STRAY = " .,;'’"
_NO_VALUE = frozenset({"", "-", "n/a", "na", "none", "unknown"})
# A field with more is not a list of values, whatever it numbers.
_MOST_VALUES = 99
_LONGEST_FIELD = 10_000

_REGION = re.compile(
    r"\b(?:province|region|governorate|oblast|state|republic|district|county)\b", re.IGNORECASE
)
_LEADING_NUMBER = re.compile(
    r"(?:(?:passport|number|no\.?)[ :]*)*(?P<number>[A-Z]{0,3}[ -]?\d[\w/-]{3,})(?![\w.])", re.IGNORECASE
)
_BETWEEN_NUMBERS = re.compile(r"\.\s+(?=\S*\d)")
_LABELLED = re.compile(r"([A-Za-z][A-Za-z ./]*?)(?::\s*|(?<=INN)\s+|(?<=TIN)\s+)(\S*\d.*)")  # "TIN: 123"
_BEHIND = re.compile(r"(.+?)\s*\(([^()]+)\)")
_LONGEST_SCHEME = 60
# The longest real ones have 60 and 600 characters; longer ones are kept as they are.
_LONGEST_NUMBER = 300
_LONGEST_DETAILS = 2_000
_SCHEMES = {IdentifierType.PASSPORT: "Passport", IdentifierType.NATIONAL_ID: "National identifier"}
_WORD = re.compile(r"[^\W\d_]{2,}")
_SAYS_NOTHING = frozenset(
    "passport number no nos national nationality identity identification card id citizen date of issue "
    "expiry issuing issued country personal civil and the".split()
)
_LEI = re.compile(r"\b[0-9A-Z]{18}\d{2}\b")  # ISO 17442
_BIC = re.compile(r"\bSWIFT(?:/BIC)?:? ([A-Z0-9]{8}(?:[A-Z0-9]{3})?)\b")
_REGISTRATION = re.compile(
    r"(?P<number>[A-Z]{0,5}\d[\d/-]{4,}[A-Z\d]*)(?:\s*\((?P<country>[A-Z][A-Za-z ]+)\))?"
)
_DATED = re.compile(r"\bdated \d{1,2}/\d{1,2}/\d{4}")
_DIGIT_GROUPS = re.compile(r"\d+(?: \d+)+")
_TWO_NUMBERS = re.compile(r"\d{9,}/\d{9,}")  # for tax, and the reason for it ("INN/KPP")
_TAX_LABEL = re.compile(r"\b(?:TIN|INN|VAT)\b|\btax", re.IGNORECASE)
_LABEL = re.compile(r"[^\W\d_][^:;()]*")
_IMO = re.compile(r"(?:IMO[:\s]*)?(\d{7})", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s,;()<>@]{1,64}@[^\s,;()<>@]{1,250}\.[^\s,;()<>@.]+")  # lengths: RFC 5321
_BETWEEN_PHONES = re.compile(r";|\.\s+")
_BETWEEN_SITES = re.compile(r"[;,\s]+")
_FEWEST_DIGITS = 5


def numbered(text: str) -> dict[int, str]:
    """The values of a field by their numbers; a field without numbers has one value, of the number 0.

    Only numbers that begin the field and follow each other count, so the area code of "+7 (499) 750" is none.
    """
    marks: list[re.Match[str]] = []
    expected = 1
    for mark in _NUMBER_MARK.finditer(text) if len(text) <= _LONGEST_FIELD else ():
        if int(mark[1]) == expected and (marks or not text[: mark.start()].strip()):
            marks.append(mark)
            expected = int(mark[2] or mark[1]) + 1
    if not marks:
        return {0: value} if (value := text.strip(_STRAY)).lower() not in _NO_VALUE else {}
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    values = {}
    for mark, end in zip(marks, ends, strict=True):
        value = text[mark.end() : end].strip(_STRAY)
        if value.lower() not in _NO_VALUE:
            last = min(int(mark[2] or mark[1]), _MOST_VALUES)
            values.update(dict.fromkeys(range(int(mark[1]), last + 1), value))
    return values


def paired(first: str, second: str) -> list[tuple[str, str]]:
    """The values of two fields that belong together, by their numbers; empty where one has none.

    A value without a number belongs to the other field's only value; where that has several, it stands alone.
    """
    ones, others = numbered(first), numbered(second)
    if len(ones) <= 1 and len(others) <= 1:
        pair = ("".join(ones.values()), "".join(others.values()))
        return [pair] if any(pair) else []
    return [(ones.get(key, ""), others.get(key, "")) for key in sorted(ones.keys() | others.keys())]


def read_documents(number: str, details: str, default: IdentifierType) -> tuple[list[Identifier], str | None]:
    """The documents with these numbers and details, and the details where they say more than that.

    Lists from before 2021 have both in one field: then the number is what the details begin with.
    """
    number, details = number.strip(_STRAY), details.strip(_STRAY)
    if len(number) > _LONGEST_NUMBER or len(details) > _LONGEST_DETAILS:
        return [], f"{number}: {details}".strip(" :")
    behind = ""
    if not number and (leading := _LEADING_NUMBER.match(details)):
        number, behind = leading["number"], details[leading.end() :]
    scheme = details if _is_scheme(details) else None
    documents = []
    for one in _BETWEEN_NUMBERS.split(number) if number else ():
        label, value, issuer = _take_apart(one)
        kind = document_type(details, label) or default
        documents.append(
            Identifier(
                type=kind,
                value=value,
                country=issuing_country(details) or issuing_country(behind) or issuer,
                scheme=scheme or label or _SCHEMES.get(kind),
                issued=issue_date(details),
                expires=expiry_date(details),
            )
        )
    said = documents and (scheme or not _says_more(details, number))
    return documents, None if said or not details else f"{number}: {details}".strip(" :")


def _take_apart(number: str) -> tuple[str | None, str, str | None]:
    """The label before a number, the number, and the country behind it."""
    labelled = _LABELLED.fullmatch(number)
    label, number = (labelled[1], labelled[2]) if labelled else (None, number)
    behind = _BEHIND.fullmatch(number)
    issuer = country(behind[2]) if behind else None
    return label, behind[1] if behind and issuer else number, issuer


def read_address(lines: Sequence[str], postcode: str, stated_country: str) -> Address | None:
    """The address in the lines, of which the last is where the UK writes the town or the region."""
    stated = [line.strip(" ,") for line in lines]
    text = ", ".join(filter(None, [*stated, postcode, stated_country]))
    if not text:
        return None
    *_, above, last = ("", "", *stated)
    is_region = bool(_REGION.search(last))
    return Address(
        text=text,
        city=(above if is_region else last) or None,
        region=last if is_region else None,
        postcode=postcode or None,
        country=country_today(stated_country),
    )


def read_registrations(text: str) -> Iterator[Identifier]:
    """The numbers an organisation is registered under, for tax or otherwise: "(1) INN: 123 (2) OGRN: 456"."""
    if len(text) > _LONGEST_FIELD:
        return
    for code in _BIC.findall(text):
        yield Identifier(type=IdentifierType.BIC, value=code, scheme="SWIFT/BIC")
    text = _DATED.sub("", _BIC.sub("", text))
    if _DIGIT_GROUPS.fullmatch(text):
        text = text.replace(" ", "")
    found = list(_REGISTRATION.finditer(text))
    for place, one in enumerate(found):
        start = found[place - 1].end() if place else 0
        end = found[place + 1].start() if place + 1 < len(found) else len(text)
        after = text[one.end() : end].lstrip()
        label = _label(text[start : one.start()]) or (_label(after) if after.startswith("-") else None)
        kind = IdentifierType.TAX if label and _TAX_LABEL.search(label) else IdentifierType.REGISTRATION
        issuer = country(one["country"]) if one["country"] else None
        for number in one["number"].split("/") if _TWO_NUMBERS.fullmatch(one["number"]) else [one["number"]]:
            is_lei = _LEI.fullmatch(number)
            yield Identifier(
                type=IdentifierType.LEI if is_lei else kind, value=number, country=issuer, scheme=label
            )


def read_contacts(text: str, kind: IdentifierType) -> Iterator[Identifier]:
    """The telephone numbers, e-mail addresses or websites in a field; an e-mail address in any is one."""
    for value in numbered(text).values():
        if len(value) > _LONGEST_FIELD:
            continue
        for email in _EMAIL.findall(value):
            yield Identifier(type=IdentifierType.EMAIL, value=email.strip(_STRAY))
        rest = _EMAIL.sub(" ", value)
        parts = (_BETWEEN_PHONES if kind is IdentifierType.PHONE else _BETWEEN_SITES).split(rest)
        for part in (part.strip(_STRAY) for part in parts):
            is_phone = kind is IdentifierType.PHONE and sum(map(str.isdigit, part)) >= _FEWEST_DIGITS
            if is_phone or (kind is IdentifierType.WEBSITE and "." in part):
                yield Identifier(type=kind, value=part)


def read_imo(text: str, kind: Kind) -> Iterator[Identifier]:
    """The IMO numbers in a field; only a ship's is `IdentifierType.IMO`, a company's is a registration."""
    identifier_type = IdentifierType.IMO if kind is Kind.VESSEL else IdentifierType.REGISTRATION
    for value in numbered(text).values():
        if number := _IMO.fullmatch(value):
            yield Identifier(type=identifier_type, value=number[1], scheme="IMO number")


def _is_scheme(details: str) -> bool:
    """Whether details are a publisher's word for a kind of document ("Italian fiscal code")."""
    named = document_type(details) is not None or _says_more(details, "")
    return named and len(details) <= _LONGEST_SCHEME and not any(map(str.isdigit, details))


def _label(text: str) -> str | None:
    words = _LABEL.search(_NUMBER_MARK.sub("", text))
    return words[0].strip(_STRAY + "-–") or None if words else None


def _says_more(details: str, number: str) -> bool:
    """Whether details say more than type, number, issuer and dates, which have fields."""
    rest = without_dates(details).replace(number, "")
    words = [word for word in _WORD.findall(rest) if word.casefold() not in _SAYS_NOTHING]
    return bool(words) and country(" ".join(words)) is None
