"""Staff of one class learn nothing of another one and change nothing there."""

import re
from datetime import timedelta
from fractions import Fraction
from functools import cache, partial
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse

from courses.admin.studio import dashboard
from courses.domain import (
    attempts,
    fault_reports,
    grading,
    grants,
    invitations,
    overrides,
    sections,
)
from courses.models import AttemptItem, Enrolment, Extension, LineItem
from tests.admin.conftest import finish, make_course, signed_in, staff
from tests.admin.test_every_admin import NAMES
from tests.factories import ESSAY, NOW, UserFactory, add_item, join, make_question, make_quiz
from tests.lengths import spread
from tests.proofs.world import fingerprint, written_rows

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

WORD = "quokka"
"""Stands in everything of the other class."""
CLASS_PAGES = ("people", "progress", "dates", "enrol", "invitations")
CLASS_STAFF = ("instructor", "marker", "observer")
OF_LEARNERS = (
    "attempt", "attemptdecision", "attemptitem", "enrolment", "event", "extension", "grading",
    "lessonprogress", "response", "result", "resultoverride", "reviewcard", "section",
    "accommodation",
)  # fmt: skip


class World:
    """A course with two classes, a learner with records in each, and staff of the first."""

    def __init__(self):
        self.course = make_course()
        self.quiz = self.course.quizzes.get(lesson=None, title__startswith="Quiz")
        add_item(self.quiz, make_question(self.quiz.module), position=9)
        self.mine = sections.default_of(course=self.course, now=NOW)
        self.other = sections.create(
            course=self.course, key=f"{WORD}-class", title=f"{WORD} class", now=NOW
        )
        sections.set_dates(section=self.other, quiz=self.quiz, opens_at=NOW, closes_at=None)
        invitations.create(section=self.other, lifetime=timedelta(days=9), uses=77, now=NOW)
        self.texts = make_quiz(questions=0, module=self.quiz.module)
        essay = make_question(self.quiz.module, kind="essay", data=ESSAY)
        add_item(self.texts, essay, position=1)
        self.learner = self.add_learner(1)
        self.people = {role: staff() for role in (*CLASS_STAFF, "author")}
        for role in CLASS_STAFF:
            join(self.mine, self.people[role], role=role)
        self.author = self.people["author"]
        Enrolment.objects.create(
            course=self.course, user=self.author, role="author", enrolled_at=NOW
        )
        self.clients = {role: signed_in(user) for role, user in self.people.items()}

    def add_learner(self, number):
        """One in the other class, with a record of every kind."""
        name = f"{WORD}-{number}"
        row = join(self.other, UserFactory(username=name, email=f"{name}@example.org"))
        finish(row, self.quiz)
        finish(row, self.texts, raw={"text": f"{WORD} text"})
        item = AttemptItem.objects.filter(attempt__enrolment=row, attempt__quiz=self.quiz).first()
        by = self.course.enrolments.first().user
        grading.grade_by_person(
            item=item, scaled=Fraction(1, 2), by=by, now=NOW + timedelta(minutes=2),
            feedback=f"{WORD} feedback", reason=f"{WORD} reason",
        )  # fmt: skip
        column = LineItem.objects.get(quiz=self.quiz)
        overrides.override(
            line_item=column, enrolment=row, scaled=Fraction(1), by=by, now=NOW, reason=WORD
        )
        attempt = row.attempts.get(quiz=self.quiz)
        given = {"attempt": attempt, "reason": WORD, "by": by, "now": NOW}
        fault_reports.report(
            attempt=attempt, position=1, text=f"{WORD} report", by=row.user, now=NOW
        )
        attempts.void(**given)
        attempts.restore(**given)
        grants.set_extension(enrolment=row, quiz=self.quiz, extra_time_s=77)
        grants.set_accommodation(user=row.user, course=self.course, extra_attempts=3)
        return row

    def lists(self):
        """Every address that lists something, with and without a search for the word."""
        for name in NAMES:
            address = reverse(f"admin:cx_courses_{name}_changelist")
            yield address
            if name in OF_LEARNERS:
                yield f"{address}?q={WORD}"
        for name in ("enrolment", "accommodation"):
            yield reverse(f"admin:cx_courses_{name}_people") + f"?term={WORD}"
        for model, field in (("extension", "enrolment"), ("enrolment", "section")):
            query = f"app_label=cx_courses&model_name={model}&field_name={field}&term="
            yield reverse("admin:autocomplete") + f"?{query}"
        yield reverse("admin:cx_courses_course_home")
        yield reverse("admin:cx_courses_course_classes", args=[self.course.pk])
        marking = reverse("admin:cx_courses_course_marking", args=[self.course.pk])
        for query in ("", "?by=learner", f"?section={self.other.pk}", f"?quiz={self.texts.pk}"):
            yield marking + query
        yield reverse("admin:cx_courses_course_release", args=[self.course.pk])
        yield from self.analyses()
        progress = reverse("admin:cx_courses_course_progress", args=[self.course.pk])
        for query in ("", *(f"?csv={name}" for name in dashboard.SHEETS)):
            yield progress + query
        reports = reverse("admin:cx_courses_course_reports", args=[self.course.pk])
        yield from (reports, f"{reports}?show=answered")
        yield from self.gradebook()
        for page in CLASS_PAGES:
            yield reverse(f"admin:cx_courses_section_{page}", args=[self.mine.pk])
        for query in (f"?words={WORD}", "?who=former", "?page=2"):
            yield reverse("admin:cx_courses_section_people", args=[self.mine.pk]) + query
        own = Enrolment.objects.get(section=self.mine, role="learner")
        yield reverse("admin:cx_courses_enrolment_person", args=[own.pk])

    def analyses(self):
        """The pages of item analysis."""
        yield reverse("admin:cx_courses_course_analyses", args=[self.course.pk])
        for query in ("", "?attempts=all", "?csv=1", f"?class={self.mine.pk}"):
            yield reverse("admin:cx_courses_quiz_analysis", args=[self.quiz.pk]) + query
        version = self.quiz.items.first().question.ready_version_id
        yield reverse("admin:cx_courses_quiz_question", args=[self.quiz.pk, version])

    def gradebook(self):
        """Its pages and files, and those of the learner of the other class."""
        book = reverse("admin:cx_courses_course_gradebook", args=[self.course.pk])
        for query in ("", "?state=all&all=1", f"?words={WORD}", f"?class={self.other.pk}"):
            yield book + query
        column = LineItem.objects.get(quiz=self.quiz)
        yield f"{book}{self.learner.pk}/{column.pk}/"
        responses = f"?file=responses&quiz={self.quiz.pk}&state=all"
        for query in ("", "?file=csv&state=all", responses):
            yield f"{book}files/{query}"
        yield reverse("admin:cx_courses_enrolment_learner", args=[self.learner.pk])
        yield reverse("admin:cx_courses_course_weights", args=[self.course.pk])

    def rows(self):
        """Model, row: everything of the learner of the other class."""
        paths = {"attemptitem": "attempt__", "grading": "item__attempt__"}
        paths |= {"response": "item__attempt__", "attemptdecision": "attempt__"}
        for name in OF_LEARNERS:
            model = apps.get_model("cx_courses", name)
            if name == "enrolment":
                found = model.objects.filter(pk=self.learner.pk)
            elif name == "section":
                found = model.objects.filter(pk=self.other.pk)
            elif name == "accommodation":
                found = model.objects.filter(user=self.learner.user)
            else:
                found = model.objects.filter(**{f"{paths.get(name, '')}enrolment": self.learner})
            yield from ((name, row) for row in found[:2])


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def seen(response):
    body = response.getvalue() if response.streaming else response.content
    text = body.decode() + response.headers.get("Location", "")
    return response.status_code, re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", text)


