"""How people are told here: by mail those who have an address, by the webhook whoever is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.notices.result import Way
from console.notices.secret_file import read_secret
from store.errors import BadInput, Refused

if TYPE_CHECKING:
    from console.settings import Settings

WAYS = ("mail", "webhook")


def ways(settings: Settings, store_id: str, only: str = "") -> tuple[Way, ...]:
    """Return the ways that are set up, the one to try first in front; `only` one of them where it is named.

    Raises Refused when there is none, and BadInput or Refused for what is set up badly.
    """
    if only and only not in WAYS:
        raise BadInput(f"“{only[:20]}” is no way to tell people.", f"Use {' or '.join(WAYS)}.")
    found: list[Way] = []
    if settings.mail_server and only in ("", "mail"):
        from console.notices.mail import Mail
        from console.notices.mail_server import mail_server

        password = read_secret("TOKENDESK_MAIL_PASSWORD", settings.mail_password_file, "the mail server's password")
        found.append(Mail(mail_server(settings.mail_server, settings.mail_from, password), store_id))
    if settings.webhook and only in ("", "webhook"):
        from console.notices.hook import Hook

        secret = read_secret("TOKENDESK_WEBHOOK_SECRET", settings.webhook_secret_file, "the webhook's secret")
        if secret is None:
            raise Refused(
                "A webhook needs a secret to sign with.", "Name a file in webhook_secret_file, or set TOKENDESK_WEBHOOK_SECRET."
            )
        found.append(Hook(settings.webhook, secret, store_id))
    if not found:
        missing = {"mail": "mail_server and mail_from", "webhook": "webhook"}.get(only, "mail_server and mail_from, or webhook")
        raise Refused("It is not set up how people are told.", f"Set {missing}; see `tokendesk config`. Nothing was sent.")
    return tuple(found)
