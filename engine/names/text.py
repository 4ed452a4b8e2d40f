"""From a name as written, in any script, to words of plain lower-case letters and digits.

A word from a script that does not write its vowels (Arabic, Hebrew) starts with `~`: its letters are
consonants, and it
is compared as such. Facts: Unicode normalisation forms (UAX 15), confusable characters (UTS 39), the
romanisation
habits of the lists (BGN/PCGN for Cyrillic, Pinyin, the Korean usage of the UN list).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from anyascii import anyascii

from engine.names.syllables import as_pinyin

VOWELLESS = "~"

# Letters of other scripts that look like a Latin one; they count as Latin only inside a word that has
# Latin letters.
_LOOKALIKES = str.maketrans(
    "авекмнорстухіјѕԁԛԝӏһєьгАВЕКМНОРСТУХІЈЅԀԚԜӀҺЄЬЗαβεζηικμνορτυχγωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "abekmhopctyxijsdqwlhebrABEKMHOPCTYXIJSDQWLHEB3abeznikuvoptuxywABEZHIKMNOPTYX",
)
_CYRILLIC_LOOKALIKES = str.maketrans("aeopcxyikmtABEKMHOPCTXYI", "аеорсхуікмтАВЕКМНОРСТХУІ")
# Those that look alike as capitals and as small letters.
_WHOLE_LOOKALIKES = str.maketrans("аекморстухіјѕАЕКМОРСТУХІЈЅ", "aekmopctyxijsAEKMOPCTYXIJS")
# Digits that stand for a letter they resemble.
_DIGIT_LETTERS = str.maketrans("01345678", "oieasgtb")
# The letters of scripts that write consonants: Arabic with its Persian, Urdu, Pashto, Kurdish ones, Hebrew.
_ABJAD_LETTERS = """
    ا=a ب=b ت=t ث=th ج=j ح=h خ=kh د=d ذ=dh ر=r ز=z س=s ش=sh ص=s ض=dx ط=t ظ=zx ع=ae غ=gh ف=f ق=q ك=k
    ل=l م=m ن=n ه=h و=w ي=y ى=a ی=y ک=k گ=g پ=p چ=ch ژ=zh آ=a أ=a إ=a ٱ=a ؤ=w ئ=y ة=a ۀ=h ڤ=v ے=y
    ہ=h ھ=h ە=a ڵ=l ۆ=w ێ=y ٹ=t ڈ=d ڑ=r ں=n ټ=t ډ=d ړ=r ښ=kh ځ=z څ=ts ۍ=y ڼ=n ې=y ۃ=h ٺ=t ٽ=t ڀ=b
    ڃ=j ڄ=j ڇ=ch ڊ=d ڌ=d ڍ=d ڏ=d ڙ=r ڳ=g ڱ=n ڪ=k ݨ=n ۋ=w ۇ=w ۈ=w א=a ב=b ג=g ד=d ה=h ו=w ז=z ח=h
    ט=t י=y כ=k ך=k ל=l מ=m ם=m נ=n ן=n ס=s ע=_ פ=p ף=p צ=ts ץ=ts ק=k ר=r ש=sh ת=t
