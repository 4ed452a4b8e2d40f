"""OFAC's words in its XML files for scripts, features and ties, and what they mean."""

from __future__ import annotations

from lists.model import RelationType

SDN_LIST = "SDN List"

LATIN = "Latn"
# ISO 15924. The codes that OFAC gives are the standard's for some scripts only.
SCRIPTS = {
    "Arabic": "Arab",
    "Armenian": "Armn",
    "Bengali": "Beng",
    "Burmese": "Mymr",
    "Chinese Simplified": "Hans",
    "Chinese Traditional": "Hant",
    "Cyrillic": "Cyrl",
    "Devanagari": "Deva",
    "Georgian": "Geor",
    "Greek": "Grek",
    "Hangul": "Hang",
    "Hebrew": "Hebr",
    "Japanese": "Jpan",
    "Khmer": "Khmr",
    "Korean": "Kore",
    "Lao": "Laoo",
    "Latin": LATIN,
    "Tamil": "Taml",
    "Thai": "Thai",
}

# Features that the CSV files state under another word.
CSV_WORDS = {
    "Birthdate": "DOB",
    "Place of Birth": "POB",
    "Nationality Country": "nationality",
    "Citizenship Country": "citizen",
}

# Features that the CSV files have a column for.
VESSEL_FEATURES = {
    "vessel call sign": "call_sign",
    "vessel type": "type",
    "vessel flag": "flag",
    "vessel owner": "owner",
    "vessel tonnage": "deadweight_tons",
    "vessel gross registered tonnage": "gross_registered_tons",
}

# From the entry to the party that is named; `INEXACT` ties mean something more special than their type.
RELATIONS = {
    "acting for or on behalf of": RelationType.ACTING_FOR,
    "associate of": RelationType.ASSOCIATE_OF,
    "family member of": RelationType.FAMILY,
    "leader or official of": RelationType.LEADER_OF,
    "owned or controlled by": RelationType.OWNED_BY,
    "owns, controls, or operates": RelationType.OWNER_OF,
    "playing a significant role in": RelationType.MEMBER_OF,
    "principal executive officer": RelationType.LEADER_OF,
    "property in the interest of": RelationType.LINKED_TO,
    "providing support to": RelationType.SUPPORTS,
}
INEXACT = frozenset(
    {"playing a significant role in", "principal executive officer", "property in the interest of"}
)

LOCATION_PARTS = frozenset(
    {"ADDRESS1", "ADDRESS2", "ADDRESS3", "CITY", "STATE/PROVINCE", "POSTAL CODE", "REGION"}
)