def all_lists(world, role):
    client = world.clients[role]
    # What another test has done would be told on the first page.
    client.cookies.pop("messages", None)
    return {address: seen(client.get(address)) for address in world.lists()}


def without_what_was_asked(text):
    """The page repeats a search in its box and its links."""
    return re.sub(rf'value="{WORD}"|(q|term|words)(=|%3D){WORD}', "", text)


@pytest.fixture(scope="module")
def shown(world):
    """Role → address → what the lists show while the other class has one learner."""
    return cache(partial(all_lists, world))


@pytest.mark.parametrize("role", spread(["instructor", "marker", "author", "observer"], check=2))
def test_staff_of_a_class_find_nobody_and_nothing_of_another(shown, role):
    for address, (status, text) in shown(role).items():
        assert status in (200, 403, 404), address
        assert WORD not in without_what_was_asked(text), address


def test_lists_are_the_same_whatever_the_other_class_holds(world, shown):
    """Of the instructor, who sees all that marker and observer see."""
    before = shown("instructor")
    with transaction.atomic():
        for number in (2, 3, 4):
            world.add_learner(number)
        after = all_lists(world, "instructor")
        transaction.set_rollback(True)
    assert [one for one, answer in before.items() if answer != after[one]] == []


def test_row_of_another_class_answers_as_one_that_is_not_there(world):
    rows = list(world.rows())
    for role in (*CLASS_STAFF, "author"):
        client = world.clients[role]

        @cache
        def answer_of(name, kind, pk, client=client):
            answer = client.get(reverse(f"admin:cx_courses_{name}_{kind}", args=[pk]))
            return answer.status_code, answer.get("Location")

        for name, row in rows:
            for kind in ("change", "history"):
                here, none = (answer_of(name, kind, pk) for pk in (row.pk, 10**9))
                assert here == none, (role, name, kind)
                assert here[0] != 200, (role, name, kind)
        for page, pk in [
            *((f"section_{page}", world.other.pk) for page in CLASS_PAGES),
            ("enrolment_person", world.learner.pk),
        ]:
            for one in (pk, 10**9):
                answer = client.get(reverse(f"admin:cx_courses_{page}", args=[one]))
                assert answer.status_code == 404, (role, page)
        attempt = world.learner.attempts.first()
        for name in ("attempt", "review"):
            for uuid in (attempt.uuid, uuid4()):
                answer = client.get(reverse(f"cx_courses:{name}", args=[uuid]))
                assert answer.status_code == 404, (role, name)


