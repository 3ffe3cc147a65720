"""The permission matrix: every route of the resolver against the reviewed table."""

import re
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse

from courses.domain.certificates import keys
from courses.models import LearnerToken, LineItem, RegradePreview, SigningKey, WorkingCopy
from tests.embed.frame import ancestors, is_framed_as_it_should
from tests.factories import NOW
from tests.lengths import is_long, spread
from tests.proofs.permissions import table
from tests.proofs.routes import routes
from tests.proofs.world import ACTORS, UNKNOWN, built, fingerprint, written_rows

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# The API has other actors and its own matrix: tests/api/test_permissions.py.
ROUTES = {
    name: route for name, route in routes() if not name.startswith(("cx_courses:api:", "^api/"))
}
TABLE = table()
ENTRANCES = {"/account/sign-in/": "sign-in", "/admin/login/": "login", "/admin/": "admin"}


OF_EVERY_MODEL = ("_add", "_change", "_changelist", "_delete", "_editions", "_history")


def is_of_every_model(name):
    """Whether the admin has such a page for each of its models."""
    return name.startswith("admin/") or (
        name.startswith("admin:") and name.endswith(OF_EVERY_MODEL)
    )


def by_route(names, *, alike):
    """Routes as parameters: in the check all but the pages of every model, and so many of these."""
    own = [name for name in names if not is_of_every_model(name)]
    return [*own, *spread([name for name in names if name not in own], check=alike)]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with built(django_db_blocker) as made:
        yield made


def address(world, name):
    """An address of this route, all of whose parts belong to the first course."""
    names = ROUTES[name].pattern.converters
    if name.startswith("cx_courses:"):
        ids = world.ids()
        if name == "cx_courses:review":
            ids["uuid"] = world.closed_attempt.uuid
        if name == "cx_courses:token-revoke":
            ids["uuid"] = LearnerToken.objects.get().uuid
        if name.startswith("cx_courses:embed"):
            ids["uuid"] = world.launch.uuid
        return reverse(name, kwargs={part: ids[part] for part in names})
    if name.startswith("cx_courses_lti:"):
        ids = {"registration": uuid4(), "path": "nowhere/", "code": "cxl_none"}
        return reverse(name, kwargs={part: ids[part] for part in names})
    if "<url>" in name:
        return "/admin/no/such/page/"
    if name.startswith("admin/"):
        return f"/{name.partition('<')[0]}{first_row('_'.join(name.split('/')[1:3]))}/"
    special = _special(world, name)
    kind = name.removeprefix("admin:")
    if kind in special:
        return reverse(name, args=special[kind])
    return reverse(
        name, args=[first_row(kind.rsplit("_", 1)[0])] if names or _is_user(kind) else []
    )


def _special(world, name):
    """Route -> its arguments, where it names more than a row."""
    course = world.course
    found = {
        "app_list": lambda: ["cx_courses"],
        "view_on_site": lambda: _course_by_number(world),
        "cx_courses_course_proposal": lambda: [course.pk, _proposal(course)],
        "cx_courses_course_job": lambda: [course.pk, course.jobs.get().uuid],
        "cx_courses_course_jobfile": lambda: [course.pk, course.jobs.get().uuid],
        "cx_courses_course_mark": lambda: [course.pk, world.closed_attempt.items.first().uuid],
        "cx_courses_course_gradecell": lambda: _cell(world),
        "cx_courses_course_certificate_rule": lambda: [course.pk, "completion"],
        "cx_courses_course_certificate_sample": lambda: [course.pk, "completion"],
        "cx_courses_course_correction": lambda: [course.pk, course.regrades.get().uuid],
        "cx_courses_course_regrade_preview": lambda: [course.pk, _preview(course)],
        "cx_courses_quiz_analysis": lambda: [world.closed_attempt.quiz_id],
        "cx_courses_quiz_angoff": lambda: [world.closed_attempt.quiz_id],
        "cx_courses_quiz_question": lambda: _analysed(world.closed_attempt),
    }
    kind = name.removeprefix("admin:")
    return {kind: found[kind]()} if kind in found else {}


def _analysed(attempt):
    """The page of a question of the learner's closed attempt."""
    return [attempt.quiz_id, attempt.items.first().version_id]


def _cell(world):
    """The page of a cell of the gradebook: that of the learner's closed attempt."""
    attempt = world.closed_attempt
    column = LineItem.objects.filter(quiz=attempt.quiz).first()
    return [world.course.pk, attempt.enrolment_id, column.pk if column else 0]


def _proposal(course):
    """A question that a program proposed for the course."""
    proposed = {"record": {"key": "q-proposed", "type": "single_choice", "data": {}}, "module": ""}
    names = {"course": course, "kind": "question", "key": "q-proposed", "type": "single_choice"}
    values = {"record": proposed, "created_at": NOW, "updated_at": NOW}
    return WorkingCopy.objects.get_or_create(**names, owner=None, defaults=values)[0].uuid


def _preview(course):
    """A preview of a correction that is not worked out yet."""
    values = {"created_at": NOW, "has_rule": True}
    return RegradePreview.objects.get_or_create(course=course, defaults=values)[0].uuid


