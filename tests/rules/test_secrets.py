"""Tokens are made, taken apart and compared without showing themselves."""

from __future__ import annotations

import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules.secrets import (
    ALPHABET,
    Mint,
    Secret,
    check_characters,
    digest_of,
    hint_of,
    is_brand,
    looks_like_token,
    new_id,
    new_token,
    parse,
    same_digest,
)

KEY = Secret("k" * 64)


def test_a_token_has_the_form_of_the_decisions() -> None:
    token_id = new_id()
    text = new_token("live", token_id).reveal()
    assert re.fullmatch(r"tkd_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}", text)
    assert len(text) == 60
    assert text.split("_")[2] == token_id


def test_the_check_characters_are_crc_32_in_base_62() -> None:
    # CRC-32 of "123456789" is 0xCBF43926 = 3421780262, the check value of the algorithm.
    value = 0
    for character in check_characters("123456789"):
        value = value * 62 + ALPHABET.index(character)
    assert value == 0xCBF43926


def test_a_token_is_taken_apart() -> None:
    token = new_token("test", "abcDEF123456", "acme1")
    parts = parse(token)
    assert parts is not None
    assert (parts.brand, parts.environment, parts.id, parts.sound) == ("acme1", "test", "abcDEF123456", True)
    assert parts.hint == hint_of(token) == token.reveal()[-4:]


@given(st.integers(min_value=0, max_value=59), st.sampled_from(ALPHABET))
def test_no_single_wrong_character_passes_the_check(at: int, wrong: str) -> None:
    token = new_token("live", "abcDEF123456").reveal()
    if token[at] == wrong:
        return
    parts = parse(Secret(token[:at] + wrong + token[at + 1 :]))
    assert parts is None or not parts.sound


@pytest.mark.parametrize("text", ["", "tkd", "tkd_live_short_x", "sk_live_" + "a" * 50, "tkd_prod_" + "a" * 51, "x" * 10_000])
def test_what_is_not_ours_is_not_taken_apart(text: str) -> None:
    assert parse(Secret(text)) is None


def test_a_secret_shows_nothing() -> None:
    secret = Secret("hunter2hunter2")
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret!r}", repr([secret]), repr({"a": secret})):
        assert "hunter2" not in shown
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        hash(secret)


def test_secrets_compare_by_value() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


def test_a_digest_depends_on_the_token_and_on_the_key() -> None:
    token = new_token("live", new_id())
    digest = digest_of(token, KEY)
    assert len(digest) == 32
    assert same_digest(digest, digest_of(Secret(f" {token.reveal()}\n"), KEY))
    assert not same_digest(digest, digest_of(token, Secret("other")))
    assert not same_digest(digest, digest_of(new_token("live", new_id()), KEY))


def test_a_token_is_noticed_inside_other_text() -> None:
    assert looks_like_token(f"curl -H 'Authorization: Bearer {new_token('live', new_id()).reveal()}'")
    assert not looks_like_token("tkd_live_7Kq2 is only an id")


@pytest.mark.parametrize(
    ("brand", "good"), [("tkd", True), ("a1", True), ("a", False), ("A1", False), ("a" * 13, False), ("a_b", False)]
)
def test_a_brand_is_short_and_plain(brand: str, good: bool) -> None:
    assert is_brand(brand) is good


@pytest.mark.parametrize("length", [1, 32, 63, 64, 65, 200])
def test_a_mint_digests_as_hmac_does_with_keys_of_any_length(length: int) -> None:
    mint = Mint("tkd", "k1", Secret("é"[: length % 2] + "z" * length))
    for token in (new_token("live", new_id()), Secret(" tkd_live_x ")):
        assert mint.digest_of(token) == digest_of(token, mint.key)
    assert (mint.scheme, "z" in repr(mint)) == ("hmac-sha256:k1", False)
