"""What requests are counted under: programs without versions, endpoints without ids."""

from __future__ import annotations

import pytest

from store.rules.callers import PART_CAP, endpoint_of, integration_of


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("netsuite-sync/2.1", "netsuite-sync"),
        ("python-requests/2.32 (linux)", "python-requests"),
        ("Zapier", "Zapier"),
        ("Mashup;2.1", "Mashup"),
        ("Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML) Chrome/120.0 Safari/537.36", "Chrome"),
        ("Mozilla/5.0 (X11) Chrome/120.0 Safari/537.36 Edg/120.0", "Chrome"),
        ("Mozilla/5.0 (compatible)", "browser"),
        ("", ""),
        ("x" * 400, "x" * PART_CAP),
    ],
)
def test_an_integration_is_the_program_without_its_version(agent: str, name: str) -> None:
    assert integration_of(agent) == name


@pytest.mark.parametrize(
    ("method", "path", "endpoint"),
    [
        ("GET", "/v1/orders", "GET /v1/orders"),
        ("GET", "/v1/orders/1234", "GET /v1/orders/{id}"),
        ("GET", "/v2/users/550e8400-e29b-41d4-a716-446655440000/keys", "GET /v2/users/{id}/keys"),
        ("POST", "/v1/invoices/in_9f3cAb17x/send", "POST /v1/invoices/{id}/send"),
        ("GET", "/v1/orders/{id}", "GET /v1/orders/{id}"),
        ("GET", "/", "GET /"),
        ("", "/v1/orders", "/v1/orders"),
        ("GET", "", ""),
    ],
)
def test_an_endpoint_is_the_path_without_its_ids(method: str, path: str, endpoint: str) -> None:
    assert endpoint_of(method, path) == endpoint
