"""From a QTI 1.2 package to items, question by question."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from courses.interchange import archive, building, xml_tree
from courses.interchange.building import Built, NumberAnswer, Row, ScoredText
from courses.interchange.found import Found, UnreadableFile, Unsupported, asks_nothing
from courses.interchange.losses import Loss
from courses.interchange.numbers import number_of
from courses.interchange.qti12.question import QtiQuestion
from courses.interchange.qti12.scoring import (
    best_number,
    conditions_of,
    feedback_of,
    right_values,
)
from courses.interchange.texts import HTML, Texts
from courses.interchange.xml_tree import XmlNode
from courses.questions.base import Choice, Entry

_ROOT = "questestinterop"
_GAP = "cxgap{}cxgap"


def read_qti12(content: bytes, name: str) -> list[Found]:
    """Return the questions of a package, or of one XML file. Raises UnreadableFile."""
    members = archive.read_members(content, name) if archive.is_zip(content) else {name: content}
    files = {path.removeprefix("web_resources/"): data for path, data in members.items()}
    found: list[Found] = []
    is_qti = False
    for path in sorted(members):
        if not path.casefold().endswith(".xml") and len(members) > 1:
            continue
        root = xml_tree.parse(members[path], path)
        if root.tag == _ROOT:
            is_qti = True
            found += _questions(root, files)
    if not is_qti:
        message = _("The package has no file that begins with <%(tag)s>.") % {"tag": _ROOT}
        raise UnreadableFile(message, file=name)
    return found


def _questions(root: XmlNode, files: dict[str, bytes]) -> Iterator[Found]:
    for part in root.nodes:
        category = part.attrs.get("title") or _fields(part).get("bank_title", "")
        items = [part] if part.tag == "item" else part.deep("item")
        for node in items:
            yield replace(_found(node, files), category=category)


def _fields(node: XmlNode) -> dict[str, str]:
    holder = node.child("itemmetadata") if node.tag == "item" else node
    return {
        one.string("fieldlabel"): one.string("fieldentry")
        for one in holder.child("qtimetadata").all("qtimetadatafield")
    }


def _found(node: XmlNode, files: dict[str, bytes]) -> Found:
    question = QtiQuestion(node, Texts(HTML, files), _fields(node))
    title = node.attrs.get("title", "")
    if title in ("", "Question"):
        title = question.plain(question.presentation.child("material"))
    found = Found(
        node.line, question.type, building.title_of(title), ident=node.attrs.get("ident", "")
    )
    if question.type == "text_only_question":
        text, stored = question.asked().prompt, tuple(question.texts.files.values())
        described = replace(found, reason=asks_nothing(), text=text, files=stored)
        return described.with_losses(*question.texts.losses)
    try:
        built = _built(question)
    except Unsupported as error:
        return replace(found, reason=str(error) or _("Its answers could not be read."))
    files_found = tuple(question.texts.files.values())
    found = replace(found, item=built.item, files=files_found)
    return _with_points(found, question.fields).with_losses(*question.texts.losses, *built.losses)


def _built(question: QtiQuestion) -> Built:
    make = _MAKERS.get(question.type)
    if make is None:
        message = _("Questions of the type “%(type)s” have no counterpart here.")
        raise Unsupported(message % {"type": question.type[:60]})
    question.conditions = conditions_of(question.node)
    return make(question)


def _with_points(found: Found, fields: dict[str, str]) -> Found:
    text = fields.get("points_possible", "")
    try:
        worth = Fraction(number_of(text)) if text else Fraction(1)
    except Unsupported:
        worth = Fraction(1)
    lost = (Loss("points", text[:40]),) if worth != 1 else ()
    return replace(found, points=worth).with_losses(*lost)


def _labels(node: XmlNode) -> list[XmlNode]:
    return list(node.deep("response_label"))


def _one_list(question: QtiQuestion) -> XmlNode:
    if len(question.lists) != 1:
        raise Unsupported(_("One list of answers is expected here."))
    return question.lists[0]


def _answers(question: QtiQuestion, shares: dict[str, Fraction]) -> list[ScoredText]:
    reasons = feedback_of(question.conditions, question.feedback)
    rows = []
    for label in _labels(_one_list(question)):
        ident = label.attrs.get("ident", "")
        reason = reasons.get(ident, "") or question.feedback.pop(f"{ident}_fb", "")
        rows.append(ScoredText(question.text_of(label), shares.get(ident, Fraction(0)), reason))
    return rows


def _choice(question: QtiQuestion) -> Built:
    points = right_values(question.conditions)
    most = max(points.values(), default=Fraction(1))
    answers = _answers(question, {value: share / most for value, share in points.items()})
    return building.choice(question.asked(), answers, is_multiple=False, extra=_order(question))


def _order(question: QtiQuestion) -> dict[str, bool]:
    renders = list(_one_list(question).deep("render_choice"))
    is_shuffled = not renders or renders[0].attrs.get("shuffle", "Yes").lower() != "no"
    return {} if is_shuffled else {"shuffle": False}


def _multiple(question: QtiQuestion) -> Built:
    right = right_values(question.conditions)
    labels = [label.attrs.get("ident", "") for label in _labels(_one_list(question))]
    count = sum(ident in right for ident in labels)
    each = Fraction(1, max(1, count))
    answers = _answers(question, {ident: each if ident in right else -each for ident in labels})
    return building.choice(question.asked(), answers, is_multiple=True, extra=_order(question))


def _statement(question: QtiQuestion) -> Built:
    labels = _labels(_one_list(question))
    right = right_values(question.conditions)
    answers = _answers(question, right)
    words = [question.plain(label).casefold() for label in labels]
    if sorted(words) != ["false", "true"]:
        return building.choice(question.asked(), answers, is_multiple=False, extra=_order(question))
    by_word = dict(zip(words, answers, strict=True))
    return building.statement(
        question.asked(),
        is_true=by_word["true"].share > 0,
        if_true=by_word["true"].feedback,
        if_false=by_word["false"].feedback,
    )


def _typed(question: QtiQuestion) -> Built:
    points = right_values(question.conditions)
    reasons = feedback_of(question.conditions, question.feedback)
    most = max(points.values(), default=Fraction(1))
    answers = [
        ScoredText(" ".join(text.split()), share / most, reasons.get(text, ""))
        for text, share in points.items()
        if text
    ]
    otherwise = question.feedback.pop("general_incorrect_fb", "")
    if otherwise:
        answers.append(ScoredText("*", Fraction(0), otherwise))
    return building.typed(question.asked(), answers)


def _number(question: QtiQuestion) -> Built:
    reason = question.feedback.pop("correct_fb", "")
    otherwise = question.feedback.pop("general_incorrect_fb", "")
    rows = best_number(question.conditions)
    most = max((condition.points for condition, *_rest in rows), default=Fraction(1))
    numbers: list[NumberAnswer] = []
    for condition, value, low, high in rows:
        number, tolerance = _between(value, low, high)
        share = condition.points / most
        numbers.append(NumberAnswer(number, tolerance, share, "" if numbers else reason))
    if not numbers:
        raise Unsupported(_("A number is expected here."))
    return building.number(question.asked(), numbers, otherwise=otherwise)


def _between(value: str, low: str, high: str) -> tuple[Decimal, Decimal]:
    """Return a number and its tolerance, from a value and bounds of which some are missing."""
    if low and high:
        bounds = number_of(low), number_of(high)
        number = number_of(value) if value else sum(bounds, Decimal(0)) / 2
        return number, max(abs(number - bound) for bound in bounds)
    return number_of(value), Decimal(0)


def _pairs(question: QtiQuestion) -> Built:
    rows, used = [], set()
    texts: dict[str, str] = {}
    for part in question.lists:
        texts |= {one.attrs.get("ident", ""): question.plain(one) for one in _labels(part)}
        right = right_values(question.conditions, part.attrs.get("ident", ""))
        if not right:
            raise Unsupported(_("A row of the table has no right answer."))
        ident = next(iter(right))
        used.add(texts.get(ident, ""))
        left = "\n\n".join(question.text_of(one) for one in part.all("material"))
        rows.append(Row(left, texts.get(ident, "")))
    rows += [Row("", text) for text in dict.fromkeys(texts.values()) if text not in used]
    return building.pairs(question.asked(), rows, {})


def _essay(question: QtiQuestion) -> Built:
    return building.essay(question.asked())


def _gaps(question: QtiQuestion) -> Built:
    """Return a text in which `[name]` stands for a gap; with lists where learners choose."""
    is_listed = question.type == "multiple_dropdowns_question"
    text, form = question.stem_node.text, question.form(question.stem_node)
    entries: list[Entry] = []
    options: dict[str, list[str]] = {}
    for key, part in enumerate(question.lists, 1):
        name = question.plain(part.child("material")) or part.attrs.get("ident", "")
        if text.count(f"[{name}]") != 1:
            message = _("The text has no gap [%(name)s], or several.")
            raise Unsupported(message % {"name": name[:40]})
        text = text.replace(f"[{name}]", _GAP.format(key))
        words = {one.attrs.get("ident", ""): question.plain(one) for one in _labels(part)}
        right = right_values(question.conditions, part.attrs.get("ident", ""))
        accepted = [word for ident, word in words.items() if ident in right]
        if not accepted or (is_listed and len(accepted) > 1):
            raise Unsupported(_("A gap has no answer that earns all its points."))
        choices = tuple(Choice(str(place), word) for place, word in enumerate(accepted, 1))
        entries.append(Entry(str(key), accepted=choices))
        if is_listed:
            options[str(key)] = list(dict.fromkeys(words.values()))
    if not entries:
        raise Unsupported(_("The text has no gap."))
    shown = question.texts.markdown(text, form)
    for key in range(1, len(entries) + 1):
        shown = shown.replace(_GAP.format(key), f"[[{key}]]")
    return building.gaps(question.asked(""), shown, entries, options)


_MAKERS: dict[str, Callable[[QtiQuestion], Built]] = {
    "multiple_choice_question": _choice,
    "true_false_question": _statement,
    "multiple_answers_question": _multiple,
    "short_answer_question": _typed,
    "numerical_question": _number,
    "matching_question": _pairs,
    "essay_question": _essay,
    "fill_in_multiple_blanks_question": _gaps,
    "multiple_dropdowns_question": _gaps,
}
