"""Every file tokens can be imported from: one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from store.errors import BadInput
from store.imports import aws, canonical, drf, github, gitlab, grafana, knox, kong, unkey
from store.imports.context import Context
from store.imports.records import TokenRecord
from store.imports.values import Row


@dataclass(frozen=True, slots=True)
class TokenFormat:
    """A kind of file: its name for `--format`, what it is called, and how it is known and read.

    `kind` is csv or json. `known_by` are columns or fields that no other format has together; the first format whose own
    are all there is it. `needs_account` says that the file names no account of ours. `keep` are columns that hold
    no secret here although they are called like one.
    """

    name: str
    title: str
    kind: str
    known_by: frozenset[str]
    records: Callable[[Row, int, Context], Iterator[TokenRecord]]
    needs_account: bool = False
    keep: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Return what `token.source` says of tokens that came in this way."""
        return f"import:{self.name}"


def _format(
    name: str,
    title: str,
    kind: str,
    known_by: str,
    records: Callable[[Row, int, Context], Iterator[TokenRecord]],
    *,
    needs_account: bool = False,
    also: tuple[str, ...] = (),
) -> TokenFormat:
    return TokenFormat(name, title, kind, frozenset(known_by.split()), records, needs_account, also=also)


FORMATS: tuple[TokenFormat, ...] = (
    _format("aws-csv", "AWS credential report", "csv", "user arn access_key_1_active access_key_1_last_rotated", aws.records),
    _format("knox-csv", "django-rest-knox, table knox_authtoken", "csv", "digest token_key created expiry", knox.records,
            needs_account=True),
    _format("drf-csv", "djangorestframework-api-key, table rest_framework_api_key_apikey", "csv", "prefix hashed_key created",
            drf.records, needs_account=True),
    _format("csv", "tokendesk's own fields as CSV", "csv", "id created_at", canonical.records),
    _format("unkey-json", "Unkey, listKeys", "json", "keyId createdAt", unkey.records),
    _format("gitlab-json", "GitLab, access tokens", "json", "id user_id scopes created_at revoked", gitlab.records,
            needs_account=True, also=("gitlab",)),
    _format("github-json", "GitHub, personal access tokens of an organisation", "json", "owner permissions access_granted_at",
            github.records, needs_account=True),
    _format("grafana-json", "Grafana, service account tokens", "json", "id name created hasExpired", grafana.records,
            needs_account=True),
    _format("kong-json", "Kong, key-auth credentials", "json", "id key created_at consumer", kong.records),
    _format("json", "tokendesk's own fields as JSON", "json", "id created_at", canonical.records),
)  # fmt: skip


def format_named(name: str) -> TokenFormat:
    """Return the format of this name; raises BadInput."""
    for found in FORMATS:
        if name == found.name or name in found.also:
            return found
    raise BadInput(f"There is no token format “{name[:30]}”.", f"Use one of {', '.join(f.name for f in FORMATS)}.")


def recognise(kind: str, names: frozenset[str]) -> TokenFormat | None:
    """Return the first format of a kind whose columns or fields are all there, or None."""
    return next((found for found in FORMATS if found.kind == kind and found.known_by <= names), None)
