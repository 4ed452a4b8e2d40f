"""What clerks write into the field of a name beside the name: remarks on the account, and birth dates.

"Velm Trading - account closed" is Velm Trading, and "Viktor Dvessik DOB 12.03.1962" is born in 1962. Only
what is clearly a remark or a date is taken for one: the words of the first stand at an end of the name, set
off from it or several together; a date has a day, a month and a year, or a word before it that says what it
is.
"""

from __future__ import annotations

import re

_BEFORE = (
    r"(?:for the )?(?:account|a/c|acct)\.? of|attn|f\.?a\.?o\.|(?:the )?estate of(?: the late)?|the late|"
    r"payment to|pay(?:able)? to(?: the order of)?|beneficiary(?=\s*:)|attention(?=\s*:)|on behalf of|"
    r"in favou?r of|c/o|care of|(?:executors?|heirs) of"
)
_ACCOUNT = r"(?:account|a/c|acct)s?"
_STATE = r"(?:closed|blocked|frozen|dormant|inactive|suspended)"
_SEVERAL_WORDS = (
    rf"{_ACCOUNT}[ .:]*(?:is )?(?:{_STATE}|payable|receivable)|{_STATE} {_ACCOUNT}|"
    r"(?:joint|savings|current|client) (?:account|a/c|acct)|do not (?:use|mail|call|contact|pay|delete)|"
    r"head ?office|no longer (?:used|active)|see (?:notes?|remarks?)"
)
# So telling that nothing needs to set them off, and words that say it only where something does.
_ONE_WORD = r"deceased|dec'd"
_SET_OFF = rf"clients?|customers?|{_STATE}|duplicate|old record|minor|staff|h\.?q\.?|headquarters"

_OF_BIRTH = r"(?:d\.?o\.?b|date of birth|birth ?date|born(?: on)?|geb|b)\b[.:]*\s*|\*\s*"
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]*\.?"
_DAY = (
    r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})|"
    r"(?P<first>[0-9]{1,2})[-/.](?P<second>[0-9]{1,2})[-/.](?P<last>[0-9]{4}|[0-9]{2})|"
    rf"(?P<of_month>[0-9]{{1,2}})[ -](?P<name>{_MONTH})[ -](?P<in_year>[0-9]{{4}})"
)
_BIRTH_DATE = re.compile(
    rf"(?i)(?<![\w/.-])[(\[]?\s*(?:(?:{_OF_BIRTH})?(?:{_DAY})|(?:{_OF_BIRTH})(?P<alone>[0-9]{{4}}))"
    r"(?![\w/-])\s*[)\]]?"
)
_REMARK_BEFORE = re.compile(rf"(?i)^\W*(?:{_BEFORE})\b[\s.:,-]*")
_REMARK_AFTER = re.compile(
    rf"(?i)(?:\s*[-–—,;:/*(\[]+\s*(?:{_SEVERAL_WORDS}|{_ONE_WORD}|{_SET_OFF})|\s+(?:{_SEVERAL_WORDS}|{_ONE_WORD}))"
    r"\s*[)\]*.]*\s*$|[\s,;(\[-]+(?:c/o|care of)\s.*$"
)
# A name with a remark has one of these words, in small letters, and one with a date such figures.
REMARK_WORDS = tuple(
    """
    account|acct|a/c|c/o|attn|attention|f.a.o|fao.|estate of|the late|payment to|payable|pay to|beneficiary|
    on behalf|in favor|in favour|care of|executor|heirs of|do not|head office|headoffice|no longer|see note|
    see remark|deceased|dec'd|client|customer|closed|blocked|frozen|dormant|inactive|suspended|duplicate|
    old record|minor|staff|hq|h.q|headquarters
    """.replace("\n    ", "").split("|")
)
DATE_FIGURES = "[0-9]{4}|[0-9][-/.][0-9]{1,2}[-/.][0-9]{2}"
_DATE_FIGURES = re.compile(DATE_FIGURES)


def may_hold_remarks(text: str) -> bool:
    """Whether a name may hold a remark or a date: quickly, and right where it says no."""
    return any(map(text.lower().__contains__, REMARK_WORDS)) or _DATE_FIGURES.search(text) is not None


def without_remarks(text: str) -> str:
    """The name without remarks and birth dates; as it is where nothing would be left or nothing is there."""
    name = _BIRTH_DATE.sub(" ", text)
    before = ""
    while before != name:
        before = name
        name = _REMARK_AFTER.sub("", _REMARK_BEFORE.sub("", name)).strip(" \t,;:")
    name = " ".join(name.split())
    return name if name != text and any(map(str.isalpha, name)) else text


def birth_date_in(text: str) -> str | None:
    """The birth date that stands in a name, as YYYY-MM-DD or YYYY; None where there is none, or two.

    Of a day and a month that may be either, the day is taken to come first.
    """
    found = list(_BIRTH_DATE.finditer(text))
    return _written(found[0]) if len(found) == 1 else None


def _written(found: re.Match[str]) -> str | None:
    part = found.groupdict()
    if part["alone"]:
        return part["alone"]
    if part["year"]:
        year, month, day = part["year"], int(part["month"]), int(part["day"])
    elif part["name"]:
        year, day = part["in_year"], int(part["of_month"])
        month = 1 + _MONTHS.index(part["name"][:3].lower())
    else:
        year, day, month = part["last"], int(part["first"]), int(part["second"])
        if len(year) < 4:
            return None
        if month > 12:
            day, month = month, day
    return f"{year}-{month:02d}-{day:02d}"
