"""`tokendesk slo`: the ten indicators with their targets and error budgets, and the alerts that are open."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command
from console.cli.options import JsonOption
from console.cli.place import Place
from console.reports.cells import Value

if TYPE_CHECKING:
    from store.indicator_rows import AlertRow, Indicators, Measured
    from store.opening import Store
    from store.rules.roles import Actor

_MET = {True: "met", False: "! MISSED", None: ""}
WindowOption = Annotated[str, typer.Option("--window", metavar="WINDOW", help="24h, 7d or 30d.")]
WebhookOption = Annotated[
    str | None,
    typer.Option("--webhook", metavar="URL", help="Tell it of each alert once; the secret is in TOKENDESK_WEBHOOK_SECRET."),
]


TargetOption = Annotated[
    list[str] | None,
    typer.Option("--target", metavar="NAME=VALUE", help="Measure an indicator against another target: M1=99.95%, M1=usual."),
]


def show_slo(
    place: Place,
    window: WindowOption = "24h",
    webhook: WebhookOption = None,
    target: TargetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the ten indicators: value, target, gap, error budget left and how fast it is spent; and the open alerts.

    Looks at what needs a person first, and opens or closes alerts unless --read-only or the role may only look. Exit code 1:
    an alert that pages is open.
    """
    from console.cli.aiming import read_aims, set_aims
    from console.cli.output import print_record, say
    from console.cli.place import now_at
    from console.reports.freshness import freshness_record
    from store.errors import BadInput, SignInNeeded
    from store.reads.alerts import alerts
    from store.reads.indicators import indicators
    from store.reads.usage import freshness
    from store.rules.indicators import WINDOWS
    from store.rules.roles import Permission, allows
    from store.usage.attempts import count_failed_issues
    from store.writes.alerts import evaluate

    if window not in WINDOWS:
        raise BadInput(f"There is no window “{window[:20]}”.", f"Use {', '.join(WINDOWS)}.")
    aims = read_aims(target or ())
    if aims:
        place.refuse_read_only("leave out --target")
    with place.open() as store:
        set_aims(place, store, aims)
        now = now_at(store)
        actor = place.actor(store)
        if not actor.read_only and allows(actor.role, Permission.CHANGE_ONE):
            with suppress(OSError):
                count_failed_issues(store, now)
            store.prove, prove = None, store.prove  # who only looks is asked for no passphrase
            with suppress(SignInNeeded):
                evaluate(store, actor, now)
            store.prove = prove
        if webhook is not None:
            place.refuse_read_only("leave out --webhook")
            for problem in _tell(store, webhook, actor):
                say(problem)
        with store.reading() as reader:
            found, opened, fresh = indicators(reader, now, window), alerts(reader, now), freshness(reader)
    if as_json:
        print_record({**record_of(found, opened), **freshness_record(fresh)})
    else:
        _print(found, opened)
    if any(alert.severity == "page" for alert in opened):
        raise typer.Exit(1)


def record_of(found: Indicators, opened: tuple[AlertRow, ...]) -> dict[str, Value]:
    """Return it as JSON; a null is «no data», never 0. Shares are from 0 to 1, latencies milliseconds."""
    from console.reports.cells import stamped

    return {
        "at": stamped(found.at),
        "window": found.window,
        "recorded_to": stamped(found.recorded_to),
        "indicators": [
            {
                "name": row.name, "title": row.title, "unit": row.unit.value, "value": row.value, "target": row.target,
                "met": row.met, "gap": row.gap, "samples": row.samples, "missed": row.missed, "fresh_to": stamped(row.at),
                "budget_left": row.budget_left, "burn": dict(row.burn), "note": row.note,
                "parts": [{"name": part.name, "value": part.value, "samples": part.samples} for part in row.parts],
            }
            for row in found.rows
        ],
        "alerts": [
            {
                "cause": alert.cause, "severity": alert.severity, "title": alert.title, "detail": alert.detail,
                "opened_at": stamped(alert.opened_at), "told_at": stamped(alert.told_at), "runbook": alert.runbook,
            }
            for alert in opened
        ],
    }  # fmt: skip


def _tell(store: Store, url: str, actor: Actor) -> list[str]:
    import os

    from console.cli.place import now_at
    from console.webhook import SECRET_VARIABLE, checked_url, tell
    from store.errors import Refused
    from store.reads.alerts import alerts
    from store.rules.roles import Permission
    from store.writes.alerts import mark_told
    from store.writes.authority import authorise

    secret = os.environ.get(SECRET_VARIABLE, "").encode()
    if not secret:
        raise Refused("A webhook needs a secret to sign with.", f"Put it into {SECRET_VARIABLE}.")
    checked_url(url)
    store.write(lambda unit: authorise(unit, actor, Permission.CHANGE_ONE))
    now, problems = now_at(store), list[str]()
    with store.reading() as reader:
        untold = [alert for alert in alerts(reader, now) if alert.told_at is None]
    for alert in untold:
        problem = tell(url, alert, secret)
        if problem:
            problems.append(f"The webhook was not told of {alert.cause}: {problem}. It is told next time.")
        else:
            store.write(lambda unit, alert=alert: mark_told(unit, alert, actor, now))  # type: ignore[misc]
    return problems


def _print(found: Indicators, opened: tuple[AlertRow, ...]) -> None:
    from console.cli.output import print_table, show
    from console.reports.cells import moment_words

    rows = [
        (
            row.name, row.title, value_words(row, row.value), "" if row.target is None else value_words(row, row.target),
            _MET[row.met], "" if row.gap is None else value_words(row, row.gap, signed=True),
            f"{row.samples:,}", "" if row.budget_left is None else f"{row.budget_left:.0%}", burn_words(row),
        )
        for row in found.rows
    ]  # fmt: skip
    headings = ("", "Indicator", f"Last {found.window}", "Target", "", "Gap", "Samples", "Budget left", "Burn 5m 1h 6h")
    print_table(headings, rows, right=frozenset({2, 3, 5, 6, 7}), shrink=(1,), drop=(8, 7, 5))
    for row in found.rows:
        if row.note:
            show(f"{row.name}: {row.note}")
    show(f"Requests and checks are recorded up to {moment_words(found.recorded_to, 'nothing yet')}.")
    show()
    show("Open alerts" if opened else "No alert is open.")
    for alert in opened:
        show(f"{alert.severity.upper():<7} since {moment_words(alert.opened_at)}  {alert.title}: {alert.detail}")
        show(f"        {alert.runbook}")


def value_words(row: Measured, value: float | None, *, signed: bool = False) -> str:
    """Write a value in the indicator's unit; «no data» for None."""
    if value is None:
        return "no data"
    sign = "+" if signed and value >= 0 else ""
    match row.unit.value:
        case "share":
            return f"{sign}{value * 100:.3f}%"
        case "ms":
            return f"{sign}{value:,.4g} ms"
        case "s":
            return f"{sign}{value:,.4g} s"
        case _:
            return f"{sign}{value:,.0f}"


def burn_words(row: Measured) -> str:
    """Write the burn rates; a dash where nothing was counted."""
    return " ".join("-" if rate is None else f"{rate:.1f}" for rate in row.burn.values())


def join(app: typer.Typer) -> None:
    """Add the command."""
    command(
        app,
        "slo",
        "tokendesk slo",
        "tokendesk slo --window 7d --json",
        "tokendesk slo --webhook https://hooks.example.com/t",
        "tokendesk slo --target M1=99.95%",
    )(show_slo)
