"""The API's permission matrix: every operation × every kind of credential × own and foreign.

Platforms come with a key or with an OAuth token, persons with their session, with a token they
made or with one that a platform asked for, callers with none or a broken one. The table is
reviewed by people; an operation without a row fails.
"""

from datetime import timedelta
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache as django_cache
from django.db import transaction
from django.utils import timezone

from courses.api.schema import document
from courses.domain import attempts, cards, cohorts, gradebook, learners, sections, tokens
from courses.domain.authoring.working_copies import Thing
from courses.domain.outline import outline
from courses.models import (
    ApiKey,
    Certificate,
    CertificateRule,
    Course,
    LineItem,
    Notice,
    Question,
    Quiz,
    Stimulus,
    WorkingCopy,
)
from courses.models.client import SCOPES
from tests.api.platform import ROOT, Caller, Platform, anonymous, by_session, by_token, problem
from tests.factories import (
    NOW,
    RIGHT,
    SINGLE_CHOICE,
    WRONG,
    ModuleFactory,
    ObjectiveFactory,
    QuizFactory,
    add_item,
    make_asset,
    make_learner,
    make_lesson,
    make_quiz,
    reader_of,
    take_quiz,
)
from tests.lengths import is_long

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CATALOGUE, LEARNERS, LEARNING = "catalogue:read", "learners:write", "learning:write"
AUTHORING, DRAFTING = "authoring:write", "authoring:draft"
READ, WRITE, WEBHOOKS = "gradebook:read", "gradebook:write", "webhooks:write"
EITHER = f"{READ} {LEARNING}"
ADMIN, SITE = "admin", "platforms:write"

