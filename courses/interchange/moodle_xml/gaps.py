"""Texts with gaps: `{1:SHORTANSWER:=word}` of embedded answers, and `[[1]]` of missing words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from django.utils.translation import gettext as _

from courses.interchange import building
from courses.interchange.building import Built
from courses.interchange.found import Unsupported
from courses.interchange.moodle_xml.parts import MoodleQuestion, form_of
from courses.interchange.texts import HTML
from courses.questions.base import Choice, Entry

_TYPED, _CASE, _NUMBER, _CHOICE = "typed", "case", "number", "choice"
_KINDS = {
    **dict.fromkeys(("SHORTANSWER", "SA", "MW"), _TYPED),
    **dict.fromkeys(("SHORTANSWER_C", "SAC", "MWC"), _CASE),
    **dict.fromkeys(("NUMERICAL", "NM"), _NUMBER),
    **{
        f"{name}{form}": _CHOICE
        for name, forms in (
            ("MULTICHOICE", ("", "_V", "_H", "_S", "_VS", "_HS")),
            ("MC", ("", "V", "H", "S", "VS", "HS")),
        )
        for form in forms
    },
}
_GAP = re.compile(r"\{(\d{0,4}):([A-Z_]+):((?:\\.|[^\\}])*)\}", re.DOTALL)
_ANSWER = re.compile(r"(?:^|~)(=|%(-?\d{1,3}(?:\.\d{1,7})?)%)?((?:\\.|[^\\~])*)", re.DOTALL)
_FEEDBACK = re.compile(r"((?:\\.|[^\\#])*)(?:#(.*))?", re.DOTALL)
_PLACE = re.compile(r"\[\[(\d{1,3})\]\]")
_MARK = "cxgap{}cxgap"
_SHOWN_MARK = re.compile(r"cxgap(\d+)cxgap")


@dataclass(frozen=True)
class _GapAnswer:
    share: Fraction
    text: str
    feedback: str


def cloze(source: MoodleQuestion) -> Built:
    """Return a text with embedded answers. Raises Unsupported for gaps that we do not have."""
    text = source.node.child("questiontext").child("text").text
    gaps = list(_GAP.finditer(text))
    if not gaps:
        raise Unsupported(_("The text has no gap such as {1:SHORTANSWER:=word}."))
    entries: list[Entry] = []
    options: dict[str, list[str]] = {}
    weights = {found[1] or "1" for found in gaps}
    if len(weights) > 1:
        source.texts.lose("partial_points", ", ".join(sorted(weights)))
    for number, found in enumerate(gaps, 1):
        entry, listed = _entry(source, str(number), found)
        entries.append(entry)
        if listed:
            options[str(number)] = listed
    numbers = iter(range(1, len(gaps) + 1))
    marked = _GAP.sub(lambda _found: _MARK.format(next(numbers)), text)
    return _built(source, marked, entries, options)


def _built(
    source: MoodleQuestion, text: str, entries: list[Entry], options: dict[str, list[str]]
) -> Built:
    form = form_of(source.node.child("questiontext"))
    shown = source.asked(source.texts.markdown(text, form))
    prompt = _SHOWN_MARK.sub(r"[[\1]]", shown.prompt)
    if _SHOWN_MARK.sub("", text) and len(set(_PLACE.findall(prompt))) != len(entries):
        raise Unsupported(_("A gap stands where the text cannot have one."))
    return building.gaps(replace(shown, prompt=""), prompt, entries, options)


def _entry(source: MoodleQuestion, key: str, found: "re.Match[str]") -> tuple[Entry, list[str]]:
    kind = _KINDS.get(found[2])
    if kind is None:
        message = _("Gaps of the kind %(kind)s have no counterpart here.")
        raise Unsupported(message % {"kind": found[2][:40]})
    answers = list(_answers(source, found[3]))
    right = [one for one in answers if one.share == 1 and one.text != "*"]
    if not right:
        raise Unsupported(_("A gap has no answer that earns all its points."))
    if kind == _CASE:
        source.texts.lose("case")
    if kind == _NUMBER:
        right = [_exact(source, one) for one in right]
    listed = [one.text for one in answers] if kind == _CHOICE else []
    if listed and len(right) > 1:
        raise Unsupported(_("A gap with a list has one right answer here."))
    _lose_others(source, key, answers, is_listed=bool(listed))
    accepted = tuple(
        Choice(str(place), text)
        for place, text in enumerate(dict.fromkeys(one.text for one in right), 1)
    )
    reason = next((one.feedback for one in right if one.feedback), "")
    return Entry(key, accepted=accepted, feedback=reason), list(dict.fromkeys(listed))


def _answers(source: MoodleQuestion, text: str) -> Iterator[_GapAnswer]:
    for found in _ANSWER.finditer(text):
        parts = _FEEDBACK.fullmatch(found[3])
        shown, feedback = (parts[1], parts[2] or "") if parts else (found[3], "")
        answer = source.texts.plain(_unescaped(shown), HTML)
        if answer or found[1]:
            share = Fraction(found[2]) / 100 if found[2] else Fraction(found[1] == "=")
            yield _GapAnswer(share, answer, source.texts.markdown(_unescaped(feedback), HTML))


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _exact(source: MoodleQuestion, answer: _GapAnswer) -> _GapAnswer:
    number, _colon, tolerance = answer.text.partition(":")
    if tolerance.strip("0. "):
        source.texts.lose("tolerance", answer.text[:60])
    return replace(answer, text=number.strip())


def _lose_others(
    source: MoodleQuestion, key: str, answers: list[_GapAnswer], *, is_listed: bool
) -> None:
    """Note the answers that have part of the points, and reasons of wrong ones."""
    reasons = {one.feedback for one in answers if one.share == 1 and one.feedback}
    for one in answers:
        if one.share not in (0, 1):
            source.texts.lose("partial_points", f"[[{key}]] {one.text}"[:80])
        elif one.feedback and (one.share == 0 or len(reasons) > 1):
            source.texts.lose("feedback", f"[[{key}]] {one.text}"[:80])
        elif one.share == 0 and not is_listed and one.text != "*":
            source.texts.lose("known_answers", f"[[{key}]] {one.text}"[:80])


def select_gaps(source: MoodleQuestion) -> Built:
    """Return a text whose gaps are filled from lists: `[[1]]` takes the first of all words."""
    node = source.node
    rows = [
        (source.plain(row), row.string("group") or "1")
        for row in (*node.all("selectoption"), *node.all("dragbox"))
    ]
    text = node.child("questiontext").child("text").text
    places = [int(number) for number in _PLACE.findall(text)]
    if not places or not all(1 <= place <= len(rows) for place in places):
        raise Unsupported(_("A gap such as [[1]] names no word of the list."))
    entries, options = [], {}
    for key, place in enumerate(places, 1):
        word, group = rows[place - 1]
        entries.append(Entry(str(key), accepted=(Choice("1", word),)))
        options[str(key)] = list(dict.fromkeys(one for one, other in rows if other == group))
    if any(row.all("infinite") for row in node.all("dragbox")):
        source.texts.lose("essay_form", "infinite")
    keys = iter(range(1, len(places) + 1))
    marked = _PLACE.sub(lambda _found: _MARK.format(next(keys)), text)
    return _built(source, marked, entries, options)
