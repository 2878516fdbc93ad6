"""A real SMTP server and a real webhook for tests: they answer as they are told to, and keep what they took."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


@dataclass
class Post:
    """What a mail server took and how it answers: `rcpt` and `data` are used up one after the other, then all is well."""

    rcpt: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    mails: list[Message] = field(default_factory=list)
    before: Callable[[], object] = lambda: None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        answer = self.rcpt.pop(0) if self.rcpt else "250 ok"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        self.before()
        return self.data.pop(0) if self.data else "250 taken"


class _Listening(Controller):
    """Serves on a socket that is there already: its port was free, and stays ours."""

    def __init__(self, post: Post, listening: socket.socket, **more: Any) -> None:
        host, port = listening.getsockname()[:2]
        super().__init__(post, hostname=host, port=port, **more)
        self._listening = listening

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._listening)


@contextmanager
def mail_server(post: Post, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None, password: str = "") -> Iterator[int]:
    """Run a server and yield its port; with `tls` it offers STARTTLS, with `password` the user tokens must sign in."""

    def sign_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"tokens", password.encode()), handled=False)

    listening = socket.create_server((host, 0))
    controller = _Listening(
        post, listening, tls_context=tls, require_starttls=tls is not None, auth_required=bool(password),
        authenticator=sign_in if password else None,
    )  # fmt: skip
    controller.start()
    try:
        yield listening.getsockname()[1]
    finally:
        controller.stop()


def certificate(folder: Path, host: str = "127.0.0.1") -> tuple[ssl.SSLContext, Path]:
    """Make a certificate for an address and return a server's context and the file that clients may trust."""
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, secret)
    return context, cert


@dataclass
class Hooked:
    """What a webhook was sent and how it answers: with `codes` one after the other, then 204. 0 closes without an answer."""

    codes: list[int] = field(default_factory=list)
    took: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    before: Callable[[], object] = lambda: None


@contextmanager
def webhook(hooked: Hooked) -> Iterator[str]:
    """Run a webhook and yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hooked.took.append((dict(self.headers), body))
            hooked.before()
            code = hooked.codes.pop(0) if hooked.codes else 204
            if code:
                self.send_response(code)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
