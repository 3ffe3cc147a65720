"""Questions as a sheet, one a row: the sheet that `sheet` reads."""

from collections.abc import Callable, Sequence

from courses import spreadsheet
from courses.interchange.found import TEXT
from courses.interchange.gift.writing import percent
from courses.interchange.losses import Loss
from courses.interchange.outgoing import (
    ASSET,
    OutgoingQuestion,
    Written,
    is_sorted_one_to_one,
    lose_essay,
    lose_order,
    no_place,
    number_out,
    placed,
)
from courses.questions.base import Item

_FIRST = ("id", "type", "title", "question", "right", "explanation", "tags", "category",
          "otherwise", "tolerance", "unit", "model answer")  # fmt: skip
_NUMBERED = ("hint", "answer", "match", "share", "feedback")
Cells = dict[str, str]


def write_csv(questions: Sequence[OutgoingQuestion]) -> Written:
    """Return a CSV file that spreadsheets open as UTF-8 and without formulas."""
    written = Written()
    rows: list[Cells] = []
    for question, cells in written.collect(questions, _row):
        text = written.text_before(question)
        if text is not None:
            lost = [Loss("picture", name) for name in ASSET.findall(text.body)]
            written.losses[question.key] += lost
            described = {"id": text.key, "type": TEXT, "title": text.title, "question": text.body}
            rows.append({name: cell for name, cell in described.items() if cell})
        rows.append(cells)
    names = _names(rows)
    lines = [names, *([row.get(name, "") for name in names] for row in rows)]
    guarded = [[spreadsheet.cell_of(cell) for cell in line] for line in lines]
    written.content = (spreadsheet.MARK + spreadsheet.raw(guarded)).encode()
    return written


def _names(rows: Sequence[Cells]) -> list[str]:
    used = {name for row in rows for name in row}
    numbers = range(1, 100)
    numbered = [f"{name} {number}" for number in numbers for name in _NUMBERED]
    return [*(name for name in _FIRST if name in used | {"type", "question"}),
            *(name for name in numbered if name in used)]  # fmt: skip


def _row(question: OutgoingQuestion, losses: list[Loss]) -> Cells:
    item = question.item
    make = _MAKERS.get(item.type_key)
    if make is None:
        raise no_place(item)
    cells = make(item, losses)
    losses += [Loss("picture", name) for name in ASSET.findall(item.prompt + item.explanation)]
    cells |= {"id": question.key, "type": item.type_key, "title": question.key}
    cells |= {"question": item.prompt, "explanation": item.explanation}
    cells |= {"tags": ", ".join(question.tags), "category": question.category}
    cells |= _numbered("hint", list(item.hints))
    return {name: text for name, text in cells.items() if text}


def _numbered(name: str, texts: Sequence[str]) -> Cells:
    return {f"{name} {number}": text for number, text in enumerate(texts, 1)}


def _choice(item: Item, losses: list[Loss]) -> Cells:
    lose_order(item, losses)
    right = [chr(ord("A") + place) for place, one in enumerate(item.choices) if one.weight > 0]
    return (
        {"right": ", ".join(right)}
        | _numbered("answer", [one.text for one in item.choices])
        | _numbered("feedback", [one.feedback for one in item.choices])
    )


def _statement(item: Item, _losses: list[Loss]) -> Cells:
    true, false = item.choices
    right = "true" if true.weight > 0 else "false"
    return {"right": right} | _numbered("feedback", [true.feedback, false.feedback])


def _typed(item: Item, losses: list[Loss]) -> Cells:
    if item.extra.get("case_sensitive"):
        losses.append(Loss("question_details", "case_sensitive"))
    entry = item.entries[0]
    shares = ["" if one.weight == 1 else f"{percent(one.weight)}%" for one in entry.accepted]
    return (
        {"otherwise": entry.feedback}
        | _numbered("answer", [one.text for one in entry.accepted])
        | _numbered("share", shares)
        | _numbered("feedback", [one.feedback for one in entry.accepted])
    )


def _number(item: Item, losses: list[Loss]) -> Cells:
    out = number_out(item, losses)
    tolerance = f"{out.tolerance:f}" if out.tolerance else ""
    return (
        {"otherwise": out.entry.feedback, "tolerance": tolerance, "unit": out.unit}
        | _numbered("answer", [one.text for one in out.entry.accepted])
        | _numbered("feedback", [one.feedback for one in out.entry.accepted])
    )


def _pairs(item: Item, losses: list[Loss]) -> Cells:
    if item.extra.get("shuffle") is False:
        losses.append(Loss("shuffle"))
    if is_sorted_one_to_one(item):
        losses.append(Loss("question_details", item.type_key))
    rows = placed(item)
    return (
        _numbered("answer", [left for left, _right, _why in rows])
        | _numbered("match", [right for _left, right, _why in rows])
        | _numbered("feedback", [why for _left, _right, why in rows])
    )


def _order(item: Item, _losses: list[Loss]) -> Cells:
    return _numbered("answer", [one.text for one in item.choices]) | _numbered(
        "feedback", [one.feedback for one in item.choices]
    )


def _essay(item: Item, losses: list[Loss]) -> Cells:
    lose_essay(item, losses)
    losses[:] = [one for one in losses if one.code != "model_answer"]
    accepted = item.entries[0].accepted if item.entries else ()
    return {"model answer": accepted[0].text if accepted else ""}


_MAKERS: dict[str, Callable[[Item, list[Loss]], Cells]] = {
    "single_choice": _choice,
    "multiple_response": _choice,
    "true_false": _statement,
    "short_text": _typed,
    "numeric": _number,
    "matching": _pairs,
    "categorise": _pairs,
    "ordering": _order,
    "essay": _essay,
}
