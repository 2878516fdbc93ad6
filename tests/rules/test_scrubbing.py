"""What is shown of failed checks holds no secret, ours or anybody's, and everything else stays as it was."""

from __future__ import annotations

import pytest

from store.rules.scrubbing import scrubbed
from tests.scenario import secret_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/v1/orders?key=abc&x=1", "/v1/orders?…"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer ***"),
        ("/login/ghp_0123456789abcdefghij", "/login/***"),
        ("curl eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig", "curl ***"),
        ("agent/1.0 password=hunter22", "agent/1.0 password=***"),
        ("/v1/orders/17", "/v1/orders/17"),
        ("what? nothing", "what? nothing"),
        ("shop/1.0 (linux; tokens)", "shop/1.0 (linux; tokens)"),
    ],
)
def test_secrets_are_hidden_and_the_rest_stays(text: str, expected: str) -> None:
    assert scrubbed(text) == expected


def test_our_own_tokens_keep_their_public_part_even_when_cut() -> None:
    whole = secret_of("T01").reveal()
    public = whole[: whole.rindex("_")]
    assert scrubbed(f"/x/{whole}/y") == f"/x/{public}_***/y"
    assert scrubbed(whole[:-20]) == f"{public}_***"
