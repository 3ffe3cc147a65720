"""Does everything that a course's files name exist, and does it fit together?"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from courses import figures, markup
from courses.coursefiles import enemies, mentions, rules
from courses.coursefiles.daily_review import check_daily_review
from courses.coursefiles.debates import check_debates
from courses.coursefiles.drafts import CourseDraft, ModuleDraft, Placed
from courses.coursefiles.enemies import fits
from courses.coursefiles.pictures import check_pictures
from courses.coursefiles.problems import Notes
from courses.coursefiles.quizzes import check_quiz
from courses.coursefiles.schema import DrawFile, LessonFile, QuestionFile, QuizFile
from courses.errors import CoursesError, NotFound
from courses.questions import registry
from courses.questions.data import DataError

LESSON_LIMIT = 200_000
TEXT_LIMIT = 50_000
"""Characters of a lesson, and of one text of a question."""


class CrossCheck:
    """Looks up every name of a course; mistakes go to `notes`."""

    def __init__(self, course: CourseDraft, notes: Notes) -> None:
        self.course = course
        self.notes = notes
        modules = course.modules
        self.questions = [question for module in modules for question in module.questions]
        self.quizzes = [*course.quizzes, *(quiz for module in modules for quiz in module.quizzes)]
        self.question_keys = _keys(self.questions)
        self.checks_of = {id(module): _keys(module.questions) for module in modules}
        """The questions that the texts of a module may name, by the module."""
        self.modules = {module.head.record.key for module in modules}
        self.references = _keys(course.references)
        self.terms = _keys(course.terms)
        self.lessons = {lesson.record.key for module in modules for lesson in module.lessons}
        self.objectives = {
            objective.key for module in modules for objective in module.head.record.objectives
        }
        self.stimuli = {each.record.key for module in modules for each in module.stimuli}
        self.checks: set[str] = set()
        """The checks that lessons show; no draw takes them. Known once the modules are read."""
        self.tags = {tag for question in self.questions for tag in question.record.tags}

    def run(self) -> None:
        modules = self.course.modules
        self._check_unique(self.course.references)
        self._check_unique(self.course.terms)
        self._check_unique([lesson for module in modules for lesson in module.lessons])
        self._check_unique([each for module in modules for each in module.stimuli])
        self._check_unique(self.questions)
        self._check_unique(self.quizzes)
        self._check_objectives()
        self._text(self.course.head, "description", module=None)
        self._known(self.course.head, "sample", [self.course.head.record.sample], self.lessons)
        for term in self.course.terms:
            self._known(term, "source", [term.record.source], self.references)
            self._text(term, "definition", module=None)
        for module in modules:
            self._module(module)
        for quiz in self.quizzes:
            self._quiz(quiz)
        check_debates(self.course, self.notes)
        check_pictures(self.course, self.notes)

    def _module(self, module: ModuleDraft) -> None:
        checks: set[str] = set()
        for lesson in module.lessons:
            checks |= set(self._lesson(lesson, module))
        self.checks |= checks
        for stimulus in module.stimuli:
            self._text(stimulus, "body", module=module)
        for question in module.questions:
            self._question(question, module)
            if "check" in question.record.tags and question.record.key not in checks:
                message = _("No lesson of the module shows this check.")
                self.notes.warning(question.file, question.line("key"), message)
        for quiz in module.quizzes:
            self._text(quiz, "intro", module=module)

    def _lesson(self, lesson: Placed[LessonFile], module: ModuleDraft) -> Sequence[str]:
        """Check a lesson and return the keys of the checks in it."""
        record = lesson.record
        self._known(lesson, "objectives", record.objectives, self.objectives)
        self._known(lesson, "sources", record.sources, self.references)
        if len(record.body) > LESSON_LIMIT:
            message = _("A lesson has %d characters at most.") % LESSON_LIMIT
            self.notes.problem(lesson.file, lesson.body_line + 1, message)
            return ()
        findings = markup.inspect(record.body, is_lesson=True)
        self._findings(findings, lesson.file, lesson.body_line, module)
        for mention in findings.mentions:
            if mention.kind == "source" and mention.key not in record.sources:
                message = _("“%(key)s” is cited but not in the lesson's sources.")
                line = lesson.body_line + mention.line
                self.notes.warning(lesson.file, line, message % {"key": mention.key})
        checks = [mention.key for mention in findings.mentions if mention.kind == "check"]
        for key, count in Counter(checks).items():
            if count > 1:
                message = _("The check “%(key)s” is in this lesson twice.") % {"key": key}
                self.notes.problem(lesson.file, lesson.body_line + 1, message)
        check_daily_review(lesson, module, checks, self.notes)
        if record.completion == "checks" and not checks:
            message = _("The lesson has no check that could complete it; see “completion”.")
            self.notes.problem(lesson.file, lesson.line("completion"), message)
        return checks

    def _question(self, question: Placed[QuestionFile], module: ModuleDraft) -> None:
        record = question.record
        self._known(question, "objective", [record.objective], self.objectives)
        self._known(question, "stimulus", [record.stimulus], self.stimuli)
        self._known(question, "enemies", record.enemies, self.question_keys)
        if record.key in record.enemies:
            message = _("A question cannot be its own enemy.")
            self.notes.problem(question.file, question.line("enemies"), message)
        keys = [source for source in record.source if rules.KEY.fullmatch(source)]
        self._known(question, "source", keys, self.references)
        for path, message in _data_problems(record):
            where = f"data.{path}" if path else "data"
            text = f"{where}: {message}"
            self.notes.problem(question.file, question.line(where), text)
        image = record.data.get("image")
        if isinstance(image, str) and image not in module.assets:
            message = _("There is no asset “%(name)s” in this module.") % {"name": image}
            self.notes.problem(question.file, question.line("data.image"), message)
        for path, text in mentions.texts(record.data, "data"):
            self._inspect(text, question.file, question.line(path), module)

    def _quiz(self, quiz: Placed[QuizFile]) -> None:
        record = quiz.record
        for problem in check_quiz(record, has_module=quiz.file != "quizzes.yaml"):
            self.notes.problem(quiz.file, quiz.line(problem.path), problem.message)
        self._known(quiz, "requires_modules", record.requires_modules, self.modules)
        self._known(quiz, "compares_with", [record.compares_with], _keys(self.quizzes))
        for index, item in enumerate(record.items):
            where = f"items.{index}"
            self._known(quiz, f"{where}.question", [item.question], self.question_keys)
            if item.draw is not None:
                self._draw(quiz, f"{where}.draw", item.draw)
        for path, message in enemies.problems(
            record, [each.record for each in self.questions], checks=self.checks
        ):
            self.notes.problem(quiz.file, quiz.line(path), message)

    def _draw(self, quiz: Placed[QuizFile], where: str, draw: DrawFile) -> None:
        self._known(quiz, f"{where}.objective", [draw.objective], self.objectives)
        self._known(quiz, f"{where}.tag", [draw.tag], self.tags)
        bank = [one.record for one in self.questions if one.record.key not in self.checks]
        fitting = sum(fits(record, draw) for record in bank)
        if fitting < draw.count:
            message = _("The bank has %(found)d such questions, not %(wanted)d.")
            counts = {"found": fitting, "wanted": draw.count}
            self.notes.problem(quiz.file, quiz.line(f"{where}.count"), message % counts)

    def _check_objectives(self) -> None:
        seen: set[str] = set()
        for module in self.course.modules:
            for index, objective in enumerate(module.head.record.objectives):
                if objective.key in seen:
                    self._twice(module.head, f"objectives.{index}.key", objective.key)
                seen.add(objective.key)

    def _check_unique(self, records: Iterable[Placed[Any]]) -> None:
        seen: set[str] = set()
        for placed in records:
            if placed.record.key in seen:
                self._twice(placed, "key", placed.record.key)
            seen.add(placed.record.key)

    def _twice(self, placed: Placed[Any], path: str, key: str) -> None:
        message = _("The key “%(key)s” is used twice in the course.") % {"key": key}
        self.notes.problem(placed.file, placed.line(path), message)

    def _known(
        self, placed: Placed[Any], path: str, keys: Iterable[str], known: Iterable[str]
    ) -> None:
        for index, key in enumerate(keys):
            if key and key not in known:
                message = _("%(path)s: the course has nothing with the key “%(key)s”.")
                line = placed.line(f"{path}.{index}")
                self.notes.problem(placed.file, line, message % {"path": path, "key": key})

    def _text(self, placed: Placed[Any], path: str, *, module: ModuleDraft | None) -> None:
        text = getattr(placed.record, path)
        self._inspect(text, placed.file, placed.line(path), module)

    def _inspect(self, text: str, file: str, line: int, module: ModuleDraft | None) -> None:
        """Check a text of a few lines; all is reported at the line where the text starts."""
        if len(text) > TEXT_LIMIT:
            message = _("This is longer than %(limit)d characters.") % {"limit": TEXT_LIMIT}
            self.notes.problem(file, line, message)
            return
        findings = mentions.inspect(text)
        if findings is not None:
            self._findings(findings, file, line, module, is_short=True)

    def _findings(
        self,
        findings: markup.Findings,
        file: str,
        line: int,
        module: ModuleDraft | None,
        *,
        is_short: bool = False,
    ) -> None:
        known: dict[str, Container[str]] = {
            "check": self.checks_of[id(module)] if module else (),
            "figure": figures.modules(),
            "term": self.terms,
            "source": self.references,
            "lesson": self.lessons,
            "asset": module.assets if module else (),
        }
        for text_line, message in mentions.problems(findings, known):
            self.notes.problem(file, line if is_short else line + text_line, message)


def _keys(records: Iterable[Placed[Any]]) -> set[str]:
    return {placed.record.key for placed in records}


def _data_problems(question: QuestionFile) -> Iterator[tuple[str, str]]:
    """Yield what the question's type finds wrong with its data, as (path, message)."""
    try:
        question_type = registry.get(question.type)
    except NotFound:
        known = ", ".join(registry.all_types())
        message = _("There is no type “%(type)s”; known: %(known)s.")
        yield "", message % {"type": question.type, "known": known}
        return
    try:
        problems = list(question_type.check(question_type.load(question.data)))
    except DataError as error:
        problems = list(error.problems)
    except CoursesError as error:
        yield "", str(error)
        return
    for problem in problems:
        yield problem.path, problem.message
