"""Whose a leaked string is: proof by digest, doubt by id, and never anything of the string itself, on both databases."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from store.opening import Store
from store.reads.identify import MOST, identify
from store.rows import Identified
from store.rules.leaks import MEANINGS, Verdict
from store.rules.secrets import Mint, Secret, new_id, new_token
from tests.command_line import run
from tests.conftest import NOW
from tests.scenario import damaged, fill_scenario, forged, key_of, secret_of


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with the 34 tokens of the scenarios."""
    fill_scenario(store)
    return store


def judged(store: Store, pasted: str, mint: Mint | None = None) -> tuple[Identified, ...]:
    """Identify a paste."""
    with store.reading() as reader:
        return identify(reader, Secret(pasted), NOW, mint or store.mint())


def test_each_kind_of_copy_gets_its_verdict_and_names_the_token(filled: Store) -> None:
    whole = secret_of("T08").reveal()
    expected = {
        whole: (Verdict.VERIFIED, "T08"),
        f"  {whole}\n": (Verdict.VERIFIED, "T08"),
        f"curl -H 'Authorization: Bearer {whole}' https://api.example.com": (Verdict.VERIFIED, "T08"),
        f"TOKEN={whole}": (Verdict.VERIFIED, "T08"),
        forged(secret_of("T01")): (Verdict.ID_ONLY, "T01"),
        damaged(secret_of("T02")): (Verdict.DAMAGED, "T02"),
        secret_of("T13").reveal(): (Verdict.DEAD, "T13"),
        secret_of("T12").reveal(): (Verdict.DEAD, "T12"),
        secret_of("T10").reveal(): (Verdict.VERIFIED, "T10"),
        whole[:40]: (Verdict.ID_ONLY, "T08"),
        whole[:21]: (Verdict.ID_ONLY, "T08"),
        key_of("T08")[1]: (Verdict.ID_ONLY, "T08"),
        "ghp_" + "a" * 36: (Verdict.NOT_OURS, None),
        new_token("live", new_id()).reveal(): (Verdict.NOT_OURS, None),
    }
    for pasted, (verdict, short) in expected.items():
        [found] = judged(filled, pasted)
        assert found.verdict is verdict, (verdict, short)
        assert (found.row.key if found.row else None) == (key_of(short) if short else None)


def test_a_paste_is_read_as_any_text_is_wrapped_quoted_encoded_or_coloured(filled: Store) -> None:
    whole = secret_of("T08").reveal()
    header = base64.b64encode(f"Authorization: Bearer {whole}".encode()).decode()
    for pasted in (
        f"> the key is {whole[:15]}\n> {whole[15:40]}\n> {whole[40:]}",
        f"https://x.example/?u=%3D{whole.replace('_', '%5F')}",
        header,
        f"{header[:70]}\n{header[70:]}",
        f"token \x1b[31m{whole}\x1b[0m",
        f'{{"log": "old\\n{whole}\\n"}}',
    ):
        [found] = judged(filled, pasted)
        assert (found.verdict, found.row.key if found.row else None) == (Verdict.VERIFIED, key_of("T08")), pasted[:10]


def test_a_text_gives_every_token_in_it_once_in_its_order_and_junk_none(filled: Store) -> None:
    dump = "\n".join(
        [secret_of("T08").reveal(), "junk " * 50, forged(secret_of("T01")), secret_of("T08").reveal(), secret_of("T13").reveal()]
    )
    found = judged(filled, dump)
    assert [(one.verdict, one.row.key if one.row else None) for one in found] == [
        (Verdict.VERIFIED, key_of("T08")),
        (Verdict.ID_ONLY, key_of("T01")),
        (Verdict.DEAD, key_of("T13")),
    ]
    assert judged(filled, "nothing to see in this log line") == ()
    assert judged(filled, "") == ()


def test_no_answer_holds_anything_of_the_string(filled: Store) -> None:
    for pasted in (secret_of("T08").reveal(), forged(secret_of("T01")), damaged(secret_of("T02"))):
        assert pasted[-38:-6] not in repr(judged(filled, pasted))


def test_a_token_made_under_another_store_key_is_told_apart_from_a_forgery(filled: Store) -> None:
    mint = filled.mint()
    [found] = judged(filled, secret_of("T08").reveal(), Mint(mint.brand, "k2", Secret("another key")))
    assert (found.verdict, found.why) == (Verdict.ID_ONLY, "its secret was made under another store key")


def test_an_imported_token_is_proven_by_its_own_hash(filled: Store, tmp_path: Path) -> None:
    own = "legacy-key-5f9d1c7a"
    digest = hashlib.sha256(own.encode()).hexdigest()
    inventory = tmp_path / "inventory.csv"
    inventory.write_text(
        f"id,account,name,created_at,digest_scheme,digest\nold-42,BOLT,old one,2026-01-01T00:00:00Z,sha256,{digest}\n"
    )
    ran = run("import", "tokens", str(inventory), "--format", "csv", store=filled.address)
    assert ran.code == 0, ran
    [found] = judged(filled, own)
    assert found.verdict is Verdict.VERIFIED
    assert found.row is not None
    assert found.row.id == "old-42"
    [found] = judged(filled, "old-42")
    assert (found.verdict, found.why) == (Verdict.ID_ONLY, "only its id was given")


def test_a_paste_full_of_tokens_is_cut_at_a_bound(filled: Store) -> None:
    pasted = " ".join(new_token("live", new_id()).reveal() for _ in range(MOST + 5))
    assert len(judged(filled, pasted)) == MOST


def test_every_verdict_says_what_it_means() -> None:
    assert set(MEANINGS) == set(Verdict)
