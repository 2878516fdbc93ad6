"""Every line of a log is counted once and in its place, whatever happens while it is read."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from store.errors import BadInput, Refused
from store.moments import HOUR_MS, MINUTE_MS, to_ms
from store.opening import Store
from store.rules.usage import hours_30d, minutes_24h
from store.usage.importing import import_usage
from tests.conftest import NOW
from tests.gateway_logs import busy_lines, contents, event_line, put_tokens, token_row, write_log

KEYS = (("ACME", "T01"), ("ACME", "T02"), ("BOLT", "T05"))
ACCOUNTS = {token: account for account, token in KEYS}
USAGE = ("usage_minute", "usage_hour", "usage_reason", "recent_request", "token_address", "read_log", "token", "fact")


class Stopped(Exception):
    """Stands for a kill in the middle."""


def at_of(line: str) -> int:
    return to_ms(datetime.fromisoformat(json.loads(line)["at"]))


def refusal_of(line: str) -> str | None:
    data = json.loads(line)
    by_status = {401: "NOT_FOUND", 403: "INSUFFICIENT_SCOPE", 429: "RATE_LIMITED"}
    return data.get("outcome") or by_status.get(data.get("status"))


def count_by_hand(lines: list[str]) -> dict[str, Counter[Any]]:
    """Count raw lines the plain way, to compare with."""
    found: dict[str, Counter[Any]] = {
        name: Counter() for name in ("minute", "hour", "refused", "class", "reason", "address", "day", "month")
    }
    for line in lines:
        data = json.loads(line)
        at, token = at_of(line), data["token"]
        key = (ACCOUNTS[token], token)
        if at // MINUTE_MS > to_ms(NOW) // MINUTE_MS - 2_880:
            found["minute"][(at // MINUTE_MS, *key)] += 1
        found["hour"][(at // HOUR_MS, *key)] += 1
        if "status" in data:
            found["class"][(at // HOUR_MS, *key, data["status"] // 100)] += 1
        if refusal_of(line):
            found["refused"][(at // HOUR_MS, *key)] += 1
            found["reason"][(at // HOUR_MS, *key, refusal_of(line))] += 1
        found["address"][(*key, data["ip"])] += 1
        found["day"][token] += at // MINUTE_MS >= minutes_24h(to_ms(NOW)).first
        found["month"][token] += at // HOUR_MS >= hours_30d(to_ms(NOW)).first
    return found


def test_every_rollup_equals_a_count_by_hand(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    lines = busy_lines(tuple(ACCOUNTS), 1_000)
    summary = import_usage(store, [write_log(tmp_path / "a.jsonl", lines)], now=NOW, piece_lines=97)
    by_hand, held = count_by_hand(lines), contents(store, USAGE)
    assert {row[:3]: row[3] for row in held["usage_minute"]} == by_hand["minute"]
    assert {row[:3]: row[3] for row in held["usage_hour"]} == by_hand["hour"]
    assert {row[:3]: row[4] for row in held["usage_hour"] if row[4]} == by_hand["refused"]
    classes = {(*row[:3], kind): row[3 + kind] for row in held["usage_hour"] for kind in (2, 3, 4, 5) if row[3 + kind]}
    assert classes == by_hand["class"]
    assert {row[:4]: row[4] for row in held["usage_reason"]} == by_hand["reason"]
    assert {row[:3]: row[5] for row in held["token_address"]} == by_hand["address"]
    assert summary.lines == summary.counted == 1_000
    assert summary.refused == by_hand["refused"].total()
    assert summary.tokens == 3


def test_the_token_rows_follow_the_log(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    lines = busy_lines(tuple(ACCOUNTS), 600)
    import_usage(store, [write_log(tmp_path / "a.jsonl", lines)], now=NOW, piece_lines=50)
    by_hand = count_by_hand(lines)
    for account, token in KEYS:
        own = [line for line in lines if json.loads(line)["token"] == token]
        row = token_row(store, account, token)
        denied = max((line for line in own if refusal_of(line)), key=at_of)
        assert row["last_used_at"] == max(map(at_of, own))
        assert row["last_success_at"] == max(at_of(line) for line in own if not refusal_of(line))
        assert (row["last_denied_at"], row["last_denied_reason"]) == (at_of(denied), refusal_of(denied))
        assert (row["requests_24h"], row["requests_30d"]) == (by_hand["day"][token], by_hand["month"][token])


def test_addresses_keep_when_they_were_first_and_last_seen(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    lines = busy_lines(("T01",), 300)
    import_usage(store, [write_log(tmp_path / "a.jsonl", lines)], now=NOW, piece_lines=31)
    seen: dict[str, list[int]] = {}
    for line in lines:
        seen.setdefault(json.loads(line)["ip"], []).append(at_of(line))
    held = {row[2]: (row[3], row[4]) for row in contents(store, ("token_address",))["token_address"]}
    assert held == {address: (min(times), max(times)) for address, times in seen.items()}


def test_the_order_of_the_lines_changes_no_count(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    lines = busy_lines(tuple(ACCOUNTS), 300)
    import_usage(store, [write_log(tmp_path / "a.jsonl", lines[::-1])], now=NOW, piece_lines=40)
    held = contents(store, USAGE)
    assert {row[:3]: row[3] for row in held["usage_hour"]} == count_by_hand(lines)["hour"]
    own = [line for line in lines if json.loads(line)["token"] == "T01"]
    assert token_row(store, "ACME", "T01")["last_used_at"] == max(map(at_of, own))


def test_reading_a_log_again_counts_nothing_twice(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    log = write_log(tmp_path / "a.jsonl", busy_lines(tuple(ACCOUNTS)))
    import_usage(store, [log], now=NOW)
    before = contents(store, USAGE)
    moved = log.rename(tmp_path / "renamed.jsonl")
    summary = import_usage(store, [moved, moved], now=NOW)
    assert contents(store, USAGE) == before
    assert (summary.lines, summary.counted, summary.logs[0].already) == (0, 0, 400)


@pytest.mark.parametrize("boundary", [1, 2, 3, 4])
def test_an_import_stopped_at_a_boundary_and_run_again_counts_once(store: Store, tmp_path: Path, boundary: int) -> None:
    put_tokens(store, *KEYS)
    lines = busy_lines(tuple(ACCOUNTS), 400)
    log = write_log(tmp_path / "a.jsonl", lines)
    calls = 0

    def stop(done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        assert 0 < done <= total
        if calls == boundary:
            raise Stopped

    with pytest.raises(Stopped):
        import_usage(store, [log], now=NOW, piece_lines=100, progress=stop)
    first_half = contents(store, ("usage_hour",))["usage_hour"]
    assert sum(row[3] for row in first_half) == 100 * boundary
    summary = import_usage(store, [log], now=NOW, piece_lines=100)
    held = contents(store, USAGE)
    by_hand = count_by_hand(lines)
    assert {row[:3]: row[3] for row in held["usage_hour"]} == by_hand["hour"]
    assert {row[:3]: row[3] for row in held["usage_minute"]} == by_hand["minute"]
    assert summary.counted == 400 - 100 * boundary
    for account, token in KEYS:
        row = token_row(store, account, token)
        assert (row["requests_24h"], row["requests_30d"]) == (by_hand["day"][token], by_hand["month"][token])
        assert row["silent_after"] is not None
        assert row["new_address_at"] is not None
    assert "rhythms_pending_from" not in {row[0] for row in held["fact"]}


def test_lines_that_say_much_are_saved_sooner_so_that_memory_stays_small(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    moments = [NOW - timedelta(seconds=number) for number in range(20_000)]
    dull = [event_line(at, "T01", ip="203.0.113.9", path="/v1/orders") for at in moments]
    telling = [event_line(at, "T02", ip=f"198.51.{n // 250}.{n % 250}", path=f"/{n:x}x") for n, at in enumerate(moments)]
    savings: dict[tuple[str, bool], int] = {}
    for name, lines in (("dull", dull), ("telling", telling)):
        log = write_log(tmp_path / name, lines)
        for dry in (True, False):
            done: list[int] = []
            import_usage(store, [log], now=NOW, dry_run=dry, progress=lambda read, _, done=done: done.append(read))  # type: ignore[misc]
            savings[name, dry] = len(done)
    assert savings == {("dull", True): 2, ("dull", False): 1, ("telling", True): 2, ("telling", False): 2}


def test_two_imports_of_one_log_at_a_time_count_it_once(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    lines = busy_lines(tuple(ACCOUNTS), 300)
    log = write_log(tmp_path / "a.jsonl", lines)

    def overtake(done: int, total: int) -> None:
        assert import_usage(store, [log], now=NOW, piece_lines=100).counted == 200

    with pytest.raises(Refused, match="Somebody else is importing the same log"):
        import_usage(store, [log], now=NOW, piece_lines=100, progress=overtake)
    assert {row[:3]: row[3] for row in contents(store, USAGE)["usage_hour"]} == count_by_hand(lines)["hour"]


def test_a_log_that_has_grown_is_read_on(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    lines = busy_lines(tuple(ACCOUNTS), 60)
    log = tmp_path / "a.jsonl"
    write_log(log, lines[:3])
    assert import_usage(store, [log], now=NOW).counted == 3
    write_log(log, lines[:40])
    summary = import_usage(store, [log], now=NOW)
    assert (summary.counted, summary.logs[0].already, summary.logs[0].lines) == (37, 3, 37)
    write_log(log, lines)
    assert import_usage(store, [log], now=NOW).counted == 20
    assert {row[:3]: row[3] for row in contents(store, USAGE)["usage_hour"]} == count_by_hand(lines)["hour"]


def test_a_line_that_is_still_being_written_is_left_for_next_time(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    lines = busy_lines(tuple(ACCOUNTS), 10)
    log = tmp_path / "a.jsonl"
    log.write_text("\n".join(lines[:4]) + "\n" + lines[4][:30])
    summary = import_usage(store, [log], now=NOW)
    assert (summary.counted, summary.bad, summary.logs[0].unfinished) == (4, 0, True)
    assert "left for next time" in summary.notes[0]
    write_log(log, lines)
    assert import_usage(store, [log], now=NOW).counted == 6


def test_a_whole_json_line_needs_no_line_end_and_is_not_counted_again_with_one(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    lines = busy_lines(tuple(ACCOUNTS), 3)
    log = write_log(tmp_path / "a.jsonl", lines, end="")
    assert import_usage(store, [log], now=NOW).counted == 3
    write_log(log, [*lines, lines[0]])
    assert import_usage(store, [log], now=NOW).counted == 1


def test_a_text_line_without_its_end_waits_because_its_last_field_may_be_cut(store: Store, tmp_path: Path) -> None:
    put_tokens(store, ("ACME", "T0"), ("ACME", "T01"))
    line = '203.0.113.9 - - [16/Mar/2026:08:59:58 +0000] "GET /v1/orders HTTP/1.1" 200 512 "-" "sync/2" key_id=T01'
    log = tmp_path / "access.log"
    log.write_text(line + "\n" + line[:-1])
    assert import_usage(store, [log], now=NOW).counted == 1
    write_log(log, [line, line])
    assert import_usage(store, [log], now=NOW).counted == 1
    assert token_row(store, "ACME", "T01")["requests_24h"] == 2
    assert token_row(store, "ACME", "T0")["requests_24h"] == 0


def test_a_packed_log_is_the_same_log(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    lines = busy_lines(tuple(ACCOUNTS), 50)
    import_usage(store, [write_log(tmp_path / "a.jsonl", lines[:30])], now=NOW)
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))
    assert import_usage(store, [packed], now=NOW).counted == 20
    packed.write_bytes(gzip.compress(b"x" * 5_000)[:-9])
    with pytest.raises(BadInput, match="damaged gzip"):
        import_usage(store, [packed], now=NOW)


@pytest.mark.parametrize("strict", [False, True])
def test_standard_input_is_known_again_too(store: Store, strict: bool) -> None:
    put_tokens(store, *KEYS)
    data = ("\n".join(busy_lines(tuple(ACCOUNTS), 50)) + "\n").encode()
    assert import_usage(store, [BytesIO(data)], now=NOW, strict=strict).counted == 50
    assert import_usage(store, [BytesIO(data)], now=NOW, strict=strict).counted == 0


def test_a_dry_run_counts_the_same_and_writes_nothing(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    log = write_log(tmp_path / "a.jsonl", [*busy_lines((*ACCOUNTS, "nobody")), "{broken"])
    before = contents(store)
    dry = import_usage(store, [log], now=NOW, dry_run=True)
    assert contents(store) == before
    real = import_usage(store, [log], now=NOW)
    assert dry.dry_run
    assert not real.dry_run
    assert (dry.lines, dry.counted, dry.bad, dry.unknown, dry.tokens) == (real.lines, real.counted, real.bad, real.unknown, 3)
    assert real.unknown > 0


def test_a_bad_line_is_named_and_loses_no_other(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    lines = busy_lines(tuple(ACCOUNTS), 10)
    log = write_log(tmp_path / "a.jsonl", [*lines[:4], '{"at": "2026-03-16T08:00:00Z"}', *lines[4:]])
    summary = import_usage(store, [log], now=NOW)
    assert summary.counted == 10
    assert [(line.number, line.reason) for _, line in summary.bad_lines] == [(5, "token is missing")]


def test_strict_refuses_the_log_before_anything_is_written(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    good = write_log(tmp_path / "good.jsonl", busy_lines(tuple(ACCOUNTS), 10))
    bad = write_log(tmp_path / "bad.jsonl", [*busy_lines(tuple(ACCOUNTS), 5, seed=9), "nonsense", "more nonsense"])
    before = contents(store)
    with pytest.raises(BadInput, match=r"bad.jsonl, line 6: not JSON \(and 1 more\). Nothing was imported"):
        import_usage(store, [good, bad], now=NOW, strict=True)
    assert contents(store) == before
    assert import_usage(store, [good], now=NOW, strict=True).counted == 10


def test_lines_of_unknown_tokens_are_counted_and_said_but_not_kept(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    long = "q" * 40
    lines = [event_line(NOW, "T99"), event_line(NOW, "T99"), event_line(NOW, long), event_line(NOW, "T01")]
    summary = import_usage(store, [write_log(tmp_path / "a.jsonl", lines)], now=NOW)
    assert (summary.counted, summary.unknown, summary.unknown_ids) == (1, 3, ("T99", "qqqqqqqq…"))
    assert [row[2] for row in contents(store, USAGE)["usage_hour"]] == ["T01"]


def test_an_id_held_by_two_accounts_is_reported_unless_the_log_says_which(store: Store, tmp_path: Path) -> None:
    put_tokens(store, ("ACME", "T1"), ("BOLT", "T1"))
    lines = [event_line(NOW, "T1"), event_line(NOW, "BOLT/T1"), event_line(NOW, "T1", account="ACME")]
    summary = import_usage(store, [write_log(tmp_path / "a.jsonl", lines)], now=NOW)
    assert (summary.counted, summary.ambiguous, summary.ambiguous_ids) == (2, 1, ("T1",))
    assert token_row(store, "ACME", "T1")["requests_24h"] == token_row(store, "BOLT", "T1")["requests_24h"] == 1


def test_a_clock_ahead_is_reported_and_its_lines_land_in_their_hour(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    ahead, limit = NOW + timedelta(hours=2), NOW + timedelta(minutes=5)
    lines = [event_line(ahead, "T01"), event_line(limit, "T01"), event_line(NOW + timedelta(days=1, milliseconds=1), "T01")]
    summary = import_usage(store, [write_log(tmp_path / "a.jsonl", lines)], now=NOW)
    assert (summary.counted, summary.future, summary.bad) == (2, 1, 1)
    assert summary.bad_lines[0][1].reason == "more than a day in the future"
    held = contents(store, USAGE)
    assert {row[0] for row in held["usage_hour"]} == {to_ms(ahead) // HOUR_MS, to_ms(limit) // HOUR_MS}
    assert dict(held["fact"])["recorded_to"] == str(to_ms(NOW))


def test_usage_is_recorded_up_to_the_latest_line(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    import_usage(store, [write_log(tmp_path / "a.jsonl", [event_line(NOW - timedelta(minutes=3), "T01")])], now=NOW)
    import_usage(store, [write_log(tmp_path / "b.jsonl", [event_line(NOW - timedelta(days=3), "T01")])], now=NOW)
    assert dict(contents(store, ("fact",))["fact"])["recorded_to"] == str(to_ms(NOW - timedelta(minutes=3)))


def test_tracking_reaches_back_only_when_somebody_says_the_logs_are_complete(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    since = NOW - timedelta(days=30)
    summary = import_usage(store, [write_log(tmp_path / "a.jsonl", [event_line(since, "T01")])], now=NOW)
    assert "--complete-since" in summary.notes[-1]
    assert dict(contents(store, ("fact",))["fact"])["tracking_since"] == str(to_ms(NOW))
    import_usage(store, [tmp_path / "a.jsonl"], now=NOW, complete_since=since)
    import_usage(store, [tmp_path / "a.jsonl"], now=NOW, complete_since=NOW)
    assert dict(contents(store, ("fact",))["fact"])["tracking_since"] == str(to_ms(since))


def test_only_the_latest_two_hundred_requests_of_a_token_are_kept(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    lines = [event_line(NOW - timedelta(seconds=500 - step), "T01", request_id=f"r{step}") for step in range(500)]
    import_usage(store, [write_log(tmp_path / "a.jsonl", lines)], now=NOW, piece_lines=90)
    kept = {row[12] for row in contents(store, ("recent_request",))["recent_request"]}
    assert kept == {f"r{step}" for step in range(300, 500)}


def test_two_requests_in_the_same_millisecond_are_both_kept(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    lines = [event_line(NOW, "T01", request_id=f"r{step}") for step in range(5)]
    import_usage(store, [write_log(tmp_path / "a.jsonl", lines)], now=NOW, piece_lines=2)
    rows = sorted(contents(store, ("recent_request",))["recent_request"], key=lambda row: row[3])
    assert [row[12] for row in rows] == ["r0", "r1", "r2", "r3", "r4"]


def test_only_two_hundred_addresses_of_a_token_are_kept_the_latest_seen(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    lines = [event_line(NOW - timedelta(seconds=300 - step), "T01", ip=f"10.0.{step // 100}.{step}") for step in range(300)]
    import_usage(store, [write_log(tmp_path / "a.jsonl", lines)], now=NOW, piece_lines=70)
    rows = contents(store, ("token_address",))["token_address"]
    assert len(rows) == 200
    assert min(row[4] for row in rows) == to_ms(NOW - timedelta(seconds=200))


def test_minutes_are_kept_for_two_days_and_hours_longer(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    log = write_log(tmp_path / "a.jsonl", [event_line(NOW, "T01"), event_line(NOW - timedelta(days=2), "T01")])
    import_usage(store, [log], now=NOW)
    assert [row[0] for row in contents(store, USAGE)["usage_minute"]] == [to_ms(NOW) // MINUTE_MS]
    later = NOW + timedelta(days=2)
    import_usage(store, [write_log(tmp_path / "b.jsonl", [event_line(later, "T02")])], now=later)
    held = contents(store, USAGE)
    assert [row[0] for row in held["usage_minute"]] == [to_ms(later) // MINUTE_MS]
    assert len(held["usage_hour"]) == 3


def test_the_missing_and_the_unreadable_are_refused_in_one_sentence(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no file"):
        import_usage(store, [tmp_path / "none.log"], now=NOW)
    with pytest.raises(BadInput, match="is a folder"):
        import_usage(store, [tmp_path], now=NOW)
    with pytest.raises(BadInput, match="There is no usage format “apache2”"):
        import_usage(store, [tmp_path / "none.log"], now=NOW, format="apache2")
    with pytest.raises(BadInput, match="is not recognised"):
        import_usage(store, [write_log(tmp_path / "a.txt", ["hello", "there"])], now=NOW)
    (tmp_path / "empty.log").write_bytes(b"")
    assert import_usage(store, [tmp_path / "empty.log"], now=NOW).lines == 0
    assert contents(store, ("read_log",))["read_log"] == []


def test_a_log_in_local_time_lands_at_the_same_moment(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    text = '203.0.113.9 - T01 [16/Mar/2026:10:00:00 +0100] "GET / HTTP/1.1" 200 5 "-" "x"'
    import_usage(store, [write_log(tmp_path / "access.log", [text])], now=NOW)
    assert token_row(store, "ACME", "T01")["last_used_at"] == to_ms(NOW)