TABLE: dict[str, str] = {
    "list_courses": CATALOGUE,
    "get_course": CATALOGUE,
    "get_asset": CATALOGUE,
    "list_terms": CATALOGUE,
    "list_lessons": CATALOGUE,
    "get_lesson": CATALOGUE,
    "list_modules": CATALOGUE,
    "list_objectives": CATALOGUE,
    "list_quizzes": CATALOGUE,
    "get_quiz": CATALOGUE,
    "list_learners": LEARNERS,
    "bulk_put_learners": LEARNERS,
    "get_learner": LEARNERS,
    "put_learner": LEARNERS,
    "delete_learner": LEARNERS,
    "export_learner": LEARNERS,
    "deactivate_learner": LEARNERS,
    "activate_learner": LEARNERS,
    "list_enrolments": LEARNERS,
    "get_enrolment": LEARNERS,
    "put_enrolment": LEARNERS,
    "delete_enrolment": LEARNERS,
    "bulk_put_enrolments": LEARNERS,
    "get_cycle": LEARNERS,
    "put_cycle": LEARNERS,
    "move_enrolment": LEARNERS,
    "put_enrolment_end": LEARNERS,
    "list_sections": LEARNERS,
    "get_section": LEARNERS,
    "put_section": LEARNERS,
    "list_invitations": LEARNERS,
    "create_invitation": LEARNERS,
    "revoke_invitation": LEARNERS,
    "list_section_dates": READ,
    "get_section_dates": READ,
    "put_section_dates": WRITE,
    "list_cohorts": LEARNERS,
    "get_cohort": LEARNERS,
    "put_cohort": LEARNERS,
    "delete_cohort": LEARNERS,
    "list_cohort_learners": LEARNERS,
    "bulk_put_cohort_learners": LEARNERS,
    "put_cohort_learner": LEARNERS,
    "delete_cohort_learner": LEARNERS,
    "open_lesson": LEARNING,
    "search": LEARNING,
    "search_course": LEARNING,
    "visit_lesson": LEARNING,
    "confirm_lesson": LEARNING,
    "restart_lesson": LEARNING,
    "respond_to_check": LEARNING,
    "list_notes": LEARNING,
    "put_note": LEARNING,
    "delete_note": LEARNING,
    "open_daily_review": LEARNING,
    "begin_next_cards": LEARNING,
    "respond_to_card": LEARNING,
    "snooze_card": LEARNING,
    "open_mistakes": LEARNING,
    "begin_next_mistakes": LEARNING,
    "respond_to_mistake": LEARNING,
    "get_quiz_standing": LEARNING,
    "list_attempts": LEARNING,
    "start_attempt": LEARNING,
    "get_attempt": LEARNING,
    "flag_item": LEARNING,
    "list_item_reports": LEARNING,
    "report_item": LEARNING,
    "list_responses": LEARNING,
    "save_response": LEARNING,
    "save_responses": LEARNING,
    "submit_attempt": LEARNING,
    "give_up_attempts": LEARNING,
    "get_review": LEARNING,
    "list_progress": EITHER,
    "get_progress": EITHER,
    "list_course_progress": READ,
    "list_certificates": EITHER,
    "get_certificate": EITHER,
    "list_course_certificates": READ,
    "list_line_items": READ,
    "list_results": READ,
    "list_learner_results": READ,
    "list_gradings": READ,
    "grade_item": WRITE,
    "list_overrides": READ,
    "override_result": WRITE,
    "list_attempt_decisions": READ,
    "decide_on_attempt": WRITE,
    "list_attempts_closed_by_time": READ,
    "reopen_attempts": WRITE,
    "list_marking": READ,
    "claim_item": WRITE,
    "end_claim": WRITE,
    "mark_item": WRITE,
    "release_marks": WRITE,
    "list_fault_reports": READ,
    "answer_fault_report": WRITE,
    "create_regrade_preview": ADMIN,
    "get_regrade_preview": ADMIN,
    "apply_regrade_preview": ADMIN,
    "list_regrades": ADMIN,
    "get_regrade": ADMIN,
    "undo_regrade": ADMIN,
    "resume_regrade": ADMIN,
    "list_regrade_outcomes": ADMIN,
    "list_notices": LEARNING,
    "read_notice": LEARNING,
    "get_quiz_analysis": READ,
    "ask_quiz_analysis": WRITE,
    "list_gradebook": READ,
    "list_course_results": READ,
    "list_course_attempts": READ,
    "list_course_responses": READ,
    "get_gradebook_csv": READ,
    "list_grants": READ,
    "delete_accommodation": WRITE,
    "delete_course_accommodation": WRITE,
    "delete_extension": WRITE,
    "get_accommodation": READ,
    "put_accommodation": WRITE,
    "get_course_accommodation": READ,
    "put_course_accommodation": WRITE,
    "get_extension": READ,
    "put_extension": WRITE,
    "list_learner_tokens": LEARNERS,
    "create_learner_token": LEARNERS,
    "revoke_learner_token": LEARNERS,
    "create_launch": LEARNING,
    "end_launch": LEARNING,
    "get_oembed": "",
    "list_events": "events:read",
    "list_webhooks": WEBHOOKS,
    "create_webhook": WEBHOOKS,
    "get_webhook": WEBHOOKS,
    "change_webhook": WEBHOOKS,
    "delete_webhook": WEBHOOKS,
    "list_deliveries": WEBHOOKS,
    "ping_webhook": WEBHOOKS,
    "redeliver": WEBHOOKS,
    "rotate_webhook_secret": WEBHOOKS,
    "list_platforms": SITE,
    "get_platform": SITE,
    "export_platform": SITE,
    "get_platform_erasure": SITE,
    "erase_platform": SITE,
    "list_question_types": CATALOGUE,
    "list_authored_courses": AUTHORING,
    "get_authored_course": AUTHORING,
    "list_authored_objectives": AUTHORING,
    "create_objective": AUTHORING,
    "get_objective": AUTHORING,
    "put_objective": AUTHORING,
    "delete_objective": AUTHORING,
    "list_stimuli": AUTHORING,
    "create_stimulus": AUTHORING,
    "get_stimulus": AUTHORING,
    "put_stimulus": AUTHORING,
    "delete_stimulus": AUTHORING,
    "list_questions": AUTHORING,
    "create_question": AUTHORING,
    "get_question": AUTHORING,
    "put_question": AUTHORING,
    "retire_question": AUTHORING,
    "restore_question": AUTHORING,
    "list_versions": AUTHORING,
    "create_version": AUTHORING,
    "get_version": AUTHORING,
    "put_version": AUTHORING,
    "publish_version": AUTHORING,
    "preview_version": AUTHORING,
    "list_proposals": DRAFTING,
    "get_proposal": DRAFTING,
    "propose_question": DRAFTING,
    "propose_lesson": DRAFTING,
    "withdraw_proposal": DRAFTING,
    "list_authored_quizzes": AUTHORING,
    "create_quiz": AUTHORING,
    "get_authored_quiz": AUTHORING,
    "put_quiz": AUTHORING,
    "publish_quiz": AUTHORING,
    "archive_quiz": AUTHORING,
    "restore_quiz": AUTHORING,
}
"""Operation → the scopes of which one is needed."""

