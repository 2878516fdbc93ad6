"""Building a demo store: the cast and the crowd, their history and their traffic, told in order of time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from store.address import Address
from store.creation import create_store
from store.demo.batch import Batch
from store.demo.book import MOST_TOKENS, Book, open_book, place_of, survey
from store.demo.chance import Chance
from store.demo.gateways import add_gateways
from store.demo.history import History
from store.demo.household import house_rows
from store.demo.loading import Loader, open_loader
from store.demo.noticing import add_notices
from store.demo.scene import HISTORY, Scene
from store.demo.stories import Story, is_closed, seal, vouches
from store.demo.traffic import traffic
from store.errors import Refused
from store.keys import key_file
from store.lines import PRACTICE
from store.moments import from_ms, to_ms
from store.opening import Store
from store.usage.facts import UsageFact

TOKENS = 600
SEED = 2026
NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)

_TOTALS = """
INSERT INTO usage_total (hour, account_id, requests, refused)
SELECT hour, account_id, sum(requests), sum(refused) FROM usage_hour GROUP BY 1, 2
"""
_WHOLE = """
INSERT INTO usage_total (hour, account_id, requests, refused)
SELECT hour, '', sum(requests), sum(refused) FROM usage_total GROUP BY 1
"""


def build_demo(
    address: Address,
    *,
    tokens: int = TOKENS,
    seed: int = SEED,
    now: datetime = NOW,
    progress: Callable[[int, int], None] | None = None,
    practice: bool = False,
) -> Store:
    """Build a demo store and open it: its clock stands still at `now`, and the same seed and clock tell the same again.

    One for `practice` has a clock that goes on from `now`, so that what is done to it takes its real time.
    Only the store's own id differs. `progress` is told how many of the tokens are written. A large store tells little of
    each token. Raises BadInput for fewer tokens than there are stories or more than 2,000,000, Refused when there is
    something at the address already. A file that could not be finished is removed; a database is left with an empty store.
    """
    book = open_book(tokens, seed, now)
    place, final = _building_place(address)
    environment, standing = (PRACTICE, None) if practice else ("demo", now)
    key = Chance(seed).store_key()
    store = create_store(place, from_ms(to_ms(now) - HISTORY), environment=environment, demo_now=standing, key=key)
    store.close()
    try:
        loader = open_loader(place)
        try:
            loader.begin(to_ms(now) - HISTORY, to_ms(now))
            _fill(loader, book.sealed_with(store.mint()), progress or _nobody)
            loader.finish()
        finally:
            loader.close()
        _tell(place, now)
    except BaseException:
        if place.path is not None:
            place.path.unlink(missing_ok=True)
            key_file(store.facts.store_id, store.facts.key_id).unlink(missing_ok=True)
        raise
    if place.path is not None and final.path is not None:
        place.path.rename(final.path)
    return Store(final)


def _building_place(address: Address) -> tuple[Address, Address]:
    """Return where to build, and where it goes in the end: a file is put in place whole, or not at all."""
    if address.path is None:
        return address, address
    if address.path.exists():
        raise Refused(f"{address.path} exists already.", "Choose another path, or open the store that is there.")
    place = address.path.with_name(f".{address.path.name}.building")
    if place.exists():
        raise Refused(
            f"A demo store is being built at {address.path} already, or a build was stopped.",
            f"Remove {place} if none is under way, and try again.",
        )
    return Address(path=place), address


def _fill(loader: Loader, book: Book, progress: Callable[[int, int], None]) -> None:
    scene = book.scene
    deeds, opened = survey(book, progress)
    for table, rows in house_rows(scene, opened):
        loader.add(table, rows)
    loader.run("UPDATE fact SET value = ? WHERE name = ?", (str(scene.times.tracking), UsageFact.TRACKING_SINCE.value))
    history, batch = History(scene.chance), Batch(loader)
    for done, key in enumerate(deeds):
        number, place = place_of(key)
        if number >= book.tokens:
            deed, account = book.house[number - book.tokens]
            history.add(deed, f"house/{number - book.tokens}", None, vouches=False, account=account)
            continue
        story = book.story(number)
        _write(scene, story, number, place, history, batch)
        if batch.full:
            batch.flush(history)
            progress(book.tokens * (len(deeds) // 4 + done) // (len(deeds) // 4 + len(deeds)), book.tokens)
    batch.flush(history)
    loader.run(_TOTALS)
    loader.run(_WHOLE)
    add_gateways(loader, scene.chance, scene.times.now)
    loader.add("fact", [(UsageFact.REQUESTS.value, str(batch.requests))])
    progress(book.tokens, book.tokens)


def _tell(place: Address, now: datetime) -> None:
    """Put notices in line: the whole store has to be there for that."""
    store = Store(place)
    try:
        store.write(lambda unit: add_notices(unit, now))
    finally:
        store.close()
    if place.path is not None:  # committed: the emptied journal would stay behind when the file is put in place
        place.path.with_name(f"{place.path.name}-journal").unlink(missing_ok=True)


def _write(scene: Scene, story: Story, number: int, place: int, history: History, batch: Batch) -> None:
    """Write one deed of a story, and with the last one that changes something the token and its traffic."""
    deed, row = story.deeds[place], story.after(place + 1)
    mint = scene.mint
    seal(row, scene.chance, mint.brand, mint.key_id, mint.key)
    seq = history.add(deed, f"{number}/{place}", row, vouches=vouches(place, deed))
    if place != story.last_change():
        return
    left = traffic(story.phases, story.habits, scene.times, scene.chance, f"traffic/{number}")
    row.update(left.kept, closed=int(is_closed(row, scene.now)), audit_seq=seq)
    batch.add(row, left, story.places)


def _nobody(done: int, whole: int) -> None:
    """Hear of the progress in nobody's place."""


__all__ = ["MOST_TOKENS", "NOW", "SEED", "TOKENS", "build_demo"]
