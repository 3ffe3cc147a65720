"""The coverage of a course as a Markdown document."""

from collections.abc import Iterator
from os.path import relpath
from pathlib import Path

from courses.coursefiles.schema import QuestionFile
from tools.coursequality.coverage import KINDS, Complaint, Coverage, lesson_path

HEAD = """\
# What the course covers

Made by `python -m tools.coursequality coverage`; do not edit. Lessons are taken from the checks
that carry a tag and from the tables in the instructor notes; items are counted by their tags:
checks stand in lessons, the bank is drawn by the module's quiz, exam items by the final exam alone.
"""


def coverage_text(coverage: Coverage, *, folder: Path, document: Path, root: Path) -> str:
    """Return the text of `document`, with links from there; `folder` is the course's.

    Paths in the links of `coverage.yaml` start from `root`.
    """
    links = _Links(coverage, folder, document.parent, root)
    parts = [HEAD, *_ideas(coverage, links), *_objectives(coverage, links)]
    parts += _complaints(coverage, links)
    return "\n".join(parts).rstrip("\n") + "\n"


class _Links:
    """Links to lessons and files, relative to the document."""

    def __init__(self, coverage: Coverage, folder: Path, start: Path, root: Path) -> None:
        self.start, self.root = start, root
        self.lessons, self.by_key, self.questions = {}, {}, {}
        for place, module in enumerate(coverage.course.modules, start=1):
            for number, lesson in enumerate(module.lessons, start=1):
                path = folder / lesson_path(module, lesson)
                self.lessons[f"{place}.{number}"] = path
                self.by_key[lesson.record.key] = (f"lesson {place}.{number}", path)
            for question in module.questions:
                self.questions[question.record.key] = folder / question.file

    def lesson(self, number: str) -> str:
        path = self.lessons.get(number)
        return f"[{number}]({self._to(path)})" if path else number

    def of(self, link: str) -> str:
        scheme, _colon, key = link.partition(":")
        if scheme == "lesson":
            name, path = self.by_key.get(key, (key, Path()))
        elif scheme == "question":
            name, path = f"`{key}`", self.questions.get(key, Path())
        else:
            name, path = link, self.root / link
        return f"[{name}]({self._to(path)})"

    def _to(self, path: Path) -> str:
        return Path(relpath(path, self.start)).as_posix()


def _ideas(coverage: Coverage, links: _Links) -> Iterator[str]:
    yield "## Ideas\n"
    yield "| Tag | Idea | Lessons | Checks | Bank | Exam |\n|---|---|---|--:|--:|--:|"
    for idea in coverage.wanted.ideas:
        if idea.left_out:
            yield f"| `{idea.tag}` | {idea.text} | left out: {idea.left_out} | | | |"
            continue
        lessons = ", ".join(map(links.lesson, coverage.lessons_of(idea.tag))) or "in preparation"
        tagged = [question for question in coverage.questions if idea.tag in question.tags]
        yield f"| `{idea.tag}` | {idea.text} | {lessons} | {_counted(coverage, tagged)} |"
    yield ""


def _objectives(coverage: Coverage, links: _Links) -> Iterator[str]:
    yield "## Objectives\n"
    yield "| Objective | | Level | Lessons | Checks | Bank | Exam |"
    yield "|---|---|---|---|--:|--:|--:|"
    for module in coverage.course.modules:
        for objective in module.head.record.objectives:
            lessons = [
                links.lesson(number)
                for number, lesson in coverage.numbers.items()
                if objective.key in lesson.record.objectives
            ]
            asked = [q for q in coverage.questions if q.objective == objective.key]
            where = ", ".join(lessons) or "in preparation"
            yield (
                f"| {objective.key} | {objective.text} | {objective.bloom} | {where} | "
                f"{_counted(coverage, asked)} |"
            )
    yield ""


def _complaints(coverage: Coverage, links: _Links) -> Iterator[str]:
    yield "## Complaints about other courses, and the answer here\n"
    for who in dict.fromkeys(complaint.who for complaint in coverage.wanted.complaints):
        yield f"### {who.capitalize()} say\n"
        yield "| | Complaint | Answer | See |\n|--:|---|---|---|"
        complaints = [complaint for complaint in coverage.wanted.complaints if complaint.who == who]
        for number, complaint in enumerate(complaints, start=1):
            see = ", ".join(map(links.of, complaint.links))
            yield f"| {number} | {complaint.text} | {_answer(complaint)} | {see} |"
        yield ""


def _answer(complaint: Complaint) -> str:
    missing = f" Not yet: {complaint.missing}" if complaint.missing else ""
    return f"{complaint.answer}{missing}"


def _counted(coverage: Coverage, questions: list[QuestionFile]) -> str:
    counts = coverage.counts(questions)
    return " | ".join(str(counts[kind]) for kind in KINDS)
