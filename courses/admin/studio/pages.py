"""Which task pages there are, and how they come into the admin's addresses.

A page belongs to the admin of a model and is found below its address, so it works in any host's
admin site, with its sign-in and its permissions. A new page is a file and a line in `PAGES`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path, reverse

from courses.admin.bases import AdminMixin
from courses.admin.studio import (
    analysis,
    analysis_question,
    angoff,
    bank,
    certificate_rule,
    certificates,
    checking,
    class_dates,
    class_enrol,
    class_invitations,
    class_people,
    class_person,
    classes,
    correct_preview,
    correct_start,
    corrections,
    dashboard,
    duplicate,
    export_questions,
    fault_reports,
    files,
    gradebook,
    gradebook_cell,
    gradebook_files,
    gradebook_weights,
    history,
    home,
    import_questions,
    job,
    learner,
    lesson,
    marking,
    marking_queue,
    marking_release,
    module_files,
    new_course,
    outline,
    part,
    proposals,
    question,
    quick,
    quiz,
    trying,
)
from courses.domain.authoring.editions import has_editions
from courses.domain.authoring.row_entries import KINDS_OF_ROWS
from courses.models import Course, Enrolment, Lesson, Module, Question, Quiz, Section, Tag

View = Callable[..., HttpResponseBase]
"""Takes the model's admin, the request and what the address names."""


@dataclass(frozen=True)
class Page:
    """`name` is the end of the address's name, `admin:cx_courses_<model>_<name>`."""

    model: type[Any]
    name: str
    route: str
    view: View


WITH_HISTORY: tuple[type[Any], ...] = (*KINDS_OF_ROWS, Tag)
CELL = "<int:pk>/gradebook/<int:enrolment>/<int:line_item>/"
PAGES = (
    Page(Course, "home", "home/", home.home),
    Page(Course, "gradebook", "<int:pk>/gradebook/", gradebook.gradebook),
    Page(Course, "gradefiles", "<int:pk>/gradebook/files/", gradebook_files.files),
    Page(Course, "weights", "<int:pk>/gradebook/weights/", gradebook_weights.weights_page),
    Page(Course, "gradecell", CELL, gradebook_cell.cell),
    Page(Course, "upload", "upload/", new_course.new_course),
    Page(Course, "analyses", "<int:pk>/analyses/", analysis.analyses),
    Page(Course, "bank", "<int:pk>/bank/", bank.bank),
    Page(Course, "certificates", "<int:pk>/certificates/", certificates.page),
    Page(
        Course,
        "certificate_rule",
        "<int:pk>/certificates/<slug:basis>/",
        certificate_rule.rule_page,
    ),
    Page(
        Course,
        "certificate_sample",
        "<int:pk>/certificates/<slug:basis>/sample/",
        certificate_rule.sample_pdf,
    ),
    Page(Course, "classes", "<int:pk>/classes/", classes.classes),
    Page(Course, "corrections", "<int:pk>/corrections/", corrections.corrections),
    Page(
        Course,
        "regrade_preview",
        "<int:pk>/corrections/preview/<uuid:uuid>/",
        correct_preview.preview,
    ),
    Page(Course, "correction", "<int:pk>/corrections/<uuid:uuid>/", corrections.correction),
    Page(Course, "duplicate", "<int:pk>/duplicate/", duplicate.duplicate),
    Page(Course, "files", "<int:pk>/files/", files.files),
    Page(Course, "zip", "<int:pk>/zip/", files.download),
    Page(Course, "export", "<int:pk>/export/", export_questions.export_questions),
    Page(Course, "import", "<int:pk>/import/", import_questions.import_questions),
    Page(Course, "job", "<int:pk>/jobs/<uuid:uuid>/", job.job),
    Page(Course, "jobfile", "<int:pk>/jobs/<uuid:uuid>/file/", job.file),
    Page(Course, "marking", "<int:pk>/marking/", marking_queue.queue_page),
    Page(Course, "mark", "<int:pk>/marking/<uuid:uuid>/", marking.mark),
    Page(Course, "release", "<int:pk>/release/", marking_release.release_page),
    Page(Course, "outline", "<int:pk>/outline/", outline.outline),
    Page(Course, "check", "<int:pk>/check/", checking.check),
    Page(Course, "part", "<int:pk>/part/", part.part),
    Page(Course, "proposals", "<int:pk>/proposals/", proposals.proposals),
    Page(Course, "proposal", "<int:pk>/proposals/<uuid:uuid>/", proposals.proposal),
    Page(Course, "reports", "<int:pk>/reports/", fault_reports.reports),
    Page(Course, "try", "<int:pk>/try/", trying.trying),
    Page(Course, "progress", "<int:pk>/progress/", dashboard.of_course),
    Page(Section, "progress", "<int:pk>/progress/", dashboard.of_class),
    Page(Section, "people", "<int:pk>/people/", class_people.people),
    Page(Section, "dates", "<int:pk>/dates/", class_dates.dates),
    Page(Section, "enrol", "<int:pk>/enrol/", class_enrol.enrol),
    Page(Section, "invitations", "<int:pk>/invitations/", class_invitations.page),
    Page(Enrolment, "learner", "<int:pk>/learner/", learner.learner),
    Page(Enrolment, "person", "<int:pk>/person/", class_person.person),
    Page(Lesson, "edit", "<int:pk>/edit/", lesson.edit),
    Page(Module, "assets", "<int:pk>/assets/", module_files.module_files),
    Page(Question, "write", "write/", question.write),
    Page(Question, "quick", "quick/", quick.quick),
    Page(Question, "edit", "<int:pk>/edit/", question.edit),
    Page(Question, "correct", "<int:pk>/correct/", correct_start.correct_question),
    Page(Quiz, "correct", "<int:pk>/correct/", correct_start.correct_quiz),
    Page(Quiz, "analysis", "<int:pk>/analysis/", analysis.analysis),
    Page(
        Quiz,
        "question",
        "<int:pk>/analysis/<int:version>/",
        analysis_question.question,
    ),
    Page(Quiz, "angoff", "<int:pk>/angoff/", angoff.page),
    Page(Quiz, "build", "<int:pk>/build/", quiz.build),
    *(Page(model, "editions", "<int:pk>/editions/", history.history) for model in WITH_HISTORY),
)


class TaskPages(AdminMixin):
    """Adds the task pages of its model to an admin."""

    def get_urls(self) -> list[Any]:
        own = [
            path(
                page.route,
                self.admin_site.admin_view(partial(_call, page.view, self)),
                name=f"cx_courses_{page.model._meta.model_name}_{page.name}",
            )
            for page in PAGES
            if page.model is self.model
        ]
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **more: Any
    ) -> HttpResponse:
        """Lead from the record to its history."""
        row = more.get("obj")
        if row is not None and has_editions(row):
            name = f"admin:cx_courses_{row._meta.model_name}_editions"
            context["editions_url"] = reverse(name, args=[row.pk])
        return super().render_change_form(request, context, *args, **more)


def _call(view: View, admin: Any, request: HttpRequest, **named: Any) -> HttpResponseBase:
    return view(admin, request, **named)
