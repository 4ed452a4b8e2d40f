"""The sentences behind a name's score: what each part of an alignment says to an analyst."""

from __future__ import annotations

from engine.model import MODEL
from engine.names.alignment import Alignment, Part, Relation
from engine.names.likeness import Likeness, Why
from engine.screening import Evidence

_ALIKE = {
    Why.EQUAL: "are the same, written otherwise",
    Why.VARIANT: "are spellings of one name",
    Why.NICKNAME: "are a name and its short form",
    Why.GENDERED: "are forms of one surname",
    Why.SOUND: "sound alike",
    Why.EDIT: "are spelled almost alike",
    Why.CONSONANTS: "have the same consonants",
    Why.INITIAL: "agree in the initial",
    Why.JOINED: "are the same but for a space",
    Why.MISREAD: "are the same to a scanner",
    Why.VOCALISED: "are one word, in one of them with its vowels",
    Why.ROMANISED: "are one name, romanised otherwise",
    Why.SLIP: "are the same but for a slip",
    Why.ACRONYM: "are a name and its initials",
    Why.CUT: "are the same as far as a field had room",
}


_NO_NAME = Evidence(
    feature="name.none",
    contribution=0.0,
    subject_value=None,
    listed_value=None,
    sentence="the names do not agree",
)


def name_evidence(alignment: Alignment) -> list[Evidence]:
    """One piece of evidence for each part; their contributions sum to what the name contributes."""
    weight = MODEL["name.weight"]
    if not alignment.parts:
        return [_NO_NAME]
    return [
        Evidence(
            feature=f"name.{part.relation.value}",
            contribution=part.contribution * weight,
            subject_value=part.subject,
            listed_value=part.listed,
            sentence=sentence_of(part),
        )
        for part in alignment.parts
    ]


def sentence_of(part: Part) -> str:
    """What one part of an alignment says to an analyst."""
    own, other = f"‘{part.subject}’", f"‘{part.listed}’"
    if part.likeness is not None:
        return _aligned_sentence(part.likeness, own, other)
    match part.relation, part.subject, part.listed:
        case Relation.LACKING_IN_SUBJECT, _, _:
            sentence = f"the list also has {other}, which the customer's name lacks"
        case Relation.LACKING_IN_LISTED, _, _:
            sentence = f"the customer's name also has {own}, which the listed name lacks"
        case Relation.COMMON, _, _:
            sentence = "the words that agree are common ones, so what differs counts more"
        case _, None, _:
            sentence = f"the listed name has {other} where the customer's has another {_what(part.listed)}"
        case _, _, None:
            sentence = f"{own} stands where the listed name has another {_what(part.subject)}"
        case _:
            sentence = f"{own} stands where the listed name has {other}"
    return sentence


def _what(word: str | None) -> str:
    return "number" if word is not None and word.isdigit() else "word"


def _aligned_sentence(likeness: Likeness, own: str, other: str) -> str:
    if likeness.why is Why.EQUAL and own.casefold() == other.casefold():
        return f"{other} is in both names"
    return f"{own} and {other} {_ALIKE[likeness.why]} ({likeness.score:.2f})"