PERSONS = {LEARNING, CATALOGUE}
"""What a person may do for themselves, with their session or a token."""

PUBLIC = {"get_oembed"}
"""For everybody, whatever credential comes along, as long as it is a good one."""

PLATFORMS_ALONE = {"create_launch", "end_launch"}
"""What a person has no use for, although they have the scope."""

GUARDED = [name for name in TABLE if name not in PUBLIC]

QUERIES = {
    "get_oembed": "?url=http://testserver/nothing",
    "search": "?q=word",
    "search_course": "?q=word",
}
"""Query parameters that an operation needs."""

BODIES: dict[str, Any] = {
    "flag_item": {"is_flagged": True},
    "report_item": {"text": "wrong"},
    "put_note": {"text": "Mine.", "based_on": 0},
    "answer_fault_report": {"outcome": "no_fault"},
    "create_regrade_preview": {"quizzes": ["the-quiz"], "has_rule": True},
    "apply_regrade_preview": {"policy": "keep", "reason": "x"},
    "save_response": {"based_on": 0, "response": RIGHT},
    "save_responses": {"responses": [{"position": 1, "based_on": 0, "response": RIGHT}]},
    "respond_to_check": {"based_on": 0, "response": RIGHT},
    "respond_to_card": {"based_on": 0, "response": RIGHT},
    "respond_to_mistake": {"based_on": 0, "response": RIGHT},
    "grade_item": {"scaled": 1},
    "mark_item": {"scaled": 1, "based_on": 0},
    "release_marks": {"quiz": "any"},
    "bulk_put_learners": {"learners": [{"external_id": "new"}]},
    "bulk_put_enrolments": {"enrolments": [{"external_id": "own"}]},
    "bulk_put_cohort_learners": {"learners": [{"external_id": "own"}]},
    "override_result": {"scaled": 1},
    "reopen_attempts": {"attempts": ["00000000-0000-4000-8000-000000000000"], "reason": "x"},
    "decide_on_attempt": {"kind": "voided", "reason": "x"},
    "move_enrolment": {"section": "ours"},
    "put_enrolment_end": {"ends_at": None},
    "erase_platform": {"name": "Other"},
    "redeliver": {"since": "2026-01-01T00:00:00Z"},
    "create_webhook": {"url": "https://hooks.example.org/"},
    "create_objective": {"key": "AIM-1", "module": "the-module", "text": "t", "bloom": "apply"},
    "put_objective": {"module": "the-module", "text": "t", "bloom": "apply"},
    "create_stimulus": {"key": "new", "body": "b"},
    "put_stimulus": {"body": "b"},
    "create_question": {"key": "new", "type": "single_choice", "data": SINGLE_CHOICE},
    "create_version": {"type": "single_choice", "data": SINGLE_CHOICE},
    "put_version": {"type": "single_choice", "data": SINGLE_CHOICE},
    "propose_question": {"type": "single_choice", "data": SINGLE_CHOICE},
    "propose_lesson": {"module": "the-module", "title": "t", "body": "b"},
    "create_quiz": {"key": "new", "title": "t", "kind": "exam"},
    "put_quiz": {"title": "t", "kind": "exam", "items": [{"draw": {"count": 1}}]},
    "create_launch": {
        "external_id": "own",
        "target": {"course": "no-such-course"},
        "origin": "https://learn.example.org",
    },
}
OPERATIONS = {
    operation["operationId"]: (method, path.removeprefix(ROOT))
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
}
COLUMNS = {"list_results", "list_overrides", "override_result"}
"""Their `uuid` is a line item's."""
OF_A_LEARNER = [name for name, (_method, path) in OPERATIONS.items() if "{external_id}" in path]
# A free name is no secret: asking for it creates a learner of one's own.
OF_A_KNOWN_LEARNER = [name for name in OF_A_LEARNER if name != "put_learner"]


KINDS = list(ApiKey.Kind)


