"""A folder of files becomes a course, or a list of mistakes with file and line."""

import os
from pathlib import Path
from typing import Any

import pytest

from courses.coursefiles import CourseFilesError, read_course, read_files
from courses.coursefiles.folder import FILE_LIMIT
from tests.coursefiles.sample import FILES, edited, files

LESSON = "m1-first/01-two-views.md"
CHECKS = "m1-first/questions/checks.yaml"
BANK = "m1-first/questions/bank.yaml"
QUIZZES = "m1-first/quizzes.yaml"


def mistakes(changed: dict[str, bytes]) -> list[str]:
    with pytest.raises(CourseFilesError) as caught:
        read_files(changed)
    return [str(problem) for problem in caught.value.file_problems]


def write(folder: Path, contents: dict[str, bytes]) -> Path:
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def test_the_sample_is_read_whole(tmp_path: Path) -> None:
    reading = read_course(write(tmp_path, files()))

    assert reading.warnings == ()
    course = reading.course
    assert (course.key, course.authors) == ("sample", ("Ada", "Grace"))
    assert course.description == "About [[term:outside-in]].\n\nTwo paragraphs.\n"
    first, second = course.modules
    assert [lesson.key for lesson in first.lessons] == ["two-views", "the-next"]
    assert [question.key for question in first.questions] == [
        "c1-order",
        "c1-view",
        "q-draft",
        "q-one",
        "q-pinned",
        "q-two",
    ]
    assert first.questions[1].source == ("dodkins",)
    assert first.assets[0].name == "square.svg"
    assert first.instructor_notes == "Ask *twice*.\n"
    assert second.optional
    assert second.lessons == ()


def test_numbers_and_moments_have_one_way_of_writing() -> None:
    exam = read_files(files()).course.quizzes[0]

    assert exam.pass_mark == "72.5"
    assert exam.items[1].points == "2.5"
    assert exam.opens_at == "2026-12-01T08:00:00+00:00"
    assert exam.closes_at == "2027-01-01T00:00:00+00:00"


