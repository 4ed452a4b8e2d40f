"""What the index needs to know of tokens, as arrays, and which of them are written together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.index.hashing import by_length, deletion_hashes
from engine.index.layout import letter_bit
from engine.names.arrays import Growing, starts
from engine.names.bulk import Lexicon, NameTokens
from engine.names.cut import may_be_cut
from engine.names.prepared import is_solid
from engine.names.syllables import has_other_spelling, systems_of
from engine.names.text import VOWELLESS, apart
from engine.names.tokens import CORE, TokenKind
from engine.names.vowelless import is_part_of_compound, may_end_two_names


class TokenFacts:
    """What the rows need of each token of a lexicon, as arrays."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._lock = threading.Lock()
        self.core, self.evidence, self.weighs = (Growing(np.bool_) for _ in range(3))
        self.word, self.initial = Growing(np.bool_), Growing(np.bool_)
        self.digits, self.compound = Growing(np.bool_), Growing(np.bool_)
        self.second_name = Growing(np.bool_)
        self.may_be_cut = Growing(np.bool_)
        self.letter = Growing(np.uint64)
        self._other_spelling, self._systems = Growing(np.bool_), Growing(np.uint8)
        self._before, self._after = Growing(np.uint8), Growing(np.uint8)
        self.hash, self.length, self.vowelless = Growing(np.uint64), Growing(np.int64), Growing(np.bool_)
        self.deletion_start, self.deletion = Growing(np.int64), Growing(np.uint64)

    def update(self) -> None:
        """Take in the tokens that are new."""
        with self._lock:
            self._update()

    def _update(self) -> None:
        new = self._lexicon.tokens[len(self.core) :]
        if not new:
            return
        core = [token.kind in CORE for token in new]
        initial = [token.kind is TokenKind.INITIAL for token in new]
        letters = [
            letter_bit(token.text) if counts or token.kind is TokenKind.HONORIFIC else 0
            for token, counts in zip(new, core, strict=True)
        ]
        self.evidence.extend([is_solid(token) for token in new])
        self.weighs.extend(
            [is_core and not is_initial for is_core, is_initial in zip(core, initial, strict=True)]
        )
        self.initial.extend(initial)
        self.word.extend([token.kind is TokenKind.WORD for token in new])
        self.compound.extend([is_part_of_compound(token.plain) for token in new])
        self.second_name.extend([may_end_two_names(token.plain) for token in new])
        self.digits.extend([any(map(str.isdigit, token.plain)) for token in new])
        self.may_be_cut.extend(list(map(may_be_cut, new)))
        self.letter.extend(letters)
        self._other_spelling.extend([has_other_spelling(token.plain) for token in new])
        self._systems.extend([systems_of(token.plain) for token in new])
        sides = [apart(token.plain) for token in new]
        self._before.extend([before for before, _ in sides])
        self._after.extend([after for _, after in sides])
        self.vowelless.extend([VOWELLESS in token.plain for token in new])
        self._add_hashes([token.plain.replace(VOWELLESS, "") for token in new])
        self.core.extend(core)  # last: what is known is as long as this

    def are_respelled(self, tokens: Sequence[NDArray[np.int32]]) -> NDArray[np.bool_]:
        """Whether some tokens, one array for each place in a run, are read otherwise where they are written
        together: `joined_text` gives more than their texts.
        """
        pairs = [self._after.array[one] & self._before.array[other] for one, other in pairwise(tokens)]
        found: NDArray[np.bool_] = reduce(np.bitwise_or, pairs) != 0
        if len(tokens) == 2:
            other, systems = self._other_spelling.array, self._systems.array
            first, last = tokens
            found |= (other[first] | other[last]) & (systems[first] & systems[last] != 0)
        return found

    def _add_hashes(self, texts: Sequence[str]) -> None:
        length = np.array([len(text) for text in texts], dtype=np.int64)
        start = starts(length)
        whole, deletion = np.zeros(len(texts), np.uint64), np.zeros(start[-1], np.uint64)
        for places, letters in by_length(texts):
            hashes = deletion_hashes(letters, 1)
            whole[places] = hashes[:, 0]
            deletion[start[places][:, None] + np.arange(letters.shape[1])] = hashes[:, 1:]
        self.hash.extend(whole)
        self.length.extend(length)
        self.deletion_start.extend(len(self.deletion) + start[:-1])
        self.deletion.extend(deletion)


class Runs(NamedTuple):
    """Tokens of one name that are written together: `members[k]` are the places of the k-th of each run."""

    owner: NDArray[np.int64]
    members: tuple[NDArray[np.int64], ...]

    def kept(self, which: NDArray[np.bool_]) -> Runs:
        return Runs(self.owner[which], tuple(member[which] for member in self.members))


def runs_of(names: NameTokens, core: NDArray[np.bool_]) -> list[Runs]:
    """Two and three tokens in a row, and the last before the first, with a core token among them."""
    owner, places, runs = names.owner, np.arange(len(names.token)), []
    for length in (2, 3):
        first = places[: max(0, len(places) - length + 1)]
        first = first[owner[first] == owner[first + length - 1]]
        runs.append(Runs(owner[first], tuple(first + step for step in range(length))))
    several = np.flatnonzero(np.diff(names.start) > 1)
    runs.append(Runs(several, (names.start[several + 1] - 1, names.start[several])))
    return [run.kept(reduce(np.logical_or, [core[member] for member in run.members])) for run in runs]
