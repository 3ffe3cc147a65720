"""Teachers and assistants mark in a platform's frame: their own class, by the admin's rules."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.domain.marking import claims, giving
from courses.lti import vocabulary as words
from courses.models import Grading, Mark, MarkingClaim, MarkingComment, Quiz, Section
from tests.factories import UserFactory
from tests.lti.school import MEMBER, School
from tests.lti.test_class_in_frame import Frame
from tests.marking.world import levels, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"
CHOSEN = {"do": "next", "level.clear": "1", "level.own": "1", "feedback": "**Good.**"}


class Desks:
    """A teacher's frame in one class, and texts that were handed in there and elsewhere."""

    def __init__(self, **quiz):
        self.world = make_world(texts=0, **quiz)
        self.school, self.course = School(), self.world.quiz.course
        self.teacher = self.enter("red", "Instructor", "3")
        self.section = self.teacher.enrolment.section
        self.ada = self.world.hand_in("ada", section=self.section)
        self.elsewhere = self.world.hand_in("bob", section=Section.objects.get(is_default=True))

    def enter(self, context, role, sub):
        return Frame(self.school, self.course, context, role, sub=sub, given_name=f"T{sub}")

    def item(self, attempt=None):
        return (attempt or self.ada).items.get()

    def post(self, frame, name, *args, query="", **sent):
        path = reverse(f"cx_courses:{name}", args=[self.course.key, *args])[1:]
        return frame.http.post(f"{frame.base}{path}{query}", sent)

    def mark(self, frame, item, **sent):
        return self.post(frame, "class-mark", item.uuid, **{"based_on": "1", **CHOSEN, **sent})


@pytest.fixture
def desks():
    return Desks()


def test_a_teacher_marks_what_waits_in_the_class(desks):
    teacher, course = desks.teacher, desks.course.key
    assert "Mark 1 response" in teacher.get("class-results", course).text
    queue = teacher.get("class-marking", course)
    assert "1 response waits" in queue.text
    began = desks.post(teacher, "class-marking", do="start")
    assert began.url.endswith(f"/class/marking/{desks.item().uuid}/")
    page = teacher.http.get(began.url)
    for text in ("The text of 1.", "An experience is lived.", "Is it clear?", "ada"):
        assert text in page.text

    done = desks.mark(teacher, desks.item())
    assert done.url.endswith("/class/marking/")
    assert "Nothing waits for a mark here." in teacher.http.get(done.url).text
    row = Grading.objects.get(kind="person")
    assert (str(row.scaled), row.feedback, row.by) == ("3/4", "**Good.**", teacher.enrolment.user)
    assert not MarkingClaim.objects.exists()


def test_an_assistant_marks_and_a_learner_does_not(desks):
    assistant = f"{MEMBER.removesuffix('membership')}membership/Instructor#TeachingAssistant"
    ta = Frame(desks.school, desks.course, "red", "Instructor", sub="4", **{
        words.ROLES: [f"{MEMBER}#Instructor", assistant]
    })  # fmt: skip
    learner = desks.enter("red", "Learner", "5")
    assert learner.get("class-marking", desks.course.key).status_code == 404
    assert desks.mark(learner, desks.item()).status_code == 404
    assert not Grading.objects.filter(kind="person").exists()
    assert desks.mark(ta, desks.item()).status_code == 302
    assert Grading.objects.filter(kind="person").count() == 1


def test_nobody_marks_or_sees_what_another_class_handed_in(desks):
    other = desks.enter("blue", "Instructor", "6")
    for frame, item in (
        (other, desks.item()),
        (desks.teacher, desks.item(desks.elsewhere)),
        (other, desks.item(desks.elsewhere)),
    ):
        assert frame.get("class-mark", desks.course.key, item.uuid).status_code == 404
        assert desks.mark(frame, item).status_code == 404
    assert "Nothing waits" in other.get("class-marking", desks.course.key).text
    # Who teaches in both classes marks in each frame its own.
    both = desks.enter("blue", "Instructor", "3")
    assert both.get("class-mark", desks.course.key, desks.item().uuid).status_code == 404
    assert not Grading.objects.filter(kind="person").exists()


def test_the_same_form_sent_twice_gives_one_mark(desks):
    assert desks.mark(desks.teacher, desks.item()).status_code == 302
    again = desks.mark(desks.teacher, desks.item())
    assert again.status_code == 409
    assert "has marked this response in the meantime" in again.text
    assert Grading.objects.filter(kind="person").count() == 1


@pytest.mark.parametrize("based_on", ["", "x", "-1"])
def test_a_form_that_names_no_state_gives_no_mark(desks, based_on):
    answer = desks.mark(desks.teacher, desks.item(), based_on=based_on)
    assert answer.status_code == 409
    assert "It is not known which state of the response" in answer.text
    # What was chosen is still there, and the page now names the state.
    assert "**Good.**" in answer.text
    assert 'name="based_on" value="1"' in answer.text
    assert not Grading.objects.filter(kind="person").exists()


def test_what_is_noted_is_kept_with_the_claim_for_oneself_alone(desks):
    noted = {"do": "keep", "feedback": "So far.", "level.clear": "2", "points": "0.5"}
    kept = desks.mark(desks.teacher, desks.item(), **noted)
    assert kept.status_code == 302
    claim = MarkingClaim.objects.get()
    assert claim.draft["texts"]["feedback"] == "So far."
    page = desks.teacher.http.get(kept.url)
    assert "So far." in page.text
    assert re.search(r'name="level.clear" value="2"[^>]* checked', page.text)
    other = desks.enter("red", "Instructor", "7")
    assert "So far." not in other.get("class-mark", desks.course.key, desks.item().uuid).text
    refused = desks.mark(other, desks.item(), **noted)
    assert refused.status_code == 409
    assert "Somebody else is marking" in refused.text


