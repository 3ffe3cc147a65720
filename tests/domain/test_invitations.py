"""An invitation takes so many people into a class, each once, until it is over."""

from datetime import timedelta

import pytest

from courses.domain import enrolments, invitations, personal_data, sections
from courses.errors import Conflict, Invalid, NotAllowed, NotFound
from courses.models import Course, Enrolment, Invitation
from tests.factories import NOW, CourseFactory, UserFactory, join, make_learner

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def section():
    return sections.create(course=CourseFactory(), key="evening", title="Evening", now=NOW)


def invite(section, **values):
    given = {"lifetime": DAY, "uses": 2, "now": NOW, **values}
    return invitations.create(section=section, **given)


def accept(made, user, now=NOW):
    return invitations.accept(text=made.text, by=user, now=now)


def left(made):
    made.row.refresh_from_db()
    return made.row.uses_left


def test_each_person_joins_once_and_uses_one_place(section):
    made, ada, bob = invite(section), UserFactory(), UserFactory()
    row = accept(made, ada)
    assert (row.section, row.role, row.state) == (section, "learner", "active")
    assert accept(made, ada) == row
    assert left(made) == 1
    accept(made, bob)
    with pytest.raises(NotFound):
        accept(made, UserFactory())
    assert accept(made, ada) == row
    assert invitations.find(text=made.text, by=ada, now=NOW) == made.row
    assert made.text not in str(vars(made.row))


def test_what_is_over_or_unknown_looks_the_same(section):
    ended, revoked, archived, hidden = (invite(section) for _each in range(4))
    invitations.revoke(invitation=revoked.row, now=NOW)
    invitations.revoke(invitation=revoked.row, now=NOW + DAY)
    revoked.row.refresh_from_db()
    assert revoked.row.revoked_at == NOW
    for made, now in ((ended, NOW + DAY), (revoked, NOW)):
        for act in (invitations.accept, invitations.find):
            with pytest.raises(NotFound):
                act(text=made.text, by=UserFactory(), now=now)
    for text in ("", "cxi_0_0", made.text + "x"):
        with pytest.raises(NotFound):
            invitations.find(text=text, by=UserFactory(), now=NOW)
    Course.objects.update(state=Course.State.DRAFT)
    with pytest.raises(NotFound):
        accept(hidden, UserFactory())
    Course.objects.update(state=Course.State.PUBLISHED)
    sections.change(section=section, title="", is_archived=True)
    with pytest.raises(NotFound):
        accept(archived, UserFactory())
    with pytest.raises(Conflict):
        invite(section)


def test_who_was_taken_out_or_teaches_does_not_come_in_by_it(section):
    made = invite(section)
    ada = join(section, UserFactory())
    enrolments.withdraw(enrolment=ada, by=None, now=NOW)
    with pytest.raises(Conflict):
        accept(made, ada.user)
    teacher = make_learner(section.course, role="instructor")
    with pytest.raises(NotAllowed):
        accept(made, teacher.user)
    marker = join(section, UserFactory(), role="marker")
    assert accept(made, marker.user).role == "marker"
    assert left(made) == 2
    there = make_learner(section.course)
    assert accept(made, there.user) != there
    assert Enrolment.objects.filter(user=there.user).count() == 2


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("lifetime", {"lifetime": timedelta(0)}),
        ("lifetime", {"lifetime": timedelta(days=367)}),
        ("uses", {"uses": 0}),
        ("uses", {"uses": 1_001}),
    ],
)
def test_limits(section, path, values):
    with pytest.raises(Invalid) as refused:
        invite(section, **values)
    assert [one.path for one in refused.value.problems] == [path]
    assert not Invitation.objects.exists()


def test_who_made_it_has_it_in_their_data_and_is_forgotten_with_them(section):
    teacher = UserFactory()
    made = invite(section, by=teacher)
    listed = personal_data.export(user=teacher, now=NOW)["invitations"]
    assert [(one["class"], one["uses"]) for one in listed] == [("evening", 2)]
    assert made.row.token_hash not in str(listed)

    personal_data.erase(user=teacher, now=NOW)
    made.row.refresh_from_db()
    assert made.row.created_by is None
    assert accept(made, UserFactory()).section == section
