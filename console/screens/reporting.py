"""Making an audit report from a screen: a small form, a thread that reads and sets it, and what is said about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from console.dialogs.choice import Choice, Option
from console.dialogs.form import Field, Form
from console.render.counts import counted
from console.render.sheet import line
from console.reports.files import Stopped, checked_path, default_path
from console.reports.report import FORMS, Subject
from console.reports.report_asked import YEAR, begin_of, rule_named, subject_of
from console.reports.report_files import MadeReport, file_stem, files_of, write_report
from console.screens.exporting import SHOW_S, Target
from console.screens.recorded import say_written
from console.screens.refusals import refuse_read_only
from store.errors import BadInput, StoreError
from store.rules.reporting import Period, Rule, period_of

if TYPE_CHECKING:
    from console.screens.commands import Commands
    from store.engine import Unit
    from store.reader import Reader

EVERY = "all"
_PERIOD = re.compile(r"(\d{1,4}[ywd]|\d{4}-\d{2}-\d{2})\S*", re.ASCII)
RULE_WORDS = {
    Rule.LIVE: "Tokens created in the period, and older ones that were live in it.",
    Rule.CREATED: "Tokens created in the period only; older ones that are still live are left out.",
}
"""The rules in the room a form has; the report says them in full (store.rules.reporting)."""

ABOUT = "tokens as they were at its end · readable by you alone · recorded in the audit log"


@dataclass(slots=True)
class Making:
    """A report that is under way: `rows` are in, `doing` says what is being done, `stop` ends it at the next chance."""

    rows: int = 0
    doing: str = "read"
    stop: bool = False

    def heard(self, rows: int, doing: str) -> None:
        """Take note of how far it is; called in the thread that works."""
        self.rows, self.doing = rows, doing
        if self.stop:
            raise Stopped

    @property
    def words(self) -> str:
        """Say how far it is."""
        return f"report: {counted(self.rows, 'token')}, {self.doing}"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: an account by id or name (None: every account), a period, a form and a file."""

    account: str | None
    period: Period
    target: Target


def wished(argument: str, here: str) -> tuple[str, str, str]:
    """Read `ACCOUNT 1y pdf`, any of which may be missing, and return account, period and form."""
    words = argument.split()
    form = words.pop() if words and words[-1].lower() in FORMS else FORMS[0]
    since = words.pop() if words and _PERIOD.fullmatch(words[-1]) else YEAR
    return " ".join(words) or here, since, form.lower()


def ask_report(screen: Commands, argument: str) -> None:
    """Ask for what a report is to hold, and make it; a file that is there is replaced only when that is chosen."""
    session = screen.session
    if session.actor is None or screen.running is not None:
        return
    if refuse_read_only(screen, "Report", "report", "a report is recorded in the audit log"):
        return
    now = session.now
    account, since, form = wished(argument, screen.account_here())

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        try:
            wish = _wish(values, now)
        except (StoreError, OSError) as error:
            return str(error)
        return lambda: _settle(screen, wish)

    def words(values: dict[str, str]) -> str:
        return RULE_WORDS[Rule(values["rule"])]

    fields = [
        Field("account", "Account", account, note="its id or name; “all” for every account"),
        Field("period", "Period", since, note="1y, 90d or 13w until now, or 2025-03-16..2026-03-16 without its last moment"),
        Field("format", "Format", form, FORMS),
        Field("rule", "Rule", Rule.LIVE.value, tuple(rule.value for rule in Rule)),
        Field("file", "File", "", note="empty: in your data folder"),
    ]
    about = line(("Audit report", "strong"), (f" · {ABOUT}", "quiet"))
    asked = Form("Report", about, fields, check, words)

    def filled_in() -> dict[str, str]:
        values = asked.values
        begin, _, end = values["period"].partition("..")
        every = values["account"].lower() == EVERY
        whose = {"account": "", "all": "yes"} if every else {"account": values["account"]}
        return {**values, **whose, "since": begin, "until": end}

    asked.command = screen.command_of("report", filled_in)
    screen.ask(asked)


def _wish(values: dict[str, str], now: datetime) -> Wish:
    """Return what the form says; raises BadInput, or Refused when typst is missing."""
    from console.reports.report_pdf import require_typst
    from store.moments import parse_moment

    given = values["account"]
    if not given:
        raise BadInput("Whose tokens to report on is not said.", "Type an account's id or name, or all.")
    account = None if given.lower() == EVERY else given
    since, _, end = values["period"].partition("..")
    try:
        until = parse_moment(end) if end else now
    except (ValueError, OverflowError):
        raise BadInput(f"“{end[:40]}” is not a date or time.", "Write a period as 2025-03-16..2026-03-16, or 1y.") from None
    period = period_of(begin_of(since, until), until, None, now, rule_named(values["rule"]))
    form = values["format"]
    if form == "pdf":
        require_typst()
    path = checked_path(values["file"] or str(default_path(file_stem(account), form, now)), form, FORMS)
    return Wish(account, period, Target(form, path))


def _settle(screen: Commands, wish: Wish) -> None:
    def begin(replace: bool) -> None:
        target = Target(wish.target.form, wish.target.path, replace)
        screen.in_background(make, screen, Wish(wish.account, wish.period, target), description="make a report")

    there = [path for path in files_of(wish.target.form, wish.target.path) if path.exists() or path.is_symlink()]
    if there:
        screen.ask(Choice("There is a file of this name", [Option("r", "replace it", lambda: begin(True), str(there[-1]))]))
    else:
        begin(False)


async def make(screen: Commands, wish: Wish) -> None:
    """Record that it begins, make it, record what it holds, and only then put it in its place."""
    session, target = screen.session, wish.target
    making = screen.running = Making()
    made: MadeReport | None = None

    def show() -> None:
        screen.say((making.words, ""), "   ", ("Esc", "key"), (" stops it", "quiet"))

    show()
    from store.writes.reports import ReportOrder, begin_report, finish_report

    ticking = screen.set_interval(SHOW_S, show)
    try:
        subject: Subject = await session.desk.ask("report subject", lambda reader: subject_of(reader, wish.account, wish.period))
        assert session.actor is not None
        order = ReportOrder(
            account_id=subject.account, period=wish.period, form=target.form, actor=session.actor, case=session.case
        )

        def begin(unit: Unit) -> int:
            return begin_report(unit, order, session.now)

        begun = await session.desk.change(begin, order.action_id)
        session.own.add(begun)

        def work(reader: Reader) -> MadeReport:
            return write_report(reader, subject, target.form, target.path, making.heard)

        done = made = await session.desk.ask(f"report {order.action_id}", work)

        def finish(unit: Unit) -> int:
            return finish_report(unit, order, session.now, begun=begun, rows=done.rows, sha256=done.sha256)

        seq = await session.desk.change(finish)
        session.own.add(seq)
        made.publish(replace=target.replace)
    except Stopped:
        screen.say(("The report was stopped; ", "finding"), "no file was kept.")
    except StoreError as error:
        screen.explain(error)
    else:
        say_written(screen, target.path, f"{counted(made.rows, 'token')} reported", seq, made.sha256)
    finally:
        ticking.stop()
        screen.running, making.stop = None, True  # where nobody waits any more, the thread ends at its next chance
        if made is not None:
            made.drop()
