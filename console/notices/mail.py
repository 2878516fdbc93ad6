"""Mailing a notice by SMTP, over TLS wherever it leaves this machine. The Message-ID of a notice is always the same.

An answer of 4xx (greylisting, a full mailbox) is tried again later, 5xx to the recipient is the end.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from console.notices.mail_server import MailServer
from console.notices.result import Fate, Result
from store.notice_rows import NoticeRow

TIMEOUT_S = 20.0
"""How long any one step may take. A delivery has about seven of them: all together stay within the lease."""


def message_of(row: NoticeRow, sender: str, store_id: str, now: datetime) -> EmailMessage:
    """Return the mail. Its headers hold nothing a customer wrote but an address that was checked to be one."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, row.address, row.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{row.id}.{store_id[:8]}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(row.body, cte="quoted-printable")
    return mail


class Mail:
    """One connection to a mail server, made when the first notice is sent."""

    name = "mail"

    def __init__(self, server: MailServer, store_id: str, timeout: float = TIMEOUT_S) -> None:
        self._server, self._store_id, self._timeout = server, store_id, timeout
        self._connection: smtplib.SMTP | None = None

    def takes(self, row: NoticeRow) -> bool:
        """Say whether the recipient has an address."""
        return bool(row.address)

    def send(self, row: NoticeRow, now: datetime) -> Result:
        """Try once."""
        try:
            if self._connection is None:
                self._connection = self._connect()
        except smtplib.SMTPAuthenticationError as error:
            return Result(Fate.OURS, f"the mail server refused the user or password ({error.smtp_code})", stop=True)
        except smtplib.SMTPNotSupportedError:
            return Result(Fate.OURS, "the mail server offers no TLS, or no way to sign in", stop=True)
        except ssl.SSLError as error:
            return Result(Fate.OURS, f"the mail server's TLS can't be trusted ({error.reason or 'no reason'})", stop=True)
        except (smtplib.SMTPException, OSError) as error:
            return Result(Fate.LATER, f"the mail server can't be reached ({_words(error)})", stop=True)
        try:
            self._connection.send_message(message_of(row, self._server.sender, self._store_id, now))
        except smtplib.SMTPRecipientsRefused as error:
            return _judged(*error.recipients[row.address])
        except smtplib.SMTPSenderRefused as error:
            code = error.smtp_code
            found = _judged(code, error.smtp_error)
            return found if code < 500 else Result(Fate.OURS, f"mail_from was refused: {found.answer}", stop=True)
        except smtplib.SMTPDataError as error:
            return _judged(error.smtp_code, error.smtp_error, again=row.tries > 1)
        except smtplib.SMTPNotSupportedError:
            return Result(Fate.NEVER, "the mail server does not take such an address")
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            return Result(Fate.LATER, f"the mail server went away ({_words(error)})", stop=True)
        return Result(Fate.SENT, "taken by the mail server")

    def close(self) -> None:
        """Say good-bye, as far as the server listens."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        context = ssl.create_default_context()
        connection: smtplib.SMTP
        if server.tls:
            connection = smtplib.SMTP_SSL(server.host, server.port, timeout=self._timeout, context=context)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        try:
            connection.ehlo_or_helo_if_needed()
            if not server.tls and (connection.has_extn("starttls") or not server.here):
                connection.starttls(context=context)
                connection.ehlo()
            if server.user and server.password is not None:
                connection.login(server.user, server.password.reveal())
        except BaseException:
            connection.close()
            raise
        return connection


def _judged(code: int, said: bytes | str, *, again: bool = False) -> Result:
    """Judge an answer. `again`: a try before may have got through, so a server that knows the mail already has taken it."""
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    answer = " ".join(f"{code} {text}".split())
    if again and "duplicate" in text.lower():
        return Result(Fate.SENT, f"known already: {answer}")
    return Result(Fate.LATER if 400 <= code < 500 else Fate.NEVER, answer)


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "no answer in time"
    return getattr(error, "strerror", None) or type(error).__name__
