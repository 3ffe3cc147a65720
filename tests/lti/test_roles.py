"""What roles of LTI make of somebody is the same at a launch and on a list of people."""

import itertools

import pytest

from courses.lti import vocabulary as words

MEMBER = "http://purl.imsglobal.org/vocab/lis/v2/membership"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
ONLOOKERS = ("ContentDeveloper", "Manager", "Mentor", "Officer")
ALONE = [
    # Roles, the role at a launch, the role by which a list enrols.
    ([], "learner", ""),
    (["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student"], "learner", ""),
    (["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Mentor"], "learner", ""),
    (["http://x.example/roles#Wizard"], "learner", ""),
    ([f"{MEMBER}#Member"], "learner", ""),
    ([f"{MEMBER}#Learner"], "learner", "learner"),
    (["Learner"], "learner", "learner"),
    ([f"{MEMBER}/Learner#GuestLearner"], "learner", "learner"),
    (["Instructor"], "instructor", "instructor"),
    ([f"{MEMBER}#Administrator"], "instructor", "instructor"),
    ([f"{MEMBER}#Instructor", f"{MEMBER}/Instructor#TeachingAssistant"], "marker", "marker"),
    (["Mentor"], "tester", ""),
    ([f"{MEMBER}/Mentor#Observer"], "tester", ""),
    *(([f"{MEMBER}#{name}"], "tester", "") for name in ONLOOKERS),
    (["Learner", TEST_USER], "tester", ""),
]
PRINCIPAL = ("Learner", "Instructor", "Administrator", *ONLOOKERS, "Member", "Wizard")


@pytest.mark.parametrize(("roles", "role", "listed"), ALONE)
def test_roles_at_a_launch_and_on_a_list(roles, role, listed):
    found = words.standing(roles)
    assert (found.role, found.listed) == (role, listed)
    assert found.has_scores == (role == "learner")


def combinations():
    for size in range(1, len(PRINCIPAL) + 1):
        yield from itertools.combinations(PRINCIPAL, size)


def test_of_several_roles_teaching_counts_then_learning_then_looking_on():
    for names in combinations():
        found = words.standing(f"{MEMBER}#{name}" for name in names)
        some = set(names)
        if some & {"Instructor", "Administrator"}:
            expected = ("instructor", "instructor")
        elif "Learner" in some:
            expected = ("learner", "learner")
        else:
            expected = ("tester", "") if some & set(ONLOOKERS) else ("learner", "")
        assert (found.role, found.listed) == expected, names
        # Nobody who is enrolled by a list is something else when they come.
        assert found.listed in ("", found.role)


def test_a_test_user_is_one_in_any_role_and_picks_nothing():
    for names in combinations():
        roles = [*(f"{MEMBER}#{name}" for name in names), TEST_USER]
        found = words.standing(roles)
        assert (found.role, found.listed) == ("tester", ""), names
        assert not words.may_pick(roles)


def test_only_those_who_teach_or_make_content_pick():
    for names in combinations():
        expected = {"Instructor", "Administrator", "ContentDeveloper"} & set(names)
        assert words.may_pick(f"{MEMBER}#{name}" for name in names) == bool(expected), names
