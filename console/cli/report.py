"""`tokendesk report`: what one shows an auditor: tokens of an account over a period, as CSV or PDF, with its proof."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.cli.command import command
from console.cli.options import AsOfOption, CaseOption, JsonOption
from console.cli.place import Place

if TYPE_CHECKING:
    from datetime import datetime

    from console.reports.report import Subject
    from console.reports.report_files import MadeReport
    from store.opening import Store
    from store.rules.reporting import Period
    from store.writes.reports import ReportOrder


def make_report(
    place: Place,
    account: Annotated[str | None, typer.Option("--account", metavar="A", help="Of this account: its id or its name.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Of every account; for auditors, security and admins.")] = False,
    since: Annotated[
        str, typer.Option("--since", metavar="DATE", help="Where the period begins: a date, or 1y, 90d, 13w before its end.")
    ] = "1y",
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Where it ends, the first moment not in it; by default now.")
    ] = None,
    as_of: AsOfOption = None,
    rule: Annotated[
        str,
        typer.Option("--rule", metavar="RULE", help="created-or-live: also older tokens that were live in it; or created."),
    ] = "created-or-live",
    form: Annotated[
        str | None, typer.Option("--format", metavar="FORM", help="csv or pdf; by default what the file's name says.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to; by default in your data folder.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    case: CaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Report on an account's tokens: who owns them, what they may do, when they were used, what became of them.

    Tokens are judged at the end of the period, or --as-of. The same report is the same file, byte for byte. A CSV has a
    text of the same name beside it with the period, the rule, the SHA-256 and the head of the audit log; a PDF shows them.
    """
    from console.cli.place import now_at
    from console.reports.report_asked import subject_of
    from console.reports.report_pdf import require_typst

    form = _form(form, output)
    if form == "pdf":
        require_typst()
    with place.open() as store:
        now = now_at(store)
        period = _period(since, until, as_of, rule, now)
        _check_account(account, every)
        with store.reading() as reader:
            subject = subject_of(reader, None if every else account, period)
        path = _target(output, form, subject, now, force=force)
        order = _order(place, store, subject, form, case)
        made, seq = _made(store, order, subject, path, now, force=force)
    _tell(made, path, form, seq, as_json)


def join(app: typer.Typer) -> None:
    """Make it a command of `tokendesk` itself."""
    command(
        app,
        "report",
        "tokendesk report --account acme --since 2025-03-16 --until 2026-03-16 --format pdf -o acme.pdf",
        "tokendesk report --account acme --since 1y -o acme.csv",
        "tokendesk report --all --since 90d --as-of 2026-02-01 --format csv -o all.csv",
    )(make_report)


def _form(form: str | None, output: Path | None) -> str:
    from console.reports.report import FORMS
    from store.errors import BadInput

    chosen = form or (output.suffix.lstrip(".").lower() if output is not None and output.suffix else FORMS[0])
    if chosen not in FORMS:
        what = f"There is no format “{chosen[:20]}”." if form else f"A name that ends in .{chosen[:20]} does not say the format."
        raise BadInput(what, f"Use --format {' or '.join(FORMS)}.")
    return chosen


def _period(since: str, until: str | None, as_of: str | None, rule: str, now: datetime) -> Period:
    from console.cli.times import moment_of
    from console.reports.report_asked import begin_of, rule_named
    from store.rules.reporting import period_of

    end = moment_of(until, "--until") if until else now
    judged = moment_of(as_of, "--as-of") if as_of else None
    return period_of(begin_of(since, end), end, judged, now, rule_named(rule))


def _check_account(account: str | None, every: bool) -> None:
    from store.errors import BadInput

    if (account is None) is not every:
        raise BadInput("Whose tokens to report on is not said.", "Give --account A, or --all for every account; one of them.")


def _target(output: Path | None, form: str, subject: Subject, now: datetime, *, force: bool) -> Path:
    from console.reports.files import checked_path, default_path
    from console.reports.report_files import file_stem, files_of
    from store.errors import Refused

    wanted = output or default_path(file_stem(subject.account), form, now)
    path = checked_path(str(wanted), form, ())
    for one in files_of(form, path):
        if not force and (one.exists() or one.is_symlink()):
            raise Refused(f"{one} is there already.", "Choose another name, or say --force to replace it.")
    return path


def _order(place: Place, store: Store, subject: Subject, form: str, case: str | None) -> ReportOrder:
    from store.writes.reports import ReportOrder

    return ReportOrder(account_id=subject.account, period=subject.period, form=form, actor=place.actor(store), case=case)


def _made(
    store: Store, order: ReportOrder, subject: Subject, path: Path, now: datetime, *, force: bool
) -> tuple[MadeReport, int]:
    """Record that it begins, write it, record what it holds, and only then put it in its place."""
    from console.cli.progress import bar
    from console.reports.report_files import write_report
    from store.reads.reports import count_made
    from store.writes.reports import begin_report, finish_report

    begun = store.write(lambda unit: begin_report(unit, order, now), order.action_id)
    with bar("report") as shown, store.reading() as reader:
        total = count_made(reader, subject.account, subject.period)
        made = write_report(
            reader, subject, order.form, path, lambda rows, what: shown.at(rows, total, f"{rows:,} tokens, {what}")
        )
    try:
        seq = store.write(lambda unit: finish_report(unit, order, now, begun=begun, rows=made.rows, sha256=made.sha256))
        made.publish(replace=force)
    finally:
        made.drop()
    return made, seq


def _tell(made: MadeReport, path: Path, form: str, seq: int, as_json: bool) -> None:
    from console.cli.output import print_record, say, show
    from console.reports.report_files import files_of

    if as_json:
        print_record(
            {
                "file": str(path),
                "format": form,
                "tokens": made.rows,
                "sha256": made.sha256,
                "audit_head": {"seq": made.head[0], "hash": made.head[1]},
                "audit": seq,
            }
        )
        return
    show(f"{path}: {made.rows:,} token{'s' * (made.rows != 1)}, SHA-256 {made.sha256}")
    say(f"Audit head #{made.head[0]} {made.head[1]}; this report is audit line #{seq}.")
    for beside in files_of(form, path)[:-1]:
        say(f"Its period, rule and hashes are in {beside}.")
