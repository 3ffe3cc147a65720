"""The page on which the figures of one question version are read."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from courses.admin.own import rights_of
from courses.admin.studio import analysis_words as words
from courses.admin.studio.analysis import TEMPLATES, crumbs, question_rows
from courses.admin.studio.analysis_charts import OptionChart
from courses.admin.studio.analysis_rows import AnalysedQuestion
from courses.admin.studio.analysis_scope import AnalysisScope, scope_of
from courses.admin.studio.frame import Step, frame
from courses.admin.studio.links import SiteLinks
from courses.domain.analysis import intervals, stored_figures
from courses.domain.analysis.choices import NOTHING, OptionRow
from courses.domain.rights import Can
from courses.models import QuestionVersion


@dataclass(frozen=True)
class ThirdCell:
    """How many of a third chose an option."""

    count: int
    share: str
    range: str


@dataclass(frozen=True)
class ShownOption:
    """An option with who chose it."""

    letter: str
    text: str
    is_key: bool
    is_suspected: bool
    chosen: int
    share: str
    rest: str
    cells: tuple[ThirdCell, ...]


@dataclass(frozen=True)
class ShownComparison:
    letter: str
    t: str
    chance: str
    is_suspicious: bool


@dataclass(frozen=True)
class ShownError:
    """An error that the author foresaw, with how often it was met."""

    text: str
    count: int
    share: str
    range: str


def question(admin: Any, request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """Show a question version. Raises Http404 for one that no counted attempt has."""
    scope = scope_of(admin, request, pk)
    figures = stored_figures.load(scope.current().data)
    row = next(
        (one for one in question_rows(scope, figures) if one.figures.version == version), None
    )
    if row is None:
        raise Http404
    full = QuestionVersion.objects.select_related("question__module").get(pk=version)
    course = scope.quiz.course
    options = _options(row, full)
    module = full.question.module
    context = frame(
        admin,
        request,
        title=row.title,
        course=course,
        here="analyses",
        crumbs=[*crumbs(request, course), Step(scope.quiz.title, scope.url)],
        scope=scope,
        row=row,
        version=full,
        type=full.question_type.label,
        stem=full.data.get("stem", ""),
        links=SiteLinks(course.key, module.key if module else ""),
        options=options,
        suspected=next((one for one in options if one.is_suspected), None),
        thirds=row.figures.thirds,
        chart=_chart(row, options),
        comparisons=_comparisons(row),
        errors=_errors(row, full),
        **_actions(request, scope, full),
    )
    return TemplateResponse(request, f"{TEMPLATES}analysis_question.html", context)


def _options(row: AnalysedQuestion, version: QuestionVersion) -> list[ShownOption]:
    item = version.question_type.to_item(version.parsed)
    texts = {one.key: one.text for one in item.choices}
    right = {one.key for one in item.choices if one.weight > 0}
    suspected = row.figures.option if row.is_suspicious else None
    return [
        ShownOption(
            letter=row.letters[one.key],
            text=texts.get(one.key, ""),
            is_key=one.key in right,
            is_suspected=bool(one.key) and one.key == suspected,
            chosen=one.chosen,
            share=words.percent(one.chosen / row.figures.n),
            rest=words.number(one.discrimination),
            cells=tuple(_cells(one, row.figures.thirds)),
        )
        for one in row.figures.options
    ]


def _cells(option: OptionRow, sizes: tuple[int, int, int]) -> list[ThirdCell]:
    cells = []
    for count, size in zip(option.thirds, sizes, strict=True):
        found = intervals.wilson(successes=count, n=size) if size else None
        share = words.percent(found.value if found else None)
        cells.append(ThirdCell(count, share, words.percent_range(found)))
    return cells


def _chart(row: AnalysedQuestion, options: list[ShownOption]) -> OptionChart | None:
    if not options:
        return None
    kinds = {}
    labels = {}
    for one, shown in zip(row.figures.options, options, strict=True):
        kinds[one.key] = "key" if shown.is_key else "high" if shown.is_suspected else "other"
        labels[one.key] = (
            _("%(option)s, key") % {"option": shown.letter} if shown.is_key else shown.letter
        )
    return OptionChart(row.figures.options, row.figures.thirds, labels, kinds)


def _comparisons(row: AnalysedQuestion) -> list[ShownComparison]:
    return [
        ShownComparison(
            row.letters.get(one.option, one.option or NOTHING),
            words.number(one.t),
            f"{words.number(100 * one.p, 1)}%",
            one.is_suspicious,
        )
        for one in row.figures.comparisons
    ]


def _errors(row: AnalysedQuestion, version: QuestionVersion) -> list[ShownError]:
    """Return the foreseen errors, the most frequent one first."""
    texts, n = version.question_type.known_errors(version.parsed), row.figures.checked
    found = []
    for text, count in zip(texts, row.figures.errors, strict=False):
        share = intervals.wilson(successes=count, n=n) if n else None
        value = words.percent(share.value if share else None)
        found.append(ShownError(text, count, value, words.percent_range(share)))
    return sorted(found, key=lambda one: -one.count)


def _actions(
    request: HttpRequest, scope: AnalysisScope, version: QuestionVersion
) -> dict[str, str]:
    """Return where the key is checked and where results are corrected, for those who may."""
    granted, course = rights_of(request), scope.quiz.course
    found = {}
    if granted.may_everywhere(Can.EDIT, course=course):
        found["edit_url"] = reverse("admin:cx_courses_question_edit", args=[version.question_id])
    if granted.may_everywhere(Can.CORRECT, course=course):
        found["correct_url"] = _correct_url(version)
    return found


def _correct_url(version: QuestionVersion) -> str:
    try:
        url = reverse("admin:cx_courses_question_correct", args=[version.question_id])
    except NoReverseMatch:
        return ""
    return f"{url}?version={version.pk}"
