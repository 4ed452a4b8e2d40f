"""The customer to screen: a validated, immutable record, refused with a sentence when it is malformed."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from engine.identifiers import check
from engine.names.remarks import birth_date_in
from engine.names.several import names_in
from engine.names.tokens import MAX_TOKENS
from lists.countries import is_alpha2
from lists.model import Gender, IdentifierType, Kind, PartialDate

# The longest name on any list in use has under 700 characters; a longer "name" is a mistake in the
# caller's data.
MAX_NAME_LENGTH = 1_000
MAX_NAMES = 50

# How the ledger calls somebody without a reference: by the fingerprint of what was screened.
FINGERPRINT_KEY = re.compile(r"~[0-9a-f]{32}", re.ASCII | re.IGNORECASE)

_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
EARLIEST_BIRTH_YEAR = 1800


class InvalidSubject(ValueError):  # noqa: N818 - named for what is the case
    """A subject that cannot be screened. `problems` holds (field, sentence) pairs that repeat no value."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{field}: {sentence}" for field, sentence in problems))


def parse_birth_date(text: str) -> PartialDate:
    """A birth date written YYYY, YYYY-MM or YYYY-MM-DD. Raises ValueError that says what it takes."""
    found = _PARTIAL_DATE.fullmatch(text.strip())
    if not found:
        raise ValueError(_DATE_FORMS)
    year = int(found[1])
    month, day = (int(part) if part else None for part in found.groups()[1:])
    try:
        date = PartialDate.of(year, month, day)
    except ValueError:
        raise ValueError("is not a day of the calendar; takes YYYY, YYYY-MM or YYYY-MM-DD") from None
    if not year >= EARLIEST_BIRTH_YEAR or date.earliest > dt.datetime.now(dt.UTC).date():
        raise ValueError(f"must lie between {EARLIEST_BIRTH_YEAR} and today")
    return date


_DATE_FORMS = "takes a date as YYYY, YYYY-MM or YYYY-MM-DD"


def _birth_date(value: Any) -> PartialDate | None:
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date) or (isinstance(value, int) and not isinstance(value, bool)):
        value = str(value)
    if isinstance(value, str):
        return parse_birth_date(value)
    if value is None or isinstance(value, PartialDate):
        return value
    try:  # a subject that was written as JSON and is read again
        return PartialDate.model_validate(value)
    except ValidationError:
        raise ValueError(_DATE_FORMS) from None


def country_code(value: str) -> str:
    """A country as a subject has it. Raises ValueError that says what it takes."""
    code = value.strip().upper()
    if not is_alpha2(code):
        raise ValueError("takes a country as its two-letter ISO 3166-1 code, such as DE")
    return code


def _reference(value: str) -> str:
    if FINGERPRINT_KEY.fullmatch(value):
        raise ValueError(
            "is ~ and 32 hexadecimal digits, as the ledger calls a customer without a reference, so that two "
            "customers could be taken for one; give a reference of another form, or none"
        )
    return value


def _name(value: str) -> str:
    if len(value) > MAX_NAME_LENGTH:
        raise ValueError(f"is {len(value):,} characters long; a name has at most {MAX_NAME_LENGTH:,}")
    if not any(unicodedata.category(character)[0] in "LN" for character in value):
        raise ValueError("has no letter and no digit; takes a name as its bearer writes it")
    if len(value.split()) > MAX_TOKENS:
        raise ValueError(f"has more than {MAX_TOKENS} words; takes one name")
    return value


def _with_birth_date_of_name(data: dict[str, Any]) -> dict[str, Any]:
    """A person's birth date that stands in the name, where none is given and it is a possible one."""
    names = data.get("names")
    if data.get("birth_date") is not None or data.get("kind") != Kind.PERSON or not names:
        return data
    if not isinstance(names, list | tuple) or not isinstance(names[0], str):
        return data
    try:
        written = birth_date_in(names[0])
        return data if written is None else data | {"birth_date": parse_birth_date(written)}
    except ValueError:
        return data


Country = Annotated[str, AfterValidator(country_code)]
Reference = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_reference)]
NameText = Annotated[str, AfterValidator(_name)]


class SubjectIdentifier(BaseModel):
    """A document or number of the subject; `country` is the issuer where one issues it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    type: IdentifierType
    value: str = Field(min_length=1, max_length=200)
    country: Country | None = None

    @model_validator(mode="after")
    def _possible(self) -> SubjectIdentifier:
        check(self.type, self.value)
        return self


class Subject(BaseModel):
    """Who is screened. Only a name is required; everything else, where known, makes the answer more certain.

    `segment` is the group of customers whose policy applies, one that `cordon.toml` knows.
    Give `name` for one name or `names` for several (a maiden name, another script). `Subject.parse` is the
    constructor for data from outside: it raises `InvalidSubject`, whose sentences never repeat the data.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True
    )

    subject_id: Reference | None = None
    names: tuple[NameText, ...] = Field(min_length=1, max_length=MAX_NAMES)
    kind: Kind = Kind.UNKNOWN
    birth_date: Annotated[PartialDate, BeforeValidator(_birth_date)] | None = None
    gender: Gender | None = None
    countries: tuple[Country, ...] = ()
    identifiers: tuple[SubjectIdentifier, ...] = ()
    addresses: tuple[str, ...] = ()
    residency: Country | None = None
    segment: str | None = Field(default=None, min_length=1, max_length=200)

    @model_validator(mode="before")
    @classmethod
    def _one_name_is_several(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("name") is not None:
            data = dict(data)
            name, others = data.pop("name"), data.get("names") or ()
            data["names"] = (name, *others) if isinstance(others, list | tuple) else others
        elif isinstance(data, dict) and "name" in data:
            data = {key: value for key, value in data.items() if key != "name"}
        return _with_birth_date_of_name(data) if isinstance(data, dict) else data

    @property
    def name(self) -> str:
        """The name the subject goes by: the first given."""
        return self.names[0]

    @property
    def all_names(self) -> tuple[str, ...]:
        """The names as given, and those that one of them holds ("f/k/a")."""
        if len(self.names) == 1:
            return names_in(self.names[0])
        return tuple(dict.fromkeys(each for name in self.names for each in names_in(name)))

    @classmethod
    def parse(cls, **fields: Any) -> Subject:
        """A subject from outside data. Raises `InvalidSubject`, which names each field and what it takes."""
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            raise InvalidSubject(_problems(error)) from None


def _problems(error: ValidationError) -> list[tuple[str, str]]:
    details = error.errors(include_input=False)
    bad_names = any(detail["loc"][:1] == ("names",) and len(detail["loc"]) > 1 for detail in details)
    # A refused name leaves `names` one short, which is no problem of its own.
    return [_explain(detail) for detail in details if not (bad_names and detail["loc"] == ("names",))]


def _explain(detail: Any) -> tuple[str, str]:
    field = ".".join(str(part) for part in detail["loc"]) or "subject"
    field = re.sub(r"^names\.0$", "name", field)
    match detail["type"]:
        case "value_error":
            sentence = str(detail["ctx"]["error"])
        case "tuple_type":
            sentence = "takes a list"
        case "enum":
            sentence = f"takes {detail['ctx']['expected']}"
        case "missing" | "too_short" if field == "names":
            field, sentence = "name", "is missing; a subject needs at least one name"
        case "extra_forbidden":
            sentence = f"is not a field of a subject; it has {', '.join(['name', *Subject.model_fields])}"
        case _:
            sentence = detail["msg"][0].lower() + detail["msg"][1:]
    return field, sentence