def _is_user(kind):
    return kind == "auth_user_password_change"


def _course_by_number(world):
    from django.contrib.contenttypes.models import ContentType

    return [ContentType.objects.get_for_model(world.course).pk, world.course.pk]


def first_row(label):
    """The oldest row of a model: everything of the first course was made first."""
    label = label.removesuffix("_password")
    if "_" not in label:
        return None
    model = apps.get_model(*label.rsplit("_", 1))
    if model is SigningKey:
        # Made when a credential is first signed, which another test may or may not have done.
        keys.active(now=NOW)
    row = model._base_manager.order_by("pk").first()
    return row.pk if row else 0


def sent(world, name):
    """What a form of this page would send, where an empty one does nothing."""
    ids = world.ids()
    return {
        "cx_courses:lesson-check": {f"c-{ids['question']}-choice": "b"},
        "cx_courses:daily-review-card": {f"c-{ids['question']}-choice": "b"},
        "cx_courses:mistake-card": {f"c-{ids['question']}-choice": "b"},
        "cx_courses:attempt-save": {"i1-based_on": "0", "i1-choice": "b"},
    }.get(name, {})


def answer_to_post(world, actor, url, data):
    with transaction.atomic():
        response = world.client(actor).post(url, data)
        transaction.set_rollback(True)
    return response


def outcome(world, response):
    """The status, or where a redirect leads."""
    if response.status_code not in (301, 302):
        return str(response.status_code)
    target = response.headers["Location"].partition("?")[0]
    course = reverse("cx_courses:course", args=[world.course.key])
    return ENTRANCES.get(target, "course" if target == course else "302")


def test_every_route_has_a_row():
    assert sorted(set(ROUTES) - set(TABLE)) == []


def test_every_row_has_a_route():
    assert sorted(set(TABLE) - set(ROUTES)) == []


@pytest.fixture(scope="module")
def untouched(world):
    """All rows as they were made; whatever a test sends is undone."""
    return fingerprint()


@pytest.mark.parametrize("name", by_route(sorted(ROUTES.keys() & TABLE.keys()), alike=16))
def test_route(world, untouched, name):
    """Both methods as in the table; reading changes no row; nobody else may frame the page."""
    url = address(world, name)
    before = written_rows()
    # Without a savepoint, which would hide a write.
    read = [world.client(actor).get(url) for actor in ACTORS]
    # To compare all rows is slow; it is only needed where something was written at all.
    assert written_rows() == before or fingerprint() == untouched
    data = sent(world, name)
    posted = [answer_to_post(world, actor, url, data) for actor in ACTORS]

    get, post = (" ".join(outcome(world, one) for one in found) for found in (read, posted))
    assert (get, post) == TABLE[name]
    for method, found in (("get", read), ("post", posted)):
        for actor, one in zip(ACTORS, found, strict=True):
            is_right = is_framed_as_it_should(name, method, one, world.course.title)
            assert is_right, (method, actor, one.status_code, ancestors(one))


# --- what one may not know of looks like what does not exist

FOREIGN = {
    "cx_courses:course": ["course"],
    "cx_courses:enrol": ["course"],
    "cx_courses:class": ["course"],
    "cx_courses:class-results": ["course"],
    "cx_courses:class-learner": ["course", "enrolment"],
    "cx_courses:class-compare": ["course"],
    "cx_courses:class-trial": ["course"],
    "cx_courses:class-marking": ["course"],
    "cx_courses:class-mark": ["course", "item"],
    "cx_courses:class-scores": ["course"],
    "cx_courses:class-send-again": ["course", "enrolment"],
    "cx_courses:notice-read": ["course", "notice"],
    "cx_courses:course-complete": ["course"],
    "cx_courses:module-complete": ["course", "module"],
    "cx_courses:glossary": ["course"],
    "cx_courses:course-search": ["course"],
    "cx_courses:asset": ["course", "module", "name"],
    "cx_courses:cover": ["course"],
    "cx_courses:picture": ["course", "module"],
    "cx_courses:lesson": ["course", "lesson"],
    "cx_courses:lesson-visit": ["course", "lesson"],
    "cx_courses:lesson-check": ["course", "lesson", "question"],
    "cx_courses:lesson-confirm": ["course", "lesson"],
    "cx_courses:lesson-again": ["course", "lesson"],
    "cx_courses:lesson-note": ["course", "lesson", "place"],
    "cx_courses:lesson-note-delete": ["course", "lesson", "place"],
    "cx_courses:notes": ["course"],
    "cx_courses:notes-file": ["course"],
    "cx_courses:my-learning": ["course"],
    "cx_courses:journal": ["course"],
    "cx_courses:daily-review": ["course"],
    "cx_courses:daily-review-next": ["course"],
    "cx_courses:daily-review-card": ["course", "question"],
    "cx_courses:daily-review-snooze": ["course", "question"],
    "cx_courses:mistakes": ["course"],
    "cx_courses:mistakes-next": ["course"],
    "cx_courses:mistake-card": ["course", "question"],
    "cx_courses:quiz": ["course", "quiz"],
    "cx_courses:quiz-start": ["course", "quiz"],
    "cx_courses:attempt": ["uuid"],
    "cx_courses:attempt-save": ["uuid"],
    "cx_courses:attempt-flag": ["uuid"],
    "cx_courses:attempt-submit": ["uuid"],
    "cx_courses:attempt-give-up": ["uuid"],
    "cx_courses:attempt-report": ["uuid"],
    "cx_courses:review": ["uuid"],
    "cx_courses:certificate": ["uuid"],
    "cx_courses:certificate-name": ["uuid"],
    "cx_courses:certificate-public": ["uuid"],
    "cx_courses:certificate-pdf": ["uuid"],
    "cx_courses:certificate-verify": ["number"],
    "cx_courses:certificate-badge": ["number"],
    "cx_courses:certificate-badge-jwt": ["number"],
    "cx_courses:certificate-achievement": ["uuid"],
    "cx_courses:certificate-status": ["number"],
    "cx_courses:certificate-status-jwt": ["number"],
    "cx_courses:token-revoke": ["uuid"],
    "cx_courses:session-end": ["uuid"],
    "cx_courses:join": ["token"],
    "cx_courses:address-confirm": ["token"],
    "cx_courses:mails-stop": ["token"],
    "cx_courses:calendar": ["token"],
    "cx_courses:password-new": ["uidb64", "token"],
    "cx_courses:my-data": ["course"],
    "cx_courses:my-data-export": ["course"],
    "cx_courses:my-data-erase": ["course"],
    "cx_courses:launch": ["code"],
    "cx_courses:embed": ["uuid"],
    "cx_courses:embed-window": ["uuid"],
    "cx_courses:embed-standing": ["uuid"],
    "cx_courses:embed-display": ["uuid"],
    "cx_courses:embed-page": ["uuid"],
    "cx_courses:trial": ["uuid"],
    "cx_courses:trial-clock": ["uuid"],
    "cx_courses:trial-end": ["uuid"],
    "cx_courses:trial-page": ["uuid", "path"],
    "cx_courses:preview": ["course"],
}
"""Route → the parts of its address that name somebody else's."""


