"""Which scopes were used, by whom, and what can't be told."""

from __future__ import annotations

import pytest

from store.rules.splitting import Seen, needs, used

HELD = ("customers.read", "invoices.send", "orders.read", "orders.write", "settings.manage")


@pytest.mark.parametrize(
    ("endpoint", "scopes"),
    [
        ("GET /v1/orders", {"orders.read"}),
        ("HEAD /v1/orders/{id}", {"orders.read"}),
        ("PUT /v1/orders/{id}", {"orders.write"}),
        ("POST /v1/invoices/{id}/send", {"invoices.send"}),
        ("GET /v1/settings", {"settings.manage"}),
        ("DELETE /v1/customers/{id}", set()),
        ("GET /v1/customers/{id}/orders", set()),
        ("GET /v1/unknown", set()),
        ("", set()),
    ],
)
def test_an_endpoint_needs_the_one_scope_it_can_be_meant_by(endpoint: str, scopes: set[str]) -> None:
    assert needs(endpoint, HELD) == scopes


def test_reading_is_judged_by_a_writing_scope_where_no_reading_one_is_held() -> None:
    assert needs("GET /v1/orders", ("orders.write",)) == {"orders.write"}
    assert needs("GET /v1/orders", ("orders.*",)) == set()


def test_each_integration_gets_the_scopes_it_was_seen_to_need() -> None:
    use = used(HELD, [
        Seen("shop", "GET /v1/orders", "", 90), Seen("shop", "PUT /v1/orders/{id}", "", 10),
        Seen("crm", "", "customers.read", 300),
    ])  # fmt: skip
    assert [(share.integration, share.requests, share.scopes) for share in use.shares] == [
        ("crm", 300, ("customers.read",)),
        ("shop", 100, ("orders.read", "orders.write")),
    ]
    assert use.is_shared
    assert use.unused == ("invoices.send", "settings.manage")
    assert use.untold == 0


def test_what_the_log_does_not_tell_is_said() -> None:
    use = used(HELD, [Seen("shop", "GET /v1/orders", "", 90), Seen("shop", "", "", 7), Seen("", "", "", 2)])
    assert use.untold == 9
    assert not use.is_shared
    assert use.shares[0].untold == 7


def test_a_token_without_requests_says_nothing() -> None:
    use = used(HELD, [])
    assert (use.shares, use.exercised, use.untold) == ((), (), 0)


def test_requests_are_those_of_the_integration_whatever_was_seen_of_them() -> None:
    """Endpoints beyond the cap of a day are not kept apart, and a request with a scope is seen by its endpoint as well."""
    capped = used(HELD, [Seen("shop", "GET /v1/orders", "", 60)], {"shop": 100, "": 7})
    assert [(share.integration, share.requests, share.untold) for share in capped.shares] == [("shop", 100, 40), ("", 7, 7)]
    both = [Seen("shop", "", "orders.read", 50), Seen("shop", "GET /v1/orders", "", 80), Seen("shop", "GET /v1/x", "", 20)]
    share = used(HELD, both, {"shop": 100}).shares[0]
    assert (share.requests, share.untold, share.scopes) == (100, 20, ("orders.read",))
    scoped = used(HELD, [Seen("shop", "", "orders.read", 90), Seen("shop", "GET /v1/x", "", 100)], {"shop": 100}).shares[0]
    assert (scoped.requests, scoped.untold) == (100, 10)
