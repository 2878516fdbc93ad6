"""Each file format is known from its columns or fields and read field by field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from store.errors import BadInput
from store.imports.context import Context
from store.imports.digests import is_foreign_digest, kept_digest
from store.imports.formats import FORMATS, format_named, recognise
from store.imports.records import Remark, RowError, TokenRecord
from store.imports.values import Row, without_secrets
from store.moments import to_ms
from store.rules.secrets import new_token
from tests.conftest import NOW

JAN = datetime(2026, 1, 5, tzinfo=UTC)
MARCH = datetime(2026, 3, 16, 8, 58, tzinfo=UTC)
TOMORROW = datetime(2026, 3, 17, 9, tzinfo=UTC)
JUNE = datetime(2026, 6, 14, tzinfo=UTC)
SHA = "ab" * 32
ARGON = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21l$" + "A" * 43
CHANGEABLE = frozenset({"name", "owner", "scopes", "expires_at"})

CANONICAL: dict[str, Any] = {
    "id": "T01", "account": "ACME", "account_name": "Acme GmbH", "name": "billing sync", "environment": "live",
    "scopes": "orders.write orders.read", "tier": "admin", "status": "active", "owner": "leo", "creator": "raj",
    "creator_active": "false", "created_at": "2026-01-05T00:00:00Z", "rotated_at": "", "expires_at": "2026-06-14T00:00:00Z",
    "last_used_at": "2026-03-16T08:58:00Z", "requests_24h": "2880", "rationale": "nightly", "hint": "x9Zk",
    "digest_scheme": "sha256", "digest": SHA, "replaces": "", "revoked_at": "",
}  # fmt: skip
AWS = {
    "user": "alice", "arn": "arn:aws:iam::123456789012:user/alice", "user_creation_time": "2025-02-03T04:05:06+00:00",
    "password_enabled": "TRUE", "mfa_active": "true", "access_key_1_active": "TRUE",
    "access_key_1_last_rotated": "2026-01-05T00:00:00+00:00", "access_key_1_last_used_date": "2026-03-16T08:58:00+00:00",
    "access_key_1_last_used_region": "eu-west-1", "access_key_2_active": "false", "access_key_2_last_rotated": "N/A",
    "access_key_2_last_used_date": "no_information", "cert_1_active": "FALSE",
}  # fmt: skip
UNKEY = {
    "keyId": "key_2cGKbMxRyIzhCxo1Idjz8q", "start": "prod_2cGK", "enabled": True, "createdAt": to_ms(JAN), "name": "Payment key",
    "lastUsedAt": to_ms(MARCH), "expires": to_ms(JUNE), "permissions": ["documents.read"], "roles": ["editor"],
    "identity": {"id": "id_1", "externalId": "user_912"}, "meta": {"team": "a"}, "credits": {"remaining": 5},
}  # fmt: skip
GITLAB = {
    "id": 4, "name": "CI bot", "revoked": False, "created_at": "2026-01-05T00:00:00.000Z", "description": "for the pipeline",
    "scopes": ["read_api", "write_repository"], "user_id": 24, "last_used_at": "2026-03-16T08:58:00.000Z", "active": True,
    "expires_at": "2026-06-14",
}  # fmt: skip
GITHUB = {
    "id": 25381, "owner": {"login": "octocat", "id": 1}, "repository_selection": "all", "repositories_url": "https://api",
    "permissions": {"organization": {"members": "read"}, "repository": {"contents": "write", "metadata": "read"}, "other": {}},
    "access_granted_at": "2026-01-05T00:00:00Z", "token_id": 98716, "token_name": "deploy", "token_expired": False,
    "token_expires_at": "2026-06-14T00:00:00Z", "token_last_used_at": None,
}  # fmt: skip
GRAFANA = {
    "id": 7, "name": "dashboards", "created": "2026-01-05T00:00:00Z", "lastUsedAt": None, "expiration": None,
    "secondsUntilExpiration": 0, "hasExpired": False, "isRevoked": False,
}  # fmt: skip
KONG = {"id": "4661f656-8a85-5b5d-98e8-de4b9d5d5f4f", "created_at": to_ms(JAN) // 1_000, "consumer": {"id": "c-9"},
        "key": "plain-kong-key", "tags": None, "ttl": 86_400}  # fmt: skip
KNOX = {"digest": "ab" * 64, "token_key": "9f8e7d6c5b4a321", "user_id": "42", "created": "2026-01-05 00:00:00+00", "expiry": ""}
DRF = {"id": "abcd1234.sha512$$ff", "prefix": "abcd1234", "hashed_key": "sha512$$" + "f" * 128,
       "created": "2026-01-05 00:00:00.000000+00:00", "name": "shop", "revoked": "f",
       "expiry_date": "2026-06-14 00:00:00+00:00"}  # fmt: skip

SAMPLES: tuple[tuple[str, dict[str, Any], tuple[TokenRecord, ...]], ...] = (
    ("csv", CANONICAL, (
        TokenRecord(number=3, account="ACME", account_name="Acme GmbH", id="T01", name="billing sync", created_at=JAN,
                    given=CHANGEABLE, scopes=("orders.read", "orders.write"), owner="leo", creator="raj", creator_active=False,
                    expires_at=JUNE, last_used_at=MARCH, rationale="nightly", hint="x9Zk", digest_scheme="sha256",
                    digest=bytes.fromhex(SHA)),
    )),
    ("json", {"id": "T02", "account": "ACME", "created_at": "2026-01-05T00:00:00Z", "scopes": ["a.read"], "expires_at": None}, (
        TokenRecord(number=3, account="ACME", id="T02", created_at=JAN, given=frozenset({"scopes", "expires_at"}),
                    scopes=("a.read",)),
    )),
    ("aws-csv", AWS, (
        TokenRecord(number=3, account="GIVEN", id="alice/key-1", name="access key 1 of alice", created_at=JAN, owner="alice",
                    creator="alice", given=frozenset({"name", "owner"}), last_used_at=MARCH),
    )),
    ("aws-csv", {**AWS, "user": "<root_account>", "access_key_1_active": "FALSE",
                 "access_key_1_last_used_date": "N/A"}, (
        TokenRecord(number=3, account="GIVEN", id="<root_account>/key-1", name="access key 1 of <root_account>", created_at=JAN,
                    scopes=("*",), owner="<root_account>", creator="<root_account>", given=frozenset({"name", "owner"}),
                    suspended=True, suspend_message="inactive in AWS", remarks=frozenset({Remark.INACTIVE})),
    )),
    ("aws-csv", {**AWS, "access_key_1_active": "FALSE", "access_key_1_last_rotated": "N/A"}, ()),
    ("unkey-json", UNKEY, (
        TokenRecord(number=3, account="GIVEN", id="key_2cGKbMxRyIzhCxo1Idjz8q", name="Payment key", created_at=JAN,
                    given=frozenset({"name", "scopes", "expires_at"}), scopes=("documents.read", "role.editor"),
                    expires_at=JUNE, last_used_at=MARCH),
    )),
    ("gitlab-json", GITLAB, (
        TokenRecord(number=3, account="GIVEN", id="4", name="CI bot", created_at=JAN, given=CHANGEABLE,
                    scopes=("read_api", "write_repository"), owner="24", creator="24", rationale="for the pipeline",
                    expires_at=JUNE, last_used_at=MARCH),
    )),
    ("gitlab-json", {**GITLAB, "revoked": True, "active": False}, (
        TokenRecord(number=3, account="GIVEN", id="4", name="CI bot", created_at=JAN, given=CHANGEABLE,
                    scopes=("read_api", "write_repository"), owner="24", creator="24", rationale="for the pipeline",
                    expires_at=JUNE, last_used_at=MARCH, revoked_at=NOW, revoked_by="import",
                    revoke_reason="revoked in GitLab before it was imported", remarks=frozenset({Remark.REVOKED_SOMETIME})),
    )),
    ("github-json", GITHUB, (
        TokenRecord(number=3, account="GIVEN", id="98716", name="deploy", created_at=JAN, given=CHANGEABLE,
                    scopes=("organization.members.read", "repository.contents.write", "repository.metadata.read"),
                    owner="octocat", creator="octocat", expires_at=JUNE),
    )),
    ("grafana-json", GRAFANA, (
        TokenRecord(number=3, account="GIVEN", id="7", name="dashboards", created_at=JAN,
                    given=frozenset({"name", "expires_at"})),
    )),
    ("kong-json", KONG, (
        TokenRecord(number=3, account="GIVEN", id="4661f656-8a85-5b5d-98e8-de4b9d5d5f4f", name="Kong key 4661f656",
                    created_at=JAN, given=frozenset({"expires_at"}), expires_at=datetime(2026, 1, 6, tzinfo=UTC), secrets=1),
    )),
    ("knox-csv", KNOX, (
        TokenRecord(number=3, account="GIVEN", id="9f8e7d6c5b4a321", name="knox token 9f8e7d6c5b4a321", created_at=JAN,
                    owner="42", creator="42", given=frozenset({"owner", "expires_at"}),
                    remarks=frozenset({Remark.DIGEST_UNKNOWN})),
    )),
    ("drf-csv", DRF, (
        TokenRecord(number=3, account="GIVEN", id="abcd1234", name="shop", created_at=JAN, expires_at=JUNE,
                    given=frozenset({"name", "expires_at"}), remarks=frozenset({Remark.DIGEST_UNKNOWN})),
    )),
    ("drf-csv", {**DRF, "hashed_key": "argon2" + ARGON, "expiry_date": ""}, (
        TokenRecord(number=3, account="GIVEN", id="abcd1234", name="shop", created_at=JAN,
                    given=frozenset({"name", "expires_at"}), digest_scheme="argon2id", digest=ARGON.encode()),
    )),
)  # fmt: skip


def read(name: str, values: dict[str, Any], account: str = "GIVEN") -> tuple[TokenRecord, ...]:
    found = format_named(name)
    return tuple(found.records(Row.of(values, NOW, found.keep), 3, Context(NOW, account)))


@pytest.mark.parametrize(("name", "values", "records"), SAMPLES)
def test_a_row_is_known_and_read_field_by_field(name: str, values: dict[str, Any], records: tuple[TokenRecord, ...]) -> None:
    found = recognise(format_named(name).kind, frozenset(values))
    assert found is not None
    assert found.name == name
    assert read(name, values) == records


def test_every_format_has_a_sample_and_names_of_its_own() -> None:
    assert {name for name, _, _ in SAMPLES} == {known.name for known in FORMATS}
    names = [name for known in FORMATS for name in (known.name, *known.also)]
    assert len(set(names)) == len(names)
    assert format_named("gitlab").name == "gitlab-json"
    with pytest.raises(BadInput, match="There is no token format “excel”"):
        format_named("excel")


@pytest.mark.parametrize(
    ("name", "values"), [("aws-csv", AWS), ("unkey-json", UNKEY), ("kong-json", KONG)]
)  # fmt: skip
def test_what_another_system_calls_an_account_counts_only_where_none_is_given(name: str, values: dict[str, Any]) -> None:
    own = {"aws-csv": "123456789012", "unkey-json": "user_912", "kong-json": "c-9"}[name]
    assert read(name, values, account="")[0].account == own
    assert read(name, values, account="ACME")[0].account == "ACME"


@pytest.mark.parametrize("known", [known for known in FORMATS if known.needs_account])
def test_a_format_without_accounts_needs_one_given(known: Any) -> None:
    values = next(values for name, values, _ in SAMPLES if name == known.name)
    with pytest.raises(RowError, match="names no account; say which one with --account"):
        read(known.name, values, account="")


def test_our_own_files_name_their_accounts_themselves() -> None:
    assert read("csv", CANONICAL, account="OTHER")[0].account == "ACME"
    assert read("csv", {**CANONICAL, "account": ""}, account="OTHER")[0].account == "OTHER"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"status": "suspended"}, {"suspended": True}),
        ({"suspended_until": "2026-03-17T09:00:00Z"}, {"suspended": True, "suspended_until": TOMORROW}),
        ({"suspended_until": "2026-03-15T09:00:00Z"}, {"suspended": False, "suspended_until": None}),
        ({"status": "revoked"}, {"revoked_at": None}),
        ({"revoked_at": "2026-01-05T00:00:00Z"}, {"revoked_at": JAN, "revoked_by": "import"}),
        ({"revoked_at": "2026-01-05", "revoked_by": "priya", "revoke_reason": "leak"},
         {"revoked_at": JAN, "revoked_by": "priya", "revoke_reason": "leak"}),
        ({"expires_at": "9999-12-31T23:59:59Z"}, {"expires_at": None, "remarks": frozenset({Remark.NEVER})}),
        ({"name": "'=cmd()"}, {"name": "=cmd()"}),
        ({"name": "'tis"}, {"name": "'tis"}),
        ({"name": "a\x1b[2Jb\tc"}, {"name": "a\ufffd[2Jb c", "remarks": frozenset({Remark.CLEANED})}),
        ({"name": "n" * 201}, {"name": "n" * 200, "remarks": frozenset({Remark.CUT})}),
        ({"hint": "abcdefgh"}, {"hint": "efgh"}),
        ({"digest_scheme": "hmac-sha256:k1"}, {"digest_scheme": "hmac-sha256:k1", "digest": bytes.fromhex(SHA)}),
        ({"digest_scheme": "", "digest": ARGON}, {"digest_scheme": "argon2id", "digest": ARGON.encode()}),
        ({"digest_scheme": "", "digest": ""}, {"digest_scheme": "none", "digest": None}),
        ({"digest_scheme": "sha256", "digest": "hunter2hunter2"}, {"digest_scheme": "none", "digest": None, "secrets": 1}),
        ({"digest_scheme": "", "digest": SHA}, {"digest_scheme": "none", "remarks": frozenset({Remark.DIGEST_UNKNOWN})}),
        ({"digest_scheme": "sha512", "digest": SHA * 2}, {"digest": None, "remarks": frozenset({Remark.DIGEST_UNKNOWN})}),
        ({"digest_scheme": "sha256", "digest": ""}, {"digest_scheme": "none", "remarks": frozenset({Remark.DIGEST_UNKNOWN})}),
    ],
)  # fmt: skip
def test_the_finer_points_of_our_own_fields(values: dict[str, Any], expected: dict[str, Any]) -> None:
    (record,) = read("csv", {**CANONICAL, **values})
    assert record == replace(record, **expected)


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("unkey-json", {"enabled": False}, {"suspended": True, "suspend_message": "disabled in Unkey"}),
        ("unkey-json", {"plaintext": "prod_2cGKbMxRjIzhCxo1IdjH3arELti7Sdyc8w6"}, {"secrets": 1}),
        ("gitlab-json", {"active": False}, {"suspended": True, "suspend_message": "not active in GitLab"}),
        ("gitlab-json", {"active": False, "expires_at": "2026-03-16"}, {"suspended": False}),
        ("gitlab-json", {"token": "glpat-abcdefghijklmnopqrst"}, {"secrets": 1}),
        ("gitlab-json", {"name": "glpat-abcdefghijklmnopqrst"}, {"secrets": 1, "name": "***"}),
        ("github-json", {"token_id": None}, {"id": "25381"}),
        ("grafana-json", {"isRevoked": True}, {"revoked_at": NOW, "revoked_by": "import"}),
        ("drf-csv", {"revoked": "TRUE"}, {"revoked_at": NOW}),
        ("kong-json", {"ttl": None}, {"expires_at": None}),
    ],
)  # fmt: skip
def test_the_finer_points_of_other_formats(name: str, values: dict[str, Any], expected: dict[str, Any]) -> None:
    sample = next(values for known, values, _ in SAMPLES if known == name)
    (record,) = read(name, {**sample, **values})
    assert record == replace(record, **expected)


BAD_VALUES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("csv", {"id": ""}, "id is missing"),
    ("csv", {"id": "x" * 201}, "id is longer than 200 characters"),
    ("csv", {"id": "id with spaces"}, "id holds something other than plain ASCII letters, digits and signs"),
    ("csv", {"id": "пример"}, "id holds something other than plain ASCII letters, digits and signs"),
    ("csv", {"id": "T\u202e01"}, "id holds a character that can't be seen"),
    ("csv", {"id": "sk_live_4eC39HqLyjWDarjtT1zdp7dc"}, "id is a secret itself; nothing of it was kept"),
    ("csv", {"account": "ACME\x1b"}, "account holds a character that can't be seen"),
    ("csv", {"owner": "l" * 201}, "owner is longer than 200 characters"),
    ("csv", {"created_at": ""}, "created_at is missing"),
    ("csv", {"created_at": "yesterday"}, "created_at is not a date or time"),
    ("csv", {"created_at": "NaN"}, "created_at is not a date or time"),
    ("csv", {"created_at": "٢٠٢٦-٠١-٠٥"}, "created_at is not a date or time"),
    ("csv", {"created_at": "9999-12-31T23:59:59-01:00"}, "created_at is not a date or time"),
    ("csv", {"created_at": "9999-12-31"}, "created_at is in the future"),
    ("csv", {"created_at": "2026-03-17T09:00:01Z"}, "created_at is in the future"),
    ("csv", {"created_at": "1969-12-31"}, "created_at is before 1970"),
    ("csv", {"created_at": "2026-02-30"}, "created_at is not a date or time"),
    ("csv", {"created_at": "1" * 5_000}, "created_at is not a date or time"),
    ("csv", {"last_used_at": "2027-01-01"}, "last_used_at is in the future"),
    ("csv", {"environment": "staging"}, "environment is neither live nor test"),
    ("csv", {"creator_active": "maybe"}, "creator_active is neither true nor false"),
    ("csv", {"retires_at": "2026-04-01"}, "retires_at is set, but replaced_by is missing"),
    ("csv", {"scopes": " ".join(f"s{n}" for n in range(501))}, "scopes holds more than 500 scopes"),
    ("csv", {"scopes": "orders.read\x07"}, "scopes holds something that is no scope"),
    ("csv", {"name": "a\x00b"}, "holds a NUL character"),
    ("json", {"name": "\ud800"}, "holds half a character (a lone surrogate)"),
    ("json", {"name": ["a"]}, "name is not a text"),
    ("json", {"scopes": [1]}, "scopes is not a list of words"),
    ("json", {"scopes": {"a": 1}}, "scopes is not a list of words"),
    ("json", {"created_at": 5}, "created_at is not a date or time"),
    ("json", {"owner": {"id": 1}}, "owner is not an id"),
    ("json", {"more": float("inf")}, "a number is not a number (NaN or Infinity)"),
    ("unkey-json", {"createdAt": "2026"}, "createdAt is not a time"),
    ("unkey-json", {"createdAt": 10**30}, "createdAt is not a time"),
    ("unkey-json", {"createdAt": -5}, "createdAt is before 1970"),
    ("unkey-json", {"createdAt": to_ms(JUNE)}, "createdAt is in the future"),
    ("unkey-json", {"identity": "x"}, "identity is not an object"),
    ("github-json", {"permissions": {"repository": ["contents"]}}, "permissions is not what GitHub gives"),
    ("aws-csv", {"arn": "alice"}, "arn is not an AWS name"),
    ("aws-csv", {"access_key_1_active": "perhaps"}, "access_key_1_active is neither true nor false"),
    ("kong-json", {"ttl": "long"}, "ttl is not a number of seconds"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "values", "reason"), BAD_VALUES)
def test_a_bad_value_has_a_reason(name: str, values: dict[str, Any], reason: str) -> None:
    sample = next(values for known, values, _ in SAMPLES if known == name)
    with pytest.raises(RowError) as caught:
        read(name, {**sample, **values})
    assert str(caught.value) == reason


def test_a_whole_token_in_the_id_leaves_its_public_id() -> None:
    secret = new_token("live", "0123456789AB").reveal()
    (record,) = read("csv", {**CANONICAL, "id": secret, "name": f"key {secret}", "rationale": secret[:-6]})
    assert (record.id, record.secrets) == ("0123456789AB", 3)
    assert secret.rpartition("_")[2][:8] not in repr(record)


@pytest.mark.parametrize(
    "secret",
    ["sk_live_4eC39HqLyjWDarjtT1zdp7dc", "rk_test_4eC39HqLyjWDarjtT1zdp7dc", "ghp_" + "a1" * 18, "github_pat_" + "1A" * 20,
     "glpat-abcdefghijklmnopqrst", "xoxb-1234567890-abcdefghij", "glsa_" + "a1" * 16,
     "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln"],
)  # fmt: skip
def test_secrets_of_other_systems_are_known_by_their_form(secret: str) -> None:
    assert without_secrets(f"see {secret} here") == "see *** here"


def test_what_is_no_secret_stays_as_it_is() -> None:
    for text in ("billing_live_sync", "key_2cGKbMxRyIzhCxo1Idjz8q", "leo@example.com", "nightly-export", "tkd_live_short_x"):
        assert without_secrets(text) == text


def test_digests_are_kept_only_in_the_forms_that_can_be_checked() -> None:
    assert kept_digest("sha256", SHA.upper()) == ("sha256", bytes.fromhex(SHA))
    assert kept_digest("hmac-sha256:k2", SHA) == ("hmac-sha256:k2", bytes.fromhex(SHA))
    for scheme, digest in (
        ("sha256", SHA[:-1]), ("sha256", SHA + "0"), ("sha256", ARGON), ("md5", "ab" * 16), ("hmac-sha256:", SHA),
        ("hmac-sha256:k\n1", SHA), ("argon2id", SHA), ("argon2id", "$argon2i$" + ARGON[10:]),
    ):  # fmt: skip
        assert kept_digest(scheme, digest) is None


def test_a_digest_of_another_kind_is_not_taken_for_a_secret() -> None:
    for digest in ("ab" * 16, "ab" * 20, "ab" * 64, "sha512$$ff", "pbkdf2_sha256$600000$x$y", "$2b$12$abc"):
        assert is_foreign_digest(digest)
    for text in ("hunter2", "z" * 64, ""):
        assert not is_foreign_digest(text)
