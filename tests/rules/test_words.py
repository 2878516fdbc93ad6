"""Which words of a text could be tokens of another system, however the text is cut into blocks."""

from __future__ import annotations

import random

import pytest

from store.rules.words import LONGEST, SHORTEST, Words

TOKEN = "aB3dE5fG7hJ9kL1mN3"


def words(text: str, *cuts: int) -> list[tuple[str, int]]:
    """Return the words of a text and their lines, with the text cut at some places."""
    found, scan, start = [], Words("tkd"), 0
    for cut in cuts:
        found += list(scan.feed(text[start:cut]))
        start = cut
    found += list(scan.feed(text[start:], last=True))
    return [(word.value.reveal(), word.line) for word in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"key={TOKEN}", TOKEN),
        (f"Authorization: Bearer {TOKEN}.", TOKEN),
        (f'{{"token":"{TOKEN}"}}', TOKEN),
        (f"https://api.example.com/v1?key={TOKEN}&page=2", TOKEN),
        (f"https://api.example.com/v1?q=key%3D{TOKEN}", TOKEN),
        (f"line one\\n{TOKEN}", TOKEN),
        (f"export TOKEN='{TOKEN}'", TOKEN),
        ("glpat-x7_Ys2ab9-Kqw01ZtLmP", "glpat-x7_Ys2ab9-Kqw01ZtLmP"),
        ("glpat-x7_Ys2ab9-Kqw01ZtLmP.01.0w1a2b", "glpat-x7_Ys2ab9-Kqw01ZtLmP.01.0w1a2b"),
        ("9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b", "9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b"),
        ("c0ffee00-1234-4abc-8def-0123456789ab", "c0ffee00-1234-4abc-8def-0123456789ab"),
        ("secret: q1w2e3r4t5y6u7i8/o9p0a+sdFg==", "q1w2e3r4t5y6u7i8/o9p0a+sdFg=="),
        ("x" * 15 + "1", "x" * 15 + "1"),
    ],
)
def test_a_token_of_another_make_is_found_wherever_it_stands(text: str, found: str) -> None:
    assert found in [word for word, _ in words(text)]


@pytest.mark.parametrize(
    "text",
    [
        "internationalization of_the_whole_configuration",
        "1234567890123456789 2026-03-16T09:00:00Z 20260316090000123",
        "/usr/lib/python3/site-packages/a/b/c/d/e/f/g",
        "aB3dE5fG7hJ9kL1",
        "aB3" * 86,
        "CONTENT_SECURITY_POLICY",
        "tkd_live_7Kq2dR0aW4xZ_" + "a1B2" * 9 + "zz",
        "",
    ],
)
def test_what_is_written_otherwise_and_our_own_tokens_are_no_such_words(text: str) -> None:
    assert words(text) == []


def test_lengths_are_bounded_on_both_edges() -> None:
    assert [len(word) for word, _ in words(" ".join("a1" * half for half in (7, 8, 127)))] == [SHORTEST, 254]
    assert [len(word) for word, _ in words("a1" * 127 + "b " + "a1" * 128)] == [LONGEST]


def test_the_same_text_gives_the_same_words_and_lines_whatever_its_blocks() -> None:
    chance = random.Random(3)
    lines = [f"{chance.getrandbits(48):x} key={TOKEN}{number} {chance.getrandbits(90):x}" for number in range(60)]
    text = "\n".join(lines)
    whole = words(text)
    assert [line for word, line in whole if word.startswith(TOKEN)] == list(range(1, 61))
    for _ in range(60):
        cuts = sorted(chance.sample(range(len(text)), 5))
        assert words(text, *cuts) == whole
    assert words(text, *range(1, len(text))) == whole


def test_a_run_without_an_end_is_not_held() -> None:
    scan = Words("tkd")
    for _ in range(50):
        assert list(scan.feed("aB3" * 10_000)) == []
    assert len(scan._kept) < 10_000
    assert [word.value.reveal() for word in scan.feed(f" {TOKEN}", last=True)] == [TOKEN]
