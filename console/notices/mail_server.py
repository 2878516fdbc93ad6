"""Which server mails notices, read from `smtp://USER@HOST:587` or `smtps://USER@HOST:465`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from store.errors import BadInput
from store.rules.notices import is_address
from store.rules.secrets import Secret

_PORTS = {"smtp": 587, "smtps": 465}
_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server and how it is spoken to: `tls` from the first byte (smtps), else STARTTLS, which only this machine may lack."""

    host: str
    port: int
    tls: bool
    sender: str
    user: str = ""
    password: Secret | None = None

    @property
    def here(self) -> bool:
        """Say whether it runs on this machine, where nobody can listen in between."""
        return self.host in _HERE


def mail_server(address: str, sender: str, password: Secret | None) -> MailServer:
    """Read a server's address; raises BadInput, without repeating what may be a password."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise BadInput("mail_server is no mail server.", "Write smtp://USER@HOST:587 or smtps://USER@HOST:465.")
    if parts.password is not None:
        raise BadInput(
            "mail_server holds a password.",
            "Take it out; name a file with it in mail_password_file, or set TOKENDESK_MAIL_PASSWORD.",
        )
    if not is_address(sender):
        raise BadInput("mail_from is no e-mail address.", "Write the address notices come from, such as tokens@example.com.")
    user = unquote(parts.username or "")
    if user and password is None:
        raise BadInput(
            "The mail server wants a password and there is none.",
            "Name a file in mail_password_file, or set TOKENDESK_MAIL_PASSWORD.",
        )
    return MailServer(parts.hostname, port or _PORTS[parts.scheme], parts.scheme == "smtps", sender, user, password)
