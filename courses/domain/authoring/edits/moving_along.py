"""What goes along when a lesson or quiz moves into another module: its checks and its files.

A text shows the files of its module, and a lesson asks the questions of its module.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from courses import markup
from courses.errors import Conflict
from courses.models import Asset, Lesson, Module, Question, Quiz


def bring_along(*, row: Lesson | Quiz, module: Module | None) -> None:
    """Move the checks of the lesson, and copy the files that its text and they show.

    Raises Conflict when another lesson asks one of the checks, or the module has another file of
    the same name; the caller rolls back.
    """
    text = row.body if isinstance(row, Lesson) else row.intro
    findings = markup.inspect(text, is_lesson=isinstance(row, Lesson))
    checks = list(_checks(row, findings)) if isinstance(row, Lesson) else []
    for question in checks:
        question.module = module
        question.save(update_fields=["module"])
    if row.module is not None:
        shown = {mention.key for mention in findings.mentions if mention.kind == "asset"}
        _copy(_files(row.module, shown, checks), module)


def _checks(lesson: Lesson, findings: markup.Findings) -> Iterable[Question]:
    """Return the questions that the text asks; they stay where another lesson asks them too."""
    keys = {mention.key for mention in findings.mentions if mention.kind == "check"}
    others = Lesson.objects.filter(module=lesson.module_id).exclude(pk=lesson.pk)
    for title, rendered in others.values_list("title", "rendered"):
        both = sorted(keys & set(rendered.get("checks", ())))
        if both:
            text = _("The check “%(key)s” stands in “%(lesson)s” too, which stays in its module.")
            raise Conflict(text % {"key": both[0], "lesson": title})
    rows = Question.objects.filter(course=lesson.course_id, module=lesson.module_id)
    return rows.filter(key__in=keys).select_related("ready_version")


def _files(module: Module, shown: set[str], checks: Iterable[Question]) -> Iterable[Asset]:
    """Return the files of the module that a text names, or the data of one of the checks."""
    texts = [
        json.dumps(one.ready_version.data, ensure_ascii=False)
        for one in checks
        if one.ready_version
    ]
    for asset in Asset.objects.filter(module=module).order_by("name"):
        if asset.name in shown or any(asset.name in text for text in texts):
            yield asset


def _copy(files: Iterable[Asset], module: Module | None) -> None:
    for asset in files:
        if module is None:
            text = _("The text shows the file “%(name)s” of its module.")
            raise Conflict(text % {"name": asset.name})
        there = Asset.objects.filter(module=module, name=asset.name).first()
        if there is not None and there.content_hash != asset.content_hash:
            text = _("“%(module)s” has another file with the name “%(name)s”.")
            raise Conflict(text % {"module": module.title, "name": asset.name})
        if there is None:
            Asset.objects.create(**_columns(asset), module=module)


def _columns(asset: Asset) -> dict[str, Any]:
    left_out = {"id", "module", "source_hash"}
    return {
        field.name: getattr(asset, field.name)
        for field in asset._meta.concrete_fields
        if field.name not in left_out
    }
