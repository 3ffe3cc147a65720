"""Plain text as Markdown that shows the same text."""

import re

_ALWAYS = re.compile(
    r"[`$]|\\(?=[!-/:-@\[-`{-~\n]|$)|~~|(?<!\s)\*|\*(?!\s)|(?<![\w\s])_|_(?![\w\s])"
)
_BRACKETS = re.compile(r"\]\(|\[\[|\]:|!\[|\]\[|\^\[|\[\^")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_ADDRESS = re.compile(r"<(?=[A-Za-z][A-Za-z0-9+.-]*:|[^\s@<>]+@)")
_LINE_START = re.compile(
    r"^([ \t]*)(?:([-+*>#=~|])|(\d{1,9})([.)])(?=\s|$)|(_)(?=[ _]))", re.MULTILINE
)
_WORD_EDGE = re.compile(r"(?<!\w)_(?=\w)|(?<=\w)_(?!\w)")


def escaped(text: str) -> str:
    """Return the Markdown source that shows this text as it is, line by line."""
    text = _ALWAYS.sub(lambda found: "".join(f"\\{sign}" for sign in found[0]), text)
    text = _WORD_EDGE.sub(r"\\_", text)
    text = _ENTITY.sub(r"\\&", text)
    text = _ADDRESS.sub(r"\\<", text)
    if _BRACKETS.search(text):
        text = text.replace("[", "\\[").replace("]", "\\]")
    return _LINE_START.sub(_line_start, text)


def _line_start(found: re.Match[str]) -> str:
    blanks = found[1].replace("\t", " ")
    if found[3]:
        return f"{blanks}{found[3]}\\{found[4]}"
    return f"{blanks}\\{found[2] or found[5]}"


def one_line(text: str) -> str:
    """Return the text with every run of blanks and line breaks as one blank."""
    return " ".join(text.split())