def test_windows_line_ends_and_a_byte_order_mark_are_no_change() -> None:
    windows = {
        name: content if name.endswith(".svg") else content.replace(b"\n", b"\r\n")
        for name, content in files().items()
    }
    windows["course.yaml"] = b"\xef\xbb\xbf" + windows["course.yaml"]

    assert read_files(windows).course == read_files(files()).course


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("course.yaml", "licence: MIT", "license: MIT", "course.yaml:10: license: Unknown field"),
        ("course.yaml", "key: sample", "key: Sample", "course.yaml:1: key: A key is made of"),
        ("course.yaml", "2026-11-22", "22.11.2026", "course.yaml:11: reviewed_on: A date is"),
        ("course.yaml", "m2-second]", "m3]", "course.yaml:12: There is no folder “m3”"),
        ("course.yaml", ", m2-second", "", "course.yaml:12: The folder “m2-second” is not listed"),
        ("course.yaml", "title: A sample", "title: ''", "course.yaml:2: title: This text must not"),
        ("course.yaml", "[Ada, Grace]", "Ada", "course.yaml:9: authors: A list is expected"),
        ("course.yaml", "title: A sample", "title: yes: no", "course.yaml:2: This is not YAML"),
        (
            "course.yaml",
            "term:outside-in",
            "term:nowhere",
            "course.yaml:4: term: there is nothing with",
        ),
        ("references.yaml", "https://e", "ftp://e", "references.yaml:3: url: An address starts"),
        (
            "glossary.yaml",
            "source: dodkins",
            "source: x",
            "glossary.yaml:4: source: the course has nothing",
        ),
        ("m1-first/module.yaml", "DEF-2", "DEF-1", "m1-first/module.yaml:6: The key “DEF-1” is"),
        (
            "m1-first/module.yaml",
            "remember",
            "recall",
            "m1-first/module.yaml:6: objectives.1.bloom",
        ),
        ("m1-first/module.yaml", "y: m1-first", "y: m1", "m1-first/module.yaml:1: The key must be"),
        (LESSON, "minutes: 14", "minutes: a lot", f"{LESSON}:5: minutes: Expected here: a whole"),
        (LESSON, "[DEF-1, DEF-2]", "[DEF-9]", f"{LESSON}:6: objectives: the course has nothing"),
        (LESSON, "[dodkins, alaybek]", "[nobody]", f"{LESSON}:9: sources: the course has nothing"),
        (LESSON, "source:dodkins", "source:nobody", f"{LESSON}:11: source: there is nothing with"),
        (LESSON, "term:outside-in", "term:inside", f"{LESSON}:11: term: there is nothing with"),
        (
            LESSON,
            "check:c1-view",
            "check:c9",
            f"{LESSON}:13: check: there is nothing with the key “c9”",
        ),
        (LESSON, "check:c1-order", "check:c1-view", f"{LESSON}:11: The check “c1-view” is in"),
        (LESSON, "[[check:c1-order]]", "x [[check:c1-order]]", f"{LESSON}:28: A check stands"),
        (
            LESSON,
            "lesson:the-next",
            "lesson:the-last",
            f"{LESSON}:16: lesson: there is nothing with",
        ),
        (
            LESSON,
            "asset:square.svg",
            "asset:circle.svg",
            f"{LESSON}:18: asset: there is nothing with",
        ),
        (LESSON, "asset:square.svg", "https://e.org/a.svg", f"{LESSON}:18: A picture must be"),
        (LESSON, "[A square]", "[ ]", f"{LESSON}:18: A picture needs a text"),
        (LESSON, "$a + b$", "$\\frac{a$", f"{LESSON}:24: This formula cannot be read"),
        (LESSON, "---\nkey", "key", f"{LESSON}:1: A lesson starts with its front matter"),
        ("m1-first/02-the-next.md", "## More", "# More", "m1-first/02-the-next.md:6: Headings in"),
        (
            "m1-first/02-the-next.md",
            "completion: confirm",
            "completion: checks",
            "m1-first/02-the-next.md:4: The lesson has no check",
        ),
        (CHECKS, "feedback: It follows her goal., ", "", f"{CHECKS}:13: data.options.1.feedback"),
        (CHECKS, "correct: true}\n    expl", "}\n    expl", f"{CHECKS}:11: data.options"),
        (
            CHECKS,
            "objective: DEF-1",
            "objective: X",
            f"{CHECKS}:3: objective: the course has nothing",
        ),
        (CHECKS, "type: single_choice", "type: singel", f"{CHECKS}:9: data: There is no type"),
        (
            CHECKS,
            "source: dodkins",
            "source: nobody",
            f"{CHECKS}:7: source: the course has nothing",
        ),
        (CHECKS, "stem: Which is", "stem: '", f"{CHECKS}:26: This is not YAML"),
        (CHECKS, "Our tickets", "'[[term:x]]'", f"{CHECKS}:12: term: there is nothing with"),
        (CHECKS, "c1-order\n", "c1-view\n", f"{CHECKS}:17: The key “c1-view” is used twice"),
        (CHECKS, "  difficulty: easy", "  bloom: apply", f"{CHECKS}:5: “bloom” is given twice"),
        (
            BANK,
            "stimulus: a-case",
            "stimulus: b-case",
            f"{BANK}:5: stimulus: the course has nothing",
        ),
        (QUIZZES, "count: 2", "count: 3", f"{QUIZZES}:6: The bank has 2 such questions, not 3"),
        (
            QUIZZES,
            "tag: bank",
            "tag: tank",
            f"{QUIZZES}:6: items.0.draw.tag: the course has nothing",
        ),
        (
            QUIZZES,
            "question: q-one",
            "question: q-9",
            f"{QUIZZES}:14: items.0.question: the course has nothing",
        ),
        (QUIZZES, "interactive", "deferred", f"{QUIZZES}:11: Credit by try needs"),
        (QUIZZES, "key: m1-quiz", "key: checks-it", f"{QUIZZES}:1: Keys that start with “checks-”"),
        (QUIZZES, "question: q-one", "points: 1", f"{QUIZZES}:14: An item is either a draw or"),
        (QUIZZES, '"1/2"', '"3/2"', f"{QUIZZES}:11: credit.1: A share is 0 to 1"),
        ("quizzes.yaml", "72.50", "101", "quizzes.yaml:12: pass_mark: A percentage from 0 to 100"),
        (
            "quizzes.yaml",
            "points: 2.50",
            "points: 0",
            "quizzes.yaml:29: items.1.points: Points are",
        ),
        ("quizzes.yaml", "00:00:00Z", "00:00:00", "quizzes.yaml:11: closes_at: A moment with"),
        ("quizzes.yaml", "later:", "soon:", "quizzes.yaml:22: review: The moments are during"),
        (
            "quizzes.yaml",
            "[m1-first]",
            "[m9]",
            "quizzes.yaml:21: requires_modules: the course has nothing",
        ),
    ],
)
def test_a_mistake_is_reported_at_its_line(path: str, old: str, new: str, expected: str) -> None:
    found = mistakes(edited(path, old, new))

    assert any(each.startswith(expected) for each in found), found


