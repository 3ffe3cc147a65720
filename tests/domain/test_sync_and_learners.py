"""What a synchronisation means for those who learn: a new course's state, quizzes left short."""

import pytest

from courses.coursefiles import CourseFilesError, course_files, read_files
from courses.domain.authoring import course_to_records, sync_course
from courses.models import Course, Module, Quiz, Tag
from tests.coursefiles.sample import FILES, edited, files
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BANK = "m1-first/questions/bank.yaml"


def sync(changed, **options):
    return sync_course(course_file=read_files(changed).course, now=NOW, **options)


@pytest.mark.parametrize(
    ("line", "state"),
    [("", "draft"), ("status: draft\n", "draft"), ("status: published\n", "published")],
)
def test_a_new_course_is_a_draft_unless_its_file_says_otherwise(line, state):
    sync(edited("course.yaml", "status: published\n", line))

    assert Course.objects.get().state == state


def test_later_decisions_of_instructors_stay():
    sync(files())
    for state in ("archived", "draft"):
        Course.objects.update(state=state)
        sync(edited("course.yaml", "title: A sample", f"title: {state}"))
        assert Course.objects.get().state == state


def test_another_state_in_the_file_is_no_change_and_no_conflict():
    sync(files())
    Course.objects.update(title="By hand")

    report = sync(edited("course.yaml", "status: published\n", ""))

    assert not report.has_changes
    assert report.conflicts == []


def test_a_copy_of_a_published_course_is_a_draft():
    sync(files())
    copy = course_files(course_to_records(course=Course.objects.get()))
    text = copy["course.yaml"].decode().replace("key: sample", "key: copy", 1)

    sync({**copy, "course.yaml": text.encode()})

    states = dict(Course.objects.values_list("key", "state"))
    assert states == {"sample": "published", "copy": "draft"}


def test_sync_warns_of_an_admin_quiz_it_leaves_short():
    sync(files())
    module = Module.objects.get(key="m1-first")
    quiz = Quiz.objects.create(
        course=module.course, module=module, key="by-hand", title="By hand", kind="graded"
    )
    tag = Tag.objects.get(key="easy-ones")
    quiz.items.create(position=1, draw_count=1, draw_tag=tag)
    without = edited(BANK, "tags: [bank, easy-ones]", "tags: [bank]")

    before = sync(without, is_check=True).starved
    after = sync(without).starved

    assert before == after
    (warning,) = after
    assert "Nobody could start the quiz “By hand” any more" in warning
    assert sync(without).starved == []


def test_a_draw_of_files_takes_no_check_of_a_lesson():
    lesson = FILES["m1-first/01-two-views.md"].replace(
        "[[check:c1-order]]", "[[check:c1-order]]\n\n[[check:q-one]]"
    )
    with pytest.raises(CourseFilesError) as caught:
        read_files({**files(), "m1-first/01-two-views.md": lesson.encode()})

    found = [str(problem) for problem in caught.value.file_problems]
    assert "m1-first/quizzes.yaml:6: The bank has 1 such questions, not 2." in found
