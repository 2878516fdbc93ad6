"""Tokens are found in any text, whole across any cut of it, each as often as it stands there, and none is invented."""

from __future__ import annotations

import base64
import random
from urllib.parse import quote

import pytest

from store.rules.scanning import KEPT, Found, Scan
from store.rules.secrets import BRAND, Secret, new_id, new_token

TOKEN = new_token("live", new_id()).reveal()
JUNK = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=_-.:\"' \n"

FORMS = {
    "alone": TOKEN,
    "a header": f"Authorization: Bearer {TOKEN}\n",
    "an environment file": f"API_KEY={TOKEN}",
    "JSON": f'{{"key": "{TOKEN}", "n": 1}}',
    "escaped JSON": f'{{\\"key\\": \\"{TOKEN}\\"}}',
    "a URL": f"https://api.example.com/v1?token={TOKEN}&page=2",
    "an encoded URL": "https://x.example/?u=" + quote(f"k={TOKEN}", safe="").replace("_", "%5F"),
    "an escaped newline": f'"text": "old\\n{TOKEN}\\n"',
    "an escaped quote": f'"text": "\\u0022{TOKEN}\\u0022"',
    "a diff": f"+  api_key: '{TOKEN}'",
    "base64 of a header": base64.b64encode(f"Bearer {TOKEN}".encode()).decode(),
    "base64 of basic credentials": "Basic " + base64.b64encode(f"user:{TOKEN}".encode()).decode(),
    "base64 of two in front": base64.b64encode(f"x:{TOKEN}".encode()).decode(),
    "base64 of the token": base64.b64encode(TOKEN.encode()).decode(),
    "a wrapped line": f"key {TOKEN[:30]}\n{TOKEN[30:]} end",
    "a quoted mail": f"> key {TOKEN[:40]}\r\n> {TOKEN[40:]}\r\n> end",
    "soft breaks of a mail": f"{TOKEN[:25]}=\n{TOKEN[25:50]}=\n{TOKEN[50:]}",
}


def scanned(text: str, size: int) -> list[Found]:
    """Scan a text in blocks of one size."""
    scan, found = Scan(BRAND), []
    for start in range(0, len(text), size):
        found += list(scan.feed(text[start : start + size], last=start + size >= len(text)))
    return found


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [7, 1_000_000])
def test_a_token_is_found_once_and_whole_in_each_form(form: str, size: int) -> None:
    (found,) = scanned(f"before\n{FORMS[form]} after\n", size)
    assert found.suspect is not None
    assert found.suspect.whole
    assert found.suspect.value == Secret(TOKEN)
    assert found.line == 2


def test_blocks_of_any_size_find_the_same_at_the_same_lines() -> None:
    chance = random.Random(11)
    tokens = [new_token("live", new_id()).reveal() for _ in range(60)]
    parts: list[str] = []
    for token in tokens:
        parts += ["".join(chance.choices(JUNK, k=chance.randint(0, 3 * KEPT))), " ", token, "\n"]
    text = "".join(parts)
    lines = [text.count("\n", 0, text.index(token)) + 1 for token in tokens]
    for size in (13, 100, KEPT, KEPT + 1, 5_000, len(text)):
        found = scanned(text, size)
        assert [one.suspect.value.reveal() if one.suspect else "" for one in found] == tokens
        assert [one.line for one in found] == lines


def test_a_cut_token_is_a_suspect_and_longer_words_are_none() -> None:
    (cut,) = scanned(TOKEN[:40], 1_000)
    assert cut.suspect is not None
    assert not cut.suspect.whole
    assert cut.suspect.id == TOKEN.split("_")[2]
    assert scanned(f"x{TOKEN}", 1_000) == []
    assert scanned("x" * 3 * KEPT + TOKEN, 100) == []
    assert scanned(f"other_live_{TOKEN[9:]}", 1_000) == []


def test_a_token_of_somebody_else_is_told_as_not_ours() -> None:
    (found,) = scanned("key ghp_" + "a" * 36 + " end", 20)
    assert found.suspect is None


def test_junk_of_every_kind_invents_nothing() -> None:
    chance = random.Random(5)
    text = "".join(chance.choices(JUNK, k=300_000)) + base64.b64encode(chance.randbytes(100_000)).decode()
    assert scanned(text, 50_000) == []