def test_all_mistakes_are_reported_at_once() -> None:
    changed = edited("course.yaml", "licence", "license")
    changed[LESSON] = FILES[LESSON].replace("minutes: 14", "minutes: x").encode()
    changed[QUIZZES] = b"no list"
    changed["m1-first/assets/square.svg"] = b"<svg/>"
    changed["notes.txt"] = b"?"
    del changed["m2-second/module.yaml"]
    changed["m2-second/quizzes.yaml"] = b""

    found = [each.partition(": ")[0] for each in mistakes(changed)]

    assert found == [
        "course.yaml:10",
        f"{LESSON}:5",
        "m1-first/assets/square.svg:1",
        f"{QUIZZES}:1",
        "m2-second/module.yaml:1",
        "notes.txt:1",
    ]


def test_a_check_that_no_lesson_shows_is_a_warning() -> None:
    changed = edited(BANK, "tags: [bank]", "tags: [bank, check]")

    warnings = [str(warning) for warning in read_files(changed).warnings]

    assert warnings == [f"{BANK}:1: No lesson of the module shows this check."]


def test_a_source_that_is_cited_but_not_listed_is_a_warning() -> None:
    changed = edited(LESSON, "[dodkins, alaybek]", "[dodkins]")

    warnings = [str(warning) for warning in read_files(changed).warnings]

    assert warnings == [f"{LESSON}:18: “alaybek” is cited but not in the lesson's sources."]


def test_two_lessons_with_one_number_are_refused() -> None:
    changed = files(**{"m1-first/01-again.md": FILES["m1-first/02-the-next.md"]})

    assert f"{LESSON}:1: Two lessons have this number." in mistakes(changed)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\xfe", "course.yaml:1: The text is not UTF-8."),
        (b"key: a\n\ntitle: \xe9", "course.yaml:3: The text is not UTF-8."),
        (b"key: a\ntitle: a\x00b", "course.yaml:2: This text contains characters that cannot"),
        (b'key: a\ntitle: "\\ud800"', "course.yaml:2: This is not YAML"),
        (b"", "course.yaml:1: A mapping of fields is expected here."),
        (b"- a", "course.yaml:1: A mapping of fields is expected here."),
        (b"a: 1\n---\nb: 2", "course.yaml:2: A file must contain only one YAML document."),
    ],
)
def test_bytes_that_are_no_text_are_refused(content: bytes, expected: str) -> None:
    changed = {**files(), "course.yaml": content}

    assert any(each.startswith(expected) for each in mistakes(changed)), mistakes(changed)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseFilesError, match=r"course\.yaml:1: This file is missing\."):
        read_course(tmp_path)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseFilesError, match=r"\.:1: Cannot be read"):
        read_course(tmp_path / "none")


class TestFolder:
    """Nothing outside the folder is read, and nothing that is no plain file."""

    def problems(self, folder: Path) -> list[str]:
        with pytest.raises(CourseFilesError) as caught:
            read_course(folder)
        return [str(problem) for problem in caught.value.file_problems]

    def test_a_link_to_a_file_is_refused(self, tmp_path: Path) -> None:
        secret = tmp_path / "secret.yaml"
        secret.write_text("- key: stolen\n  citation: secret\n")
        folder = write(tmp_path / "course", files(**{"references.yaml": None}))
        (folder / "references.yaml").symlink_to(secret)

        assert "references.yaml:1: Links are not followed; put the file itself here." in (
            self.problems(folder)
        )

    def test_a_link_to_a_folder_is_refused(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "course", files())
        (folder / "m3").symlink_to(tmp_path)

        assert self.problems(folder) == ["m3:1: Links are not followed; put the file itself here."]

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
    def test_a_pipe_is_refused_and_not_waited_for(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "course", files())
        os.mkfifo(folder / "m1-first" / "stimuli2.yaml")

        assert self.problems(folder) == ["m1-first/stimuli2.yaml:1: This is not a regular file."]

    def test_a_large_file_is_refused(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "course", files())
        (folder / "glossary.yaml").write_bytes(b"#" * (FILE_LIMIT + 1))

        assert "glossary.yaml:1: Larger than 2 MiB." in self.problems(folder)

    def test_many_files_are_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("courses.coursefiles.folder.FILES_LIMIT", 3)
        folder = write(tmp_path / "course", files())

        assert any("There are more than 3 files." in each for each in self.problems(folder))

    def test_much_text_is_refused(self, tmp_path: Path, settings: Any) -> None:
        settings.COURSES_COURSE_FILES_LIMIT = 0.0001
        folder = write(tmp_path / "course", files())

        assert any("larger than" in each for each in self.problems(folder))

    def test_deep_folders_are_refused(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "course", {**files(), "m1-first/a/b/c/d/e.yaml": b""})

        assert any("not nested this deeply" in each for each in self.problems(folder))

    @pytest.mark.parametrize("name", ["a b.yaml", "ü.yaml", "a\nb.yaml", "-x.yaml"])
    def test_odd_names_are_refused(self, tmp_path: Path, name: str) -> None:
        folder = write(tmp_path / "course", files())
        (folder / name).write_text("")

        assert any("A file name is made of" in each for each in self.problems(folder))

    def test_hidden_files_and_a_readme_are_ignored(self, tmp_path: Path) -> None:
        folder = write(tmp_path / "course", {**files(), ".git/config": b"\xff", "README.md": b"?"})

        assert read_course(folder).course == read_files(files()).course