def test_every_route_with_an_id_is_among_them():
    with_ids = {name for name, route in ROUTES.items() if route.pattern.converters}
    assert {name for name in with_ids if name.startswith("cx_courses:")} == set(FOREIGN)


WITHOUT_ACCESS = ("anonymous", "other learner", "not enrolled", "instructor")


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_is_like_unknown(world, subtests, name):
    for actor in WITHOUT_ACCESS:
        with subtests.test(actor=actor):
            foreign_is_like_unknown(world, name, actor)


def foreign_is_like_unknown(world, name, actor):
    """A course that is not published, an attempt of somebody else: not a word of it.

    Only with an attempt does the instructor of its course have access.
    """
    foreign = world.ids(world.hidden)
    if actor == "instructor":
        foreign["uuid"] = somebody_elses(world).uuid
    if name == "cx_courses:token-revoke":
        foreign["uuid"] = LearnerToken.objects.get().uuid
    unknown = UNKNOWN | {"position": foreign["position"]}
    for method in ("get", "post"):
        found = [page(world, actor, method, name, ids) for ids in (foreign, unknown)]
        assert found[0] == found[1]


def somebody_elses(world):
    return world.hidden.enrolments.get(role="learner").attempts.get()


def page(world, actor, method, name, ids):
    """Status and text, without what is random on every page and without the ids asked for."""
    parts = {part: ids[part] for part in ROUTES[name].pattern.converters}
    with transaction.atomic():
        response = getattr(world.client(actor), method)(reverse(name, kwargs=parts))
        transaction.set_rollback(True)
    text = response.text + response.headers.get("Location", "")
    for part in FOREIGN[name]:
        text = text.replace(str(parts[part]), "ID")
    return response.status_code, re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", text)


@pytest.mark.parametrize("name", [name for name, parts in FOREIGN.items() if len(parts) > 1])
def test_inside_ones_own_course_a_foreign_part_is_not_found(world, name):
    """A lesson, quiz, file or check of another course under the address of one's own."""
    ids = world.ids() | {
        part: world.ids(world.hidden)[part] for part in FOREIGN[name] if part != "course"
    }
    method = "post" if TABLE[name][0].split()[1] == "405" else "get"

    assert page(world, "learner", method, name, ids)[0] == 404


@pytest.mark.two_lengths
def test_admin_reveals_nothing_of_a_foreign_row(world):
    """Another course's instructor gets for a row of this one what a made-up number gets."""
    ends = ("_change", "_delete", "_history")
    ours = [name for name in TABLE if name.startswith("admin:cx_courses_") and name.endswith(ends)]
    assert len(ours) > 80
    # The admin makes these pages of all models alike. Four: each of the three kinds is among them.
    for name in ours if is_long() else ours[::4]:
        pk = first_row(name.removeprefix("admin:").rsplit("_", 1)[0])
        client = world.client("other instructor")
        found = []
        for one in (pk, 987_654):
            response = client.get(reverse(name, args=[one]))
            found.append((response.status_code, response.headers.get("Location")))
        assert found[0] == found[1], name
