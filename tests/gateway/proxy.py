"""A real nginx with the configuration the README shows, in front of an API that counts what reaches it."""

from __future__ import annotations

import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from tests.command_line import ROOT
from tests.gateway.running import PATIENCE_S, Gateway, until

NGINX = "/usr/sbin/nginx"
SHOWN_GATEWAY = "127.0.0.1:8790"
_CONFIGURATION = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    log_format told '$status $token_outcome $token_id';
    access_log {folder}/access.log told;
    upstream orders {{ server 127.0.0.1:{api}; }}
    server {{
        listen 127.0.0.1:{port};
{shown}
    }}
}}
"""


class Proxied:
    """The proxy as its callers see it, and `reached`: the headers of each request that came through to the API."""

    def __init__(self, port: int, folder: Path, reached: list[dict[str, str]]) -> None:
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S)
        self.reached = reached
        self._log = folder / "access.log"

    def order(self, token: str | None, **headers: str) -> httpx.Response:
        """Ask the API for orders."""
        sent = {"Authorization": f"Bearer {token}"} if token is not None else {}
        return self.http.get("/v1/orders", headers=sent | {name.replace("_", "-"): value for name, value in headers.items()})

    def status(self, token: str) -> int:
        """Return how the API's answer, or the proxy's, begins."""
        return self.order(token).status_code

    def logged(self) -> list[str]:
        """Return what nginx logged: status, outcome and token id."""
        return self._log.read_text().splitlines()


def shown_configuration() -> str:
    """Return the block of nginx configuration in the README."""
    blocks = re.findall(r"```nginx\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    [block] = [block for block in blocks if "auth_request" in block]
    assert SHOWN_GATEWAY in block
    return str(block)


@contextmanager
def nginx(one: Gateway, folder: Path) -> Iterator[Proxied]:
    """Run nginx before a gateway for the time of a block; of the README's lines the gateway's port alone is another."""
    folder.mkdir()
    with api() as (behind, reached):
        port = free_port()
        shown = shown_configuration().replace(SHOWN_GATEWAY, f"{one.http.base_url.host}:{one.http.base_url.port}")
        configuration = folder / "nginx.conf"
        configuration.write_text(_CONFIGURATION.format(folder=folder, port=port, api=behind, shown=shown))
        command = [NGINX, "-p", str(folder), "-c", str(configuration), "-e", str(folder / "error.log")]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until(lambda: process.poll() is not None or listens(port))
            assert process.poll() is None, (folder / "error.log").read_text()
            proxied = Proxied(port, folder, reached)
            yield proxied
            proxied.http.close()
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


@contextmanager
def api() -> Iterator[tuple[int, list[dict[str, str]]]]:
    """Run the API: its port, and the headers of each request that reached it."""
    reached: list[dict[str, str]] = []

    class Orders(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reached.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"[]")

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Orders)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_port, reached
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE_S)


def free_port() -> int:
    """Return a port nobody listens on now."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def listens(port: int) -> bool:
    """Say whether somebody does."""
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
