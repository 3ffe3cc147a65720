"""From a Moodle XML file to items, question by question."""

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from django.utils.translation import gettext as _

from courses.interchange import building, xml_tree
from courses.interchange.building import Built, NumberAnswer, Row, ScoredText
from courses.interchange.found import Found, UnreadableFile, Unsupported, asks_nothing
from courses.interchange.losses import Loss
from courses.interchange.moodle_xml.gaps import cloze, select_gaps
from courses.interchange.moodle_xml.parts import MoodleQuestion, share_of, stored_files
from courses.interchange.numbers import number_of
from courses.interchange.sources import check_count
from courses.interchange.texts import MOODLE, Texts
from courses.interchange.xml_tree import XmlNode

_WORDS = re.compile("[0-9]{1,5}")


def read_moodle_xml(content: bytes, name: str) -> list[Found]:
    """Return the questions of a file. Raises UnreadableFile."""
    root = xml_tree.parse(content, name)
    if root.tag not in ("quiz", "question"):
        message = _("This is no Moodle XML: it begins with <%(tag)s> in place of <quiz>.")
        raise UnreadableFile(message % {"tag": root.tag[:40]}, file=name, line=root.line)
    found: list[Found] = []
    category = ""
    for node in root.all("question") if root.tag == "quiz" else [root]:
        if node.attrs.get("type") == "category":
            category = node.child("category").string("text")
        else:
            found.append(replace(_found(node), category=category))
            check_count(len(found), name, node.line)
    return found


def _found(node: XmlNode) -> Found:
    kind = node.attrs.get("type", "")
    texts = Texts(MOODLE, stored_files(node))
    title = node.child("name").string("text") or building.title_of(
        texts.plain(node.child("questiontext").text)
    )
    found = Found(
        node.line,
        kind,
        building.title_of(title),
        ident=node.string("idnumber"),
        tags=tuple(tag.string("text") for tag in node.child("tags").all("tag")),
    )
    source = MoodleQuestion(node, texts)
    if kind == "description":
        text, files = source.asked().prompt, tuple(texts.files.values())
        described = replace(found, reason=asks_nothing(), text=text, files=files)
        return described.with_losses(*texts.losses)
    try:
        built = _built(kind, source)
    except Unsupported as error:
        return replace(found, reason=str(error))
    files = tuple(texts.files.values())
    return _about(replace(found, item=built.item, files=files), node).with_losses(
        *texts.losses, *built.losses
    )


def _built(kind: str, source: MoodleQuestion) -> Built:
    if kind not in _MAKERS:
        message = _("Questions of the type “%(type)s” have no counterpart here.")
        raise Unsupported(message % {"type": kind[:60]})
    return _MAKERS[kind](source)


def _about(found: Found, node: XmlNode) -> Found:
    """Return it with its points, and with what is lost of its settings."""
    losses = []
    points = node.string("defaultgrade")
    try:
        worth = Fraction(number_of(points)) if points else Fraction(1)
    except Unsupported:
        worth = Fraction(1)
        losses.append(Loss("points", points[:40]))
    if worth != 1:
        losses.append(Loss("points", f"{float(worth):g}"))
    if found.type != "truefalse" and node.string("penalty").strip("0."):
        losses.append(Loss("penalty"))
    if node.string("hidden") == "1":
        losses.append(Loss("question_details", "hidden"))
    return replace(found, points=worth).with_losses(*losses)


def _answers(source: MoodleQuestion, *, is_typed: bool = False) -> list[ScoredText]:
    convert = source.plain if is_typed else source.markdown
    return [
        ScoredText(convert(node), share_of(node), source.feedback(node))
        for node in source.node.all("answer")
    ]


def _choice(source: MoodleQuestion) -> Built:
    _numbering(source)
    is_multiple = not source.flag("single", default=True)
    answers = _answers(source)
    return building.choice(source.asked(), answers, is_multiple=is_multiple, extra=source.order())


def _numbering(source: MoodleQuestion) -> None:
    numbering = source.node.string("answernumbering")
    if numbering not in ("", "abc", "none"):
        source.texts.lose("numbering", numbering[:40])


def _statement(source: MoodleQuestion) -> Built:
    rows = {node.string("text").casefold(): node for node in source.node.all("answer")}
    if set(rows) != {"true", "false"}:
        raise Unsupported(_("The answers of a statement are “true” and “false”."))
    if_true, if_false = (source.feedback(rows[name]) for name in ("true", "false"))
    is_true = share_of(rows["true"]) > 0
    return building.statement(source.asked(), is_true=is_true, if_true=if_true, if_false=if_false)


def _typed(source: MoodleQuestion) -> Built:
    answers = _answers(source, is_typed=True)
    is_case_sensitive = source.flag("usecase")
    return building.typed(source.asked(), answers, is_case_sensitive=is_case_sensitive)


def _number(source: MoodleQuestion) -> Built:
    numbers, otherwise = [], ""
    for node in source.node.all("answer"):
        text = node.string("text")
        if text in building.ANY:
            otherwise = source.feedback(node)
            if share_of(node) > 0:
                source.texts.lose("partial_points", "*")
        else:
            tolerance = abs(number_of(node.string("tolerance") or "0"))
            share = max(share_of(node, default="100"), Fraction(0))
            numbers.append(NumberAnswer(number_of(text), tolerance, share, source.feedback(node)))
    if not any(one.share > 0 for one in numbers):
        raise Unsupported(_("A number is expected here."))
    return building.number(source.asked(), numbers, otherwise=otherwise, unit=_unit(source))


def _unit(source: MoodleQuestion) -> str:
    units = [node.string("unit_name") for node in source.node.child("units").all("unit")]
    for name in units[1:]:
        source.texts.lose("units", name[:40])
    return units[0] if units else ""


def _pairs(source: MoodleQuestion) -> Built:
    rows = [
        Row(source.markdown(node), source.plain(node.child("answer")))
        for node in source.node.all("subquestion")
    ]
    return building.pairs(source.asked(), [row for row in rows if row.right], source.order())


def _essay(source: MoodleQuestion) -> Built:
    node, texts = source.node, source.texts
    form = node.string("responseformat")
    if form not in ("", "editor"):
        texts.lose("essay_form", form[:40])
    for tag in ("graderinfo", "responsetemplate"):
        if source.markdown(node.child(tag)):
            texts.lose("essay_form", tag)
    if node.string("attachments").strip("0"):
        texts.lose("essay_files")
    limits = {"min_words": node.string("minwordlimit"), "max_words": node.string("maxwordlimit")}
    words = {name: int(text) for name, text in limits.items() if _WORDS.fullmatch(text)}
    return building.essay(source.asked(), extra=words)


def _order(source: MoodleQuestion) -> Built:
    grading = source.node.string("gradingtype")
    if grading:
        source.texts.lose("ordering_scoring", grading[:60])
    elements = [source.markdown(node) for node in source.node.all("answer")]
    return building.order(source.asked(), elements)


_MAKERS: dict[str, Callable[[MoodleQuestion], Built]] = {
    "multichoice": _choice,
    "truefalse": _statement,
    "shortanswer": _typed,
    "numerical": _number,
    "matching": _pairs,
    "match": _pairs,
    "essay": _essay,
    "cloze": cloze,
    "multianswer": cloze,
    "gapselect": select_gaps,
    "ddwtos": select_gaps,
    "ordering": _order,
}
