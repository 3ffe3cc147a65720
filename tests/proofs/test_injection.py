"""Texts of learners and authors stay texts on every page, the admin's too.

A page full of plain words shows which tags and attributes are ours. The same page full of a payload
may hold those, what Markdown may become, and nothing that acts.
"""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import CharField, QuerySet, SlugField, TextField, URLField
from django.urls import reverse

from courses import markup
from courses.domain import outline
from courses.domain.certificates import keys
from courses.models import (
    AttemptItem,
    Certificate,
    Course,
    Edition,
    Event,
    FaultReport,
    Lesson,
    LessonNote,
    LessonProgress,
    Question,
    QuestionVersion,
    Stimulus,
    WorkingCopy,
)
from tests.factories import ESSAY, NOW, SINGLE_CHOICE
from tests.lengths import is_long, spread
from tests.payloads import ADDRESSES, PAYLOADS
from tests.proofs.dom import MARKUP, Page
from tests.proofs.world import built

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

STORABLE = [text for text in PAYLOADS if "\x00" not in text and len(text) < 150]
CHOSEN = STORABLE[:: max(1, len(STORABLE) // 40)][:40]
FOR_ADMIN = CHOSEN[::5]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with built(django_db_blocker) as made:
        case = Stimulus.objects.get(course=made.course)
        lesson = Lesson.objects.get(module__course=made.course)
        lesson.objectives.set(made.course.objectives.all())
        lesson.sources.set(made.course.references.all())
        made.course.questions.update(stimulus=case, objective=made.course.objectives.get())
        make_drafts(made, lesson)
        item = made.closed_attempt.items.first()
        FaultReport.objects.create(
            enrolment=made.closed_attempt.enrolment, item=item, version=item.version,
            revision=item.revision, created_at=NOW,
        )  # fmt: skip
        LessonNote.objects.create(
            enrolment=made.closed_attempt.enrolment, lesson=lesson, place="p-00000001",
            created_at=NOW, changed_at=NOW,
        )  # fmt: skip
        LessonProgress.objects.update_or_create(
            enrolment=made.closed_attempt.enrolment, lesson=lesson,
            defaults={"started_at": NOW, "visited_at": NOW, "has_notes": True},
        )  # fmt: skip
        keys.active(now=NOW)
        yield made


def make_drafts(world, lesson):
    """The administrator's draft of a lesson, and a program's proposal of a question."""
    names = {"course": world.course, "created_at": NOW, "updated_at": NOW}
    owner = world.people["administrator"]
    WorkingCopy.objects.create(**names, kind="lesson", key=lesson.key, owner=owner)
    proposed = {"key": "q-new", "type": "single_choice", "data": {}}
    record = {"record": proposed, "module": ""}
    kind = {"kind": "question", "key": "q-new", "type": "single_choice"}
    WorkingCopy.objects.create(**names, **kind, record=record)


def write_drafts(text):
    names = ("title", "summary", "body", "minutes", "data.stem", "data.options.0.text", "source")
    fields = [[name, text] for name in names]
    WorkingCopy.objects.update(fields=fields, tool=text[:120], refusal=text)


def write_everywhere(world, text, address):
    """Into every column that holds a person's words; around the forms, as a restore would."""
    get_user_model().objects.filter(pk=world.people["learner"].pk).update(
        username=text, first_name=text, last_name=text, email=text
    )
    for model in apps.get_app_config("cx_courses").get_models():
        fields = [field for field in model._meta.concrete_fields if holds_words(field)]
        values = {one.name: address if isinstance(one, URLField) else text for one in fields}
        if values:
            QuerySet(model).update(**values)
    Course.objects.update(authors=[text])
    Event.objects.update(data={"text": text})
    write_history(world.course, text)
    QuerySet(Edition).update(note=text, tool=text[:120])
    Certificate.objects.update(name=text[:120])
    write_drafts(text)
    write_lesson(world.course, text)
    write_questions(world.course, text)
    outline.touch(course_id=world.course.pk)


def write_history(course, text):
    """Two editions of each question, so that the second shows the first one, too."""
    for key in Question.objects.filter(course=course).values_list("key", flat=True):
        for number, values in enumerate(({"data": {"stem": text}}, {text: [text, "more"]}), 1):
            Edition.objects.get_or_create(
                course=course,
                kind="question",
                key=key,
                number=number,
                defaults={"hash": "0", "action": "changed", "created_at": NOW},
            )
            rows = QuerySet(Edition).filter(course=course, kind="question", key=key)
            rows.filter(number=number).update(values=values)


def holds_words(field):
    """A text that is neither chosen from a list nor a name for machines."""
    is_text = isinstance(field, CharField | TextField) and not isinstance(field, SlugField)
    is_long = field.max_length is None or field.max_length >= 100
    return is_text and is_long and not field.choices and field.name not in ("name", "key", "dedupe")


def write_lesson(course, text):
    lesson = Lesson.objects.get(module__course=course)
    key = lesson.checks.items.get().question.key
    html = markup.render_lesson(text).html
    rendered = {"segments": [{"html": html}, {"check": key}]}
    lesson_rows = Lesson.objects.filter(pk=lesson.pk)
    lesson_rows.update(title=text, summary=text, body=text, rendered=rendered)


def write_questions(course, text):
    options = [{**one, "text": text, "feedback": text} for one in SINGLE_CHOICE["options"]]
    data = {"stem": text, "options": options, "explanation": text, "hints": [text]}
    QuestionVersion.objects.filter(question__course=course).update(data=data, note=text)
    essay = {**ESSAY, "stem": text, "model_answer": text}
    rubric = [{"key": "clear", "text": text, "levels": ["no", text or "yes"]}]
    one = QuestionVersion.objects.filter(attempt_items__attempt__quiz__title=text)
    second = one.filter(attempt_items__position=2).first()
    if second:
        essay |= {"rubric": rubric, "explanation": text}
        QuestionVersion.objects.filter(pk=second.pk).update(type="essay", data=essay)
        AttemptItem.objects.filter(version=second).update(value={"text": text}, params={})


def learner_pages(world):
    ids = world.ids()
    course = [ids["course"]]
    uuid, closed = world.open_attempt.uuid, world.closed_attempt.uuid
    certificate = Certificate.objects.get(course=world.course)
    return [
        reverse("cx_courses:catalogue"),
        reverse("cx_courses:progress"),
        reverse("cx_courses:account"),
        reverse("cx_courses:course", args=course),
        reverse("cx_courses:glossary", args=course),
        reverse("cx_courses:lesson", args=[*course, ids["lesson"]]),
        reverse("cx_courses:daily-review", args=course),
        reverse("cx_courses:mistakes", args=course),
        reverse("cx_courses:quiz", args=[*course, ids["quiz"]]),
        reverse("cx_courses:attempt", args=[uuid]),
        reverse("cx_courses:attempt-submit", args=[uuid]),
        reverse("cx_courses:review", args=[closed]),
        reverse("cx_courses:attempt-report", args=[closed, 1]),
        reverse("cx_courses:course-complete", args=course),
        reverse("cx_courses:my-learning", args=course),
        reverse("cx_courses:notes", args=course),
        reverse("cx_courses:lesson-note", args=[*course, ids["lesson"], ids["place"]]),
        reverse("cx_courses:certificates"),
        reverse("cx_courses:certificate", args=[certificate.uuid]),
        reverse("cx_courses:certificate-verify", args=[certificate.number]),
    ]


def admin_pages(world):
    yield reverse("admin:index")
    yield reverse("admin:cx_courses_course_home")
    yield reverse("admin:cx_courses_course_bank", args=[world.course.pk])
    yield reverse("admin:cx_courses_course_outline", args=[world.course.pk])
    yield reverse("admin:cx_courses_course_proposals", args=[world.course.pk])
    yield reverse("admin:cx_courses_course_progress", args=[world.course.pk])
    yield reverse("admin:cx_courses_course_reports", args=[world.course.pk])
    yield reverse("admin:cx_courses_course_certificates", args=[world.course.pk])
    yield reverse("admin:cx_courses_course_certificate_rule", args=[world.course.pk, "completion"])
    proposed = WorkingCopy.objects.proposals().get(course=world.course).uuid
    yield reverse("admin:cx_courses_course_proposal", args=[world.course.pk, proposed])
    yield from class_pages(world)
    ours = [
        model
        for model in apps.get_app_config("cx_courses").get_models()
        if admin.site.is_registered(model)
    ]
    # Every fourth one in the check: the admin makes the pages of all of them alike.
    for model in ours if is_long() else ours[::4]:
        name = f"admin:cx_courses_{model._meta.model_name}"
        row = model._base_manager.order_by("pk").first()
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_change", args=[row.pk])
        if is_long():
            yield reverse(f"{name}_delete", args=[row.pk])
            yield reverse(f"{name}_history", args=[row.pk])
    for model in (get_user_model(),):
        yield reverse("admin:auth_user_changelist")
        yield reverse("admin:auth_user_change", args=[model.objects.first().pk])
    item = world.closed_attempt.items.first()
    yield reverse("admin:cx_courses_attemptitem_grade", args=[item.pk])
    lesson = Lesson.objects.filter(module__course=world.course).order_by("pk").first()
    yield reverse("admin:cx_courses_lesson_edit", args=[lesson.pk])
    yield reverse("admin:cx_courses_question_write")
    for question in Question.objects.filter(course=world.open_attempt.quiz.course)[:3]:
        yield reverse("admin:cx_courses_question_edit", args=[question.pk])
        yield reverse("admin:cx_courses_question_editions", args=[question.pk])


def class_pages(world):
    learner = world.course.enrolments.filter(role="learner").first()
    yield reverse("admin:cx_courses_course_classes", args=[world.course.pk])
    for name in ("people", "progress", "dates", "enrol", "invitations"):
        yield reverse(f"admin:cx_courses_section_{name}", args=[learner.section_id])
    yield reverse("admin:cx_courses_enrolment_person", args=[learner.pk])


def pages(world, text, *, actor, urls, address="https://example.org/", queries=()):
    """Address → the parsed page, in a world in which everybody writes this text."""
    with transaction.atomic():
        write_everywhere(world, text, address)
        client = world.frame() if actor == "in a frame" else world.client(actor)
        found = {url: client.get(url) for url in urls}
        for url, query in queries:
            found[f"{url} {sorted(query)}"] = client.get(url, query)
        found |= actions(world, client, text) if actor == "learner" else {}
        transaction.set_rollback(True)
    assert {url: one.status_code for url, one in found.items() if one.status_code >= 500} == {}
    is_page = ("text/html", "application/json")
    return {
        url: Page(html_of(one))
        for url, one in found.items()
        if one.headers.get("Content-Type", "").startswith(is_page)
    }


def html_of(response):
    if "json" in response.headers["Content-Type"]:
        return response.json().get("html", "")
    return response.text


def actions(world, client, text):
    """Answers to what was sent: a conflict, a fragment, forms with errors, a page that is not."""
    ids, uuid = world.ids(), world.open_attempt.uuid
    save = reverse("cx_courses:attempt-save", args=[uuid, 2])
    json = {"accept": "application/json"}
    form = {"i1-based_on": "9", "i1-choice": "a", "i2-based_on": "9", "i2-text": text}
    check = reverse("cx_courses:lesson-check", args=[ids["course"], ids["lesson"], ids["question"]])
    card = reverse("cx_courses:daily-review-card", args=[ids["course"], ids["question"]])
    answer = {f"c-{ids['question']}-choice": "a"}
    return {
        "save": client.post(save, {"i2-based_on": "0", "i2-text": text}, headers=json),
        "conflict": client.post(save, {"i2-based_on": "9", "i2-text": text + "!"}, headers=json),
        "both sides": client.post(reverse("cx_courses:attempt", args=[uuid]), form),
        "fragment": client.post(check, answer, headers={"x-fragment": "1"}),
        "wrong fragment": client.post(
            check, {f"c-{ids['question']}-choice": text}, headers={"x-fragment": "1"}
        ),
        "card": client.post(card, answer, headers={"x-fragment": "1"}),
        "wrong card": client.post(card, {f"c-{ids['question']}-choice": text}),
        "not found": client.get(f"/courses/{ids['course']}/lessons/x/", {"q": text}),
        "erase": client.post(reverse("cx_courses:erase"), {"user_name": text + "?"}),
    }


def queries(world, text):
    """Parameters of addresses that a page shows again."""
    course = [world.ids()["course"]]
    return [
        (reverse("cx_courses:glossary", args=course), {"q": text}),
        (reverse("cx_courses:attempt", args=[world.open_attempt.uuid]), {"item": text}),
    ]


def judged(ours, theirs):
    """What is wrong with the pages, by page; `ours` were full of plain words."""
    allowed = MARKUP.union(*(page.shape for page in ours.values()))
    return {
        url: [*page.wrong, *sorted(page.shape - allowed)]
        for url, page in theirs.items()
        if page.wrong or page.shape - allowed
    }


@pytest.fixture(scope="module")
def plain_learner_pages(world):
    return pages(world, "plain", actor="learner", urls=learner_pages(world))


@pytest.mark.parametrize("payload", spread(CHOSEN, check=3))
def test_learner_pages(world, plain_learner_pages, payload):
    address = ADDRESSES[CHOSEN.index(payload) % len(ADDRESSES)]
    found = pages(
        world,
        payload,
        actor="learner",
        urls=learner_pages(world),
        address=address,
        queries=queries(world, payload),
    )

    assert len(found) > 15
    assert judged(plain_learner_pages, found) == {}


def frame_pages(world):
    """The learner's pages in a platform's frame, and what stands there without a session."""
    base = f"/embed/{world.launch.uuid}"
    outside = (reverse(f"cx_courses:{name}") for name in ("catalogue", "progress", "account"))
    found = [base + url for url in learner_pages(world) if url not in {*outside}]
    return [f"{base}/", f"{base}/standing/", f"{base}/no/such/page/", *found, preview(world)]


def preview(world):
    return reverse("cx_courses:preview", args=[world.ids()["course"]])


@pytest.fixture(scope="module")
def plain_frame_pages(world):
    refused = Page(world.client("anonymous").get(f"/embed/{world.launch.uuid}/").text)
    found = pages(world, "plain", actor="in a frame", urls=frame_pages(world))
    return found | {"refused": refused}


@pytest.mark.parametrize("payload", spread(CHOSEN[::2], check=2))
def test_pages_in_a_frame(world, plain_learner_pages, plain_frame_pages, payload):
    """The platform's name and its way back are untrusted texts and addresses as well."""
    address = ADDRESSES[CHOSEN.index(payload) % len(ADDRESSES)]
    shown = {"theme": payload, "locale": payload, "at": payload, "first": payload, "title": payload}
    found = pages(
        world,
        payload,
        actor="in a frame",
        urls=frame_pages(world),
        address=address,
        queries=[(url, shown) for url in frame_pages(world)[:4]],
    )
    anonymous = world.client("anonymous")
    refused = [
        anonymous.get(f"/embed/{world.launch.uuid}/", shown),
        anonymous.get("/launch/x/", shown),
    ]
    found |= {str(number): Page(one.text) for number, one in enumerate(refused)}

    assert len(found) > 12
    assert judged(plain_frame_pages | plain_learner_pages, found) == {}


@pytest.fixture
def plain_admin_pages(world):
    return pages(world, "plain", actor="administrator", urls=list(admin_pages(world)))


@pytest.mark.two_lengths
@pytest.mark.parametrize("payload", spread(FOR_ADMIN, check=1))
def test_admin_and_teachers_pages(world, plain_admin_pages, plain_learner_pages, payload):
    """The admin, and a learner's attempt as the teacher looks at it."""
    urls = [*admin_pages(world), *learner_pages(world)[-3:]]
    searched = [(url, {"q": payload}) for url in urls if url.endswith("/question/")]
    found = pages(
        world,
        payload,
        actor="administrator",
        urls=urls,
        address="javascript:alert(1)",
        queries=searched,
    )

    assert judged(plain_admin_pages | plain_learner_pages, found) == {}


@pytest.fixture(scope="module")
def plain_entrances(world):
    """The pages for signing in and up, and what they answer to forms with mistakes."""
    client = world.client("anonymous")
    sign_in, sign_up = (reverse(f"cx_courses:{name}") for name in ("sign-in", "sign-up"))
    answers = [
        client.get(sign_in),
        client.post(sign_in, {}),
        client.post(sign_up, {"username": "?", "password1": "1"}),
    ]
    return {str(number): Page(one.text) for number, one in enumerate(answers)}


@pytest.mark.parametrize("payload", spread(CHOSEN, check=12))
def test_pages_for_anonymous_visitors(world, plain_learner_pages, plain_entrances, payload):
    client = world.client("anonymous")
    sign_in = reverse("cx_courses:sign-in")
    answers = [
        client.get(sign_in, {"next": payload}),
        client.post(sign_in, {"username": payload, "password": payload, "next": payload}),
        client.post(reverse("cx_courses:sign-up"), {"username": payload, "password1": payload}),
        client.get(reverse("cx_courses:sign-up"), {"next": payload}),
        client.get("/nowhere/", {"q": payload}),
    ]
    assert (
        judged(
            plain_entrances | plain_learner_pages,
            {str(n): Page(one.text) for n, one in enumerate(answers)},
        )
        == {}
    )


def test_injection_checker_finds_known_payloads():
    for payload in ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>"):
        assert Page(f"<p>{payload}</p>").wrong
    assert Page('<a href="javascript:alert(1)">x</a>').wrong
    assert Page('<form action="//evil.example/"></form>').wrong
    assert not Page(
        '<a href="https://example.org/">x</a><script src="/static/x.js"></script>'
    ).wrong


def test_the_columns_that_hold_words():
    """The list is only read by people; what matters is that it is not empty by mistake."""
    found = {
        f"{model._meta.model_name}.{field.name}"
        for model in apps.get_app_config("cx_courses").get_models()
        for field in model._meta.concrete_fields
        if holds_words(field)
    }
    assert found >= {
        "course.title", "course.description", "grading.feedback", "lesson.body", "module.title",
        "objective.text", "quiz.title", "reference.url", "stimulus.body", "term.definition",
    }  # fmt: skip
