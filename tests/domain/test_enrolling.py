"""A pasted list: what each line would do, and all of it in one transaction."""

import pytest

from courses.domain import enrolling, enrolments, people, sections
from courses.domain.enrolling import Standing, Wanted
from courses.domain.rights import rights
from courses.errors import Conflict
from courses.models import Enrolment
from tests.admin.conftest import staff
from tests.factories import NOW, CourseFactory, UserFactory, join, make_learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return CourseFactory()


@pytest.fixture
def mine(course):
    return sections.create(course=course, key="mine", title="Mine", now=NOW)


@pytest.fixture
def other(course):
    return sections.create(course=course, key="other", title="Other", now=NOW)


@pytest.fixture
def teacher(mine):
    user = staff()
    join(mine, user, role="instructor")
    return user


def plan(section, by, *addresses):
    lines = enrolling.read(text="\n".join(addresses))
    found = enrolling.plan(section=section, lines=lines, granted=rights(by=by), by=by)
    return [one.standing for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ada@example.org", [(1, "", "ada@example.org")]),
        (
            "\ufeffName,E-mail\nAda Lovelace,ada@example.org",
            [(2, "Ada Lovelace", "ada@example.org")],
        ),
        ("Lovelace;Ada;ada@example.org", [(1, "Lovelace Ada", "ada@example.org")]),
        ('"Lovelace, Ada",ada@example.org', [(1, "Lovelace, Ada", "ada@example.org")]),
        ("Ada\tada@example.org\t", [(1, "Ada", "ada@example.org")]),
        ("Ada Lovelace <ada@example.org>", [(1, "Ada Lovelace", "ada@example.org")]),
        ("a@b.org, c@d.org", [(1, "", "a@b.org"), (1, "", "c@d.org")]),
        ("\n\r\nnobody\n", [(3, "nobody", "")]),
        ("a@b.org, c@d.org, x", [(1, "a@b.org, c@d.org, x", "")]),
        ("Ada, ada@", [(1, "Ada ada@", "")]),
        ("", []),
    ],
)
def test_lines_are_read_as_people_write_them(text, expected):
    found = [(one.number, one.name, one.email) for one in enrolling.read(text=text)]
    assert found == expected


def test_each_line_says_what_it_would_do(course, mine, other):
    teacher = staff()
    enrolments.enrol(course=course, user=teacher, role="instructor", now=NOW)
    for name, section in (("here", mine), ("elsewhere", other), ("back", mine)):
        join(section, UserFactory(username=name, email=f"{name}@example.org"))
    back = Enrolment.objects.get(user__username="back")
    enrolments.withdraw(enrolment=back, by=None, now=NOW)
    UserFactory(email="new@example.org")
    for _two in range(2):
        UserFactory(email="twin@example.org")
    UserFactory(email="closed@example.org", is_active=False)

    found = plan(
        mine, teacher, "NEW@example.org", "here@example.org", "elsewhere@example.org",
        "back@example.org", "nobody@example.org", "twin@example.org", "closed@example.org",
        "new@example.org", "?",
    )  # fmt: skip

    assert [str(one) for one in found] == [
        "new", "here", "elsewhere", "back", "unknown", "unknown", "unknown", "repeated", "bad",
    ]  # fmt: skip
    assert not Enrolment.objects.filter(user__email="new@example.org").exists()


def test_staff_of_a_class_do_not_learn_that_somebody_is_in_another(mine, other, teacher):
    """Whether they are there or not, the answer is the same; enrolled, they have two records."""
    there = join(other, UserFactory(email="there@example.org"))
    UserFactory(email="new@example.org")
    assert plan(mine, teacher, "there@example.org", "new@example.org") == [Standing.NEW] * 2

    enrolling.enrol_all(section=mine, wanted=[Wanted(there.user)], by=teacher, now=NOW)
    rows = Enrolment.objects.filter(user=there.user).order_by("pk")
    assert [row.section for row in rows] == [other, mine]


def test_only_so_many_unknown_addresses_are_answered(mine, teacher, monkeypatch):
    monkeypatch.setattr(people, "GUESSES", "1/hour")
    known = join(mine, UserFactory(email="known@example.org"))
    UserFactory(email="new@example.org")
    found = plan(mine, teacher, "x@example.org", "new@example.org", known.user.email)
    assert found == [Standing.UNKNOWN, Standing.NOT_LOOKED_UP, Standing.HERE]


def test_a_list_is_enrolled_and_moved_as_a_whole_or_not_at_all(course, mine, other, teacher):
    new, moved = UserFactory(), join(other, UserFactory())
    wanted = [Wanted(new), Wanted(moved.user, moved), Wanted(teacher)]
    done = enrolling.enrol_all(section=mine, wanted=wanted, by=teacher, now=NOW)
    assert {row.user for row in done} == {new, moved.user}
    moved.refresh_from_db()
    assert moved.section == mine
    assert Enrolment.objects.get(user=teacher).role == "instructor"
    assert enrolling.enrol_all(section=mine, wanted=[Wanted(new)], by=teacher, now=NOW) == []

    both = make_learner(course)
    join(mine, both.user)
    late = UserFactory()
    with pytest.raises(Conflict):
        enrolling.enrol_all(
            section=mine, wanted=[Wanted(late), Wanted(both.user, both)], by=teacher, now=NOW
        )
    assert not Enrolment.objects.filter(user=late).exists()
