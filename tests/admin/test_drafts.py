"""Drafts on the pages of editors, by forms alone: kept, shown again, compared, chosen from."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.domain.authoring import working_copies
from courses.models import Edition, Lesson, Objective, WorkingCopy
from tests.admin.conftest import signed_in, teacher_of
from tests.admin.pages import SentFields
from tests.factories import LessonFactory, ModuleFactory, ObjectiveFactory

pytestmark = pytest.mark.django_db

SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def lesson():
    module = ModuleFactory(title="M1")
    ObjectiveFactory(module=module, key="OBJ-1", text="Say why")
    return LessonFactory(module=module, title="Before", key="before", body="Read.", minutes=15)


@pytest.fixture
def client(lesson):
    return signed_in(teacher_of(lesson.module.course))


@pytest.fixture
def other(lesson):
    return signed_in(teacher_of(lesson.module.course))


def url(lesson: Lesson) -> str:
    return reverse("admin:cx_courses_lesson_edit", args=[lesson.pk])


def sent(page: Any, form: str = "lesson-form") -> dict[str, str]:
    return SentFields(page.text, form).values


def press(client: Any, lesson: Lesson, button: str, page: Any = None, **typed: Any) -> Any:
    """Type into the page and press a button; follow where it leads."""
    opened = sent(page or client.get(url(lesson)))
    return client.post(url(lesson), {**opened, **typed, "do": button}, follow=True)


def test_a_draft_is_kept_by_its_button_shown_again_and_seen_by_nobody_else(client, other, lesson):
    page = press(client, lesson, "keep", title="", minutes="many", objectives=["OBJ-1"])

    assert "only you see it." in page.text
    assert "It began from what is stored now." in page.text
    again = sent(page)
    assert (again["title"], again["minutes"], again["objectives"]) == ("", "many", "OBJ-1")
    assert "studio-problems" not in page.text  # What is unfinished is no error yet.
    assert sent(other.get(url(lesson)))["title"] == "Before"
    lesson.refresh_from_db()
    assert (lesson.title, lesson.minutes) == ("Before", 15)
    assert not Edition.objects.exists()


def test_the_script_gets_a_revision_or_what_another_page_stored(client, lesson):
    opened = sent(client.get(url(lesson)))
    first = client.post(url(lesson), opened | {"title": "A", "do": "keep"}, headers=SCRIPT)
    answer = first.json()
    assert (first.status_code, answer["revision"]) == (200, 1)
    assert answer["text"].startswith("Saved at ")

    slower = client.post(url(lesson), opened | {"title": "B", "do": "keep"}, headers=SCRIPT)
    assert (slower.status_code, slower.json()["code"], slower.json()["revision"]) == (
        409, "faster", 1,
    )  # fmt: skip
    assert ["title", "A"] in slower.json()["fields"]

    # Without a script the page says so, and the button then replaces what is stored.
    page = client.post(url(lesson), opened | {"title": "B", "do": "keep"})
    assert "What you wrote is not saved." in page.text
    assert sent(page)["title"] == "B"
    press(client, lesson, "keep", page)
    assert WorkingCopy.objects.get().value("title") == "B"


def test_too_large_a_draft_is_refused(client, lesson):
    body = "x" * working_copies.MOST_BYTES
    data = sent(client.get(url(lesson))) | {"body": body, "do": "keep"}
    answer = client.post(url(lesson), data, headers=SCRIPT)
    assert (answer.status_code, answer.json()["text"]) == (409, "At most 256 kB can be kept.")
    assert "At most 256 kB can be kept." in client.post(url(lesson), data).text


def test_what_changes_warns_when_somebody_has_published_meanwhile(client, other, lesson):
    opened = client.get(url(lesson))
    assert press(other, lesson, "save", title="Theirs").status_code == 200
    lesson.refresh_from_db()
    assert lesson.title == "Theirs"
    warning = "Somebody has published a change of this since you began."
    assert warning in press(client, lesson, "compare", opened, body="Mine.").text
    fresh = press(other, lesson, "compare", other.get(url(lesson)), body="Mine.")
    assert warning not in fresh.text


def test_what_changes_is_shown_before_it_is_published(client, lesson):
    press(client, lesson, "keep", title="After", body="Read more.")
    page = press(client, lesson, "compare")

    changes = page.text.partition('class="studio-changes"')[2].partition("</dl>")[0]
    assert "<dt>Title</dt>" in changes
    assert "<dt>Text</dt>" in changes
    assert changes.count("<dt>") == 2
    assert "</span>Before</del>" in changes
    assert "</span>After</ins>" in changes
    lesson.refresh_from_db()
    assert lesson.title == "Before"

    posted = sent(page, "publish-form")
    done = client.post(url(lesson), {**posted, "do": "save"}, follow=True)
    assert "Learners see it now." in done.text
    lesson.refresh_from_db()
    assert (lesson.title, lesson.body) == ("After", "Read more.")
    assert not WorkingCopy.objects.exists()


def test_a_draft_is_discarded_and_brought_back(client, lesson):
    press(client, lesson, "keep", title="Mine")
    page = press(client, lesson, "discard")
    assert sent(page)["title"] == "Before"
    assert "You discarded what you had written at" in page.text

    assert sent(press(client, lesson, "bring_back"))["title"] == "Mine"


def conflict(client: Any, other: Any, lesson: Lesson) -> Any:
    """Both begin; the other publishes first."""
    mine = client.get(url(lesson))
    press(other, lesson, "save", body="Theirs.", minutes="20")
    typed = {"body": "Mine.", "title": "My title"}
    return press(client, lesson, "save", mine, **typed)


def test_second_editor_is_shown_all_three_texts_and_nothing_is_overwritten(client, other, lesson):
    page = conflict(client, other, lesson)

    assert page.status_code == 409
    assert page.text.count("<fieldset") == 3
    for text in ("Mine", "Theirs", "Read."):
        assert text in page.text
    fields = SentFields(page.text, "conflict-form").values
    choices = {name: fields[name] for name in fields if name.startswith("choice.")}
    assert choices == {
        "choice.title": "mine", "choice.body": "mine", "choice.minutes": "theirs",
    }  # fmt: skip
    lesson.refresh_from_db()
    assert (lesson.title, lesson.body) == ("Before", "Theirs.")
    assert WorkingCopy.objects.get().value("body") == "Mine."  # It is kept.


@pytest.mark.parametrize(
    ("button", "choices", "result"),
    [
        ("merge", {}, ("My title", "Mine.", "20")),
        ("merge", {"choice.body": "theirs"}, ("My title", "Theirs.", "20")),
        ("mine", {}, ("My title", "Mine.", "15")),
        ("theirs", {}, ("Before", "Theirs.", "20")),
    ],
)
def test_what_is_chosen_is_the_draft_and_then_published(
    client, other, lesson, *, button, choices, result
):
    page = conflict(client, other, lesson)
    posted = {**sent(page, "conflict-form"), **choices, "do": button}
    chosen = client.post(url(lesson), posted, follow=True)

    again = sent(chosen)
    assert (again["title"], again["body"], again["minutes"]) == result
    lesson.refresh_from_db()
    assert lesson.body == "Theirs."
    assert WorkingCopy.objects.open().exists() == (button != "theirs")

    press(client, lesson, "save", chosen)
    lesson.refresh_from_db()
    assert (lesson.title, lesson.body, str(lesson.minutes)) == result


def test_a_third_editor_is_seen_too(client, other, lesson):
    page = conflict(client, other, lesson)
    press(other, lesson, "save", body="A third text.")
    chosen = client.post(url(lesson), {**sent(page, "conflict-form"), "do": "merge"}, follow=True)
    assert "Somebody else has saved something" in chosen.text

    again = press(client, lesson, "save", chosen)

    assert again.status_code == 409
    assert "third" in again.text
    lesson.refresh_from_db()
    assert lesson.body == "A third text."


def test_a_time_is_chosen_and_cancelled(client, lesson):
    page = press(client, lesson, "compare", title="Later")
    posted = sent(page, "publish-form")
    past = client.post(
        url(lesson), {**posted, "publish_at": "2020-01-01T09:00", "do": "schedule:save"}
    )
    assert "Choose a time that is not over." in past.text
    at = timezone.localtime(timezone.now() + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")

    posted = sent(past, "publish-form")
    page = client.post(
        url(lesson), {**posted, "publish_at": at, "do": "schedule:save"}, follow=True
    )
    assert "It will be published at" in page.text
    assert WorkingCopy.objects.get().record["record"]["title"] == "Later"

    press(client, lesson, "cancel_schedule", page)
    assert WorkingCopy.objects.get().publish_at is None


def test_a_key_that_is_gone_does_not_hide_the_draft(client, lesson):
    press(client, lesson, "keep", objectives=["OBJ-1"], title="Mine")
    Objective.objects.all().delete()
    assert sent(client.get(url(lesson)))["title"] == "Mine"


def test_first_page_lists_own_drafts_and_what_was_not_published(client, other, lesson):
    home = reverse("admin:cx_courses_course_home")
    press(client, lesson, "keep", title="Mine")
    assert "You are writing: Before" in client.get(home).text
    assert "You are writing" not in other.get(home).text

    WorkingCopy.objects.update(refusal="The reason.")
    page = client.get(home).text
    assert "Not published: Before" in page
    assert "The reason." in page
    assert f'href="{url(lesson)}"' in page

    WorkingCopy.objects.update(refusal="", updated_at=timezone.now() - working_copies.LISTED)
    assert "Nobody has touched it for long" in client.get(home).text
    WorkingCopy.objects.update(kind="question", key="", type="single_choice")
    page = client.get(home).text
    assert "new question, Single choice" in page
    assert f"draft={WorkingCopy.objects.get().uuid}" in page
    lesson.module.course.enrolments.update(state="withdrawn")
    assert "You are writing" not in client.get(home).text