def test_a_script_keeps_drafts_and_hears_until_when(desks):
    path = reverse("cx_courses:class-mark", args=[desks.course.key, desks.item().uuid])[1:]
    for frame, status, text in (
        (desks.teacher, 200, "Yours until"),
        (desks.enter("red", "Instructor", "7"), 409, "Somebody else"),
    ):
        sent = {"do": "keep", "feedback": "So far."}
        answer = frame.http.post(frame.base + path, sent, headers={"accept": "application/json"})
        assert answer.status_code == status
        assert text in answer.json()["text"]


def test_comments_are_kept_put_in_and_deleted(desks):
    first = desks.mark(
        desks.teacher, desks.item(), do="remember", feedback=f"Say **why**. {HOSTILE}"
    )
    assert first.status_code == 200
    comment = MarkingComment.objects.get()
    assert comment.owner == desks.teacher.enrolment.user
    put_in = desks.mark(desks.teacher, desks.item(), do=f"insert:{comment.pk}", feedback="First.")
    assert "First.\n\nSay **why**." in put_in.text
    assert HOSTILE not in put_in.text
    assert desks.mark(desks.teacher, desks.item(), do="remember", feedback=" ").status_code == 400
    # Another marker's comments are not offered, put in or deleted.
    other = desks.enter("red", "Instructor", "7")
    assert "Say **why**." not in other.get("class-mark", desks.course.key, desks.item().uuid).text
    foreign = desks.mark(other, desks.item(), do=f"insert:{comment.pk}", feedback="First.")
    assert "Say **why**." not in foreign.text
    desks.post(other, "class-marking", do="delete_comment", comment=comment.pk)
    queue = desks.teacher.get("class-marking", desks.course.key)
    assert "Say **why**." in queue.text
    desks.post(desks.teacher, "class-marking", do="delete_comment", comment=comment.pk)
    assert not MarkingComment.objects.exists()
    assert not Grading.objects.filter(kind="person").exists()


def test_what_does_not_fit_the_rubric_is_said_beside_its_field(desks):
    for wrong in ({"points": "7"}, {"points": "1", "reason": ""}, {"level.clear": ""}):
        page = desks.mark(desks.teacher, desks.item(), **wrong)
        assert page.status_code == 400
        assert 'class="error"' in page.text
        assert "**Good.**" in page.text
    assert not Grading.objects.filter(kind="person").exists()
    other = desks.mark(desks.teacher, desks.item(), points="1", reason="Off the topic")
    assert other.status_code == 302
    assert str(Grading.objects.get(kind="person").scaled) == "1/6"


def test_two_markers_do_not_see_each_other_before_both_have_marked():
    desks = Desks(second_marker=True, marker_tolerance=0)
    item = desks.item()
    assert desks.mark(desks.teacher, item).status_code == 302
    assert Mark.objects.get().by == desks.teacher.enrolment.user
    assert desks.mark(desks.teacher, item, based_on="2").status_code == 409

    second = desks.enter("red", "Instructor", "7")
    page = second.get("class-mark", desks.course.key, item.uuid)
    assert "The second mark" in page.text
    assert "**Good.**" not in page.text
    sent = {"based_on": "2", "level.clear": "2"}
    assert desks.mark(second, item, **sent).status_code == 302
    assert "Compare 1 pair of marks" in second.get("class-marking", desks.course.key).text
    compared = desks.post(second, "class-marking", do="compare")
    assert "The agreed mark" in second.http.get(compared.url).text


def test_held_marks_of_the_class_are_released():
    desks = Desks(holds_marks=True)
    assert desks.mark(desks.teacher, desks.item()).status_code == 302
    given = {"by": desks.world.grace, "now": timezone.now(), "based_on": None}
    giving.give(item=desks.item(desks.elsewhere), parts=levels(2, 1), **given)
    assert "Ready: 1." in desks.teacher.get("class-marking", desks.course.key).text
    quiz = Quiz.objects.get(pk=desks.world.quiz.pk)
    desks.post(desks.teacher, "class-marking", do="release", quiz=quiz.pk)
    desks.ada.refresh_from_db()
    desks.elsewhere.refresh_from_db()
    assert desks.ada.released_at is not None
    assert desks.elsewhere.released_at is None


def test_another_markers_claim_is_named_and_what_waits_for_them_is_not_offered(desks):
    maria = UserFactory(first_name="Maria", last_name="M")
    claims.take(item=desks.item(), by=maria, now=timezone.now())
    page = desks.teacher.get("class-mark", desks.course.key, desks.item().uuid)
    assert "Maria M is marking this response until" in page.text
    began = desks.post(desks.teacher, "class-marking", do="start")
    assert "Nothing here waits for you" in desks.teacher.http.get(began.url).text


def test_a_quiz_that_is_marked_without_names_shows_none(desks):
    Quiz.objects.update(anonymous_marking=True)
    page = desks.teacher.get("class-mark", desks.course.key, desks.item().uuid)
    assert "A learner, without a name" in page.text
    assert not re.search(r"\bada\b", page.text)


def test_texts_of_people_stay_texts(desks):
    attempt = desks.world.hand_in("eve", text=HOSTILE, section=desks.section)
    item = desks.item(attempt)
    page = desks.teacher.get("class-mark", desks.course.key, item.uuid)
    shown = desks.mark(desks.teacher, item, do="show", feedback=HOSTILE, reason=HOSTILE)
    for one in (page, shown):
        assert one.status_code == 200
        assert HOSTILE not in one.text
        assert "onerror=alert(1)>" not in one.text
    assert desks.mark(desks.teacher, item, do="nothing").status_code == 404
