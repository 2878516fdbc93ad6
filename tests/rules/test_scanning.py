"""Tokens are found in any text, whole across any cut of it, each as often as it stands there, and none is invented."""

from __future__ import annotations

import base64
import random
import textwrap
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
    "a mail's encoded equals sign": f"https://x.example/?k=3D{TOKEN}&n=3D1",
    "a coloured log": f"token \x1b[31m{TOKEN}\x1b[0m",
    "a coloured log as JSON": f'"token \\u001b[1;31m{TOKEN}\\u001b[0m"',
    "narrow lines": "\n".join(TOKEN[at : at + 13] for at in range(0, len(TOKEN), 13)),
    "a wrap in its beginning": f"{TOKEN[:5]}\n  {TOKEN[5:]}",
    "a wrap in its first word": f"{TOKEN[:1]}\r\n> {TOKEN[1:]}",
    "a wrap in its id": f"| {TOKEN[:14]}\n| {TOKEN[14:]}",
    "a continued line": f"{TOKEN[:30]}\\\n{TOKEN[30:]}",
    "joined words of a program": f'+  "{TOKEN[:30]}" +\n+  "{TOKEN[30:]}"',
    "a chat's invisible spaces": f"{TOKEN[:30]}\u200b{TOKEN[30:]}",
    "two bytes a character": TOKEN.encode("utf-16-le").decode("latin-1"),
    "a word that hangs on to it": f"key{TOKEN}",
    "a word behind it": f"{TOKEN}isit",
    "wrapped base64 of headers": base64.encodebytes(f"GET / HTTP/1.1\nAuthorization: Bearer {TOKEN}\n".encode()).decode(),
    "base64 in narrow lines": "\n  ".join(textwrap.wrap(base64.b64encode(f"k={TOKEN}".encode()).decode(), 10)),
    "base64 behind a path": "/basic/" + base64.b64encode(f"x:{TOKEN}".encode()).decode(),
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
    assert scanned(f"x{TOKEN[:40]}", 1_000) == []
    assert scanned(f"x{TOKEN[:-1]}{'b' if TOKEN[-1] == 'a' else 'a'}", 1_000) == [], "its check characters are wrong"
    assert scanned(f"other_live_{TOKEN[9:]}", 1_000) == []


@pytest.mark.parametrize("wrap", ["\n", "\r\n> ", "\n+ "])
def test_a_line_may_be_wrapped_anywhere_in_a_token(wrap: str) -> None:
    for at in range(1, len(TOKEN)):
        (found,) = scanned(f"the key is\n{TOKEN[:at]}{wrap}{TOKEN[at:]}\nas said\n", 1_000)
        assert found.suspect is not None
        assert (found.suspect.value, found.line) == (Secret(TOKEN), 2), at


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_wrapped_base64_may_be_the_last_thing_of_a_text(before: str) -> None:
    encoded = base64.b64encode(f"{before}{TOKEN}".encode()).decode().rstrip("=")
    for at in range(1, len(encoded)):
        (found,) = scanned(f"  {encoded[:at]}\n  {encoded[at:]}", 1_000)
        assert found.suspect is not None
        assert found.suspect.value == Secret(TOKEN), at


def test_wrapped_tokens_among_others_are_counted_each_at_its_line() -> None:
    other = new_token("test", new_id()).reveal()
    lines = [TOKEN, other[:5], other[5:], f"{TOKEN} {other}", f"> {TOKEN[:40]}", f"> {TOKEN[40:]}", TOKEN[:30], "", TOKEN]
    for size in (9, 100, 10_000):
        found = [(one.suspect.value.reveal(), one.line) for one in scanned("\n".join(lines), size) if one.suspect]
        assert found == [(TOKEN, 1), (other, 2), (TOKEN, 4), (other, 4), (TOKEN, 5), (TOKEN[:30], 7), (TOKEN, 9)]


def test_a_token_of_somebody_else_is_told_as_not_ours() -> None:
    (found,) = scanned("key ghp_" + "a" * 36 + " end", 20)
    assert found.suspect is None


def test_junk_of_every_kind_invents_nothing() -> None:
    chance = random.Random(5)
    text = "".join(chance.choices(JUNK, k=300_000)) + base64.b64encode(chance.randbytes(100_000)).decode()
    assert scanned(text, 50_000) == []
