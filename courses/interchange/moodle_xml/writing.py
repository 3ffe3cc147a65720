"""Questions in Moodle XML: texts as Markdown, pictures within, under the key of the question."""

import base64
import re
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape, quoteattr

from courses.interchange.gift.writing import percent
from courses.interchange.losses import Loss
from courses.interchange.outgoing import (
    ASSET,
    CannotWrite,
    OutgoingQuestion,
    OutgoingText,
    Written,
    is_sorted_one_to_one,
    lose_essay,
    no_place,
    number_out,
    placed,
)
from courses.questions.base import Choice, Entry, Item
from courses.questions.gaps import GAP

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SIGNS = re.compile(r"[~#}\\]")


def tag(element: str, /, *content: str, **attributes: str) -> str:
    """Return an element; the content is XML already."""
    shown = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{element}{shown}>{''.join(content)}</{element}>\n"


def write_moodle_xml(questions: Sequence[OutgoingQuestion]) -> Written:
    """Return a file with all questions that Moodle has a type for."""
    written = Written()
    parts: list[str] = []
    category = ""
    for question, xml in written.collect(questions, _question):
        if question.category != category:
            category = question.category
            text = tag("category", tag("text", escape(f"$course$/{category}")))
            parts.append(tag("question", text, type="category"))
        shared = written.text_before(question)
        if shared is not None:
            parts.append(_description(shared, written.losses[question.key]))
        parts.append(xml)
    written.content = (_HEAD + tag("quiz", "\n", *parts)).encode()
    return written


class _MoodleTexts:
    """Writes the texts of one question, and the pictures that they show."""

    def __init__(self, question: OutgoingQuestion | OutgoingText, losses: list[Loss]) -> None:
        self.files, self.losses = question.files, losses

    def markdown(self, name: str, text: str, *more: str, **attributes: str) -> str:
        """Return an element with a text in Markdown and its pictures."""
        names = dict.fromkeys(ASSET.findall(text))
        stored = [one for one in names if one in self.files]
        self.losses += [Loss("picture", one) for one in names if one not in self.files]
        for one in stored:
            text = text.replace(f"(asset:{one}", f"(@@PLUGINFILE@@/{one}")
        files = [
            tag(
                "file",
                base64.b64encode(self.files[one]).decode(),
                name=one,
                path="/",
                encoding="base64",
            )
            for one in stored
        ]
        return tag(name, tag("text", escape(text)), *files, *more, **attributes, format="markdown")

    def _encoded(self, name: str) -> str:
        return base64.b64encode(self.files[name]).decode()

    def answer(self, choice: Choice, *more: str) -> str:
        """Return an answer with its share in per cent and its reason."""
        feedback = self.markdown("feedback", choice.feedback)
        return self.markdown(
            "answer", choice.text, feedback, *more, fraction=percent(choice.weight)
        )


def _description(text: OutgoingText, losses: list[Loss]) -> str:
    texts = _MoodleTexts(text, losses)
    return tag(
        "question",
        tag("name", tag("text", escape(text.title or text.key))),
        texts.markdown("questiontext", text.body),
        tag("idnumber", escape(text.key)),
        type="description",
    )


def _question(question: OutgoingQuestion, losses: list[Loss]) -> str:
    item = question.item
    maker = _MAKERS.get(item.type_key)
    if maker is None:
        raise no_place(item)
    kind, make = maker
    texts = _MoodleTexts(question, losses)
    prompt, parts = make(item, texts)
    tags = [tag("tag", tag("text", escape(one))) for one in question.tags]
    return tag(
        "question",
        tag("name", tag("text", escape(question.key))),
        texts.markdown("questiontext", prompt),
        texts.markdown("generalfeedback", item.explanation),
        tag("defaultgrade", "1"),
        tag("penalty", "0"),
        tag("hidden", "0"),
        tag("idnumber", escape(question.key)),
        *parts,
        *(texts.markdown("hint", hint) for hint in item.hints),
        *([tag("tags", *tags)] if tags else []),
        type=kind,
    )


Parts = tuple[str, list[str]]


def _shuffle(item: Item, texts: _MoodleTexts) -> str:
    if item.extra.get("fixed"):
        texts.losses.append(Loss("fixed_option"))
    return tag("shuffleanswers", "0" if item.extra.get("shuffle") is False else "1")


def _single(item: Item, texts: _MoodleTexts) -> Parts:
    rows = [texts.answer(one) for one in item.choices]
    return item.prompt, [tag("single", "true"), _shuffle(item, texts), *rows]


