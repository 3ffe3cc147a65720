"""Course files and database: what is written, what is kept, what is a conflict."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.coursefiles import CourseFile, course_files, read_files
from courses.domain import outline
from courses.domain.authoring import (
    SyncReport,
    course_to_records,
    editions,
    refresh_lessons,
    sync_course,
)
from courses.domain.authoring.entries import take_apart
from courses.domain.authoring.uploading import base_of
from courses.errors import Invalid
from courses.models import (
    Asset,
    Attempt,
    Course,
    Edition,
    Event,
    Lesson,
    Module,
    Objective,
    Question,
    QuestionVersion,
    Quiz,
    QuizItem,
    Reference,
    Stimulus,
    Tag,
    Term,
)
from tests.coursefiles.sample import FILES, SVG, edited, files
from tests.factories import NOW, UserFactory, make_learner

pytestmark = [pytest.mark.django_db, pytest.mark.engines, pytest.mark.slow]

LESSON = "m1-first/01-two-views.md"
CHECKS = "m1-first/questions/checks.yaml"
BANK = "m1-first/questions/bank.yaml"


def course_of(changed: dict[str, bytes] | None = None) -> CourseFile:
    return read_files(changed or files()).course


def sync(changed: dict[str, bytes] | None = None, **options: Any) -> SyncReport:
    return sync_course(course_file=course_of(changed), now=NOW, **options)


@pytest.fixture
def synced() -> Course:
    sync()
    return Course.objects.get(key="sample")


class TestFirst:
    def test_everything_is_made(self) -> None:
        report = sync()

        assert len(report.created) == 23
        assert (report.updated, report.retired, report.conflicts) == ([], [], [])
        assert (report.unchanged, report.rendered, report.warnings) == (0, 2, [])
        course = Course.objects.get()
        assert (course.state, course.authors) == ("published", ["Ada", "Grace"])
        assert str(course.reviewed_on) == "2026-11-22"

    def test_every_row_holds_what_its_record_says(self, synced: Course) -> None:
        ours, theirs = take_apart(course_to_records(course=synced)), take_apart(course_of())

        assert {kind: set(entries) for kind, entries in ours.items()} == {
            kind: set(entries) for kind, entries in theirs.items()
        }
        for kind, entries in theirs.items():
            for key, entry in entries.items():
                assert ours[kind][key].values == entry.values

    def test_a_question_gets_its_first_version(self, synced: Course) -> None:
        question = Question.objects.get(key="q-two")
        version = question.versions.get()

        assert (version.number, version.status, version.type) == (1, "ready", "single_choice")
        assert question.ready_version == version
        assert version.parsed.stem == "Who waits?"
        assert question.source == ["dodkins", "A talk, 2019"]
        assert sorted(tag.key for tag in question.tags.all()) == ["bank", "easy-ones"]

    def test_a_draft_is_not_ready(self, synced: Course) -> None:
        question = Question.objects.get(key="q-draft")

        assert question.ready_version is None
        assert question.versions.get().status == "draft"

    def test_a_quiz_gets_its_rules_and_items(self, synced: Course) -> None:
        exam = Quiz.objects.get(key="final-exam")
        first, second = exam.items.all()

        assert (exam.module, exam.kind, exam.grade_method) == (None, "exam", "last")
        assert (exam.time_limit_s, exam.attempt_delay_s, exam.grace_s) == (1800, 86400, 60)
        assert exam.pass_mark == Decimal("72.5")
        assert exam.opens_at.isoformat() == "2026-12-01T08:00:00+00:00"
        assert [module.key for module in exam.requires_modules.all()] == ["m1-first"]
        assert Quiz.objects.get(key="m1-after").compares_with.key == "m1-practice"
        assert (first.draw_count, first.draw_tag.key, first.question) == (2, "bank", None)
        assert (second.question.key, second.version.number, second.points) == (
            "q-pinned",
            1,
            Decimal("2.5"),
        )

    def test_a_lesson_is_rendered(self, synced: Course) -> None:
        rendered = Lesson.objects.get(key="two-views").rendered

        assert [piece.get("check") for piece in rendered["segments"]] == [
            None,
            "c1-view",
            None,
            "c1-order",
            None,
        ]
        assert rendered["sources"] == ["dodkins", "alaybek"]
        assert rendered["terms"] == ["outside-in"]
        assert rendered["checks"] == ["c1-view", "c1-order"]

    def test_the_checks_of_a_lesson_are_its_practice_quiz(self, synced: Course) -> None:
        quiz = Lesson.objects.get(key="two-views").checks

        assert (quiz.key, quiz.title, quiz.kind) == ("checks-two-views", "Two views", "practice")
        assert (quiz.feedback_mode, quiz.credit) == ("interactive", ["1", "1/2"])
        assert not quiz.shuffle_items
        assert [(item.position, item.question.key) for item in quiz.items.all()] == [
            (1, "c1-view"),
            (2, "c1-order"),
        ]

    def test_the_outline_shows_it(self, synced: Course) -> None:
        lesson = outline.outline(synced).lesson("two-views")

        assert (lesson.number, lesson.check_count) == ("1.1", 2)

    def test_synchronisation_records_an_event(self, synced: Course) -> None:
        event = Event.objects.get()

        assert (event.type, event.data["created"]) == ("course.synced", 23)

    def test_an_asset_is_stored_with_its_type(self, synced: Course) -> None:
        asset = Asset.objects.get()

        assert (bytes(asset.content), asset.content_type) == (SVG.encode(), "image/svg+xml")


class TestAgain:
    def test_nothing_is_written(self, synced: Course) -> None:
        with CaptureQueriesContext(connection) as queries:
            report = sync()

        assert not report.has_changes
        assert report.unchanged == 23
        writes = ("INSERT", "UPDATE", "DELETE")
        assert [query for query in queries.captured_queries if query["sql"][:6] in writes] == []

    def test_the_number_of_queries_does_not_grow(self) -> None:
        def count(lessons: int, key: str) -> int:
            more = {
                f"m1-first/{number:02d}-more-{number}.md": (
                    f"---\nkey: more-{number}\ntitle: More\n---\n[[check:more-{number}]]\n"
                )
                for number in range(3, 3 + lessons)
            }
            questions = "".join(
                FILES[CHECKS].split("- key: c1-order")[0].replace("c1-view", f"more-{number}")
                for number in range(3, 3 + lessons)
            )
            changed = files(
                **more,
                **{
                    "m1-first/questions/more.yaml": questions,
                    "course.yaml": FILES["course.yaml"].replace("key: sample", f"key: {key}"),
                },
            )
            counts = []
            for _ in range(2):
                with CaptureQueriesContext(connection) as queries:
                    sync(changed)
                counts.append(len(queries))
            return sum(counts)

        assert count(1, "one") == count(9, "nine")

    def test_a_check_run_writes_nothing(self) -> None:
        report = sync(is_check=True)

        assert len(report.created) == 23
        assert Course.objects.count() == 0


class TestFilesChanged:
    def test_a_row_follows_its_file(self, synced: Course) -> None:
        report = sync(edited(LESSON, "title: Two views", "title: Both views"))

        assert report.updated == ["lesson two-views"]
        lesson = Lesson.objects.get(key="two-views")
        assert lesson.title == "Both views"
        assert lesson.checks.title == "Both views"
        assert report.rendered == 0

    def test_a_new_text_is_rendered(self, synced: Course) -> None:
        revision = synced.revision
        report = sync(edited(LESSON, "Said [[", "He said [["))

        assert report.rendered == 1
        html = Lesson.objects.get(key="two-views").rendered["segments"][0]["html"]
        assert re.match(r'<p id="p-\w+">He said ', html)
        synced.refresh_from_db()
        assert synced.revision != revision

    def test_a_new_name_of_a_term_is_rendered(self, synced: Course) -> None:
        changed = edited("glossary.yaml", "term: Outside-in", "term: From outside")

        assert sync(changed).rendered == 2

    def test_a_changed_question_is_a_new_version(self, synced: Course) -> None:
        before = QuestionVersion.objects.get(question__key="q-one")
        report = sync(edited(BANK, "Who acts?", "Who acts first?"))

        assert report.updated == ["question q-one"]
        old, new = QuestionVersion.objects.filter(question__key="q-one").order_by("number")
        assert (old.pk, old.data, old.content_hash) == (
            before.pk,
            before.data,
            before.content_hash,
        )
        assert (new.number, new.status, new.parsed.stem) == (2, "ready", "Who acts first?")
        assert Question.objects.get(key="q-one").ready_version == new

    def test_other_fields_of_a_question_make_no_version(self, synced: Course) -> None:
        sync(edited(BANK, "tags: [bank]", "tags: [bank, new]"))

        question = Question.objects.get(key="q-one")
        assert question.versions.count() == 1
        assert sorted(tag.key for tag in question.tags.all()) == ["bank", "new"]

    def test_a_draft_that_becomes_ready_is_a_new_version(self, synced: Course) -> None:
        sync(edited(BANK, "  status: draft\n", ""))

        question = Question.objects.get(key="q-draft")
        statuses = question.versions.order_by("number").values_list("status", flat=True)
        assert list(statuses) == ["draft", "ready"]
        assert question.ready_version.number == 2

    def test_a_retired_question_keeps_its_version(self, synced: Course) -> None:
        sync(edited(BANK, "tags: [exam]", "status: retired"))

        question = Question.objects.get(key="q-pinned")
        assert question.is_retired
        assert question.versions.count() == 1

    def test_checks_in_another_order_are_the_quiz_in_another_order(self, synced: Course) -> None:
        quiz = Lesson.objects.get(key="two-views").checks
        text = (
            FILES[LESSON].replace("check:c1-view", "x").replace("check:c1-order", "check:c1-view")
        )
        sync(files(**{LESSON: text.replace("[[x]]", "[[check:c1-order]]")}))

        assert [item.question.key for item in quiz.items.order_by("position")] == [
            "c1-order",
            "c1-view",
        ]

    def test_a_lesson_without_checks_puts_its_quiz_away(self, synced: Course) -> None:
        text = FILES[LESSON].replace("[[check:c1-view]]", "").replace("[[check:c1-order]]", "")
        sync(files(**{LESSON: text.replace("completion: checks", "completion: confirm")}))

        assert Quiz.objects.get(key="checks-two-views").is_archived

    def test_lessons_change_places(self, synced: Course) -> None:
        first, second = FILES[LESSON], FILES["m1-first/02-the-next.md"]
        report = sync(files(**{LESSON: second, "m1-first/02-the-next.md": first}))

        assert report.updated == ["lesson the-next", "lesson two-views"]
        module = outline.outline(Course.objects.get()).modules[0]
        assert [lesson.key for lesson in module.lessons] == ["the-next", "two-views"]

    def test_a_lesson_moves_to_another_module_and_stays_itself(self, synced: Course) -> None:
        lesson = Lesson.objects.get(key="the-next")
        text = FILES["m1-first/02-the-next.md"]
        sync(files(**{"m1-first/02-the-next.md": None, "m2-second/01-the-next.md": text}))

        moved = Lesson.objects.get(key="the-next")
        assert (moved.pk, moved.module.key, moved.is_archived) == (lesson.pk, "m2-second", False)

    def test_a_missing_version_is_refused_and_nothing_is_written(self, synced: Course) -> None:
        changed = edited("quizzes.yaml", "version: 1", "version: 7")
        changed["course.yaml"] = changed["course.yaml"].replace(b"A sample", b"Another")

        with pytest.raises(Invalid, match="has no version 7"):
            sync(changed)

        assert Course.objects.get().title == "A sample"


class TestFilesGone:
    def gone(self) -> dict[str, bytes]:
        """Without the second lesson, one question, the practice quiz, the second module."""
        changed = files(
            **{
                "m1-first/02-the-next.md": None,
                LESSON: FILES[LESSON].replace("(lesson:the-next#h-more)", "(#)"),
                "m1-first/quizzes.yaml": FILES["m1-first/quizzes.yaml"].split("- key: m1-prac")[0],
                "m2-second/module.yaml": None,
                "course.yaml": FILES["course.yaml"].replace(", m2-second", ""),
            }
        )
        bank = FILES[BANK]
        start, end = bank.index("- key: q-draft"), len(bank)
        changed[BANK] = (bank[:start] + bank[end:]).encode()
        return changed

    def test_rows_are_put_aside_and_not_deleted(self, synced: Course) -> None:
        report = sync(self.gone())

        assert report.retired == [
            "module m2-second",
            "lesson the-next",
            "quiz m1-practice",
            "quiz m1-after",
            "question q-draft",
        ]
        assert Module.objects.get(key="m2-second").is_archived
        assert Lesson.objects.get(key="the-next").is_archived
        assert Quiz.objects.get(key="m1-practice").is_archived
        assert Question.objects.get(key="q-draft").is_retired
        assert not sync(self.gone()).has_changes

    def test_they_come_back_with_their_files(self, synced: Course) -> None:
        sync(self.gone())
        report = sync()

        assert set(report.updated) >= {
            "module m2-second",
            "lesson the-next",
            "quiz m1-practice",
            "quiz m1-after",
            "question q-draft",
        }
        assert not Lesson.objects.get(key="the-next").is_archived
        assert not Question.objects.get(key="q-draft").is_retired
        assert not sync().has_changes

    def test_attempts_stay(self, synced: Course) -> None:
        quiz = Quiz.objects.get(key="m1-practice")
        enrolment = make_learner(synced)
        Attempt.objects.create(enrolment=enrolment, quiz=quiz, number=1, started_at=NOW)

        sync(self.gone())

        assert Attempt.objects.get().quiz == quiz

    def test_changed_row_without_file_stays_with_a_warning(self, synced: Course) -> None:
        Lesson.objects.filter(key="the-next").update(title="Mine")

        report = sync(self.gone())

        assert report.warnings == ["lesson the-next"]
        assert not Lesson.objects.get(key="the-next").is_archived
        assert "lesson the-next" in sync(self.gone(), choose="theirs").retired

    def test_row_made_in_the_admin_stays(self, synced: Course) -> None:
        module = Module.objects.get(key="m1-first")
        mine = Lesson.objects.create(module=module, key="mine", title="Mine", position=9, body="x")

        report = sync()

        assert report.warnings == []
        mine.refresh_from_db()
        assert not mine.is_archived
        assert mine.rendered["segments"] == [{"html": '<p id="p-2d711642">x</p>\n'}]

    def test_words_and_sources_without_use_are_deleted(self, synced: Course) -> None:
        glossary = FILES["glossary.yaml"].split("- key: process")[0]
        report = sync(files(**{"glossary.yaml": glossary, "m1-first/stimuli.yaml": None,
                               BANK: FILES[BANK].replace("  stimulus: a-case\n", "")}))  # fmt: skip

        assert report.retired == ["stimulus a-case", "term process"]
        assert not Term.objects.filter(key="process").exists()
        assert not Stimulus.objects.exists()

    def test_a_source_in_use_by_a_row_made_here_stays(self, synced: Course) -> None:
        source = Reference.objects.get(key="dodkins")
        Term.objects.create(course=synced, key="mine", term="M", definition="m", source=source)
        changed = {
            name: content.replace(b"dodkins", b"alaybek") for name, content in files().items()
        }
        changed["references.yaml"] = b"- key: alaybek\n  citation: Alaybek, B. (2022).\n"
        changed[LESSON] = changed[LESSON].replace(b"[alaybek, alaybek]", b"[alaybek]")

        report = sync(changed)

        assert report.warnings == ["reference dodkins"]
        assert Reference.objects.filter(key="dodkins").exists()

    def test_an_objective_in_use_stays(self, synced: Course) -> None:
        Objective.objects.filter(key="DEF-2").update(source_hash="x")
        objective = Objective.objects.get(key="DEF-2")
        module = Module.objects.get(key="m1-first")
        question = Question.objects.create(
            course=synced, module=module, key="mine", objective=objective
        )
        changed = {name: content.replace(b"DEF-2", b"DEF-1") for name, content in files().items()}
        module_yaml = FILES["m1-first/module.yaml"].splitlines(keepends=True)
        changed["m1-first/module.yaml"] = "".join(module_yaml[:-1]).encode()

        report = sync(changed, choose="theirs")

        assert report.warnings == ["objective DEF-2"]
        question.refresh_from_db()
        assert question.objective == objective

    def test_a_picture_that_a_version_shows_stays(self, synced: Course) -> None:
        version = QuestionVersion.objects.get(question__key="q-one")
        data = {**version.data, "stem": "![x](asset:square.svg)"}
        QuestionVersion.objects.filter(pk=version.pk).update(data=data)
        text = FILES[LESSON].replace("![A square](asset:square.svg", "![A square](asset:b.svg")

        report = sync(
            files(
                **{"m1-first/assets/square.svg": None, "m1-first/assets/b.svg": SVG, LESSON: text}
            )
        )

        assert report.warnings == ["asset m1-first/square.svg"]
        assert Asset.objects.count() == 2


class TestRowsChanged:
    """What an instructor changed is never overwritten without an order to."""

    def change_row(self) -> None:
        Lesson.objects.filter(key="two-views").update(title="Mine", minutes=20)

    def test_the_row_stays_while_its_file_does_not_change(self, synced: Course) -> None:
        self.change_row()

        report = sync(edited("glossary.yaml", "term: Process", "term: A process"))

        assert report.updated == ["term process"]
        assert Lesson.objects.get(key="two-views").title == "Mine"

    def test_both_changed_is_a_conflict_and_the_row_stays(self, synced: Course) -> None:
        self.change_row()

        report = sync(edited(LESSON, "title: Two views", "title: Theirs"))

        assert [(conflict.name, conflict.fields) for conflict in report.conflicts] == [
            ("lesson two-views", {"title": ("Mine", "Theirs"), "minutes": (20, 14)})
        ]
        assert Lesson.objects.get(key="two-views").title == "Mine"
        assert report.updated == []

    def test_a_conflict_names_the_state_in_which_row_and_file_agreed(self, synced: Course) -> None:
        lesson = Lesson.objects.get(key="two-views")
        origin = editions.Origin("studio", UserFactory(), NOW)
        for title in ("Mine", "Mine again"):
            with editions.recording(lesson, origin=origin):
                lesson.title = title
                lesson.save()

        (conflict,) = sync(edited(LESSON, "title: Two views", "title: Theirs")).conflicts

        base = base_of(course=synced, conflict=conflict)
        states = (base, conflict.now.values, conflict.entry.values)
        assert [one["title"] for one in states] == ["Two views", "Mine again", "Theirs"]

        Edition.objects.all()._raw_delete("default")
        (conflict,) = sync(edited(LESSON, "title: Two views", "title: Theirs")).conflicts
        assert base_of(course=synced, conflict=conflict) == {}

    def test_ours_keeps_the_row_for_good(self, synced: Course) -> None:
        self.change_row()
        changed = edited(LESSON, "title: Two views", "title: Theirs")

        assert sync(changed, choose="ours").conflicts == []
        assert Lesson.objects.get(key="two-views").title == "Mine"
        assert sync(changed).conflicts == []

    def test_theirs_takes_the_file(self, synced: Course) -> None:
        self.change_row()
        changed = edited(LESSON, "title: Two views", "title: Theirs")

        report = sync(changed, choose="theirs")

        assert report.updated == ["lesson two-views"]
        lesson = Lesson.objects.get(key="two-views")
        assert (lesson.title, lesson.minutes) == ("Theirs", 14)

    def test_the_same_change_on_both_sides_is_none(self, synced: Course) -> None:
        Lesson.objects.filter(key="two-views").update(title="Same")
        changed = edited(LESSON, "title: Two views", "title: Same")

        report = sync(changed)

        assert (report.conflicts, report.updated) == ([], [])
        Lesson.objects.filter(key="two-views").update(minutes=20)
        assert sync(edited(LESSON, "title: Two views", "title: New")).conflicts != []

    @pytest.mark.parametrize(
        ("row", "change"),
        [
            ((Course, "sample", "title"), ("course.yaml", "A sample", "Another")),
            ((Module, "m1-first", "title"), ("m1-first/module.yaml", "e: First", "e: One")),
            ((Objective, "DEF-1", "text"), ("m1-first/module.yaml", "Tell two", "Tell both")),
            ((Reference, "dodkins", "note"), ("references.yaml", "Unsigned", "Signed")),
            ((Term, "process", "term"), ("glossary.yaml", "term: Process", "term: Way")),
            ((Stimulus, "a-case", "title"), ("m1-first/stimuli.yaml", "A case", "The case")),
            ((Question, "q-one", "bloom"), (BANK, "stimulus: a-case", "bloom: create")),
            ((Quiz, "m1-quiz", "title"), ("m1-first/quizzes.yaml", "e: Quiz", "e: Test")),
        ],
    )
    def test_every_kind_of_row_knows_its_conflicts(
        self, synced: Course, row: tuple[Any, str, str], change: tuple[str, str, str]
    ) -> None:
        model, key, field = row
        model.objects.filter(key=key).update(**{field: "apply"})

        report = sync(edited(*change))

        assert len(report.conflicts) == 1
        assert field in report.conflicts[0].fields
        assert getattr(model.objects.get(key=key), field) == "apply"

    def test_a_version_made_here_is_a_change_of_the_question(self, synced: Course) -> None:
        question = Question.objects.get(key="q-one")
        data = {**question.ready_version.data, "stem": "Mine?"}
        QuestionVersion.objects.create(
            question=question, number=2, type="single_choice", data=data, status="ready"
        )

        report = sync(edited(BANK, "Who acts?", "Theirs?"))

        fields = report.conflicts[0].fields
        assert [side["stem"] for side in fields["data"]] == ["Mine?", "Theirs?"]
        report = sync(edited(BANK, "Who acts?", "Theirs?"), choose="theirs")
        assert Question.objects.get(key="q-one").ready_version.number == 3

    def test_changed_items_are_a_change_of_the_quiz(self, synced: Course) -> None:
        QuizItem.objects.filter(quiz__key="m1-quiz").update(points=Decimal("3"))

        report = sync(edited("m1-first/quizzes.yaml", "title: Quiz", "title: Test"))

        assert [conflict.name for conflict in report.conflicts] == ["quiz m1-quiz"]

    def test_a_row_made_here_with_the_same_key_is_a_conflict(self) -> None:
        course = Course.objects.create(key="sample", title="Mine")

        report = sync()

        assert [conflict.name for conflict in report.conflicts] == ["course sample"]
        course.refresh_from_db()
        assert course.title == "Mine"
        assert Lesson.objects.count() == 2


class TestRefreshing:
    def test_a_text_changed_here_is_rendered_when_asked(self, synced: Course) -> None:
        Lesson.objects.filter(key="the-next").update(body="New.\n\n[[check:c1-view]]\n")

        assert refresh_lessons(course=synced) == ["the-next"]

        lesson = Lesson.objects.get(key="the-next")
        assert lesson.rendered["checks"] == ["c1-view"]
        assert [item.question.key for item in lesson.checks.items.all()] == ["c1-view"]
        assert refresh_lessons(course=synced) == []

    def test_new_renderer_version_renders_everything_again(
        self, synced: Course, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("courses.markup.VERSION", 99)

        assert len(refresh_lessons(course=synced)) == 2


class TestRoundTrip:
    def test_export_import_export_is_the_same_to_the_byte(self, synced: Course) -> None:
        first = course_files(course_to_records(course=synced))
        second_course = read_files(first).course
        assert course_files(second_course) == first

        report = sync_course(course_file=second_course, now=NOW)

        assert not report.has_changes
        assert course_files(course_to_records(course=Course.objects.get())) == first

    def test_a_second_database_exports_the_same(self, synced: Course) -> None:
        first = course_files(course_to_records(course=synced))
        text = first["course.yaml"].replace(b"key: sample", b"key: other")
        sync_course(course_file=read_files({**first, "course.yaml": text}).course, now=NOW)

        second = course_files(course_to_records(course=Course.objects.get(key="other")))

        assert second == {**first, "course.yaml": text}

    def test_seconds_are_not_lost(self, synced: Course) -> None:
        Quiz.objects.filter(key="m1-quiz").update(time_limit_s=95, attempt_delay_s=30)

        exported = course_files(course_to_records(course=synced))
        quiz = read_files(exported).course.modules[0].quizzes[0]

        assert quiz.time_limit_s == 95
        assert quiz.attempt_delay_s == 30
        assert (
            b"time_limit_minutes: 1\n  time_limit_seconds: 35\n"
            in exported["m1-first/quizzes.yaml"]
        )

    def test_changes_made_here_come_back_from_an_export(self, synced: Course) -> None:
        Lesson.objects.filter(key="two-views").update(title="Mine", position=7)
        Tag.objects.create(course=synced, key="unused")

        exported = read_files(course_files(course_to_records(course=synced))).course
        report = sync_course(course_file=exported, now=NOW)

        assert (report.conflicts, report.updated) == ([], [])
