"""Plain text as Markdown that shows the same text."""

import re

_SIGNS = re.compile(r"[`$]|\\(?=[!-/:-@\[-`{-~\n]|$)|~~|\*+|_+")
_BRACKETS = re.compile(r"\]\(|\[\[|\]:|!\[|\]\[|\^\[|\[\^")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_ADDRESS = re.compile(r"<(?=[A-Za-z][A-Za-z0-9+.-]*:|[^\s@<>]+@)")
_LINE_START = re.compile(
    r"^([ \t]*)(?:([-+*>#=~|])|(\d{1,9})([.)])(?=\s|$)|(_)(?=[ _]))", re.MULTILINE
)


def escaped(text: str) -> str:
    """Return the Markdown source that shows this text as it is, line by line."""
    text = _SIGNS.sub(_sign, text)
    text = _ENTITY.sub(r"\\&", text)
    text = _ADDRESS.sub(r"\\<", text)
    if _BRACKETS.search(text):
        text = text.replace("[", "\\[").replace("]", "\\]")
    return _LINE_START.sub(_line_start, text)


def _sign(found: re.Match[str]) -> str:
    """Return signs escaped; stars and low lines only where they could begin or end an emphasis."""
    run, text = found[0], found.string
    if run[0] not in "*_":
        return "".join(f"\\{sign}" for sign in run)
    before, after = text[: found.start()][-1:], text[found.end() :][:1]
    is_free = not before.strip() and not after.strip()
    is_within = run[0] == "_" and before.isalnum() and after.isalnum()
    return run if is_free or is_within else "".join(f"\\{sign}" for sign in run)


def _line_start(found: re.Match[str]) -> str:
    blanks = found[1].replace("\t", " ")
    if found[3]:
        return f"{blanks}{found[3]}\\{found[4]}"
    return f"{blanks}\\{found[2] or found[5]}"


def one_line(text: str) -> str:
    """Return the text with every run of blanks and line breaks as one blank."""
    return " ".join(text.split())
