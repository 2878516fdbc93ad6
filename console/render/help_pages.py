"""What the help says about each page, board and form: what it is for, and what its parts and numbers mean."""

from __future__ import annotations

from console.render.help_place import About

PAGES: dict[str, About] = {
    "detail": About(
        "Everything about one token, on four pages; Tab turns them. Opening it is recorded in the audit log as a look-up.",
        (
            ("Overview", "What it may do, its four dates, its people, its findings, and what stops if it is revoked."),
            ("Usage", "What it did: charts in UTC, ▚ what was refused, who called, from where, which paths, the last requests."),
            ("Timeline", "Its story: when its calls stopped, and why."),
            ("Audit", "What was done to it, and by whom."),
            ("Last used", "The last call, accepted or refused; where it was refused, the last accepted one stands below it."),
            ("Last rotated", "When its secret was made anew; never: it still has its first one."),
            ("Expires", "When it ends by itself. Retires: when an old token ends that has been replaced."),
            ("24 hours", "In sentences and lists the 1,440 minutes that end with this one. A chart counts by the hour, the last "
             "bar is the hour under way, and it says since when: its number is a little smaller."),
            ("recorded to", "How far usage is known, in steps of how long, and since when there is any tracking."),
        ),
    ),
    "account": About(
        "Everything about one customer, on four pages; Tab or 1 to 4 turn them. Each number opens the tokens behind it.",
        (
            ("Findings", "Live tokens of the account in each saved view; ! worth a look, !! at once."),
            ("Tokens", "The latest used first; a refused call counts as use."),
            ("People", "Who is in the account: owners and makers of its tokens. left: no longer active."),
            ("Audit", "What was done to its tokens."),
        ),
    ),
    "case-file": About(
        "One incident: what is done, what is missing, its tokens, and everything that was filed under it. A step is ticked by "
        "what is on record, never by hand.",
        (
            ("Steps", "identify, revoke or rotate, audit usage, notify, post-mortem; each says what ticked it or what to press."),
            ("Tokens", "How long each was known to others, and what it did meanwhile."),
            ("Timeline", "Everything done under the case, the oldest first."),
        ),
    ),
    "dashboard": About(
        "What needs attention now. Tab goes from panel to panel, Enter opens the tokens behind the number under the cursor.",
        (
            ("Live", "Tokens that are active or retiring, of how many ever made."),
            ("Requests", "In the 1,440 minutes that end with this one, refused ones too, against the 24 hours before."),
            ("Refused", "How many of these were refused, and what share that is; the panel below says why."),
            ("Expiring", "Active tokens that end within 7 days, and how many requests a day they make."),
            ("Unused", "Live tokens without a call for more than 90 days; a refused call counts as use."),
            ("Revoked", "In 7 days. ✓ a call was refused after it, · nobody called since, ! FAIL a call was accepted after it."),
            ("Signs", "! look into it, !! at once. ▚ what was refused; on the axis: some was, be it too little to be drawn."),
            ("Who to call", "The token that presses most of each kind, and the person to talk to."),
            ("counted", "The numbers were counted at that moment; ctrl-r counts again."),
        ),
    ),
    "executive": About(
        "How well issuing and checking tokens works, against its targets. No data is said as such, never as 0 or 100 %.",
        (
            ("budget", "How much of what may go wrong in 30 days is left."),
            ("401 rate", "The share of all requests that were refused."),
            ("Suspicious", "Tokens whose use looks wrong: a new address, silence, use after a revocation."),
        ),
    ),
    "on-call": About(
        "What an on-call engineer looks at first: open alerts with their runbook, what each service reports, whether the last "
        "revocations hold, and which gateways answer.",
        (
            ("PAGE", "Wakes somebody; ticket: wants a look in working hours."),
            ("p95, p99", "So many of a hundred checks were faster."),
            ("Proof", "✓ refused after the revocation, · no call since, ! FAIL accepted after it."),
        ),
    ),
    "debug": About(
        "Checks that failed in the last 30 minutes, and of the one under the cursor each step: the first that failed is why.",
        (("Failed checks", "As gateways report them; without a gateway there are none to show."),),
    ),
    "issue": About(
        "Issue a token in three steps: the form, a page to look it over, and the secret, shown once. Nothing is made before "
        "the last question was answered with y. In the form Tab or Enter goes on, shift-Tab goes back, Esc leaves.",
        (
            ("Account", "Part of the customer's name finds it; Enter takes it."),
            ("Owner", "An active member of the account: who is told before it ends."),
            ("Scopes", "Space ticks one; tick as few as will do. Risky pairs are named before anything is made."),
            ("Rationale", "Why it is needed; admin access wants one."),
            ("Expires in", "30 days are offered for read-only and test, 90 for read-write; never is not."),
        ),
    ),
    "rotate": About(
        "Make a replacement for the token. Both work until the overlap is over, then the old one is refused.",
        (("Overlap", "How long the old one goes on: 7 days for read-only, 72 hours for read-write, 24 for admin, 0 if leaked."),),
    ),
    "split": About(
        "One narrower token for each program that uses this one, by what each was seen to call. Made one at a time; the old "
        "token is ended only when its callers have moved.",
    ),
    "secret": About(
        "The new token, shown once. Hand it over now: only its digest is kept, nobody can show it again.",
        (("c", "Sends it to the terminal's clipboard; where that does not work, select it with the mouse."),),
    ),
    "card": About(
        "A paragraph about the token for a ticket: whether it works, when it was last used, why it is refused. Never a secret.",
    ),
    "help": About("Every key and command of the screen it was opened from, and how the usual jobs are done."),
    "policy": About(
        "The limits of an account, and what a change would mean for every token before it is saved. Esc saves nothing.",
        (("LIVE", "A token past the new limit that was used in the last 30 days: ending it would stop somebody."),),
    ),
    "rules": About(
        "The rules besides the limits: scopes, addresses, overlaps, warnings, and what becomes of unused tokens. "
        "A change is previewed before it is saved.",
        (("default", "The account has none of its own, and takes what holds for every account."),),
    ),
    "due": About(
        "What is due by the policies, on two pages: tokens unused for too long with the next step of each, and secrets that are "
        "too old. x gives notices and revokes what had its notice; it asks first.",
        (
            ("Too long since", "When the token went past the limit of its policy; not when it was last used."),
            ("Next", "give notice, wait until its day, revoke, or a person decides. A call takes the notice back."),
            ("Due since", "When the secret was due for rotation. In use: called within 30 days, accepted or refused."),
        ),
    ),
    "review": About(
        "One review: every token of its frozen set, and what was decided. Space decides about the token under the cursor, s "
        "signs it off when all are decided, E writes the evidence to a file.",
        (
            ("Used", "The last call, accepted or refused."),
            ("Ends", "The day it expires; never is a finding."),
            ("Decision", "keep, re-own, rotate, narrow or revoke, with the reason; a decision is carried out at once."),
        ),
    ),
    "roles": About("What each role may do. The store itself holds to it, in every command as well."),
    "notice": About("One notice, word for word as it is sent, and how far it is. Enter opens its token."),
}  # fmt: skip
"""By screen."""
