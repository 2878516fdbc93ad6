"""Which names may be meant to be mistaken for others: they get a warning sign beside them, never a different spelling."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from console.render.plain import is_active, plain

_LATIN_LIKE = {
    "CYRILLIC": frozenset("асеорхуіјѕһԁԛԝӏкАВЕКМНОРСТХУІЈЅԌԚԜ"),
    "GREEK": frozenset("οινΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϳ"),
    "ARMENIAN": frozenset("օոսհցգզԼՏՕ"),
    "CHEROKEE": frozenset("ᎪᎬᎳᎢᏟᎻᏞᎷᏢᎡᏚᎢᏙᏃ"),
}
_DISGUISED = frozenset(
    {"FULLWIDTH", "MATHEMATICAL", "KELVIN", "ANGSTROM", "PARENTHESIZED", "LISU", "DOUBLE-STRUCK", "SCRIPT", "BLACK-LETTER"}
)
_EAST = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HALFWIDTH", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC"})
_NEUTRAL = frozenset({"MICRO", "OHM", "FEMININE", "MASCULINE", "MODIFIER", "SUPERSCRIPT", "SUBSCRIPT"})
_WORD = re.compile(r"[^\W\d_]+")


def suspicious(text: str) -> bool:
    """Say whether `text` holds hidden or active characters, odd spaces, piles of marks, or letters that pass for others.

    Letters of two scripts inside one word count (Latin with Cyrillic, not Latin with Japanese), and words written wholly
    in foreign letters that all look Latin. A name in another script is not suspicious for that.
    """
    if text.isascii() and text.isprintable():
        return False
    return _suspicious(text[:2_000])


@lru_cache(2_048)
def _suspicious(text: str) -> bool:
    if any(is_active(character) or _odd_space(character) for character in text):
        return True
    if plain(text) != text.replace("\u00a0", " ").replace("\u202f", " "):
        return True
    letters = [(letter, _script(letter)) for letter in text if letter.isalpha()]
    if any(script in _DISGUISED for _, script in letters):
        return True
    if any(_mixed({_script(letter) for letter in word}) for word in _WORD.findall(text)):
        return True
    return any(_all_alike(letters, script, alike) for script, alike in _LATIN_LIKE.items())


def _odd_space(character: str) -> bool:
    return character not in " \u00a0\u202f\u3000" and unicodedata.category(character) == "Zs"


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split(" ")[0]


def _mixed(scripts: set[str]) -> bool:
    scripts = scripts - _NEUTRAL
    return len(scripts) > 1 and not scripts <= _EAST | {"LATIN"}


def _all_alike(letters: list[tuple[str, str]], script: str, alike: frozenset[str]) -> bool:
    foreign = [letter for letter, its in letters if its == script]
    return bool(foreign) and all(letter in alike for letter in foreign)