class World:
    """A course with everything, one of our learners in it, and one of somebody else's."""

    def __init__(self) -> None:
        module = ModuleFactory(key="the-module")
        quiz = make_quiz(questions=1, module=module, key="the-quiz")
        self.course, module = quiz.course, quiz.module
        stimulus = Stimulus.objects.create(course=self.course, key="text", body="b")
        lesson = make_lesson(module=module, checks=1, review=1)
        make_asset(module=module, name="a.csv", content=b"a")
        self.ours = {kind: Platform(ADMIN, SITE, kind=kind) for kind in KINDS}
        self.others = Platform("admin", name="Other")
        self.own = self._attempt(self.ours["key"], "own", quiz)
        self.foreign = self._attempt(self.others, "foreign", quiz)
        for platform, key in ((self.ours["key"], "ours"), (self.others, "theirs")):
            cohorts.put(client=platform.client, key=key, name="", now=NOW)
            sections.create(course=self.course, key=key, title="", client=platform.client, now=NOW)
        gradebook.line_item(quiz)
        self.persons = self._persons()
        step = outline(Course.objects.get(pk=self.course.pk)).lesson(lesson.key)
        for enrolment in self.course.enrolments.all():
            cards.enter(enrolment=enrolment, lesson=step, now=NOW)
        check = lesson.checks.items.get()
        self._miss(check.question)
        self.ids = {
            "course": self.course.key,
            "module": module.key,
            "name": "a.csv",
            "lesson": lesson.key,
            "quiz": quiz.key,
            "place": "p-00000001",
            "question": check.question.key,
            "external_id": "own",
            "uuid": self.own.uuid,
            "position": 1,
            "objective": ObjectiveFactory(module=module).key,
            "stimulus": stimulus.key,
            "number": 1,
            "cohort": "ours",
            "class_key": "ours",
            "cycle": 1,
            "proposal": self._proposal(),
            "notice": self._notice(),
            "certificate": self._certificate(),
            "regrade": self.own.uuid,
            "platform": self.others.client.uuid,
        }

    def _notice(self) -> Any:
        """A notice to our learner."""
        enrolment, kind = self.own.enrolment, Notice.Kind.REPORT_ANSWERED
        return Notice.objects.create(enrolment=enrolment, kind=kind, created_at=NOW).uuid

    def _certificate(self) -> Any:
        """A certificate of our learner."""
        rule = CertificateRule.objects.create(course=self.course)
        return Certificate.objects.create(
            number="0000-0000-0000", course=self.course, rule=rule, enrolment=self.own.enrolment,
            issued_at=NOW, changed_at=NOW,
        ).uuid  # fmt: skip

    def _proposal(self) -> Any:
        """A proposal of ours."""
        thing = Thing(self.course, "lesson", "proposed")
        client = self.ours["key"].client
        return WorkingCopy.objects.create(
            **thing.names, client=client, created_at=NOW, updated_at=NOW
        ).uuid

    def make_callers(self) -> None:
        """Make all whom the rules need: what a test makes goes with it."""
        for kind in KINDS:
            self.limited(kind)
            for scopes in {*map(tuple, map(lacking, GUARDED)), *((one,) for one in SCOPES)}:
                self.platform(*scopes, kind=kind)
        for scopes in {tuple(lacking(name)) for name in GUARDED}:
            self.narrow(*scopes)

    def _miss(self, question: Question) -> None:
        """Everybody gets the question wrong in a test for practice: it is a mistake of theirs."""
        quiz = QuizFactory(module=question.module, kind=Quiz.Kind.PRACTICE)
        add_item(quiz, question, position=1)
        for enrolment in self.course.enrolments.all():
            take_quiz(enrolment, quiz, WRONG)

    def _attempt(self, platform: Platform, name: str, quiz: Any) -> Any:
        platform.learner(name, course=quiz.course)
        enrolment = platform.enrolment(name)
        return attempts.start(
            reader=reader_of(enrolment), quiz_key=quiz.key, by=enrolment.user, now=NOW
        )

    def _persons(self) -> dict[str, Caller]:
        """Also an administrator of the site is no platform."""
        root = make_learner(self.course, is_superuser=True).user
        ada = learners.find(client=self.ours["key"].client, external_id="own").user
        issued = tokens.create_token(
            user=ada,
            issuer=self.ours["key"].row,
            lifetime=timedelta(hours=1),
            now=timezone.now(),
        )
        return {
            "session": by_session(ada),
            "token": by_token(ada),
            "token from a platform": Caller(issued.text),
            "administrator's session": by_session(root),
            "administrator's token": by_token(root),
        }

    @cache  # noqa: B019 (the world lives as long as the tests of this file)
    def platform(self, *scopes: str, kind: str = ApiKey.Kind.KEY) -> Platform:
        """A platform with these scopes."""
        return Platform(*scopes, kind=kind)

    @cache  # noqa: B019
    def limited(self, kind: str) -> Platform:
        """A platform for another course alone."""
        return Platform("admin", courses=[make_quiz().course], kind=kind)

    @cache  # noqa: B019
    def narrow(self, *scopes: str) -> Caller:
        """A client with every scope, by a token that was given these alone."""
        return Caller(self.ours["oauth"].access_token(scope=" ".join(scopes)))

    def path(self, name: str, **other: Any) -> str:
        ids = {**self.ids, **other}
        if name in COLUMNS:
            ids["uuid"] = other.get("uuid") or LineItem.objects.get().uuid
        return OPERATIONS[name][1].format(**ids) + QUERIES.get(name, "")

    def call(self, caller: Caller, name: str, **other: Any) -> Any:
        """What the caller gets; whatever the call did is undone."""
        method = OPERATIONS[name][0]
        body = None if method == "get" else BODIES.get(name, {})
        with transaction.atomic():
            answer = caller.call(method, self.path(name, **other), body)
            transaction.set_rollback(True)
        return answer

    def answers(self, caller: Caller, name: str, *others: dict[str, Any]) -> list[Any]:
        """How it is refused as not found, for each of these ids, the ids left out."""
        answers = [self.call(caller, name, **other) for other in others]
        return [problem(one, 404, "not_found") | {"instance": ""} for one in answers]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        made = World()
        made.make_callers()
        yield made
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _counted_anew():
    django_cache.clear()


