"""Why a match was decided as it was: codes that follow the steps OFAC publishes for judging a hit.

The steps are those of OFAC's "Assessing OFAC Name Matches" (https://ofac.treasury.gov/faqs/5): 1 is it a hit
on a sanctions list at all, 2 are both of one kind, 3 how much of the name agrees, 4 compare the whole entry
with all that is known of the customer, and get what is missing, 5 are there several similarities or an exact
match; then ask the authority.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class DecisionOutcome(StrEnum):
    """What a match is decided to be."""

    TRUE_MATCH = "true_match"
    FALSE_POSITIVE = "false_positive"
    NEEDS_INFORMATION = "needs_information"
    ESCALATED = "escalated"


class Reason(NamedTuple):
    """A reason code: OFAC's step, the outcomes it may stand behind, and what it says."""

    step: int
    outcomes: frozenset[DecisionOutcome]
    meaning: str


_NOT = frozenset({DecisionOutcome.FALSE_POSITIVE})
_IS = frozenset({DecisionOutcome.TRUE_MATCH})
_INFORMATION = frozenset({DecisionOutcome.NEEDS_INFORMATION})
_UP = frozenset({DecisionOutcome.ESCALATED})

REASONS: Mapping[str, Reason] = {
    "not_a_sanction": Reason(1, _NOT, "the entry is on a list that does not bind us here, or is no sanction"),
    "different_kind": Reason(2, _NOT, "one is a person, the other a company, a vessel or the like"),
    "part_of_name": Reason(3, _NOT, "only a part of the name agrees, such as the family name alone"),
    "different_name": Reason(3, _NOT, "the whole names are different, although they are alike"),
    "different_birth_date": Reason(4, _NOT, "the birth dates, or dates of foundation, rule it out"),
    "different_place": Reason(4, _NOT, "nationality, residence or address rule it out"),
    "different_identifier": Reason(4, _NOT, "a passport, registration or other number rules it out"),
    "different_gender": Reason(4, _NOT, "the genders rule it out"),
    "different_circumstances": Reason(4, _NOT, "occupation, family, business or life history rule it out"),
    "missing_information": Reason(4, _INFORMATION, "too little is known of the customer to compare"),
    "missing_document": Reason(4, _INFORMATION, "a document is needed that proves what the customer states"),
    "few_similarities": Reason(5, _NOT, "all known details were compared, and too few agree"),
    "several_similarities": Reason(5, _IS | _UP, "several details agree, and none contradicts"),
    "same_identifier": Reason(5, _IS | _UP, "a passport, registration or other number is the same"),
    "customer_confirms": Reason(5, _IS | _UP, "the customer says so, or it is publicly known"),
    "authority_confirms": Reason(5, _IS, "the authority was asked, and says that it is the party"),
    "authority_excludes": Reason(5, _NOT, "the authority was asked, and says that it is not the party"),
    "authority_asked": Reason(5, _UP, "the authority was asked and has not answered"),
    "beyond_my_mandate": Reason(5, _UP, "somebody with more authority or knowledge has to decide"),
}


def reasons_for(outcome: DecisionOutcome) -> list[str]:
    """The codes that may stand behind an outcome."""
    return [code for code, reason in REASONS.items() if outcome in reason.outcomes]
