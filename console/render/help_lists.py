"""What the help says about each list: what it is for, and every one of its columns."""

from __future__ import annotations

from console.render.help_place import About

_USED = "The last call, accepted or refused: a refused call counts as use. never: no call is on record."

LISTS: dict[str, About] = {
    "tokens": About(
        "Find a token, see at a glance whether it works and is in use, and act on it. The panel below or beside the list "
        "always describes the row under the cursor. Words typed after / search every token, whatever its status.",
        (
            ("Name", "What the customer calls it. ⚠: there are characters in it that try to look like others."),
            ("Account", "The customer it belongs to; A opens it."),
            ("Env", "The environment it works in: live or test. Not whether it works."),
            ("Access", "The most it may do. ◆ may change things; ! may do too much: admin, a wildcard or a risky pair."),
            ("Status", "Whether calls with it are accepted; the statuses are explained below."),
            ("24 hours", "Its requests, refused ones too: eight bars of three hours, the newest on the right; w draws 24."),
            ("Used", f"{_USED} ! not for more than 90 days. tried: that call came after its end. "
             "The panel says when such a token last worked."),
            ("Expires", "When it ends by itself, or once it is replaced. ! never, or within 7 days."),
            ("Last 4", "The last four characters of the token, as the customer sees them."),
            ("at the top", "How many tokens the list holds, of how many live ones, and how many of them are marked."),
        ),
    ),
    "bulk": About(
        "Look over a set before it is revoked. The set is frozen: what changes in the list meanwhile is not taken in. "
        "Tokens in use stand first and are not ticked.",
        (("Why it may hurt", "Who called with it in the last 24 hours, or that it is the account's last live token."),),
    ),
    "accounts": About(
        "The customers: who has too many tokens, tokens nobody owns, or sudden traffic. Enter opens everything about one.",
        (
            ("Name", "What the customer is called."),
            ("Account", "Its id, as filters and commands take it."),
            ("Plan", "What it has bought."),
            ("Live", "Its tokens that are active or retiring; ! more than ten of them."),
            ("Orphaned", "Live tokens whose maker is no longer an active member. ! some; a dot stands for none."),
            ("Never ends", "Live tokens without an expiry."),
            ("Too broad", "Live tokens with admin access, a wildcard or a risky pair of scopes."),
            ("Last 24 h", "Requests of all its tokens in the 1,440 minutes that end with this one, refused ones too."),
            ("Refused", "How many of these were refused."),
            ("Used", "The last call of any of its tokens, accepted or refused."),
        ),
    ),
    "leaks": About(
        "Somebody found a token: paste it, or the whole text it stands in. It is looked up and forgotten; the list keeps what "
        "was pasted in this sitting on top, and below it every place a token was seen in, as it is on record. "
        "L shows who looked up which token before, in the audit log.",
        (
            ("Verdict", "verified: the secret is right. id only: it may be forged. damaged: a bad copy. dead: right, but it no "
             "longer works. not ours: no token of this store. Of what is on record: the verdict of that moment."),
            ("Token", "Its public id and its last four characters, never its secret."),
            ("Name", "What the customer calls it."),
            ("Account", "The customer it belongs to."),
            ("Status", "What it is now."),
            ("Seen in", "The place it was found in; W puts one on record."),
            ("Used", _USED),
            ("When", "When it was pasted, or of what is on record when it was found."),
        ),
    ),
    "cases": About(
        "Incidents and tickets that actions are filed under. f or :case NAME files what follows under one, as the top line says.",
        (
            ("Case", "Its name, such as INC-204."),
            ("Title", "What it is about."),
            ("State", "open or closed."),
            ("Steps", "How many of its five steps are done by what is on record: identify, revoke or rotate, audit usage, "
             "notify, post-mortem."),
            ("Tokens", "How many tokens are part of it."),
            ("Working", "How many of them still work; ! while the case is open."),
            ("Last action", "When something was last done under it, and by whom."),
            ("Opened", "How long ago it was opened."),
        ),
    ),
    "audit": About(
        "Everything that was done: who, when, to which token, for which case. Nothing in it can be changed; V checks that. "
        "/ takes fields, for example action:look-up for tokens that were looked up or pasted, actor:priya, after:7d.",
        (
            ("Time (UTC)", "When it was done."),
            ("Who", "The operator, or local:NAME while no operators are set up."),
            ("Role", "Their role at that moment."),
            ("What", "What was done, in words; the panel shows the whole entry with its reason."),
            ("Token", "The last four characters of the token."),
            ("Case", "What it is filed under."),
            ("#", "The number of the line; a line is never missing between two."),
        ),
    ),
    "policies": About(
        "How long tokens may live, how old a secret and how long a disuse may get, and how many tokens an account may have. "
        "e shows what a change would mean before anything is saved. u lists what is due now, w the reviews of tokens.",
        (
            ("Policy of", "The account; the first line holds for every account, and one's own can only be tighter."),
            ("Account", "Its id."),
            ("Lifetime", "The longest a new token may live, in days."),
            ("Rotate", "The age at which a secret is due for rotation, in days."),
            ("Unused", "How long a token may go without a call, in days."),
            ("Overlap", "How long an old token may go on beside its replacement, in hours."),
            ("Tokens", "The most live tokens. A dot stands for no limit of its own."),
            ("Live now", "How many there are; ! more than allowed."),
            ("Set", "When it was last changed."),
            ("By", "Who changed it."),
        ),
    ),
    "reviews": About(
        "Reviews of who still needs which token. n freezes the tokens of an account or a view into a queue; each is then kept, "
        "re-owned, rotated, narrowed or revoked with a reason, and in the end signed off. E in a review writes the evidence.",
        (
            ("Review", "Its name."),
            ("About", "Its title, or the view it was frozen from."),
            ("Account", "Whose tokens; every: of all accounts."),
            ("Decided", "How many tokens are decided, of how many."),
            ("State", "open, or signed off: then nothing of it can be changed."),
            ("Signed by", "Who signed it off."),
            ("Opened", "When its tokens were frozen."),
        ),
    ),
    "scopes": About(
        "The permissions in plain words: what a token with one can and cannot do, and which must not be held together.",
        (
            ("Scope", "Its name, as it is written into a token."),
            ("Access", "read-only, read-write or admin; ! alone makes a token too broad."),
            ("Live", "How many live tokens hold it."),
            ("Risky with", "The scopes that together with it may do too much."),
            ("Can", "What it allows."),
            ("Cannot", "What it does not allow although one might think so."),
        ),
    ),
    "views": About(
        "Questions worth asking again: unused, orphaned, never expiring, too broad and so on. Enter lists the tokens of one; E "
        "there writes them to a file. w shows the reviews of tokens, where each is decided about and signed off.",
        (
            ("Key", "The digit that opens it in the token list."),
            ("View", "Its name."),
            ("Whose", "built-in: every store has it; shared: for everybody; mine: your own."),
            ("Holds", "How many tokens it has now; + at least so many, ? its filter is not understood."),
            ("Sorted by", "The field; a minus sign turns it round."),
            ("Filter", "What it is made of; the same can be typed after / in the token list."),
            ("Rule", "The same in words."),
        ),
    ),
    "operators": About(
        "Our own staff, and what each may do. Without any, whoever can open the store is its admin.",
        (
            ("Operator", "The name their actions are recorded under."),
            ("Role", "auditor, support, on-call, security or admin; t shows what each may do."),
            ("State", "active, or switched off: may do nothing."),
            ("Signs in by", "passphrase, ssh key or both; user name only !: nothing is proven."),
            ("Since", "When they were added."),
            ("Last action", "What they did last."),
            ("When", "How long ago that was."),
            ("30 days", "How many actions of theirs are on record in the last 30 days; a dot stands for none."),
        ),
    ),
    "sessions": About(
        "Who is signed in at this moment. x ends a session: what it does next is refused.",
        (
            ("Operator", "Who; (you) is your own session."),
            ("Signed in by", "What was proven, and how."),
            ("On", "The machine."),
            ("From", "Where the ssh connection came from; here: no connection."),
            ("Since", "When it began."),
            ("Last change", "When something was last changed in it."),
            ("Until", "When it ends by itself."),
        ),
    ),
    "approvals": About(
        "What needs a second person: a request waits until another operator approves or refuses it. Breaking the glass does "
        "without one, and stays flagged until somebody has looked at it.",
        (
            ("Asks to", "What is to be done, exactly so."),
            ("Asked by", "Who asks; nobody approves their own request."),
            ("When", "How long ago."),
            ("State", "How long it still waits, or what became of it."),
            ("#", "The request's number, for the command line."),
        ),
    ),
    "notices": About(
        "What customers are told, word for word: warnings before an expiry, suspensions, revocations. Looking sends nothing.",
        (
            ("State", "waiting, sending, sent; dead: nobody took it, r tries again; withdrawn: no longer true."),
            ("About", "What happened or will happen."),
            ("Token", "Which token."),
            ("Account", "Its customer."),
            ("To", "Who is told."),
            ("Since", "How long it has been in line."),
            ("Tries", "How often it was tried to send it."),
            ("Notice", "The beginning of its number, for the command line."),
        ),
    ),
    "settings": About(
        "What this console was told, and where each word comes from. Nothing is changed here: the panel says where it can be.",
        (
            ("Setting", "Its name, as the file takes it."),
            ("Value", "What counts now."),
            ("From", "default, your file, your environment, or the command line; the later one counts."),
        ),
    ),
}  # fmt: skip
"""By screen."""
