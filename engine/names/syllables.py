"""Chinese and Korean names as the syllables they are made of: another syllable is another name.

Facts: the table of Hanyu Pinyin syllables (ISO 7098), Wade and Giles's system (Giles 1892), and the
syllables of Korean given names as the lists and passports romanise them (McCune-Reischauer, Revised, the
usual spellings).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from engine.names.variants import SPELLINGS

# Initials by the finals they go with: the whole table of Pinyin.
_PINYIN_TABLE = """
b: a ai an ang ao ei en eng i ian iao ie in ing o u
p: a ai an ang ao ei en eng i ian iao ie in ing o ou u
m: a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u
f: a an ang ei en eng o ou u
d: a ai an ang ao e ei en eng i ian iao ie ing iu ong ou u uan ui un uo
t: a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo
n: a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo ue
l: a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan un uo ue
g: a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
k: a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo
h: a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
j: i ia ian iang iao ie in ing iong iu u uan ue un
q: i ia ian iang iao ie in ing iong iu u uan ue un
x: i ia ian iang iao ie in ing iong iu u uan ue un
zh: a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo
ch: a ai an ang ao e en eng i ong ou u uai uan uang ui un uo
sh: a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo
r: an ang ao e en eng i ong ou u uan ui un uo
z: a ai an ang ao e ei en eng i ong ou u uan ui un uo
c: a ai an ang ao e en eng i ong ou u uan ui un uo
s: a ai an ang ao e en eng i ong ou u uan ui un uo
y: a an ang ao e i in ing ong ou u uan ue un
w: a ai an ang ei en eng o u
: ai an ang ao ei en er ou
"""
PINYIN = frozenset(
    initial.strip() + final
    for initial, _, finals in (line.partition(":") for line in _PINYIN_TABLE.strip().splitlines())
    for final in finals.split()
)
_KOREAN_SYLLABLES = """
    ae an baek bae bin bok bom bong byeong byong byung chae chan chang che cheol cheon cheong chi chin cho
    choe choi chol chon chong choon chu chul chun chung dae dal deok do dok dong du duk eok eon eul eun
    eung ga gae gang gap geol geon geun gi gil go gu guk gun gwan gwang gwi gyeong gyong gyu gyun gyung ha
    hae hak han hang heon heung hi ho hon hong hoon hui huk hun hwa hwan hwang hye hyeok hyeon hyeong hyo
    hyok hyon hyong hyuk hyun hyung ik il im in ja jae jang je jeom jeon jeong ji jik jin jo jong joo joon
    ju jun jung jwa kap ki kil kon kong ku kuk kum kun kwan kwang kwi kwon kye kyo kyong kyu kyun kyung
    man mi min mo mok mu mun myeong myong myung na nak nam nan no ok pae pil po pok pom pong pyong pyo ra
    rae ran ri rim rin ro ryang ryeol ryeon ryol ryon ryong ryul sam sang sek seo seok seol seon seong
    seop seung si sik sil sim sin so sob sok sol son song soo sook soon sop su suk sun sung tae taek tal
    tok tong u ui uk ul un ung won woo wook yang ye yeol yeon yeong yo yok yol yon yong yoo yoon yop you
    young yu yun yung kim pak park lee chil myon kyol pu pun rok sop u ung yob yul ryu cha sah hyol kyon
    pyon pak sil am
