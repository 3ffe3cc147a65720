"""Teachers see in a platform's frame what a learner of their class sees, and nothing is kept."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import Attempt, Enrolment, Event, Result, SectionQuiz, Trial
from tests.factories import make_quiz
from tests.lti.school import School
from tests.lti.test_class_in_frame import Frame

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Tryout:
    """A teacher's frame whose link opens the course, with a quiz in it."""

    def __init__(self):
        self.quiz, self.school = make_quiz(questions=1), School()
        self.course = self.quiz.course
        self.teacher = self.enter("red", "Instructor", "3")

    def enter(self, context, role, sub):
        return Frame(self.school, self.course, context, role, sub=sub, given_name=f"Grace{sub}")

    def begin(self, frame=None, **named):
        frame = frame or self.teacher
        path = reverse("cx_courses:class-trial", args=[self.course.key])[1:]
        return frame.http.post(f"{frame.base}{path}", named)

    def first(self, **named):
        """The first page of a trial in the teacher's frame."""
        return self.teacher.http.get(self.begin(**named).url, follow=True)


@pytest.fixture
def tryout():
    return Tryout()


def test_a_trial_shows_the_learners_page_with_a_bar_and_leads_back(tryout):
    assert "View as a learner" in tryout.teacher.first.text
    page = tryout.first(quiz=tryout.quiz.key)
    assert "You see this as a learner of your class." in page.text
    assert "Nothing of it is kept." in page.text
    assert "Grace3" not in page.text
    assert f'action="{tryout.teacher.base}trials/' in page.text
    assert "Your class" not in page.text
    assert "css/trial.css" in page.text
    assert page.headers["Content-Security-Policy"].count("https://school.example")

    trial = Trial.objects.get()
    ended = tryout.teacher.http.post(f"{tryout.teacher.base}trials/{trial.uuid}/end/")
    back = tryout.teacher.http.get(ended.url)
    assert back.request["PATH_INFO"].endswith(f"/quizzes/{tryout.quiz.key}/")
    assert "Nothing of it is kept." in back.text
    assert not Trial.objects.exists()


def test_an_attempt_in_a_trial_leaves_no_record_and_no_score(tryout):
    before = Event.objects.count()
    page = tryout.first(quiz=tryout.quiz.key)
    base = page.request["PATH_INFO"].partition("courses/")[0]
    start = reverse("cx_courses:quiz-start", args=[tryout.course.key, tryout.quiz.key])[1:]
    begun = tryout.teacher.http.post(f"{base}{start}", follow=True)
    attempt = Attempt.objects.get()
    assert f"/attempts/{attempt.uuid}/" in begun.request["PATH_INFO"]
    submit = reverse("cx_courses:attempt-submit", args=[attempt.uuid])[1:]
    done = tryout.teacher.http.post(f"{base}{submit}", {"leave_blank": "1"}, follow=True)
    assert done.status_code == 200
    assert attempt.enrolment_id == Trial.objects.get().enrolment_id
    assert Event.objects.count() == before
    assert not Result.objects.exists()
    assert Enrolment.objects.count() == 1


def test_the_dates_of_the_class_hold(tryout):
    section = tryout.teacher.enrolment.section
    opens = timezone.now() + timedelta(days=2)
    SectionQuiz.objects.create(section=section, quiz=tryout.quiz, opens_at=opens)
    page = tryout.first(quiz=tryout.quiz.key)
    assert "When it opens" in page.text
    assert Trial.objects.get().acts_as == tryout.teacher.enrolment


def test_without_a_name_it_begins_where_the_link_leads(tryout):
    page = tryout.first()
    assert page.request["PATH_INFO"].endswith(f"/courses/{tryout.course.key}/")
    for named in ({"quiz": "nothing"}, {"lesson": "nothing"}, {"quiz": "a", "lesson": "b"}):
        assert tryout.begin(**named).status_code in (400, 404)
    assert Trial.objects.count() == 1


def test_a_trial_belongs_to_its_frame_and_teacher(tryout):
    tryout.first()
    path = f"trials/{Trial.objects.get().uuid}/courses/{tryout.course.key}/"
    colleague, learner = tryout.enter("red", "Instructor", "4"), tryout.enter("red", "Learner", "5")
    elsewhere = tryout.enter("blue", "Instructor", "3")
    for frame in (colleague, learner, elsewhere):
        assert frame.http.get(f"{frame.base}{path}").status_code == 404
        assert frame.http.post(f"{frame.base}{path.partition('courses')[0]}end/").status_code == 404
    assert "View as a learner" not in learner.first.text
    assert tryout.begin(learner).status_code == 404
    # Nor once they do not teach any more.
    tryout.enter("red", "Learner", "3")
    assert tryout.teacher.http.get(f"{tryout.teacher.base}{path}").status_code == 404
    assert Trial.objects.count() == 1
