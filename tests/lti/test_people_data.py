"""Export and erasure of people miss no table of LTI: each with a way to a person is walked."""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import ForeignKey, ManyToManyField
from django.test import Client
from django.utils import timezone

from courses.domain import personal_data
from courses.lti import inviting
from courses.lti.invitation_model import LtiInvitation
from courses.lti.models import LtiLink
from courses.lti.score_models import LtiScore
from courses.models import ApiClient, Course, Launch
from tests.factories import RIGHT, UserFactory, make_quiz, take_quiz
from tests.lti.school import School, follow

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EXPORTED = {"LtiScore": "lti_scores"}
"""Table → where the export of a person has its rows."""
NO_DATA = {"LtiPlatform": "its guest is an account that stands for nobody"}
"""Tables that go with the person and say nothing else about them, each with the reason."""
OF_AUTHORS = {"LtiInvitation": "created_by"}
"""Tables that stay without the person → the field in which they are named."""
LEFT_OUT = {"id", "link", "identity"}


def about_a_person():
    """Every table of LTI with a way to a person, by whichever relations."""
    found = {get_user_model()}
    labels = ("cx_courses", "cx_courses_lti")
    models = [one for label in labels for one in apps.get_app_config(label).get_models()]
    found |= {apps.get_model("cx_courses", name) for name in ("Enrolment", "ExternalIdentity")}
    return {
        model.__name__
        for model in models
        if model._meta.app_label == "cx_courses_lti"
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey | ManyToManyField) and not field.auto_created
        if field.related_model in found
    }


HIDDEN = {"just_after": ["response"], "later": ["response"], "after_close": ["points"]}


@pytest.fixture
def score():
    return sent_score(make_quiz(questions=1))


@pytest.fixture
def hidden_score():
    """One that the platform has and the learner may not see before the quiz closes."""
    closes = timezone.now() + timedelta(days=1)
    return sent_score(make_quiz(questions=1, review=HIDDEN, closes_at=closes))


def sent_score(quiz):
    """A learner of a platform with a score that it was sent."""
    school, http = School(), Client()
    follow(http, school.launch(http, quiz.course))
    launch = Launch.objects.get()
    take_quiz(launch.enrolment, quiz, RIGHT, now=timezone.now())
    LtiLink.objects.update(target="quiz", target_key=quiz.key)
    return LtiScore.objects.create(
        link=LtiLink.objects.get(),
        identity=launch.identity,
        state="sent",
        data={"scoreGiven": 100, "scoreMaximum": 100},
        timestamp=timezone.now(),
        sent_at=timezone.now(),
        answer="200 Thank you.",
    )


def test_every_table_with_a_way_to_a_person_is_known_here():
    found = about_a_person()
    assert found - {*EXPORTED, *NO_DATA, *OF_AUTHORS} == set()
    assert found >= {*EXPORTED, *OF_AUTHORS}


def test_the_export_has_every_field_of_the_scores(score):
    user = score.identity.user
    found = personal_data.export(user=user, now=timezone.now())
    (platform,) = found["platforms"]
    (row,) = platform[EXPORTED["LtiScore"]]
    names = {field.name for field in LtiScore._meta.concrete_fields} - LEFT_OUT
    assert names <= set(row)
    assert (row["data"], row["answer"]) == ({"scoreGiven": 100, "scoreMaximum": 100}, score.answer)
    assert row["link"] == "A link"
    asks = personal_data.RequestingPlatform(score.identity.client, Course.objects.all())
    for_platform = personal_data.export(user=user, now=timezone.now(), platform=asks)
    assert for_platform["platforms"] == found["platforms"]
    other = ApiClient.objects.create(name="Other")
    asks = personal_data.RequestingPlatform(other, Course.objects.all())
    nothing = personal_data.export(user=user, now=timezone.now(), platform=asks)
    assert "Thank you" not in json.dumps(nothing)


def test_a_score_that_the_quiz_hides_is_not_in_the_export(hidden_score):
    found = personal_data.export(user=hidden_score.identity.user, now=timezone.now())
    (row,) = found["platforms"][0]["lti_scores"]
    assert {"data", "answer"} & set(row) == set()
    assert "Thank you" not in json.dumps(found)


def test_an_erasure_leaves_no_row_about_the_person(score):
    user, other = score.identity.user, UserFactory()
    inviting.create(note="a", lifetime=inviting.LONGEST, now=timezone.now(), by=user)
    inviting.create(note="b", lifetime=inviting.LONGEST, now=timezone.now(), by=other)
    personal_data.erase(user=user, now=timezone.now())
    assert not LtiScore.objects.exists()
    assert [row.created_by for row in LtiInvitation.objects.order_by("note")] == [None, other]
    assert LtiLink.objects.count() == 1


def test_a_platform_that_erases_its_learner_takes_the_scores_along(score):
    identity = score.identity
    identity.user.set_password("secret")
    identity.user.save()
    personal_data.erase_learner(
        client=identity.client, external_id=identity.subject, now=timezone.now()
    )
    assert not LtiScore.objects.exists()
    assert identity.user.course_enrolments.exists()
