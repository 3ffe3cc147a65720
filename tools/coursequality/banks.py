"""The balance of a bank: keys must not be found by their place or length."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from courses.coursefiles.problems import FileProblem
from courses.coursefiles.publishing.material import Material, QuestionMaterial
from tools.coursequality.rules import BankRules, LintRules, Span

VISIBLE = Fraction(6, 5)
"""An option looks longer than another from a fifth more characters."""


FEWEST = 9
"""Questions with several right options that are judged together, at least."""


def check_banks(material: Material, rules: LintRules) -> Iterator[FileProblem]:
    if rules.questions.several_percent is not None:
        yield from _several(material, rules.questions.several_percent)
    for bank in rules.banks:
        for questions in _banks(material, bank):
            if len(questions) >= bank.least_questions:
                yield from _positions(questions, bank)
                yield from _lengths(questions, bank)


def _several(material: Material, allowed: Span) -> Iterator[FileProblem]:
    """Report a place that is right too often over the whole course, for choices of one size."""
    found = [
        question
        for question in material.ready
        if any(choice.weight < 0 for choice in question.item.choices)
    ]
    for size in sorted({len(question.item.choices) for question in found}):
        alike = [question for question in found if len(question.item.choices) == size]
        if len(alike) < FEWEST:
            continue
        right = [_right_places(question) for question in alike]
        counts = [sum(place in places for places in right) for place in range(size)]
        if all(100 * count / len(alike) in allowed for count in counts):
            continue
        often = counts.index(max(counts))
        last = next(q for q in reversed(alike) if often in _right_places(q))
        yield last.problem(
            last.path_of(last.item.choices[often].key),
            f"Right options by place among the {len(alike)} questions with {size} options of which "
            f"several may be right: {', '.join(map(str, counts))}. Move this one.",
        )


def _right_places(question: QuestionMaterial) -> set[int]:
    choices = question.item.choices
    return {place for place, choice in enumerate(choices) if choice.weight > 0}


def _banks(material: Material, bank: BankRules) -> Iterator[list[QuestionMaterial]]:
    """Yield the choice questions with the bank's tag, per module or together."""
    choice = [
        question
        for question in material.ready
        if bank.tag in question.record.tags and question.key_place is not None
    ]
    if not bank.is_per_module:
        yield choice
        return
    for module in material.modules:
        yield [question for question in choice if question.module is module]


def _positions(questions: list[QuestionMaterial], bank: BankRules) -> Iterator[FileProblem]:
    """Report a place of the key that is too frequent among questions with as many options."""
    allowed = bank.position_percent
    if allowed is None:
        return
    for size in sorted({len(question.item.choices) for question in questions}):
        alike = [question for question in questions if len(question.item.choices) == size]
        if len(alike) < bank.least_questions:
            continue
        counts = Counter(question.key_place for question in alike)
        often = max(range(size), key=lambda place: counts[place])
        if all(100 * counts[place] / len(alike) in allowed for place in range(size)):
            continue
        shown = ", ".join(str(counts[place]) for place in range(size))
        last = [question for question in alike if question.key_place == often][-1]
        yield last.problem(
            last.path_of(last.item.choices[often].key),
            f"Keys by place among the {len(alike)} questions with the tag {bank.tag}: {shown}. "
            "Move this one.",
        )


def _lengths(questions: list[QuestionMaterial], bank: BankRules) -> Iterator[FileProblem]:
    """Report banks whose keys are longer or shorter than other options, at the worst question."""
    ratios = {question.record.key: _length(question) for question in questions}
    mean = float(100 * sum(ratios.values()) / len(ratios))
    allowed = bank.length_percent
    if allowed and mean not in allowed:
        find = max if mean > allowed.most else min
        worst = find(questions, key=lambda question: ratios[question.record.key])
        message = f"Keys are {mean:.0f}% as long as the other options; begin with this one."
        yield worst.problem(_key_path(worst), f"Tag {bank.tag}: {message}")
    longest = [question for question in questions if _stands_out(question)]
    share = 100 * len(longest) / len(questions)
    if bank.longest_percent is not None and share > bank.longest_percent:
        worst = max(longest, key=lambda question: ratios[question.record.key])
        message = f"The key is visibly the longest option in {share:.0f}% of the questions."
        yield worst.problem(_key_path(worst), f"Tag {bank.tag}: {message}")


def _length(question: QuestionMaterial) -> Fraction:
    """Return the key's length as a multiple of the mean of the others."""
    key, others = _split(question)
    return Fraction(key * len(others), sum(others) or 1)


def _stands_out(question: QuestionMaterial) -> bool:
    key, others = _split(question)
    return key >= VISIBLE * max(others)


def _split(question: QuestionMaterial) -> tuple[int, list[int]]:
    lengths = [len(choice.text) for choice in question.item.choices]
    return lengths.pop(question.key_place or 0), lengths


def _key_path(question: QuestionMaterial) -> str:
    return question.path_of(question.item.choices[question.key_place or 0].key)
