"""A course → the files of its folder, in canonical form: same course, same bytes."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from courses.coursefiles.durations import file_values
from courses.coursefiles.emitter import emit
from courses.coursefiles.rules import FILE_NAME
from courses.coursefiles.schema import (
    COMPANIONS,
    AssetFile,
    CourseFile,
    CourseHead,
    LessonFile,
    LessonHead,
    ModuleFile,
    ModuleHead,
    QuestionFile,
    head_values,
)
from courses.errors import Conflict, Invalid
from courses.questions.data import dump


def write_course(course: CourseFile, folder: Path, *, is_forced: bool = False) -> None:
    """Write the folder. Raises Conflict when it holds something, unless `is_forced`.

    A forced write takes the place of the course in the folder, whatever else lies there stays; a
    folder that holds no course is refused all the same. Raises Invalid for names that are no file
    names; then nothing is written.
    """
    files = course_files(course)
    for name in _names(course):
        if not FILE_NAME.fullmatch(name):
            raise Invalid(_("“%(name)s” cannot be a file of a course.") % {"name": name})
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise Invalid(_("%(folder)s is not a folder.") % {"folder": folder})
    if folder.is_dir() and any(folder.iterdir()):
        if not is_forced:
            raise Conflict(_("%(folder)s is not empty.") % {"folder": folder})
        if not (folder / "course.yaml").is_file():
            raise Conflict(
                _("%(folder)s contains something that is not a course.") % {"folder": folder}
            )
        for path in list(_course_paths(folder)):
            path.unlink()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _names(course: CourseFile) -> Iterator[str]:
    """Yield every name that a course gives to a file or folder."""
    for module in course.modules:
        yield module.key
        yield from (lesson.key for lesson in module.lessons)
        yield from (asset.name for asset in module.assets)
        yield from (question.objective for question in module.questions if question.objective)


def _course_paths(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder that are a course's; nothing behind a link."""
    yield from (path for path in folder.glob("*.yaml") if path.name not in COMPANIONS)
    for head in folder.glob("*/module.yaml"):
        if head.parent.is_symlink():
            continue
        yield from head.parent.glob("*.yaml")
        yield from head.parent.glob("*.md")
        for inner, pattern in (("questions", "*.yaml"), ("assets", "*.*")):
            if not (head.parent / inner).is_symlink():
                yield from (head.parent / inner).glob(pattern)


class CourseFolder(Mapping[str, bytes]):
    """The files of a course's folder by their path; the content of an asset is read when asked."""

    def __init__(self) -> None:
        self._texts: dict[str, bytes] = {}
        self._assets: dict[str, AssetFile] = {}

    def __setitem__(self, name: str, content: "bytes | AssetFile") -> None:
        if isinstance(content, AssetFile):
            self._assets[name] = content
        else:
            self._texts[name] = content

    def __getitem__(self, name: str) -> bytes:
        found = self._texts.get(name)
        return self._assets[name].content if found is None else found

    def __iter__(self) -> Iterator[str]:
        yield from self._texts
        yield from self._assets

    def __len__(self) -> int:
        return len(self._texts) + len(self._assets)


def course_files(course: CourseFile) -> CourseFolder:
    """Return every file of the course's folder by its path."""
    head = head_values(course, CourseHead)
    files = CourseFolder()
    files["course.yaml"] = _yaml({**head, "modules": [module.key for module in course.modules]})
    _add(files, "references.yaml", [dump(record) for record in course.references])
    _add(files, "glossary.yaml", [dump(record) for record in course.terms])
    _add(files, "quizzes.yaml", [file_values(record) for record in course.quizzes])
    for module in course.modules:
        for name, content in _module_files(module).items():
            files[f"{module.key}/{name}"] = content
    return files


def _module_files(module: ModuleFile) -> dict[str, bytes | AssetFile]:
    files: dict[str, bytes | AssetFile] = {"module.yaml": _yaml(head_values(module, ModuleHead))}
    for number, lesson in enumerate(module.lessons, start=1):
        files[f"{number:02d}-{lesson.key}.md"] = _lesson(lesson)
    grouped: dict[str, list[Any]] = {}
    for question in sorted(module.questions, key=lambda question: question.key):
        grouped.setdefault(_question_file(question), []).append(dump(question))
    for name, questions in sorted(grouped.items()):
        files[name] = _yaml(questions)
    _add(files, "stimuli.yaml", [dump(record) for record in module.stimuli])
    _add(files, "quizzes.yaml", [file_values(record) for record in module.quizzes])
    for asset in module.assets:
        files[f"assets/{asset.name}"] = asset
    if module.instructor_notes:
        files["instructor-notes.md"] = module.instructor_notes.encode()
    return files


def _question_file(question: QuestionFile) -> str:
    """Return the file for a question: checks are together, the others by their objective."""
    if "check" in question.tags:
        return "questions/checks.yaml"
    return f"questions/{question.objective.lower() or 'others'}.yaml"


def _lesson(lesson: LessonFile) -> bytes:
    return f"---\n{emit(head_values(lesson, LessonHead))}---\n{lesson.body}".encode()


def _yaml(value: Any) -> bytes:
    return emit(value).encode()


def _add(files: Any, name: str, records: list[Any]) -> None:
    if records:
        files[name] = _yaml(records)
