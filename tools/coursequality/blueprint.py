"""Check that a quiz draws what the blueprint demands, from a bank that is large enough."""

from collections import Counter
from collections.abc import Iterator

from courses.coursefiles.drafts import Placed
from courses.coursefiles.problems import FileProblem
from courses.coursefiles.publishing.material import Material, bank_of, drawn, fits
from courses.coursefiles.schema import BLOOM, QuizFile
from tools.coursequality.rules import RULES_FILE, LintRules, QuizRules


def check_quizzes(material: Material, rules: LintRules) -> Iterator[FileProblem]:
    quizzes = {quiz.record.key: quiz for quiz in material.quizzes}
    prepared = _in_preparation(material)
    for index, wanted in enumerate(rules.quizzes):
        if set(wanted.objectives) & prepared:
            continue
        quiz = quizzes.get(wanted.quiz)
        if quiz is None:
            line = material.rules_document.line(f"quizzes.{index}.quiz")
            yield FileProblem(RULES_FILE, line, f"No quiz is called “{wanted.quiz}”.")
            continue
        yield from _draws(quiz, wanted)
        yield from _bloom(material, quiz, wanted, rules.questions.highest_by_rule)
        yield from _authored(material, quiz, wanted)
        yield from _types(material, quiz, wanted)
        yield from _stimuli(material, quiz, wanted)
        yield from _levels(material, quiz, wanted)


def _in_preparation(material: Material) -> set[str]:
    """Return objectives of modules that have no lessons yet."""
    return {
        objective.key
        for module in material.draft.modules
        if not module.lessons
        for objective in module.head.record.objectives
    }


def _draws(quiz: Placed[QuizFile], wanted: QuizRules) -> Iterator[FileProblem]:
    counts: Counter[str] = Counter()
    for _path, draw in drawn(quiz):
        counts[draw.objective] += draw.count
    for objective in sorted({*counts, *wanted.objectives}):
        number = wanted.objectives.get(objective, 0)
        if wanted.objectives and counts[objective] != number:
            name = objective or "no objective"
            path = next((p for p, d in drawn(quiz) if d.objective == objective), "items")
            message = f"{counts[objective]} items are drawn for {name}; the blueprint has {number}."
            yield FileProblem(quiz.file, quiz.line(path), message)


def _bloom(
    material: Material, quiz: Placed[QuizFile], wanted: QuizRules, highest: str | None
) -> Iterator[FileProblem]:
    levels = _bloom_of(material)
    counts: Counter[str] = Counter()
    for _path, draw in drawn(quiz):
        counts[capped(levels.get(draw.objective, ""), highest)] += draw.count
    for level in BLOOM:
        number = wanted.bloom.get(level, 0)
        if wanted.bloom and counts[level] != number:
            message = f"{counts[level]} items are drawn at “{level}”; the blueprint has {number}."
            yield FileProblem(quiz.file, quiz.line("items"), message)


def _authored(
    material: Material, quiz: Placed[QuizFile], wanted: QuizRules
) -> Iterator[FileProblem]:
    for path, draw in drawn(quiz):
        found = sum(fits(material, question, draw) for question in material.ready)
        needed = wanted.authored_per_drawn * draw.count
        if found < needed:
            message = (
                f"The bank has {found} questions for a draw of {draw.count} from "
                f"{draw.objective or draw.tag}; {needed} are needed."
            )
            yield FileProblem(quiz.file, quiz.line(f"{path}.draw.count"), message)


def _types(material: Material, quiz: Placed[QuizFile], wanted: QuizRules) -> Iterator[FileProblem]:
    counts = Counter(question.record.type for question in bank_of(material, quiz))
    for name, number in wanted.types.items():
        needed = wanted.authored_per_drawn * number
        if counts[name] < needed:
            message = f"The bank has {counts[name]} questions of type {name}; {needed} are needed."
            yield FileProblem(quiz.file, quiz.line("items"), message)


def _stimuli(
    material: Material, quiz: Placed[QuizFile], wanted: QuizRules
) -> Iterator[FileProblem]:
    stimuli = Counter(question.record.stimulus for question in bank_of(material, quiz))
    found = sum(count for key, count in stimuli.items() if key and count > 1)
    if found < wanted.shared_stimulus:
        message = f"{found} questions share a stimulus; {wanted.shared_stimulus} are needed."
        yield FileProblem(quiz.file, quiz.line("items"), message)


def _levels(material: Material, quiz: Placed[QuizFile], wanted: QuizRules) -> Iterator[FileProblem]:
    """Report items of a higher level than their objective."""
    levels = {key: BLOOM.index(bloom) for key, bloom in _bloom_of(material).items()}
    for question in bank_of(material, quiz) if wanted.is_capped else ():
        record = question.record
        highest = levels.get(record.objective)
        if highest is not None and record.bloom and BLOOM.index(record.bloom) > highest:
            message = (
                f"{record.key} is at “{record.bloom}”, above its objective {record.objective} "
                f"(“{BLOOM[highest]}”)."
            )
            yield question.problem("bloom", message)


def capped(level: str, highest: str | None) -> str:
    """Return the level, or the highest one that a question graded by rule can have."""
    if highest is None or level not in BLOOM:
        return level
    return BLOOM[min(BLOOM.index(level), BLOOM.index(highest))]


def _bloom_of(material: Material) -> dict[str, str]:
    """Return every objective's level."""
    return {
        objective.key: objective.bloom
        for module in material.draft.modules
        for objective in module.head.record.objectives
    }