"""
_ABJAD = str.maketrans(dict(pair.split("=") for pair in _ABJAD_LETTERS.split()) | {"ء": ""})
# The letters h, marked: a vowel keeps one that follows s or z from being read as a part of sh or zh.
_APART = "\ufffc"
_ABJAD_H_APART = str.maketrans(dict.fromkeys("هحھہה", _APART))
_H_APART = re.compile(f"(?<=[szdtkgpc]){_APART}")
# Chinese family names of two characters (the common ones of the Baijiaxing).
_COMPOUND_SURNAMES = frozenset(
    "上官 东方 令狐 公孙 司徒 司馬 司马 夏侯 宇文 尉迟 慕容 東方 欧阳 歐陽 皇甫 諸葛 诸葛 长孙".split()
)
# Characters that are read otherwise in a family name than in other words.
_HAN_SURNAMES = dict(
    pair.split("=")
    for pair in """
    单=shan 曾=zeng 仇=qiu 解=xie 查=zha 区=ou 區=ou 翟=zhai 乐=yue 樂=yue 盖=ge 蓋=ge 朴=piao 缪=miao 繆=miao
    覃=qin 粘=nian 员=yun 員=yun 种=chong 卜=bu 祭=zhai 薄=bo 都=du 折=she 召=shao 宓=fu 能=nai
    """.split()
)
# Letters of modern Greek that together make one sound (ISO 843 type 2, and the usage of passports).
_GREEK_SOUNDS = (
    (re.compile("^μπ"), "b"), (re.compile("^ντ"), "d"), (re.compile("^γκ"), "g"), (re.compile("ου"), "ou"),
    (re.compile("γγ|γκ"), "ng"), (re.compile("γχ"), "nch"), (re.compile("μπ"), "mb"),
    (re.compile("([αεη])υ(?=[βγδζλμνραεηιου])"), r"\1v"), (re.compile("([αεη])υ"), r"\1f"),
)  # fmt: skip
# A Thai consonant under this mark is written and not spoken.
_THAI_SILENT = re.compile(".[ิุ]?์")
# Korean syllables as lists and passports write them, where that differs from Revised Romanisation.
_KOREAN_SURNAMES = {
    "gim": "kim",
    "i": "ri",
    "bag": "pak",
    "jeong": "jong",
    "gang": "kang",
    "jo": "jo",
    "no": "ro",
    "bae": "pae",
    "baeg": "paek",
    "bang": "pang",
}
_KOREAN_SOUNDS = (("eo", "o"), ("eu", "u"))
_FIRST_KOREAN = re.compile("^l")
_LAST_KOREAN = re.compile("(?<!n)g$|[bd]$")
_LAST_KOREAN_SOUNDS = {"g": "k", "b": "p", "d": "t"}

_ARABIC_ARTICLE = re.compile("ال..")
# An article within a word joins two: Nur al-Din and Bashar al-Asad, as Persian and the hasty write them.
_ARABIC_ARTICLE_WITHIN = re.compile("([\u0620-\u06d3]{2,}?)(ال)([\u0620-\u06d3]{2,})")
# *Abd* begins names and ends none, but for Ma'bad in Arabic letters: it was written to the word before it.
_ENDS_IN_ABD = re.compile("([A-Za-z\u00c0-\u024f]{3,})([Aa]bd|ABD)|([\u0620-\u06d3]+(?<!^م))(عبد)")
# Names whose last sound is a, which Persian writes with the letter of y: Morteza, Isa.
_PERSIAN_LAST_A = frozenset("بشری حلمی سلمی صغری عیسی کبری لیلی مجتبی مرتضی مصطفی موسی هدی یحیی".split())
_Y_FOR_A = re.compile("[یي]$")
_HAMZA_BEFORE_Y = re.compile("ئ(?=[يی])")
# A letter of t before one of s is not the one letter that some write as ts.
_T_BEFORE_S = re.compile("(?<=[تطט])(?=[سصشסש])")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_TERMINAL_CODE = re.compile("\x1b\\[[0-9;]*[A-Za-z]")  # a colour that was copied with the name (ECMA-48)
_NO_LATIN = "[^A-Za-z\u00c0-\u024f ]*"
# A pattern of a name with a word that is nothing but Cyrillic: `without_disguise` leaves such a name alone.
PLAINLY_CYRILLIC = "(?:^| ){0}[{1}]{0}(?: |$)".format(
    _NO_LATIN, "".join(chr(point) for point in range(0x400, 0x530) if point not in _WHOLE_LOOKALIKES)
)
# A word with letters of both scripts.
IN_TWO_SCRIPTS = "[A-Za-z\u00c0-\u024f][^ ]*[\u0400-\u052f]|[\u0400-\u052f][^ ]*[A-Za-z\u00c0-\u024f]"
_NUMBER_OR_NOT = re.compile(r"\d+|\D+")
_ORDINAL = re.compile(r"\d+(st|nd|rd|th)$")
_TRUE_DIGITS = re.compile(r"[29]|\d\d")  # no letter looks like these; two digits in a row are a number

_APOSTROPHES = dict.fromkeys(map(ord, "'`´‘’‛ʹʻʼʽʾʿˈ＇′\"“”„«»״׳"))
_SEPARATORS = re.compile(r"[^a-zA-Z0-9]+")
_DOTTED = re.compile(r"\b((?:[^\W\d_]\.){2,})([^\W\d_]\b)?")
# Letters of Cyrillic that two or more Latin ones stand for, as initials: A. Yu. Petrov is an A. Y.
_LONG_INITIAL = re.compile(
    r"(?<![^\W\d_])(Y[aeou]|J[au]|I[au]|Zh|Kh|Ts|Ch|Shch|Sh|YU|YA|YE|YO|ZH|KH|TS|CH|SH)\."
)
_ALPHABETS = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "GEORGIAN"})
_INVISIBLE = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})


def invisible_characters(text: str) -> int:
    """How many characters of a name cannot be seen: zero-width, direction marks, controls."""
    if text.isprintable():
        return 0
    return sum(unicodedata.category(character) in _INVISIBLE for character in text)


def _split(text: str) -> list[str]:
    """The written words. Marks belong to their letter (Thai, Hindi); the invisible separates nothing."""
    if text.isascii() and text.isprintable():
        return _SEPARATORS.split(text)
    return "".join(
        character
        if (category := unicodedata.category(character))[0] in "LNM"
        else ""
        if category in _INVISIBLE and not character.isspace()
        else " "
        for character in text
    ).split()


def words(text: str, *, join_dotted: bool = False) -> list[tuple[str, str]]:
    """The words of a name, in order, each as (folded, as written).

    `join_dotted` reads "A.B.C." as one word (a company's), not as three initials (a person's).
    """
    text = _TERMINAL_CODE.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = text.translate(_APOSTROPHES).replace("&", " and ").replace("+", " and ")
    if "." in text and join_dotted:
        text = _DOTTED.sub(lambda found: found[0].replace(".", "") + " ", text)
    elif "." in text:
        text = _LONG_INITIAL.sub(lambda found: found[1][0] + ".", text)
    written_words = [written for written in _split(text) if written]
    if len(written_words) == 1:
        written_words = _unspaced(written_words[0])
    return [pair for written in written_words for pair in fold_word(written)]


def without_disguise(name: str) -> str:
    """The name with words of Cyrillic look-alikes only, among Latin ones, made Latin, and with Latin letters
    in words of a Cyrillic name made Cyrillic: a Russian keyboard has no i.
    """
    if not (_LATIN.search(name) and _CYRILLIC.search(name)):
        return name
    if _CYRILLIC.search(name.translate(_LOOKALIKES)):
        return " ".join(map(_made_cyrillic, name.split(" ")))
    disguised = [word for word in name.split(" ") if not _LATIN.search(word)]
    plain = {word: word.translate(_WHOLE_LOOKALIKES) for word in disguised}
    if any(_CYRILLIC.search(word) for word in plain.values()):
        return name
    return " ".join(plain.get(word, word) for word in name.split(" "))


def _made_cyrillic(word: str) -> str:
    latin = set(_LATIN.findall(word))
    mixed = _CYRILLIC.search(word) and all(ord(letter) in _CYRILLIC_LOOKALIKES for letter in latin)
    return word.translate(_CYRILLIC_LOOKALIKES) if mixed else word


def _unspaced(written: str) -> list[str]:
    """A Chinese or Korean name without a space, in two words: the family name comes first."""
    scripts = {_script(character) for character in written}
    if len(scripts) != 1 or not scripts <= {"CJK", "HANGUL"} or not 2 <= len(written) <= 4:
        return [written]
    family = 2 if len(written) > 2 and written[:2] in _COMPOUND_SURNAMES else 1
    return [written[:family], written[family:]]


def _one_part(written: str) -> tuple[tuple[str, str], ...]:
    return (("al", written),) if written == "ال" else fold_word(written)


@lru_cache(maxsize=1 << 16)
def fold_word(written: str) -> tuple[tuple[str, str], ...]:
    """One written word as (folded, as written); several where an article or number is written to it."""
    if _ARABIC_ARTICLE.match(written):
        return (("al", written[:2]), *_after_article(written[2:]))
    if (joined := _ARABIC_ARTICLE_WITHIN.fullmatch(written)) is not None:
        return tuple(pair for part in joined.groups() for pair in _one_part(part))
    if (ended := _ENDS_IN_ABD.fullmatch(written)) is not None:
        return tuple(pair for part in filter(None, ended.groups()) for pair in fold_word(part))
    folded = _folded(written)
    if not any(character.isdigit() for character in folded):
        return ((folded, written),)
    parts = _NUMBER_OR_NOT.findall(written)
    if len(parts) == 1 or _is_one_word(folded):
        return ((fold_digits(folded), written),)
    return tuple(pair for part in parts for pair in fold_word(part))


def _after_article(written: str) -> tuple[tuple[str, str], ...]:
    """What stands after an article: no second one, but more than God's name (Allah-Karam)."""
    if written.startswith("له") and len(written) > len("له"):
        return (("~lh", written[:2]), *fold_word(written[2:]))
    return ((_folded(written), written),) if _ARABIC_ARTICLE.match(written) else fold_word(written)