def good_for(name: str) -> set[str]:
    wanted = set(TABLE[name].split())
    wider = {scope.replace(":read", ":write") for scope in wanted}
    # What reaches every platform is no part of what one platform's key may do at most.
    return wanted | wider | (set() if SITE in wanted else {"admin"})


def lacking(name: str) -> list[str]:
    return sorted(set(SCOPES) - good_for(name))


def test_every_operation_has_a_row():
    assert set(TABLE) == set(OPERATIONS)


# --- What holds for each operation: rules, the operations that they are about, and for whom


def nobody_comes_in_without_a_credential(world, name, _kind):
    nobody = [anonymous(), *(Caller(f"{mark}_00_00") for mark in ("cxk", "cxo", "cxl", "?"))]
    found = [problem(world.call(one, name), 401, "not_authenticated") for one in nobody]

    # Without one the answer asks for a credential; every wrong one gets the same answer.
    assert len({str(one) for one in found[1:]}) == 1


def every_other_scope_together_does_not_open_it(world, name, kind):
    caller = world.platform(*lacking(name), kind=kind)

    problem(world.call(caller, name), 403, "missing_scope")


def a_token_that_was_not_given_the_scope_does_not_open_it(world, name, _kind):
    problem(world.call(world.narrow(*lacking(name)), name), 403, "missing_scope")


def each_of_its_scopes_opens_it(world, name, kind):
    for scope in sorted(good_for(name) & set(SCOPES)):
        status = world.call(world.platform(scope, kind=kind), name).status_code
        assert status in {200, 201, 202, 204, 403, 404, 409}, (scope, status)
        # Of a test under way nothing is reported.
        refused = name in ("confirm_lesson", "report_item")
        assert (status == 403) == refused, scope


def a_foreign_learner_is_like_an_unknown_one(world, name, kind):
    foreign = {"external_id": "foreign", "uuid": world.foreign.uuid}
    found = world.answers(
        world.ours[kind], name, foreign, {"external_id": "nobody", "uuid": uuid4()}
    )

    assert found[0] == found[1]


def an_own_learner_does_not_open_a_foreign_id(world, name, kind):
    found = world.answers(world.ours[kind], name, {"uuid": world.foreign.uuid}, {"uuid": uuid4()})

    assert found[0] == found[1]


def a_course_beyond_the_key_is_like_an_unknown_one(world, name, kind):
    limited = world.limited(kind)
    found = world.answers(limited, name, {"course": world.course.key}, {"course": "no-such-course"})

    assert found[0] == found[1]


def a_foreign_cohort_is_like_an_unknown_one(world, name, kind):
    found = world.answers(world.ours[kind], name, {"cohort": "theirs"}, {"cohort": "nobodys"})

    assert found[0] == found[1]


def a_foreign_class_is_like_an_unknown_one(world, name, kind):
    found = world.answers(world.ours[kind], name, {"class_key": "theirs"}, {"class_key": "nobodys"})

    assert found[0] == found[1]