def _multiple(item: Item, texts: _MoodleTexts) -> Parts:
    rows = [texts.answer(one) for one in item.choices]
    return item.prompt, [tag("single", "false"), _shuffle(item, texts), *rows]


def _statement(item: Item, texts: _MoodleTexts) -> Parts:
    rows = [
        texts.answer(Choice(one.key, one.key, one.weight, one.feedback)) for one in item.choices
    ]
    return item.prompt, rows


def _typed(item: Item, texts: _MoodleTexts) -> Parts:
    entry = item.entries[0]
    rows = [texts.answer(one) for one in entry.accepted]
    if entry.feedback:
        rows.append(texts.answer(Choice("", "*", feedback=entry.feedback)))
    case = "1" if item.extra.get("case_sensitive") else "0"
    return item.prompt, [tag("usecase", case), *rows]


def _number(item: Item, texts: _MoodleTexts) -> Parts:
    out = number_out(item, texts.losses)
    tolerance = tag("tolerance", f"{out.tolerance:f}")
    rows = [texts.answer(one, tolerance) for one in out.entry.accepted]
    if out.entry.feedback:
        rows.append(texts.answer(Choice("", "*", feedback=out.entry.feedback)))
    if out.unit:
        unit = tag("unit", tag("multiplier", "1"), tag("unit_name", escape(out.unit)))
        rows.append(tag("units", unit))
    return item.prompt, rows


def _pairs(item: Item, texts: _MoodleTexts) -> Parts:
    rows = placed(item)
    texts.losses += [Loss("feedback", row[2][:80]) for row in rows if row[2]]
    if is_sorted_one_to_one(item):
        texts.losses.append(Loss("question_details", item.type_key))
    parts = [
        texts.markdown("subquestion", left, tag("answer", tag("text", escape(right))))
        for left, right, _why in rows
    ]
    return item.prompt, [_shuffle(item, texts), *parts]


def _essay(item: Item, texts: _MoodleTexts) -> Parts:
    lose_essay(item, texts.losses, limits=False)
    words = {"minwordlimit": "min_words", "maxwordlimit": "max_words"}
    limits = [tag(name, str(item.extra[key])) for name, key in words.items() if item.extra.get(key)]
    return item.prompt, [tag("responseformat", "editor"), *limits]


def _order(item: Item, texts: _MoodleTexts) -> Parts:
    texts.losses += [Loss("feedback", one.feedback[:80]) for one in item.choices if one.feedback]
    rows = [
        texts.markdown("answer", one.text, fraction=f"{place}.0000000")
        for place, one in enumerate(item.choices, 1)
    ]
    return item.prompt, rows


def _gaps(item: Item, texts: _MoodleTexts) -> Parts:
    entries = {entry.key: entry for entry in item.entries}
    texts.losses += [
        Loss("question_details", entry.label[:80]) for entry in item.entries if entry.label
    ]
    options = item.extra.get("options", {})
    if "{" in GAP.sub("", item.prompt):
        raise CannotWrite("{")
    prompt = item.prompt
    if item.extra.get("stem") in _STANDARD_STEMS:
        prompt = prompt.removeprefix(f"{item.extra['stem']}\n\n")
    return GAP.sub(lambda found: _gap(entries[found[1]], options.get(found[1])), prompt), []


_STANDARD_STEMS = ("Fill in the blanks.", "Füllen Sie die Lücken.")


def _gap(entry: Entry, options: list[str] | None) -> str:
    texts = [one.text for one in entry.accepted]
    reason = f"#{_cell(entry.feedback)}" if entry.feedback else ""
    if options is None:
        rows = [f"={_cell(text)}{reason}" for text in texts]
        return f"{{1:SHORTANSWER:{'~'.join(rows)}}}"
    right = next((one for one in options if one in texts), None)
    if right is None:
        raise CannotWrite(entry.key)
    rows = [f"={_cell(one)}{reason}" if one == right else _cell(one) for one in options]
    return f"{{1:MULTICHOICE:{'~'.join(rows)}}}"


def _cell(text: str) -> str:
    return _SIGNS.sub(r"\\\g<0>", " ".join(text.split()))


_MAKERS: dict[str, tuple[str, Callable[[Item, _MoodleTexts], Parts]]] = {
    "single_choice": ("multichoice", _single),
    "multiple_response": ("multichoice", _multiple),
    "true_false": ("truefalse", _statement),
    "short_text": ("shortanswer", _typed),
    "numeric": ("numerical", _number),
    "matching": ("matching", _pairs),
    "categorise": ("matching", _pairs),
    "essay": ("essay", _essay),
    "ordering": ("ordering", _order),
    "cloze": ("cloze", _gaps),
}