def _folded(written: str) -> str:
    return _romanised(written) or _unromanised(written)


def _unromanised(written: str) -> str:
    """A word whose letters nobody romanises here: it is at least equal to itself."""
    return "".join(character for character in written.casefold() if character.isalnum()) or written


def _in_one_script(written: str) -> str:
    """A word whose letters pretend to be of another script, in the script that its other letters are of."""
    scripts = {_script(character) for character in written}
    if "LATIN" not in scripts or not scripts & {"CYRILLIC", "GREEK"}:
        return written
    own = [character for character in written if _script(character) == "CYRILLIC"]
    if any(character.translate(_LOOKALIKES) == character for character in own):
        return written.translate(_CYRILLIC_LOOKALIKES)
    return written.translate(_LOOKALIKES)


def _romanised(written: str) -> str:
    if written.isascii():
        if "l" in written and len(capitals := written.replace("l", "")) > 1 and capitals.isupper():
            written = written.replace("l", "I")  # as a scanner reads it: ORVl
        return as_pinyin(written.lower())
    written = _in_one_script(written)
    scripts = {_script(character) for character in written}
    if scripts & {"ARABIC", "HEBREW"}:
        return _without_vowels(_without_marks(written))
    if "HANGUL" in scripts and "LATIN" not in scripts:
        return _korean(written)
    if written in _HAN_SURNAMES:
        return _HAN_SURNAMES[written]
    if "GREEK" in scripts:
        written = _without_marks(written.casefold())
        for spelling, sound in _GREEK_SOUNDS:
            written = spelling.sub(sound, written)
    elif "THAI" in scripts:
        written = _THAI_SILENT.sub("", written)
    letters = _letters(anyascii(written))
    # One letter is an initial, however many Latin ones it takes to write it.
    return letters[:1] if len(written) == 1 and scripts <= _ALPHABETS else letters