def a_person_has_their_own_learning_and_nothing_else(world, name, kind):
    person = world.persons[kind]
    if name in PUBLIC:
        problem(world.call(person, name), 404, "not_found")
    elif name in PLATFORMS_ALONE or not PERSONS & set(TABLE[name].split()):
        problem(world.call(person, name), 403, "missing_scope")
        problem(world.call(person, name, external_id="me"), 403, "missing_scope")
    elif name in OF_A_LEARNER:
        others = ({"external_id": "own"}, {"external_id": "foreign"}, {"external_id": "nobody"})
        found = world.answers(person, name, *others)
        assert found[0] == found[1] == found[2]
        own = world.call(person, name, external_id="me").status_code
        path = OPERATIONS[name][1]
        is_one = any(part in path for part in ("{uuid}", "{notice}", "{certificate}"))
        is_somebody_elses = is_one and "administrator" in kind
        expected = {404} if is_somebody_elses else {200, 201, 204, 403, 409}
        assert own in expected
        # A lesson with checks is not confirmed; of a test under way nothing is reported.
        is_refused = name in ("confirm_lesson", "report_item") and not is_somebody_elses
        assert (own == 403) == is_refused
    else:
        assert world.call(person, name).status_code == 200


def somebody_elses_attempt_is_like_an_unknown_one(world, name, kind):
    me = {"external_id": "me"}
    foreign, unknown = {**me, "uuid": world.foreign.uuid}, {**me, "uuid": uuid4()}
    found = world.answers(world.persons[kind], name, foreign, unknown)

    assert found[0] == found[1]


def with_part(part: str) -> list[str]:
    """The operations with this part in their path."""
    return [name for name, (_method, path) in OPERATIONS.items() if f"{{{part}}}" in path]


PERSON_KINDS = (
    "session",
    "token",
    "token from a platform",
    "administrator's session",
    "administrator's token",
)
OPENED = [name for name in TABLE if "webhook" not in name and name != "revoke_learner_token"]
OF_AN_ATTEMPT = [
    name
    for name in OF_A_LEARNER
    if "{uuid}" in OPERATIONS[name][1] and PERSONS & set(TABLE[name].split())
]
# A key that is free is no secret: asking for it makes a cohort of one's own.
OF_A_KNOWN_COHORT = [name for name in with_part("cohort") if name != "put_cohort"]
OF_A_KNOWN_CLASS = [name for name in with_part("class_key") if name != "put_section"]
ONCE = ("",)
RULES = (
    (nobody_comes_in_without_a_credential, GUARDED, ONCE),
    (every_other_scope_together_does_not_open_it, GUARDED, KINDS),
    (a_token_that_was_not_given_the_scope_does_not_open_it, GUARDED, ONCE),
    (each_of_its_scopes_opens_it, OPENED, KINDS),
    (a_foreign_learner_is_like_an_unknown_one, OF_A_KNOWN_LEARNER, KINDS),
    (an_own_learner_does_not_open_a_foreign_id, with_part("uuid"), KINDS),
    (a_course_beyond_the_key_is_like_an_unknown_one, with_part("course"), KINDS),
    (a_foreign_cohort_is_like_an_unknown_one, OF_A_KNOWN_COHORT, KINDS),
    (a_foreign_class_is_like_an_unknown_one, OF_A_KNOWN_CLASS, KINDS),
    (a_person_has_their_own_learning_and_nothing_else, list(TABLE), PERSON_KINDS),
    (somebody_elses_attempt_is_like_an_unknown_one, OF_AN_ATTEMPT, PERSON_KINDS),
)
"""(rule, the operations it is about, the credentials it is tried with)"""


@pytest.mark.two_lengths
@pytest.mark.parametrize("name", TABLE)
def test_operation(world, subtests, name):
    """Every rule with every credential, in the check with one; each that fails is reported."""
    for rule, names, kinds in RULES:
        for kind in of_this_length(kinds, name) if name in names else ():
            with subtests.test(rule=rule.__name__, kind=str(kind)):
                django_cache.clear()
                rule(world, name, kind)


def of_this_length(kinds, name):
    """All, or in the check one of them: from operation to operation another."""
    return kinds if is_long() else (kinds[list(TABLE).index(name) % len(kinds)],)


def test_every_rule_is_about_some_operations():
    assert [rule.__name__ for rule, names, _kinds in RULES if not set(names) & set(TABLE)] == []