VOTES = """\
- key: c1-first
  type: vote
  tags: [check]
  data:
    stem: Before?
    positions:
      - {key: a, text: One, feedback: Says Ada.}
      - {key: b, text: Two, feedback: Says Grace.}
- key: c1-second
  type: vote
  tags: [check]
  data:
    stem: After?
    again: c1-first
    positions:
      - {key: a, text: One, feedback: Says Ada.}
      - {key: b, text: Two, feedback: Says Grace.}
"""
DEBATE = "m1-first/questions/debate.yaml"


def with_votes(order: tuple[str, ...] = ("first", "second"), **changed: str) -> dict[str, bytes]:
    """The sample with a debate in its first lesson."""
    marks = "".join(f"\n[[check:c1-{name}]]\n" for name in order)
    return files(**{LESSON: FILES[LESSON] + marks, DEBATE: VOTES, **changed})


def test_a_debate_is_two_votes_in_one_lesson() -> None:
    assert read_files(with_votes()).warnings == ()


def test_a_second_vote_follows_its_first() -> None:
    message = "The lesson has no earlier vote with the key “c1-first”."

    assert mistakes(with_votes(("second", "first"))) == [f"{DEBATE}:14: {message}"]
    assert mistakes(with_votes(("second",))) == [f"{DEBATE}:14: {message}"]


def test_a_second_vote_has_the_positions_of_the_first() -> None:
    other = VOTES.replace("{key: b, text: Two", "{key: c, text: Two", 1)

    assert mistakes(with_votes(**{DEBATE: other})) == [
        f"{DEBATE}:15: The positions are not those of “c1-first”."
    ]


@pytest.mark.parametrize(
    ("review", "expected"),
    [
        ("[c9]", "the lesson has no check “c9”."),
        ("[c1-view, c1-view]", "“c1-view” is there twice."),
        ("[c1-first]", "no rule judges “c1-first”, so that it cannot come back."),
    ],
)
def test_daily_review_takes_only_the_lessons_rule_judged_checks(review: str, expected: str) -> None:
    changed = with_votes()
    text = changed[LESSON].decode().replace("completion:", f"review: {review}\ncompletion:")
    found = mistakes({**changed, LESSON: text.encode()})

    assert found == [f"{LESSON}:7: review: {expected}"]


def test_daily_review_keys_keep_their_order() -> None:
    changed = edited(
        LESSON, "completion: checks", "completion: checks\nreview: [c1-order, c1-view]"
    )

    assert read_files(changed).course.modules[0].lessons[0].review == ("c1-order", "c1-view")


def test_no_quiz_asks_for_a_vote() -> None:
    quiz = FILES[QUIZZES].replace("question: q-one", "question: c1-first")
    found = mistakes(with_votes(**{QUIZZES: quiz}))

    assert found == [
        f"{QUIZZES}:14: “c1-first” is a vote. Votes belong in lessons; a quiz cannot score them."
    ]


def test_a_bank_of_votes_is_an_empty_bank() -> None:
    votes = VOTES.replace("tags: [check]", "tags: [bank, check]\n  objective: DEF-2")
    quiz = FILES[QUIZZES].replace(
        "objective: DEF-1, tag: bank, difficulty: medium", "objective: DEF-2, tag: bank"
    )

    assert any(
        "The bank has 0 such questions, not 2." in found
        for found in mistakes(with_votes(**{DEBATE: votes, QUIZZES: quiz}))
    )


def test_a_post_test_is_a_practice_quiz_of_a_module_and_names_another() -> None:
    unknown = edited(QUIZZES, "compares_with: m1-practice", "compares_with: m1-nothing")
    graded = FILES[QUIZZES].replace("kind: practice\n  compares", "kind: graded\n  compares")

    assert mistakes(unknown) == [
        f"{QUIZZES}:18: compares_with: the course has nothing with the key “m1-nothing”."
    ]
    assert mistakes(files(**{QUIZZES: graded})) == [
        f"{QUIZZES}:18: A post-test is a practice quiz of a module."
    ]
