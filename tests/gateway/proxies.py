"""A real Caddy and a real Envoy, and Kong's plug-in in a real Lua, each with what the README shows, before an API that counts."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import indent
from typing import Any

import httpx
from lupa.luajit21 import LuaRuntime

from tests.command_line import ROOT
from tests.gateway.proxy import SHOWN_GATEWAY, Proxied, api, free_port, listens
from tests.gateway.running import PATIENCE_S, Gateway, until

CADDY = "/usr/bin/caddy"
_CADDYFILE = """
{{
    admin off
    auto_https off
    storage file_system {folder}/storage
}}
http://127.0.0.1:{port} {{
    route {{
{shown}
    }}
}}
"""
_ENVOY = """
static_resources:
  listeners:
  - address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: in
          use_remote_address: true
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes: [{{match: {{prefix: /}}, route: {{cluster: orders}}, {removed}}}]
          http_filters:
{shown}
          - name: envoy.filters.http.router
            typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
  clusters:
  - name: tokendesk
    load_assignment: {{cluster_name: tokendesk, endpoints: [{{lb_endpoints: [{{endpoint: {{address: {gateway}}}}}]}}]}}
  - name: orders
    load_assignment: {{cluster_name: orders, endpoints: [{{lb_endpoints: [{{endpoint: {{address: {orders}}}}}]}}]}}
"""


def shown(language: str, holding: str) -> str:
    """Return the one block of the README in a language that holds some words."""
    blocks = re.findall(rf"```{language}\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    [block] = [block for block in blocks if holding in block]
    assert SHOWN_GATEWAY in block
    return str(block)


@contextmanager
def caddy(one: Gateway, folder: Path) -> Iterator[Proxied]:
    """Run Caddy before a gateway; of the README's lines only the two addresses are others."""
    folder.mkdir()
    with api() as (behind, reached):
        port = free_port()
        block = shown("caddyfile", "forward_auth").replace(SHOWN_GATEWAY, _where(one)).replace("orders:80", f"127.0.0.1:{behind}")
        configuration = folder / "Caddyfile"
        configuration.write_text(_CADDYFILE.format(folder=folder, port=port, shown=block))
        command = [CADDY, "run", "--adapter", "caddyfile", "--config", str(configuration)]
        with _running(command, port, folder):
            yield Proxied(port, folder, reached)


@contextmanager
def envoy(one: Gateway, folder: Path) -> Iterator[Proxied]:
    """Run Envoy before a gateway; of the README's lines only the gateway's address is another."""
    folder.mkdir()
    with api() as (behind, reached):
        port = free_port()
        block = indent(shown("yaml", "ext_authz").replace(SHOWN_GATEWAY, _where(one)), " " * 10)
        address = "{{socket_address: {{address: 127.0.0.1, port_value: {}}}}}"
        configuration = folder / "envoy.yaml"
        removed = re.findall(r"```yaml\n(request_headers_to_remove: [^\n]*)\n```", (ROOT / "README.md").read_text())
        assert len(removed) == 1
        gateway, orders = address.format(one.http.base_url.port), address.format(behind)
        configuration.write_text(_ENVOY.format(port=port, shown=block, gateway=gateway, orders=orders, removed=removed[0]))
        program = str(Path(sys.executable).with_name("envoy"))
        command = [program, "-c", str(configuration), "--concurrency", "1", "--disable-hot-restart"]
        with _running(command, port, folder):
            yield Proxied(port, folder, reached)


class Kong:
    """Kong's plug-in in a Lua of its own: the block of the README, with Kong's own functions and its HTTP library replaced.

    `ask` returns the status the caller gets, 200 where the request is handed on, and the headers it is handed on with.
    """

    def __init__(self, one: Gateway) -> None:
        self._block = shown("lua", "resty.http").replace(SHOWN_GATEWAY, _where(one))
        self._http = one.http
        # Kong's sandbox hands out what kong.conf allows, and nothing else.
        self._allowed = re.findall(r"`untrusted_lua_sandbox_requires = ([\w.]+)`", (ROOT / "README.md").read_text())

    def ask(self, token: str, by: str = "Authorization") -> tuple[int, dict[str, str]]:
        lua = LuaRuntime(unpack_returned_tuples=True)
        sent_by = {by: token if by == "X-Api-Key" else f"Bearer {token}"}
        told: dict[str, Any] = {"exit": None, "headers": {**sent_by, "X-Account-Id": "FORGED"}}

        def request_uri(_: object, url: str, options: Any) -> Any:
            sent = {str(name): str(value) for name, value in options["headers"].items()}
            try:
                answer = self._http.get(url, headers=sent)
            except httpx.TransportError as error:
                return None, str(error)
            headers = lua.table_from({name.title(): value for name, value in answer.headers.items()})
            return lua.table_from({"status": answer.status_code, "body": answer.text, "headers": headers})

        given = {name.lower(): value for name, value in sent_by.items()}
        request = {"get_header": given.get, "get_path": lambda: "/v1/orders", "get_method": lambda: "GET"}
        kong = {
            "request": lua.table_from(request),
            "client": lua.table_from({"get_ip": lambda: "127.0.0.1"}),
            "response": lua.table_from({"exit": lambda status, body=None: told.update(exit=status)}),
            "service": lua.table_from(
                {
                    "request": lua.table_from(
                        {
                            "set_header": lambda name, value: told["headers"].update({name: value}),
                            "clear_header": lambda name: told["headers"].pop(name, None),
                        }
                    )
                }
            ),
        }
        lua.globals().kong = lua.table_from(kong)
        library = lua.table_from({"request_uri": request_uri})
        library["new"] = lambda: library
        lua.globals().require = dict.fromkeys(self._allowed, library).get
        lua.execute(self._block)
        return told["exit"] or 200, told["headers"]


def own_addresses() -> list[str]:
    """Return the addresses of this machine: Envoy says the first that is not the loopback for a caller on it."""
    told = subprocess.run(["/usr/bin/hostname", "-I"], capture_output=True, text=True, check=True).stdout
    return ["127.0.0.1", *told.split()]


def _where(one: Gateway) -> str:
    return f"{one.http.base_url.host}:{one.http.base_url.port}"


@contextmanager
def _running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    log = folder / "log"
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            until(lambda: process.poll() is not None or listens(port))
            assert process.poll() is None, log.read_text()
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE_S)