"""
# Revised Romanisation writes a last k and p as g and b; English writes ee for i: Keem, Ree.
KOREAN = frozenset(
    form
    for syllable in _KOREAN_SYLLABLES.split()
    for written in {syllable, syllable.replace("i", "ee")}
    for form in {
        written,
        written.replace("eo", "o").replace("eu", "u"),
        *(written[:-1] + voiced for plain, voiced in ("kg", "pb") if written[-1] == plain),
    }
)
# Spellings of one Korean sound, longest first.
_KOREAN_SPELLINGS = tuple(
    pair.split("=")
    for pair in "yeo=yo eo=o eui=ui eu=u oo=u ee=i you=yu young=yong yu=yu ch=j p=b t=d k=g l=r".split()
)
# Wade and Giles's initials and finals where they differ from those of Pinyin. The lists have no marks: t is
# that of d and of t.
_WADE_INITIALS = {
    "b": "p", "d": "t", "g": "k", "j": "ch", "q": "ch", "x": "hs", "zh": "ch", "z": "ts", "c": "ts", "r": "j",
}  # fmt: skip
_WADE_FINALS = {
    "ian": "ien", "ie": "ieh", "ong": "ung", "iong": "iung", "ue": "ueh", "er": "erh", "uo": "o",
}  # fmt: skip
_WADE_WHOLE = {
    "yan": "yen", "ye": "yeh", "yong": "yung", "you": "yu", "yue": "yueh",
    "zi": "tzu", "ci": "tzu", "si": "ssu",
}  # fmt: skip


def _in_wade(syllable: str) -> str:
    """A Pinyin syllable as Wade and Giles wrote it, without marks."""
    if syllable in _WADE_WHOLE:
        return _WADE_WHOLE[syllable]
    initial = re.match("(?:[zcs]h|[bcdfghj-np-tw-z])?", syllable)[0]  # type: ignore[index]  # it matches nothing too
    final = syllable[len(initial) :]
    if initial in ("g", "k", "h") and final == "e":
        final = "o"
    elif initial in ("g", "k") and final == "ui":
        final = "uei"
    elif initial in ("zh", "ch", "sh", "r") and final == "i":
        final = "ih"
    elif final != "uo" or initial not in ("g", "k", "h", "sh"):
        final = _WADE_FINALS.get(final, final)
    return _WADE_INITIALS.get(initial, initial) + final


# The Pinyin of each syllable of theirs; of two that they told apart by a mark, the one without it. Sorted, as
# a set has another order in each process.
_READ_AS: dict[str, str] = {}
for _syllable in sorted(PINYIN, key=lambda syllable: (syllable[0] in "ptkqc", syllable)):
    _READ_AS.setdefault(_in_wade(_syllable), _syllable)
_WADE = {written: syllable for written, syllable in _READ_AS.items() if written not in PINYIN}
# What their spelling has and names of other languages hardly: Sechin is no se-chin.
_ONLY_WADE = re.compile("^(?:hs|ts|tz|ss)|hs|ie[hn]|ueh|uei|[cs]hih")
_LONGEST = max(map(len, (*PINYIN, *KOREAN, *_WADE)))
LONGEST_KOREAN = 2 * max(map(len, KOREAN))  # letters of a word of two syllables


def _divided(word: str, known: frozenset[str] | dict[str, str]) -> tuple[str, ...] | None:
    """The word in one or two syllables; None where it is not made of them."""
    if word in known:
        return (word,)
    for place in range(min(_LONGEST, len(word) - 1), 0, -1):
        if word[:place] in known and word[place:] in known:
            return word[:place], word[place:]
    return None


@lru_cache(maxsize=1 << 16)
def syllables(word: str) -> int:
    """How many syllables of Pinyin or of a Korean name a word is, 1 or 2; 0 where it is no such word."""
    if not 2 <= len(word) <= 2 * _LONGEST:
        return 0
    found = _divided(word, PINYIN) or _divided(word, KOREAN)
    return len(found) if found else 0


@lru_cache(maxsize=1 << 16)
def other_syllables(first: str, second: str) -> bool:
    """Whether two words are Chinese or Korean names that differ in a syllable, not in how it is spelled."""
    if not syllables(first) or not syllables(second):
        return False
    if _divided(first, KOREAN) and _divided(second, KOREAN):
        return _korean_sound(first) != _korean_sound(second)
    return first != second


@lru_cache(maxsize=1 << 16)
def korean_sound(word: str) -> str | None:
    """How a word of one or two Korean syllables sounds, however it is spelled; None for any other word."""
    found = 2 <= len(word) <= LONGEST_KOREAN and _divided(word, KOREAN)
    return _korean_sound(word) if found else None


def same_korean(first: str, second: str) -> bool:
    """Whether two words are spellings of one Korean name, and not two names of China."""
    sound = korean_sound(first)
    if sound is None or sound != korean_sound(second):
        return False
    own, other = _divided(first, PINYIN), _divided(second, PINYIN)
    return own is None or other is None or len(own) != len(other)


_KOREAN_VOWELS = tuple(pair.split("=") for pair in "yeo=yo eo=o eui=ui eu=u oo=u".split())


def _korean_sound(word: str) -> str:
    for written, sound in _KOREAN_SPELLINGS:
        word = word.replace(written, sound)
    return word


@lru_cache(maxsize=1 << 16)
def as_pinyin(word: str) -> str:
    """A given name of two syllables as `respelled` writes it; any other word as it is."""
    if not 6 <= len(word) <= 2 * _LONGEST or word in SPELLINGS or _divided(word, PINYIN):
        return word
    found = _divided(word, KOREAN) or (_divided(word, _READ_AS) if _ONLY_WADE.search(word) else None)
    return word if found is None or len(found) == 1 else respelled(found)


def respelled(words: Sequence[str]) -> str:
    """Words written together, where they are the syllables of a given name in one spelling of these.

    Wade and Giles's Hsiao-ping is xiaoping, and the Korean Geun-hye is gunhye.
    """
    if len(words) == 2 and any(map(has_other_spelling, words)):
        if all(word in KOREAN for word in words):
            return "".join(map(_korean_vowels, words))
        if all(word in _READ_AS for word in words):
            return "".join([_WADE.get(word, word) for word in words])
    return "".join(words)


def has_other_spelling(word: str) -> bool:
    """Whether a word is a syllable that `respelled` may write otherwise."""
    return word in _WADE or (word in KOREAN and _korean_vowels(word) != word)


def systems_of(word: str) -> int:
    """The systems by which `respelled` may read a word as a syllable, as bits."""
    return (word in KOREAN) | (word in _READ_AS) << 1


def _korean_vowels(word: str) -> str:
    for written, sound in _KOREAN_VOWELS:
        word = word.replace(written, sound)
    return word