def test_nothing_in_another_class_and_no_content_is_changed(world):
    quiz, other = world.quiz, world.other
    item = AttemptItem.objects.filter(attempt__enrolment=world.learner).first()
    text = AttemptItem.objects.get(attempt__enrolment=world.learner, attempt__quiz=world.texts)
    mine = Enrolment.objects.get(section=world.mine, role="learner")
    extension = Extension.objects.get(enrolment=world.learner)
    question = quiz.items.first().question
    new = {"course": world.course.pk, "role": "learner", "user": mine.user.pk}
    posts = [
        ("enrolment_add", [], {**new, "section": other.pk}),
        ("enrolment_add", [], {**new, "role": "instructor", "section": ""}),
        ("enrolment_change", [mine.pk], {"role": "learner", "section": other.pk}),
        ("enrolment_changelist", [], {"action": "withdraw", "_selected_action": world.learner.pk}),
        ("extension_change", [extension.pk], {"extra_time_s": 1, "extra_attempts": 1}),
        ("extension_add", [], {"enrolment": world.learner.pk, "quiz": quiz.pk}),
        ("attemptitem_grade", [item.pk], {"points": "1"}),
        ("course_marking", [world.course.pk], {"do": "start"}),
        ("course_mark", [world.course.pk, text.uuid], {"do": "next", "level.clear": "1"}),
        ("course_mark", [world.course.pk, text.uuid], {"do": "keep", "level.clear": "1"}),
        ("course_release", [world.course.pk], {"quiz": world.texts.pk, "section": other.pk}),
        ("section_change", [other.pk], {"title": "x"}),
        ("section_dates", [other.pk], {}),
        ("section_enrol", [other.pk], {"do": "enrol"}),
        ("section_invitations", [other.pk], {"uses": 1, "days": 1}),
        ("course_classes", [world.course.pk], {"do": "rename", "section": other.pk}),
        ("course_classes", [world.course.pk], {"do": "add", "title": "New"}),
        ("enrolment_person", [world.learner.pk], {"do": "withdraw"}),
        ("enrolment_person", [mine.pk], {"do": "move", "move-section": other.pk}),
        ("section_add", [], {"course": world.course.pk, "key": "new", "title": "New"}),
        ("module_change", [quiz.module.pk], {"title": "x", "position": 1}),
        ("module_add", [], {"course": world.course.pk, "key": "x", "title": "x", "position": 9}),
        ("question_delete", [question.pk], {"post": "yes"}),
        ("course_changelist", [], {"action": "put_aside", "_selected_action": world.course.pk}),
        ("lesson_changelist", [], {"action": "put_aside", "_selected_action": 1}),
    ]
    before = fingerprint()
    for role in CLASS_STAFF:
        for name, args, data in posts:
            with transaction.atomic():
                address = reverse(f"admin:cx_courses_{name}", args=args)
                written = written_rows()
                answer = world.clients[role].post(address, data)
                # To compare all rows is slow; it is only needed where something was written.
                is_same = written_rows() == written or fingerprint() == before
                assert is_same, (role, name, data)
                assert answer.status_code in (200, 302, 403, 404), (role, name)
                transaction.set_rollback(True)