def _without_vowels(written: str) -> str:
    """The letters of an Arabic or Hebrew word, each as it stands alone."""
    if _Y_FOR_A.sub("ی", written) in _PERSIAN_LAST_A:
        written = written[:-1] + "ى"
    written = _T_BEFORE_S.sub("e", _HAMZA_BEFORE_Y.sub("", written))
    letters = written.translate(_ABJAD_H_APART).translate(_ABJAD)
    consonants = _letters(_H_APART.sub("eh", letters).replace(_APART, "h"))
    if consonants.endswith("yy"):  # Persian writes the last sound of Rezaei with two letters
        consonants = consonants[:-1]
    return VOWELLESS + consonants if consonants else ""


def vowelless_together(words: Sequence[str]) -> str:
    """Words, of which one at least is vowelless, as they are read when they are written as one."""
    text, last = "", 0
    for word in words:
        before, after = apart(word)
        text += ("e" if last & before else "") + word.replace(VOWELLESS, "")
        last = after
    return VOWELLESS + text


def apart(word: str) -> tuple[int, int]:
    """Whether the first letter of a vowelless word would make one of the letter before it, and its last of
    the one behind: where two have a bit in common they are kept apart.
    """
    if word[:1] != VOWELLESS:
        return 0, 0
    before = 1 if word[1:2] == "h" else 2 if word[1:2] == "s" else 0
    return before, (word[-1] in "szdtkgpc") + 2 * (word[-1] == "t")


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum() and character.isascii())


def _without_marks(text: str) -> str:
    """The text without vowel points and accents, so that a vocalised name equals a plain one."""
    decomposed = unicodedata.normalize("NFD", text)
    kept = "".join(
        character for character in decomposed if unicodedata.category(character) != "Mn" or character in "ٕٔ"
    )
    return unicodedata.normalize("NFC", kept)


@lru_cache(maxsize=1 << 16)
def is_syllabic(written: str) -> bool:
    """Whether a word is written in Han or Hangul characters, each of which is a syllable."""
    return {_script(character) for character in written} <= {"CJK", "HANGUL"}


def _script(character: str) -> str:
    if character.isdigit():
        return "DIGIT"
    return unicodedata.name(character, "UNKNOWN").partition(" ")[0]


def _is_one_word(word: str) -> bool:
    """Whether letters and digits belong together: an ordinal, a type ("A320"), a digit for a letter."""
    if word.isalpha() or word.isdigit() or _ORDINAL.match(word):
        return True
    return sum(character.isalpha() for character in word) == 1 or _has_digit_letters(word)


def _has_digit_letters(word: str) -> bool:
    digits = sum(character.isdigit() for character in word)
    letters = len(word) - digits
    return letters >= 3 and 0 < digits * 2 <= letters and not _TRUE_DIGITS.search(word)


def fold_digits(word: str) -> str:
    """A word with digits that stand for letters as the word that it stands for; any other as it is."""
    return word if word.isalpha() or not _has_digit_letters(word) else word.translate(_DIGIT_LETTERS)


def _korean(written: str) -> str:
    """A Korean word as North Korea and the lists write it: a first r is kept, and a last k, p and t."""
    syllables = [_letters(anyascii(character)) for character in written]
    if len(syllables) == 1 and syllables[0] in _KOREAN_SURNAMES:
        return _KOREAN_SURNAMES[syllables[0]]
    return "".join(map(_korean_sounds, syllables))


def _korean_sounds(syllable: str) -> str:
    for revised, usual in _KOREAN_SOUNDS:
        syllable = syllable.replace(revised, usual)
    syllable = _FIRST_KOREAN.sub("r", syllable)
    return _LAST_KOREAN.sub(lambda found: _LAST_KOREAN_SOUNDS[found[0]], syllable)
