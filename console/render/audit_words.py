"""Lines of the audit log in plain words: a sentence for each action, the cells of a list, and an inspector's sheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from console.render.column import Column
from console.render.counts import counted
from console.render.moments import at, clock
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, cut_line, length, line, wrapped
from console.render.staff_words import STAFF_SENTENCES
from console.render.suspicion import suspicious
from store.rows import AuditLine, AuditRow
from store.rules.actions import Action
from store.rules.cases import Did, Page
from store.rules.leaks import PASTED
from store.rules.second_person import second_words

COLUMNS = (
    Column("at", "Time (UTC)", 19, priority=0),
    Column("who", "Who", 10, flex=1, most=22, priority=1, snug=True),
    Column("role", "Role", 8, priority=5, snug=True),
    Column("what", "What", 30, flex=6, priority=0, snug=True),
    Column("token", "Token", 5, priority=2),
    Column("case", "Case", 9, most=14, priority=3, snug=True),
    Column("seq", "#", 7, align="right", priority=4, snug=True),
)
LABEL = 10
_LOUD = {
    Action.REVOKE.value: "danger",
    Action.SUSPEND.value: "finding",
    Action.EXPOSE.value: "finding",
    Action.DENIED.value: "finding",
    Action.LOOK_UP.value: "quiet",
}


def sentence(row: AuditRow) -> str:
    """Say in plain words what was done: `revoked Zapier integration of Initech`."""
    known = _SENTENCES.get(row.action)
    said = f"did “{row.action}”" if known is None else known(row)
    second = second_words(row.detail)
    return f"{said}, {second}" if second else said


def who(row: AuditRow) -> str:
    """Say who did it, in which role."""
    return f"{row.actor} ({row.actor_role})"


def detail_words(row: AuditRow) -> str:
    """Write out what the line keeps besides: each name with its value, moments as such."""
    words = []
    for name, value in row.detail.items():
        if value in (None, "", []):
            continue
        if isinstance(value, int) and (name.endswith("_at") or name == "until") and not isinstance(value, bool):
            value = at(datetime.fromtimestamp(0, tz=row.at.tzinfo) + timedelta(milliseconds=value))
        words.append(f"{name.replace('_', ' ')} {value}")
    return ", ".join(words)


def audit_cells(row: AuditLine) -> tuple[Cell, ...]:
    """Return the cells of a line, one for each of COLUMNS."""
    return (
        Cell(second(row.at), "quiet"),
        Cell(row.actor),
        Cell(row.actor_role, "quiet"),
        Cell(sentence(row), _LOUD.get(row.action, ""), "⚠" if suspicious(row.token_name) else ""),
        Cell(f"…{row.hint}" if row.hint else "", "accent"),
        Cell(row.case_id or "", "accent"),
        Cell(f"{row.seq:,}", "quiet"),
    )


def audit_sheet(row: AuditLine, width: int, height: int) -> Sheet:
    """Return the whole entry: with little room what is empty is left out, with less the hash of the line before."""
    token = f"{row.account_id}/{row.token_id}" if row.token_id else row.account_id or ""
    signed = line(row.actor_how, (" · session ", "quiet"), row.session or "none recorded")
    where = line(row.host or "no host recorded", (" · from ", "quiet") if row.peer else "", row.peer)
    details = detail_words(row)
    said = line((sentence(row), _LOUD.get(row.action, "strong") or "strong"))
    by = line(who(row), (f" · {second(row.at)}Z", "quiet"))
    title = line((f"#{row.seq:,}", "title"), (" · ", "quiet"), (row.action, "accent"))
    if height < _ROOMY:
        return Sheet(_short(row, said, by, width, height), title, line((token, "accent")))
    if height >= _TALL:
        return Sheet(_tall(row, width)[:height], title)
    lines = [
        *wrapped(said, width),
        _labelled("By", by),
        _labelled("Signed in", line(*signed, (" · host ", "quiet"), *where)),
        _labelled("Token", line((token, "accent"), (f"  {' '.join(row.scopes)}", "quiet"))),
        _labelled("Reason", line(row.reason or "none given", (f"  filed under {row.case_id}" if row.case_id else "", "accent"))),
        *(wrapped(_labelled("Detail", line(details)), width, indent=LABEL) if details else ()),
        _labelled("Hash", line(row.hash)),
        _labelled("Follows", line(row.prev_hash)),
    ]
    return Sheet([cut_line(one, width) for one in lines[:height]], title)


def _short(row: AuditLine, said: Line, by: Line, width: int, height: int) -> list[Line]:
    """Return the entry in few lines: what was done, by whom and why stand whole before the hashes do."""
    unknown = not (row.session or row.host or row.peer)
    how = (row.actor_how, (" · no session or host recorded", "quiet")) if unknown else (row.actor_how,)
    session = ((" · session ", "quiet"), row.session) if row.session else ()
    host = ((" · ", "quiet"), row.host) if row.host else ()
    peer = ((" · from ", "quiet"), row.peer) if row.peer else ()
    signed = ((*how, *session, *host, *peer), (*how, *session, *host), (*how, *session), (row.actor_how,))
    told = [line(*by, "  ", *parts) for parts in signed]
    more = [part for part in (row.reason, row.case_id or "", detail_words(row), " ".join(row.scopes)) if part]
    lines = [*wrapped(said, width), next((one for one in told if length(one) <= width), by), *wrapped("  ".join(more), width)]
    whole = [line(("hash    ", "quiet"), row.hash), line(("follows ", "quiet"), row.prev_hash)]
    halves = [line(("hash ", "quiet"), row.hash[:16], ("… follows ", "quiet"), row.prev_hash[:16], ("…", "quiet"))]
    fits = length(whole[0]) <= width and len(lines) + len(whole) <= height
    return [cut_line(one, width) for one in [*lines, *(whole if fits else halves)][:height]]


_ROOMY, _TALL = 7, 18


def _tall(row: AuditLine, width: int) -> list[Line]:
    """Return the whole entry with a line for each part, nothing cut."""
    parts: list[tuple[str, str, str]] = [
        ("At", f"{second(row.at)}Z", ""),
        ("By", who(row), "strong"),
        ("Signed in", row.actor_how, ""),
        ("Session", row.session or "none recorded", ""),
        ("Host", row.host or "none recorded", ""),
        ("From", row.peer or "none recorded", ""),
        ("", "", ""),
        ("Account", " · ".join(part for part in (row.account_name, row.account_id) if part), "accent"),
        ("Token", " · …".join(part for part in (row.token_id, row.hint) if part), "accent"),
        ("Name", row.token_name, ""),
        ("Scopes", " ".join(row.scopes), ""),
        ("", "", ""),
        ("Reason", row.reason or "none given", ""),
        ("Case", row.case_id or "none", "accent" if row.case_id else ""),
        ("Detail", detail_words(row), ""),
        ("Action id", row.action_id, "quiet"),
        ("", "", ""),
        ("Hash", f"{row.hash[:32]} {row.hash[32:]}", "quiet"),
        ("Follows", f"{row.prev_hash[:32]} {row.prev_hash[32:]}", "quiet"),
    ]
    lines: list[Line] = [*wrapped(line((sentence(row), _LOUD.get(row.action, "strong") or "strong")), width), ()]
    for label, words, style in parts:
        if words:
            lines += wrapped(_labelled(label, line((words, style))), width, indent=LABEL)
        elif not label:
            lines.append(())
    return lines


def second(moment: datetime) -> str:
    """Write a moment to the second: `2026-02-10 03:14:07`."""
    return f"{moment.astimezone(UTC):%Y-%m-%d} {clock(moment)[:-1]}"


def _labelled(label: str, words: Line) -> Line:
    return line((label.ljust(LABEL), "quiet"), *words)


def _token(row: AuditRow) -> str:
    account = (row.account_name if isinstance(row, AuditLine) else "") or row.account_id or ""
    name = row.token_name.strip() or ("a token without a name" if row.token_id else "")
    return " of ".join(part for part in (name, account) if part)


def _did(verb: str) -> Callable[[AuditRow], str]:
    return lambda row: f"{verb} {_token(row)}".rstrip()


def _issued(row: AuditRow) -> str:
    program = row.detail.get("program")
    return f"issued {_token(row)}" + (f", split off {row.detail.get('split_from', 'a token')} for {program}" if program else "")


def _renamed(row: AuditRow) -> str:
    account = (row.account_name if isinstance(row, AuditLine) else "") or row.account_id or ""
    return f"renamed {row.detail.get('from', 'a token')} to {row.detail.get('to', row.token_name)} of {account}"


def _imported(row: AuditRow) -> str:
    about = _token(row) or "tokens"
    return f"imported {about} from {row.detail['format']}" if row.detail.get("format") else f"imported {about}"


def _member(row: AuditRow) -> str:
    account = (row.account_name if isinstance(row, AuditLine) else "") or row.account_id or "an account"
    if row.detail.get("new"):
        return f"added {row.detail.get('member', 'somebody')} to {account}"
    if row.detail.get("email"):
        return f"{row.detail['email']} the e-mail address of {row.detail.get('member', 'somebody')}"
    changed = row.detail.get("changed")
    if isinstance(changed, list) and "active" not in row.detail:
        return f"changed {' and '.join(map(str, changed))} of {row.detail.get('member', 'somebody')} of {account}"
    what = "left" if row.detail.get("active") is False else "is in"
    return f"noted that {row.detail.get('member', 'somebody')} {what} {account}"


def _looked(row: AuditRow) -> str:
    """Say which token was looked at or what of it was read, or what a text that was searched for tokens held."""
    if row.detail.get("did") in set(Page):
        return f"read the {row.detail['did']} of {_token(row)}".rstrip()
    if row.detail.get("did") != "triage":
        before, _, verdict = row.reason.partition(": ")
        return f"looked up {_token(row)}, pasted: {verdict}" if before == PASTED else f"looked at {_token(row)}".rstrip()
    count = row.detail.get("tokens")
    tokens = "none of ours"
    if isinstance(count, int) and count:
        tokens = "1 token of ours" if count == 1 else f"{count:,} tokens of ours"
    return f"searched {row.detail.get('source', 'a text')} for tokens: {tokens}"


def _exposed(row: AuditRow) -> str:
    source = row.detail.get("source")
    return f"recorded that {_token(row)} was seen in {source or 'the open'}"


def _view(row: AuditRow) -> str:
    shared = " for everybody" if row.detail.get("shared") else ""
    return f"{row.detail.get('did', 'saved')} the view {row.detail.get('view', '')}{shared}"


def _exported(row: AuditRow) -> str:
    rows, form = row.detail.get("rows"), row.detail.get("format", "a file")
    if row.detail.get("list") == "report":
        period = f"{row.detail.get('since', '')!s:.10} to {row.detail.get('until', '')!s:.10}"
        done = f"reported on {counted(rows, 'token')}" if isinstance(rows, int) else "began to report"
        return f"{done} as {form}, {period}"
    what = "audit lines" if row.detail.get("list") == "audit" else row.detail.get("list", "rows")
    if what == "case":
        verb = "began to export" if row.detail.get("did") == "began" else "exported"
        return f"{verb} {row.case_id or 'a case'} as {form}"
    review = isinstance(what, str) and what.startswith("review ")
    what = f"the evidence of the {what}" if review else what
    if row.detail.get("did") == "began":
        return f"began to export {what} as {form}"
    if review:
        return f"exported {what}, {counted(rows, 'token') if isinstance(rows, int) else 'its tokens'}, as {form}"
    number = f"{rows:,} " if isinstance(rows, int) else ""
    return f"exported {number}{what} as {form}"


def _kept(row: AuditRow) -> str:
    return f"set how long {row.detail.get('kind', '')} usage is kept to {row.detail.get('to', '?')} days"


def _case(row: AuditRow) -> str:
    case, did, token = row.case_id or "a case", str(row.detail.get("did", "")), _token(row)
    match did:
        case Did.OPEN.value:
            return f"opened {case}{f' for {token}' if token else ''}"
        case Did.TITLE.value:
            return f"gave {case} a title"
        case Did.NAMED.value:
            return f"took {token} into {case}"
        case Did.ASIDE.value:
            return f"set {token} aside from {case}"
        case Did.NOTICE.value:
            return f"noted under {case} who was told"
        case Did.CLOSE.value:
            return f"closed {case}"
        case Did.REOPEN.value:
            return f"opened {case} again"
        case _:
            return f"wrote a note under {case}"


def _limited(row: AuditRow) -> str:
    if "indicator" in row.detail:
        return f"set the target of {row.detail['indicator']} to {row.detail.get('target', '?')}"
    if "notice" in row.detail:
        return f"gave notice that {row.token_name or row.token_id} of {row.account_id} will be revoked"
    return f"changed the policy of {row.account_id}" if row.account_id else "changed the policy of every account"


def _caller(row: AuditRow) -> str:
    name, may = row.detail.get("caller", ""), " and revoke" if row.detail.get("may_revoke") else ""
    return f"let the program {name} ask the gateway{may}" if row.detail.get("active") else f"let the program {name} ask no more"


def _addressed(row: AuditRow) -> str:
    allowed = row.detail.get("allowed")
    where = f"from {allowed} only" if allowed else "from any address"
    return f"let {row.token_id} be used {where}"


def _notified(row: AuditRow) -> str:
    by = f" by {row.detail['by']}" if row.detail.get("by") else ""
    return f"sent a notice of {row.detail.get('did', 'something')} about {_token(row)}{by}"


def _requeued(row: AuditRow) -> str:
    return f"put the notice of {row.detail.get('did', 'something')} about {_token(row)} in line again"


def _reviewed(row: AuditRow) -> str:
    review, token = row.detail.get("review", ""), row.token_name or row.token_id
    match row.detail.get("did"):
        case "open":
            return f"opened the review {review} of {row.detail.get('tokens', 0):,} tokens"
        case "sign":
            return f"signed off the review {review} for {row.detail.get('reviewer', '')}"
        case _:
            return f"decided in the review {review} about {token} of {row.account_id}: {row.detail.get('decision', '')}"


_SENTENCES: dict[str, Callable[[AuditRow], str]] = {
    Action.ISSUE.value: _issued,
    Action.IMPORT.value: _imported,
    Action.ROTATE.value: _did("rotated"),
    Action.SUSPEND.value: _did("suspended"),
    Action.RESUME.value: _did("resumed"),
    Action.REVOKE.value: _did("revoked"),
    Action.RENAME.value: _renamed,
    Action.EXPIRE.value: _did("gave another end to"),
    Action.REOWN.value: _did("gave another owner to"),
    Action.UPDATE.value: _did("brought up to date"),
    Action.EXPOSE.value: _exposed,
    Action.LOOK_UP.value: _looked,
    Action.MEMBER.value: _member,
    Action.VIEW.value: _view,
    Action.EXPORT.value: _exported,
    Action.RETENTION.value: _kept,
    Action.POLICY.value: _limited,
    Action.CASE.value: _case,
    Action.CALLER.value: _caller,
    Action.ADDRESSES.value: _addressed,
    Action.NOTIFY.value: _notified,
    Action.REQUEUE.value: _requeued,
    Action.REVIEW.value: _reviewed,
    **STAFF_SENTENCES,
}
