"""Names that are read all at once have the tokens they have when read one at a time."""

from __future__ import annotations

import gc

import polars as pl
import pytest
from cases import FAMILIES, names
from hypothesis import given, settings
from hypothesis import strategies as st
from watchlists import real_entities

from engine.names.bulk import Lexicon
from engine.names.tokens import tokenise
from lists.model import Kind


def assert_read_alike(texts: list[str], kind: Kind, lexicon: Lexicon | None = None) -> None:
    lexicon = lexicon or Lexicon()
    read = lexicon.read(pl.Series(texts, dtype=pl.String), kind)
    for place, text in enumerate(texts):
        numbers = read.token[read.start[place] : read.start[place + 1]].tolist()
        found = [(token.kind, token.text, token.plain) for token in map(lexicon.tokens.__getitem__, numbers)]
        assert found == [(token.kind, token.text, token.plain) for token in tokenise(text, kind)], text


words = [
    word for family in FAMILIES for word in family
] + "ЖОРА Мак Васовa Łódź joint stock company m/v a.b.c. (alias)".split()


@given(st.lists(names(words) | st.text(max_size=20), max_size=12), st.sampled_from(Kind))
@settings(max_examples=300)
def test_any_names_are_read_alike(texts: list[str], kind: Kind) -> None:
    assert_read_alike(texts, kind)


@given(st.lists(st.tuples(st.lists(names(words), max_size=4), st.sampled_from(Kind)), max_size=4))
@settings(max_examples=60)
def test_names_are_read_alike_whatever_was_read_before(batches: list[tuple[list[str], Kind]]) -> None:
    lexicon = Lexicon()
    for texts, kind in batches:
        assert_read_alike(texts, kind, lexicon)
        gc.collect()  # the numbers of written pieces last as long as the lexicon


@pytest.mark.parametrize("kind", [Kind.PERSON, Kind.COMPANY, Kind.UNKNOWN, Kind.VESSEL])
def test_the_names_of_the_real_list_are_read_alike(kind: Kind) -> None:
    texts = [name.text for entity in real_entities()[::3] for name in entity.names]
    assert_read_alike(texts, kind)