def test_each_role_does_what_is_its_own(world):
    """The oracle sees what it looks for: in their own class they may."""
    mine = Enrolment.objects.get(section=world.mine, role="learner")
    item = AttemptItem.objects.filter(attempt__enrolment=mine).first()
    module = world.quiz.module
    cases = {
        ("attemptitem_grade", item.pk): ("instructor", "marker"),
        ("enrolment_change", mine.pk): ("instructor", "marker", "observer"),
        ("module_change", module.pk): ("instructor", "marker", "author"),
    }
    for (name, pk), allowed in cases.items():
        for role, client in world.clients.items():
            answer = client.get(reverse(f"admin:cx_courses_{name}", args=[pk]))
            assert (answer.status_code == 200) is (role in allowed), (role, name)
    saved = world.clients["author"].post(
        reverse("admin:cx_courses_module_change", args=[module.pk]),
        {"title": "New title", "position": module.position},
    )
    assert saved.status_code == 302
    new = UserFactory(username="newcomer")
    with transaction.atomic():
        client = world.clients["instructor"]
        client.get(reverse("admin:cx_courses_enrolment_people") + "?term=newcomer")
        data = {"course": world.course.pk, "section": world.mine.pk, "user": new.pk}
        answer = client.post(reverse("admin:cx_courses_enrolment_add"), {**data, "role": "learner"})
        assert answer.status_code == 302
        assert Enrolment.objects.get(user=new).section == world.mine
        transaction.set_rollback(True)


def test_observer_reads_what_was_earned_and_no_key(world):
    mine = Enrolment.objects.get(section=world.mine, role="learner")
    attempt = mine.attempts.filter(quiz=world.quiz).first()
    shown = {
        role: world.clients[role].get(reverse("cx_courses:review", args=[attempt.uuid]))
        for role in ("observer", "marker")
    }
    assert {role: one.status_code for role, one in shown.items()} == {
        "observer": 200,
        "marker": 200,
    }
    reveal = {role: one.context["page"].reveal for role, one in shown.items()}
    assert reveal["marker"].solution
    assert reveal["observer"].points
