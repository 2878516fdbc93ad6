"""Names that attack whoever looks at them, and what may be sent to a terminal at all."""

from __future__ import annotations

import base64
import re

MARK = "PWND"

_CONTROLS = {
    "clear": "\x1b[2J",
    "home": "\x1b[H",
    "reset": "\x1bc",
    "leave the screen": "\x1b[?1049l",
    "mouse": "\x1b[?1003h",
    "show the cursor": "\x1b[?25h",
    "title": f"\x1b]0;{MARK}\x07",
    "title with ST": f"\x1b]2;{MARK}\x1b\\",
    "icon": f"\x1b]1;{MARK}\x07",
    "clipboard": "\x1b]52;c;UFdORA==\x07",
    "clipboard asked": "\x1b]52;c;?\x07",
    "link": f"\x1b]8;;http://192.0.2.1\x1b\\{MARK}\x1b]8;;\x1b\\",
    "colour": "\x1b]4;1;red\x07",
    "open string": "\x1b]0;never ended",
    "device string": '\x1bP$q"p\x1b\\',
    "open device string": "\x1bPnever ended",
    "application string": f"\x1b_{MARK}\x1b\\",
    "privacy string": f"\x1b^{MARK}\x1b\\",
    "start of string": f"\x1bX{MARK}\x1b\\",
    "version asked": "\x1b[>q",
    "cursor asked": "\x1b[6n",
    "device asked": "\x1b[c",
    "title asked": "\x1b[21t",
    "size": "\x1b[8;5;5t",
    "style": "\x1b[31;1;5;8m",
    "conceal": "\x1b[8m",
    "scroll region": "\x1b[1;3r",
    "insert lines": "\x1b[20L",
    "keyboard": "\x1b[>31u",
    "wrap off": "\x1b[?7l",
    "paste": "\x1b[200~xy\x1b[201~",
    "line drawing": "\x1b(0",
    "single shift": "\x1bN",
    "index": "\x1bD",
    "a lone escape": "\x1b",
    "two escapes": "\x1b\x1b",
    "half a sequence": "\x1b[",
    "parameters only": "\x1b[38;2;",
    "8-bit CSI": "\x9b2J",
    "8-bit OSC": f"\x9d0;{MARK}\x9c",
    "8-bit DCS": "\x90q\x9c",
    "8-bit APC": f"\x9f{MARK}\x9c",
    "8-bit reset": "\x85\x84\x8d",
    "nul": "a\x00b",
    "bell": "\x07\x07",
    "backspace": "safe\x08\x08\x08\x08evil",
    "return": "good name\rbad",
    "new line": "one\ntwo",
    "tab": "a\tb",
    "vertical tab": "a\x0bb",
    "form feed": "a\x0cb",
    "shift out": "\x0eq\x0f",
    "cancel": "\x18\x1a",
    "delete": "a\x7f\x7fb",
    "separator": "a\x1cb\x1d\x1e\x1f",
}

_UNSEEN = {
    "override": "\u202egnp.exe",
    "embedding": "\u202babc\u202c",
    "isolate": "\u2067abc\u2069",
    "mark": "\u200fabc\u200e",
    "zero width": "a\u200bd\u200cm\u200din",
    "joiner": "a\u2060b",
    "byte order": "\ufeffadmin",
    "soft hyphen": "ad\u00admin",
    "tags": "a\U000e0041\U000e0042",
    "variation": "a\ufe0fb\ufe00",
    "high variation": "a\U000e0100b",
    "line separator": "a\u2028b",
    "paragraph": "a\u2029b",
    "annotation": "a\ufff9b\ufffac\ufffb",
    "private": "a\ue000b\U000f0000",
    "unassigned": "a\u0378b",
    "hangul filler": "a\u3164b",
    "braille blank": "a\u2800b",
}

_SHAPES = {
    "marks": "a" + "\u0301" * 500,
    "zalgo": "".join(letter + "\u0336\u0489\u035c" for letter in "token"),
    "wide": "漢字" * 60,
    "emoji": "👩‍👩‍👧‍👦" * 20,
    "flags": "🇩🇪" * 30,
    "right to left": "مفتاح الاختبار",
    "full width": "ａｄｍｉｎ＝",
    "cyrillic": "аdmin sуnc",
    "long": "x" * 10_000,
    "spaces": " " * 300,
    "no-break": "\u00a0\u202f\u3000",
    "empty": "",
    "replacement": "\ufffd" * 9,
}

_MARKUP = {
    "markup closed": "[/]",
    "markup wrong": "[/nope]",
    "markup open": "[red",
    "markup click": "[@click=app.quit]y[/]",
    "markup quit": "[@click=app.exit]here[/]",
    "markup link": "[link=http://192.0.2.1]x[/link]",
    "markup quote": "[a='",
    "markup nest": "[[[]]]][",
    "markup emoji": ":skull:",
    "markup colour": "[on red]all[/on red]",
    "format": "%s %n {0} {x!r} $(id) `id`",
}

CORPUS: dict[str, str] = {**_CONTROLS, **_UNSEEN, **_SHAPES, **_MARKUP}

_OURS = re.compile(
    rb"\x1b\[[\d;:]*m"  # styles
    rb"|\x1b\[\d+;\d+H|\x1b\[H"  # where to draw
    rb"|\x1b\[\d+X(?:\x1b\[\d+C)?"  # many blanks
    rb"|\x1b\[\?(?:1049|1000|1002|1003|1004|1006|1015|2004|2026|2048|25|7)[hl]"  # modes
    rb"|\x1b\[\?(?:2026|2048)\$p"  # which modes there are
    rb"|\x1b\[>\d*u|\x1b\[<\d*u|\x1b\[\?u"  # the keyboard protocol
    rb"|\x1b\]22;(?:default|pointer|text)\x07"  # the shape of the mouse pointer
    rb"|\x1b\]52;c;[A-Za-z0-9+/=]+\x07"  # what an operator copied; what is in it is looked at below
)


def strangers(output: bytes) -> list[str]:
    """Return what was sent that the terminal driver does not send: escapes, C1 and other controls, unseen characters."""
    rest = _OURS.sub(b"", output)
    found = [
        f"{rest[max(0, at.start() - 20) : at.start() + 20]!r}"
        for at in re.finditer(rb"\x1b|[\x00-\x09\x0b\x0c\x0e-\x1a\x7f]", rest)
    ]
    text = rest.decode("utf-8", "replace")
    for copied in re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", output):
        text += base64.b64decode(copied).decode("utf-8", "replace").replace("\n", " ")
    return found + [
        f"{character!r}" for character in text if _unseen(character) or (character < " " and character not in "\r\n\x1b")
    ]


def _unseen(character: str) -> bool:
    code = ord(character)
    return 0x80 <= code < 0xA0 or code in _UNSEEN_CODES


_UNSEEN_CODES = {
    ord(character)
    for text in _UNSEEN.values()
    for character in text
    if not character.isascii() and character not in "\u3164\u2800\u0378"
}
