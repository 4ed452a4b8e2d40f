"""What lists say in words about passports and identity cards."""

from __future__ import annotations

import pytest

from lists.identity_documents import document_type, expiry_date, issue_date, issuing_country, without_dates
from lists.model import IdentifierType


@pytest.mark.parametrize(
    ("text", "country", "issued", "expires"),
    [
        (
            "Afghan passport no., issued on 12 Oct. 2021 issued in Kabul (expires 12 Oct. 2026)",
            "AF",
            "2021-10-12",
            "2026-10-12",
        ),
        ("Issuing Country: Belgium. Date of Expiry: 19/09/2023.", "BE", None, "2023-09-19"),
        (
            "(Libyan). Issued in Tripoli on 25 November 2018. Expiration date: 24 November 2026",
            "LY",
            "2018-11-25",
            "2026-11-24",
        ),
        ("Russian Passport, Expiry: 20 Feb 2030", "RU", None, "2030-02-20"),
        ("iss 15 April 2011, exp 14 April 2016", None, "2011-04-15", "2016-04-14"),
        ("issue date: 09/09/1998, expiry date: 08/09/2003", None, "1998-09-09", "2003-09-08"),
        ("(valid from 20.5.2014 to 19.5.2019)", None, "2014-05-20", "2019-05-19"),
        ("Delivered on: 13/06/2019   Expiration: 13/06/2024 ", None, "2019-06-13", "2024-06-13"),
        ("Issued in Qatar. Expired on 11 Jan. 2017.", None, None, "2017-01-11"),
        ("issued in Karachi in Jul.1996", None, "1996-07-01", None),
        ("Jordan 654781 issue date: dd/mm/2009", "JO", "2009-01-01", None),
        ("False Indonesian", "ID", None, None),
        ("a South Sudan passport", "SS", None, None),
        ("CAR diplomatic passport no.", "CF", None, None),
        (
            "(Congo, Democratic Republic of the) issued 21.12.2015 expiry 20.12.2020.",
            "CD",
            "2015-12-21",
            "2020-12-20",
        ),
        ("Issued: United Kingdom", "GB", None, None),
        ("(issued by the Democratic People's Republic of Korea)", "KP", None, None),
        ("ID card issued under the name A, born in 1955", None, None, None),
        ("issued on 99/99/1999", None, None, None),
    ],
)
def test_a_description_gives_issuer_and_dates(
    text: str, country: str | None, issued: str | None, expires: str | None
) -> None:
    found = (issue_date(text), expiry_date(text))
    assert issuing_country(text) == country
    assert tuple(date.earliest.isoformat() if date else None for date in found) == (issued, expires)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Afghan passport", IdentifierType.PASSPORT),
        ("German travel document", IdentifierType.PASSPORT),
        ("Danish driving licence", IdentifierType.DRIVING_LICENCE),
        ("Russian INN Tax Number", IdentifierType.TAX),
        ("Ration card no.", IdentifierType.OTHER),
        ("Kuwait civil identification number", IdentifierType.NATIONAL_ID),
        ("number", None),
        (None, None),
    ],
)
def test_a_description_gives_the_type(text: str | None, expected: IdentifierType | None) -> None:
    assert document_type(None, text) is expected


def test_what_is_left_without_the_dates_is_told() -> None:
    assert without_dates("issued on 12 Oct. 2021 (expires 12 Oct. 2026)").strip() == ""
    assert (
        without_dates("issued in Karachi in Jul.1996, expired 1 May 2001")
        == "issued in Karachi in Jul.1996, "
    )


def test_a_hostile_description_is_read_without_taking_long() -> None:
    for text in ("issued in " * 50_000, "expires on " * 50_000, "country: " * 50_000, "1 Jan " * 50_000):
        assert issue_date(text) is None and expiry_date(text) is None and issuing_country(text) is None
