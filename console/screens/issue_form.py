"""The form a token is issued by: every field judges itself by the store's own rules, with what is known of the account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from console.dialogs.fields import Field
from console.dialogs.form import Form
from console.dialogs.picking import READING_PEOPLE, Offer, Pick
from console.dialogs.ticking import Ticks
from console.render.issue_pages import Draft
from console.render.pieces import Line
from console.render.sheet import line
from console.screens.grounds import Grounds, ScopeRules
from console.screens.when import moment_after
from store.errors import Refused
from store.rows import AccountRow
from store.rules.expiry import PRESETS, checked_expiry, expiry_sentence, longest_for, preset_for
from store.rules.granting import checked_scopes, refuse_scope, refuse_unexplained
from store.rules.names import checked_name
from store.rules.scopes import Tier, risky_pairs, tier_of
from store.rules.secrets import ENVIRONMENTS

if TYPE_CHECKING:
    from store.writes.orders import Split


@dataclass(frozen=True, slots=True)
class Wish:
    """What a form starts with. `account` is an id, or words to search by; `about` says why it is filled in already.

    `split` names the shared token it takes something over from, which is kept with it.
    """

    account: str = ""
    name: str = ""
    owner: str = ""
    environment: str = "live"
    scopes: tuple[str, ...] = ()
    rationale: str = ""
    about: str = ""
    split: Split | None = None


class IssueForm:
    """The form and what it knows: `rules` of scopes, and the `grounds` of the account that is chosen, once they are read."""

    def __init__(
        self,
        wish: Wish,
        now: Callable[[], datetime],
        look: Callable[[str], object],
        check: Callable[[dict[str, str]], str | Callable[[], object]],
        after: Callable[[], object],
        left: Callable[[], object],
        other: Callable[[str], object],
    ) -> None:
        self.rules = ScopeRules({}, ())
        self.grounds: Grounds | None = None
        self._now = now
        self.account = Pick("account", "Account", wish.account, note="type part of its name; Enter takes it", judge=self._account,
                            look=look, empty="No account has this in its name or id.")  # fmt: skip
        self.owner = Pick("owner", "Owner", wish.owner, note="who answers for it; an active member of the account",
                          judge=self._owner, empty=READING_PEOPLE if wish.account else "Choose the account first.")  # fmt: skip
        self.scopes = Ticks("scopes", "Scopes", " ".join(wish.scopes), note="tick the few it needs", judge=self._scopes,
                            refuse=lambda name: _refused(lambda: refuse_scope(name, self.rules.known)))  # fmt: skip
        self.expires = Field("expires", "Expires in", "", tuple(PRESETS), judge=self._expiry, tells=self._dates)
        self._rationale = Field("rationale", "Rationale", wish.rationale, judge=self._why, demanded=True)
        fields = [
            self.account,
            Field("name", "Name", wish.name, note="what it is for, such as “nightly export”",
                  judge=lambda text: _refused(lambda: checked_name(text))),
            self.owner,
            Field("environment", "Environment", wish.environment, ENVIRONMENTS),
            self.scopes,
            self._rationale,
            self.expires,
        ]  # fmt: skip
        about = line((wish.about or "A new token. Nothing is made before you have looked it over.", "quiet"))
        self._after = after
        self.form = Form("Issue a token", about, fields, check, self._words, other=other, after=self._heard, left=left, page=True)
        self._suggest()

    # What is known -----------------------------------------------------------------------------------------------

    def know_rules(self, rules: ScopeRules) -> None:
        """Offer the scopes there are, the least dangerous first."""
        self.rules = rules
        order = {tier: number for number, tier in enumerate(Tier)}
        self.scopes.offer(
            [
                Offer(
                    scope.name,
                    scope.name,
                    scope.tier.value,
                    (
                        line(("can     ", "good"), scope.can),
                        line(("cannot  ", "finding"), (scope.cannot or "anything else", "quiet")),
                    ),
                    scope.tier.value,
                )
                for scope in sorted(rules.known.values(), key=lambda one: (order[one.tier], one.name))
            ],
            None,
        )
        self._suggest()

    def know_accounts(self, found: Sequence[AccountRow], text: str) -> None:
        """Offer the accounts that were found by `text`."""
        self.account.offer([Offer(one.id, one.name or one.id, f"{one.id} · {one.live_tokens:,} live") for one in found], text)

    def know_grounds(self, known: Grounds | None) -> None:
        """Take what is known of the account; with only one active member, that is the owner."""
        self.grounds = known
        people = known.people if known is not None else ()
        self.owner.empty = (
            ("No active member is called that." if people else "Nobody in this account is an active member.")
            if known is not None
            else READING_PEOPLE
            if self.account.given
            else "Choose the account first."
        )
        self.owner.offer(
            [Offer(one.id, one.name or one.id, f"{one.id}{' · admin' if one.admin else ''}") for one in people], None
        )
        if known is not None:
            self.account.know_words(known.account.id, known.account.name or known.account.id)
        ids = {one.id for one in people}
        if known is not None and self.owner.given not in ids:
            self.owner.chosen = [people[0].id] if len(people) == 1 else []
            self.owner.value = self.owner.given
        self._suggest()

    @property
    def tier(self) -> Tier:
        """Return the tier of the scopes that are ticked."""
        return tier_of(self.scopes.given.split(), self.rules.known)

    def draft(self) -> Draft:
        """Return the token as it is filled in; only when nothing is wrong."""
        values, known = self.form.values, self.grounds
        assert known is not None
        scopes = checked_scopes(values["scopes"].split(), self.rules.known)
        return Draft(
            account_id=known.account.id,
            account_name=known.account.name or known.account.id,
            name=checked_name(values["name"]),
            owner=values["owner"],
            owner_name=next((one.name for one in known.people if one.id == values["owner"]), ""),
            environment=values["environment"],
            scopes=tuple(self.rules.known[name] for name in scopes),
            tier=self.tier,
            expires_at=moment_after(values["expires"], self._now()),
            rationale=values["rationale"],
            risky=risky_pairs(scopes, self.rules.pairs),
        )

    # Judging -----------------------------------------------------------------------------------------------------

    def _account(self, text: str) -> str:
        if not text:
            return "Choose the customer it is for."
        return self.grounds.full if self.grounds is not None else ""

    def _owner(self, text: str) -> str:
        return "" if text else self.owner.empty if not self.owner.offers else "Choose who answers for it."

    def _scopes(self, text: str) -> str:
        if text and not self.rules.known:
            return ""  # still being read
        return _refused(lambda: checked_scopes(text.split(), self.rules.known))

    def _why(self, text: str) -> str:
        return _refused(lambda: refuse_unexplained(self.tier, text))

    def _expiry(self, text: str) -> str:
        try:
            moment = moment_after(text, self._now())
        except ValueError as error:
            return str(error)
        days = self.grounds.limits.max_lifetime_days if self.grounds is not None else None
        return _refused(lambda: checked_expiry(moment, self._now(), days))

    def _dates(self, chosen: str) -> list[Line]:
        """Say of each lifetime when the token would expire; the usual one is named."""
        usual, now = preset_for(self.tier, self.form.values["environment"]), self._now()
        lines = []
        for word, lifetime in PRESETS.items():
            style = "strong" if word == chosen else ""
            why = f"   usual for {self.tier.value}" if word == usual else ""
            mark = (" ▸ " if word == chosen else "   ", "key")
            lines.append(line(mark, (f"{word:<5}", style), (expiry_sentence(now + lifetime, now), style), (why, "quiet")))
        return lines

    def _words(self, values: dict[str, str]) -> str:
        """Say what the scopes are together, and when the token ends, with the limit that holds."""
        words = []
        if values["scopes"]:
            words.append(f"Access: {self.tier.value}.")
            risky = risky_pairs(values["scopes"].split(), self.rules.pairs)
            words += [f"{pair.one} and {pair.other} are risky together." for pair in risky]
        if not self._expiry(values["expires"]):
            words.append(f"{expiry_sentence(moment_after(values['expires'], self._now()), self._now())}.")
        limits = self.grounds.limits if self.grounds is not None else None
        if limits is not None and limits.max_lifetime_days is not None:
            words.append(f"The account's policy allows {limits.max_lifetime_days} days at most.")
        return " ".join(words)

    def _heard(self) -> None:
        self._suggest()
        self._after()

    def _suggest(self) -> None:
        """Preselect the expiry that the access and the environment call for, unless another was chosen."""
        admin = self.tier is Tier.ADMIN
        self._rationale.note = (
            "demanded for admin access: why no smaller token would do" if admin else "why it is needed; may stay empty"
        )
        if self.expires.touched:
            return
        preset = preset_for(self.tier, self.form.values["environment"])
        longest = longest_for(self.grounds.limits.max_lifetime_days if self.grounds is not None else None)
        allowed = [word for word, length in PRESETS.items() if length <= longest]
        preset = preset if preset in allowed else allowed[-1] if allowed else preset
        self.expires.value = preset
        self.expires.entry.set(preset)
        self.expires.note = "or a date, such as 2026-06-30"


def _refused(rule: Callable[[], object]) -> str:
    """Return what a rule refuses with, "" when it does not."""
    try:
        rule()
    except Refused as error:
        return str(error)
    return ""
