"""The parts of a name are told apart: what identifies, and the titles, particles and forms beside it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.names.prepared import items
from engine.names.tokens import CORE, MAX_TOKENS, Token, TokenKind, tokenise
from lists.model import Kind

W, N, I, G = TokenKind.WORD, TokenKind.NUMBER, TokenKind.INITIAL, TokenKind.GENERATION  # noqa: E741
P, H, L, X = TokenKind.PARTICLE, TokenKind.HONORIFIC, TokenKind.LEGAL, TokenKind.PREFIX


def kinds(name: str, kind: Kind) -> list[TokenKind]:
    return [token.kind for token in tokenise(name, kind)]


def legal_forms(name: str, kind: Kind = Kind.COMPANY) -> list[str]:
    return [token.text for token in tokenise(name, kind) if token.kind is L]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Viktor Orlan", [W, W]),
        ("Orlan, Viktor J.", [W, W, I]),
        ("J.M. Orlan", [I, I, W]),
        ("Dr. Viktor Orlan", [H, W, W]),
        ("Sheikh Hajji Mullah Orlan", [H, H, H, W]),
        ("Gen. Prof. Orlan", [H, H, W]),
        ("السيد اورلان", [P, W, W]),
        ("Viktor bin Orlan", [W, P, W]),
        ("Viktor ibn al-Orlan", [W, P, P, W]),
        ("Viktor bint Orlan", [W, P, W]),
        ("Orlan al-Dvessik", [W, P, W]),
        ("Jan van der Velm", [W, P, P, W]),
        ("Ana de la Velm", [W, P, P, W]),
        ("Viktor Orlan Jr.", [W, W, G]),
        ("Viktor Orlan III", [W, W, G]),
        ("Viktor Orlan Senior", [W, W, G]),
        ("Six Orlan", [W, W]),  # a person's word is a name, not a number
        ("Ten Orlan", [W, W]),
        ("Do An", [W, W]),  # Korean and Vietnamese names that are particles elsewhere
        ("Van Thi Orlan", [W, W, W]),
        ("Orlan 28", [W, N]),
    ],
)
def test_the_parts_of_a_persons_name(name: str, expected: list[TokenKind]) -> None:
    assert kinds(name, Kind.PERSON) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Velm Trading LLC", [W, W, L]),
        ("OOO Velm", [L, W]),
        ("A.B.C. Trading S.A.", [W, W, L]),
        ("Velm & Dvessik Co., Ltd.", [W, P, W, L]),
        ("Brigade 28", [W, N]),
        ("28th Brigade", [N, W]),
        ("Brigade Twenty Eight", [W, N]),
        ("Bank of Velm", [W, P, W]),
        ("Velm Group Trading", [W, W, W]),
        ("General Trading Velm", [W, W, W]),
        ("Dr. Velm Clinic", [W, W, W]),
    ],
)
def test_the_parts_of_a_companys_name(name: str, expected: list[TokenKind]) -> None:
    assert kinds(name, Kind.COMPANY) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MV Velm", [X, W]),
        ("M/V Velm Star", [X, W, W]),
        ("M/T Velm", [X, W]),
        ("Velm Star 5", [W, W, N]),
        ("Velm SA", [W, W]),  # a ship has no legal form
        ("MV", [W]),
    ],
)
def test_the_parts_of_a_ships_name(name: str, expected: list[TokenKind]) -> None:
    assert kinds(name, Kind.VESSEL) == expected


LEGAL_FORMS = """
LLC; L.L.C.; Ltd.; Limited; GmbH; SARL; S.à r.l.; S.r.l.; Ltda.; B.V.; OOO; ООО; ТОО; Sp. z o.o.; s.r.o.; \
Kft.; d.o.o.; Pvt. Ltd.; Pte Ltd; Sdn Bhd; Co., Ltd.; W.L.L.; FZE; Oy; Limited Liability Company; \
Gesellschaft mit beschränkter Haftung; Spoločnosť s ručením obmedzeným; Družba z omejeno odgovornostjo; \
Дружество с ограничена отговорност; Uždaroji akcinė bendrovė; Sabiedrība ar ierobežotu atbildību; Private
JSC; J.S.C.; PJSC; OJSC; PAO; ПАО; ОАО; ЗАО; АО; AG; S.A.; Sociedad Anónima; Société Anonyme; S.p.A.; N.V.; \
A/S; A.Ş.; PLC; Public Joint Stock Company; Aktiengesellschaft; Kabushiki Kaisha; Oyj; \
Akciová společnost; Akciová spoločnosť; Delniška družba; Atviroji akcinė bendrovė; Akciju sabiedrība; \
Avatud aktsiaselts; Avoin osakeyhtiö; Sociedade por ações aberta; Societatea pe acțiuni; \
Société par actions; Openbare vennootschap op aandelen; Javno dioničko društvo; \
Отворено акционерно дружество; Ανοικτή συμμετοχική εταιρεία; Cuideachta comhstoic oscailte; \
Nyilvánosan működő részvénytársaság; Aktieselskabet; Aktiebolaget
Inc.; Incorporated; Corp.; Corporation
LP; LLP; KG; GmbH & Co. KG; OHG
Stiftung; Fundación; Fondation; Foundation
"""


@pytest.mark.parametrize("forms", [line.split("; ") for line in LEGAL_FORMS.strip().splitlines()])
def test_a_legal_form_is_the_same_in_every_language(forms: list[str]) -> None:
    assert len({tuple(legal_forms(f"Velm Dvessik {form}")) for form in forms}) == 1
    assert all(len(legal_forms(f"Velm Dvessik {form}")) == 1 for form in forms)


def test_different_legal_forms_are_told_apart() -> None:
    forms = ["GmbH", "AG", "Inc.", "LP", "Foundation", "FGUP"]
    assert len({legal_forms(f"Velm Dvessik {form}")[0] for form in forms}) == len(forms)


@pytest.mark.parametrize("name", ["Pao Orlan", "Sa Orlan", "Orlan Too", "Ltd Orlan", "Ou Co", "Ab Orlan"])
def test_a_legal_form_in_a_persons_name_is_a_name(name: str) -> None:
    assert legal_forms(name, Kind.PERSON) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Sheikh", Kind.PERSON), ("al", Kind.PERSON), ("Dr.", Kind.PERSON), ("Abu", Kind.UNKNOWN)],
)
def test_a_title_or_particle_alone_is_the_name(name: str, kind: Kind) -> None:
    assert set(kinds(name, kind)) == {W}


@pytest.mark.parametrize("name", ["LLC", "GmbH & Co. KG", "S.A.", "OOO PAO"])
def test_a_legal_form_alone_is_no_name(name: str) -> None:
    assert not set(kinds(name, Kind.COMPANY)) & CORE


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("Abdul Rahman", "Abd al-Rahman", Kind.PERSON),
        ("Abdul Rahman", "Abdel-Rahman", Kind.PERSON),
        ("Abdul Rahman", "Abd ar Rahman", Kind.PERSON),
        ("Orlan ibn Velm", "Orlan bin Velm", Kind.PERSON),
        ("Orlan el Velm", "Orlan al-Velm", Kind.PERSON),
        ("Orlan Jr.", "Orlan Junior", Kind.PERSON),
        ("Forty Four Velm", "44 Velm", Kind.COMPANY),
        ("44th Velm", "44 Velm", Kind.COMPANY),
        ("Velm II", "Velm 2", Kind.COMPANY),
        ("Second Velm", "2nd Velm", Kind.COMPANY),
        ("Velm 007", "Velm 7", Kind.COMPANY),
        ("Velm Intl Trdg", "Velm International Trading", Kind.COMPANY),
        ("Velm and Sons", "Velm & Sons", Kind.COMPANY),
        ("Orlan VELM", "orlan velm", Kind.PERSON),
    ],
)
def test_two_ways_to_write_a_name_have_the_same_tokens(one: str, other: str, kind: Kind) -> None:
    assert [token.text for token in tokenise(one, kind)] == [token.text for token in tokenise(other, kind)]


def test_the_word_after_bin_is_the_fathers_name() -> None:
    def fathers(name: str) -> list[str]:
        return [token.surface for token in tokenise(name, Kind.PERSON) if token.father]

    assert fathers("Karim bin Hassan Orlan") == ["Hassan"]
    assert fathers("Karim bin al-Hassan") == ["Hassan"]
    assert fathers("Karim bint Hassan bin Orlan") == ["Hassan", "Orlan"]
    assert fathers("Karim Hassan") == []
    assert fathers("Bin Hassan") == ["Hassan"]


def test_neighbouring_words_are_also_read_together() -> None:
    joined = {item.text for item in items(tokenise("Al Rashid Orlan", Kind.PERSON)) if item.joined}
    assert joined == {"alrashid", "rashidorlan", "alrashidorlan", "orlanal"}
    initials = {item.text for item in items(tokenise("B.S. Velm", Kind.PERSON)) if item.joined}
    assert "bs" in initials


names = st.text() | st.lists(
    st.sampled_from(
        "orlan Velm al bin van de abd abdul J. Dr. LLC G.m.b.H. Co Ltd SA 28 28th twenty four II Jr "
        "MV M/V محمد ال 王伟 김 ' - & . , الرحمن Group the".split(" ")
    ),
    max_size=8,
).map(" ".join)


@given(names, st.sampled_from(Kind))
def test_no_text_breaks_the_reading_of_a_name(name: str, kind: Kind) -> None:
    found = tokenise(name, kind)
    assert len(found) <= MAX_TOKENS
    assert all(token.text and token.plain and token.surface for token in found)
    assert all(token.kind in TokenKind and isinstance(token, Token) for token in found)


@given(names, st.sampled_from(Kind))
def test_initials_are_the_only_words_of_one_letter(name: str, kind: Kind) -> None:
    """Candidates are bounded by it: an initial is like every word that begins with it."""
    for token in tokenise(name, kind):
        if token.kind is I:
            assert len(token.text) == 1
        else:
            assert len(token.text) > 1 or not token.text.isascii()
        if token.kind in (N, G, P, L, X):
            assert not token.text[0].isalnum()


@given(
    st.lists(
        st.sampled_from("Orlan Velm al bin J. Dr. LLC Co Ltd 28 twenty four II Jr MV & the".split()),
        max_size=8,
    )
)
def test_every_word_of_a_name_is_in_one_of_its_tokens(parts: list[str]) -> None:
    name = " ".join(parts)
    for kind in Kind:
        surfaces = " ".join(token.surface for token in tokenise(name, kind))
        assert surfaces.replace("and", "&").split() == name.replace(".", "").split()


def test_a_name_of_a_thousand_words_is_read_to_its_limit() -> None:
    assert len(tokenise("orlan " * 1_000, Kind.PERSON)) == MAX_TOKENS
