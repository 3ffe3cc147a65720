"""What is written reads back as the same, and always comes out the same."""

import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.coursefiles import (
    CourseFilesError,
    course_files,
    read_course,
    read_files,
    write_course,
)
from courses.coursefiles.emitter import emit
from courses.coursefiles.schema import (
    AssetFile,
    CourseFile,
    LessonFile,
    ModuleFile,
    QuestionFile,
    TermFile,
)
from courses.coursefiles.yamltext import parse
from courses.errors import Conflict, Invalid
from courses.questions.texts import is_blank
from tests.content.oracle import shipped
from tests.coursefiles.sample import FILES, files

pytestmark = pytest.mark.slow

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no mistake."""

_storable = st.characters(exclude_categories=("Cs",), exclude_characters="\x00")
texts = st.one_of(
    st.text(_storable, max_size=30),
    st.text(st.sampled_from(" \n\t-:#?&*!|>'\"%@`{}[],\\~x0"), max_size=12),
    st.sampled_from(
        ["yes", "No", "null", "~", "0x1", "1e3", "12:30", "2026-11-22", "---", "...", "<<", "=",
         " a", "a ", "a\n", "\na", "a\n\n", "a\n b", "a: b", "a #b", "é", "a\r\nb", "a\x85b",
         "\u2028", "\ufeffa", "a:", ":a", "- a", "🙂", "true", "+1", ".5", "a\tb\nc", "a \nb"]
    ),
)  # fmt: skip
values = st.recursive(
    st.one_of(texts, st.integers(-(10**17), 10**17), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)


@patient
@given(st.one_of(st.lists(values, min_size=1), st.dictionaries(texts, values, min_size=1)))
def test_any_value_reads_back(value: Any) -> None:
    text = emit(value)
    document = parse(text)

    assert document.problems == ()
    assert document.value == value
    assert emit(document.value) == text


@patient
@given(st.dictionaries(texts.filter(lambda text: text != "2026-11-22"), texts, min_size=1))
def test_other_readers_of_yaml_read_the_same(value: dict[str, str]) -> None:
    if "2026-11-22" in value.values():
        return  # stands bare as in the format; to others it is a date

    assert yaml.safe_load(emit(value)) == value


@patient
@given(st.floats(min_value=1e-9, max_value=1e15))
def test_decimals_read_back(number: float) -> None:
    read = parse(emit({"a": number})).value["a"]

    assert math.isclose(read, number, rel_tol=0)


keys = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)
filled = texts.filter(lambda text: not is_blank(text) and len(text) < 100)
harmless = st.text(st.characters(exclude_characters="\x00[]()$:!", exclude_categories=("Cs",)))


@st.composite
def courses(draw: st.DrawFn) -> CourseFile:
    """Courses that name nothing which is not there."""
    text = filled.filter(lambda value: not set("[]()$!:") & set(value))
    lesson = st.builds(
        LessonFile,
        key=keys,
        title=text,
        summary=harmless,
        minutes=st.integers(1, 500),
        completion=st.just("confirm"),
        body=harmless.filter(lambda value: "#" not in value and "=" not in value).map(
            lambda value: value.replace("\r", "").lstrip("\ufeff")
        ),
    )
    option = st.builds(lambda one, two: {"text": one, "feedback": two}, text, text)
    data = st.builds(
        lambda stem, one, two: {
            "stem": stem,
            "options": [
                {"key": "a", **one, "text": f"{one['text']}1", "correct": True},
                {"key": "b", **two, "text": f"{two['text']}2"},
            ],
        },
        text,
        option,
        option,
    )
    question = st.builds(
        QuestionFile,
        key=keys,
        type=st.just("single_choice"),
        source=st.lists(text.map("Talk {}".format), max_size=2).map(tuple),
        tags=st.lists(keys.filter(lambda key: key != "check"), max_size=3).map(tuple),
        data=data,
    )
    term = st.builds(TermFile, key=keys, term=text, definition=text)

    def several(strategy: st.SearchStrategy[Any]) -> Any:
        unique = st.lists(strategy, max_size=3, unique_by=lambda record: record.key)
        return draw(unique.map(tuple))

    def by_key(records: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(sorted(records, key=lambda record: record.key))

    module = ModuleFile(
        key="m1",
        title=draw(text),
        lessons=several(lesson),
        questions=by_key(several(question)),
        instructor_notes=draw(harmless).replace("\r", "").lstrip("\ufeff"),
    )
    title = draw(text)
    return CourseFile(key="c", title=title, terms=by_key(several(term)), modules=(module,))


@settings(patient)
@given(courses())
def test_any_course_reads_back(course: CourseFile) -> None:
    written = course_files(course)
    read = read_files(written).course

    assert read == course
    assert course_files(read) == written


@settings(patient)
@given(
    st.sampled_from(sorted(FILES)),
    st.integers(0, 400),
    st.integers(0, 12),
    st.one_of(st.binary(max_size=12), texts.map(str.encode)),
)
def test_any_bytes_give_a_course_or_mistakes(
    path: str, start: int, length: int, inserted: bytes
) -> None:
    changed = files()
    content = changed[path]
    changed[path] = content[:start] + inserted + content[start + length :]

    try:
        read = read_files(changed).course
    except CourseFilesError:
        return
    assert read_files(course_files(read)).course == read


def test_the_sample_survives_writing() -> None:
    course = read_files(files()).course
    written = course_files(course)

    assert read_files(written).course == course
    assert course_files(read_files(written).course) == written


def test_the_shipped_course_survives_writing(tmp_path: Path) -> None:
    write_course(shipped(), tmp_path / "copy")
    again = read_course(tmp_path / "copy").course

    assert again == shipped()
    assert course_files(again) == course_files(shipped())


def test_the_form_is_fit_for_people() -> None:
    written = course_files(read_files(files()).course)

    assert (
        written["m1-first/01-two-views.md"]
        .decode()
        .startswith(
            "---\n"
            "key: two-views\n"
            "title: Two views\n"
            "summary: One event, told twice.\n"
            "minutes: 14\n"
            "objectives: [DEF-1, DEF-2]\n"
            "reviewed_on: 2026-11-22\n"
            "sources: [dodkins, alaybek]\n"
            "---\n"
            "Said [[source:dodkins]]"
        )
    )
    assert written["m1-first/questions/checks.yaml"].decode() == (
        "- key: c1-order\n"
        "  type: single_choice\n"
        "  objective: DEF-2\n"
        "  tags: [check]\n"
        "  data:\n"
        '    stem: "Which is first: a or b?"\n'
        "    options:\n"
        "      - key: a\n"
        '        text: "a: first"\n'
        "        feedback: Yes.\n"
        "        correct: true\n"
        "      - key: b\n"
        '        text: "#2"\n'
        "        feedback: No.\n"
        "\n"
        "- key: c1-view\n"
        "  type: single_choice\n"
        "  objective: DEF-1\n"
        "  bloom: understand\n"
        "  difficulty: easy\n"
        "  tags: [check]\n"
        "  source: [dodkins]\n"
        "  reviewed_on: 2026-11-22\n"
        "  data:\n"
        "    stem: Which is outside-in?\n"
        "    explanation: |\n"
        "      Two lines,\n"
        "      both short.\n"
        "    options:\n"
        "      - key: a\n"
        "        text: Our tickets\n"
        "        feedback: That counts work.\n"
        "      - key: b\n"
        "        text: Her solved need\n"
        "        feedback: It follows her goal.\n"
        "        correct: true\n"
    )


class TestFolder:
    def test_it_is_made(self, tmp_path: Path) -> None:
        write_course(read_files(files()).course, tmp_path / "a" / "b")

        assert (tmp_path / "a" / "b" / "m1-first" / "assets" / "square.svg").is_file()

    def test_a_full_one_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "mine.txt").write_text("x")

        with pytest.raises(Conflict):
            write_course(read_files(files()).course, tmp_path)
        with pytest.raises(Conflict):
            write_course(read_files(files()).course, tmp_path, is_forced=True)
        assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]

    def test_an_old_course_is_replaced_by_force(self, tmp_path: Path) -> None:
        folder = tmp_path / "course"
        write_course(read_files(files()).course, folder)
        (folder / "m1-first" / "99-old.md").write_text("old")
        (folder / "m1-first" / "assets" / "old.png").write_text("old")
        (folder / ".git").mkdir()
        (folder / ".git" / "config").write_text("mine")
        (folder / "notes.txt").write_text("mine")

        write_course(read_files(files()).course, folder, is_forced=True)

        assert not (folder / "m1-first" / "99-old.md").exists()
        assert not (folder / "m1-first" / "assets" / "old.png").exists()
        assert (folder / ".git" / "config").read_text() == "mine"
        assert (folder / "notes.txt").read_text() == "mine"

    @pytest.mark.parametrize("name", ["../../escaped.svg", "/etc/x", "a/b.svg", "..", "a\x00", ""])
    def test_names_that_lead_elsewhere_are_refused(self, tmp_path: Path, name: str) -> None:
        asset = AssetFile.of(name=name, content=b"x")
        module = ModuleFile(key="m1", title="M", assets=(asset,))

        with pytest.raises(Invalid):
            write_course(CourseFile(key="c", title="C", modules=(module,)), tmp_path / "out")

        assert list(tmp_path.iterdir()) == []

    def test_a_link_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        (tmp_path / "link").symlink_to(tmp_path / "real")

        with pytest.raises(Invalid):
            write_course(read_files(files()).course, tmp_path / "link", is_forced=True)
