"""Rules for a bank that counts: true and false, authors, fixed numbers, levels."""

import re
from collections.abc import Iterator
from decimal import Decimal

from courses.coursefiles.drafts import Placed
from courses.coursefiles.problems import FileProblem
from courses.coursefiles.publishing.material import Material, QuestionMaterial, bank_of, fits
from courses.coursefiles.schema import BLOOM, QuizFile, QuizItemFile
from tools.coursequality.rules import LintRules, QuizRules

TRUE_FALSE = "true_false"
NUMERIC = "numeric"
FEWEST = 3
"""Fewest true-or-false questions for which their balance is judged."""


def check_exams(material: Material, rules: LintRules) -> Iterator[FileProblem]:
    yield from _too_high(material, rules)
    quizzes = {quiz.record.key: quiz for quiz in material.quizzes}
    for wanted in rules.quizzes:
        quiz = quizzes.get(wanted.quiz)
        if quiz is not None:
            yield from _true_or_false(material, quiz, wanted)
            yield from _named(material, quiz, wanted, rules)
            yield from _fixed(material, quiz, wanted)


def _too_high(material: Material, rules: LintRules) -> Iterator[FileProblem]:
    """Report machine-judged items of level "create": only a person can judge that."""
    highest = rules.questions.highest_by_rule
    if highest is None:
        return
    allowed = BLOOM[: BLOOM.index(highest) + 1]
    for question in material.questions:
        level = question.record.bloom
        if level and level not in allowed and not question.needs_person:
            message = (
                f"{question.record.key} is judged by a rule and cannot be at “{level}”; "
                f"the highest such level is “{highest}”."
            )
            yield question.problem("bloom", message)


def _true_or_false(
    material: Material, quiz: Placed[QuizFile], wanted: QuizRules
) -> Iterator[FileProblem]:
    answers = [
        question.record.data["answer"]
        for question in bank_of(material, quiz)
        if question.record.type == TRUE_FALSE
    ]
    if wanted.true_percent is None or len(answers) < FEWEST:
        return
    percent = 100 * sum(answers) / len(answers)
    if percent not in wanted.true_percent:
        message = (
            f"Of the {len(answers)} true-or-false questions in the bank {sum(answers)} are true; "
            f"{wanted.true_percent.least}% to {wanted.true_percent.most}% should be."
        )
        yield FileProblem(quiz.file, quiz.line("items"), message)


def _named(
    material: Material, quiz: Placed[QuizFile], wanted: QuizRules, rules: LintRules
) -> Iterator[FileProblem]:
    """Report a quiz with too many expected points for naming an author or the course."""
    if wanted.named_percent is None or not rules.authors:
        return
    names = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in rules.authors))
    points = named = Decimal(0)
    for item in quiz.record.items:
        weight = Decimal(str(item.points)) * (item.draw.count if item.draw else 1)
        found = [question for question in material.ready if _may_stand(material, question, item)]
        count = sum(bool(names.search(question.item.prompt)) for question in found)
        points += weight
        named += weight * count / max(1, len(found))
    percent = 100 * named / points if points else Decimal(0)
    if percent > wanted.named_percent:
        message = (
            f"Questions that name an author or the course earn {percent:.0f}% of the points, "
            f"more than {wanted.named_percent}%."
        )
        yield FileProblem(quiz.file, quiz.line("items"), message)


def _may_stand(material: Material, question: QuestionMaterial, item: QuizItemFile) -> bool:
    if item.draw is None:
        return question.record.key == item.question
    return fits(material, question, item.draw)


def _fixed(material: Material, quiz: Placed[QuizFile], wanted: QuizRules) -> Iterator[FileProblem]:
    for question in bank_of(material, quiz) if wanted.are_numbers_drawn else ():
        record = question.record
        if record.type == NUMERIC and not record.data.get("params"):
            message = f"The numbers of {record.key} are the same in every attempt; give it params."
            yield question.problem("data", message)
