"""Rules about one question: what it must state, feedback for each option, unwanted options."""

from collections.abc import Iterator

from courses.coursefiles.problems import FileProblem
from courses.coursefiles.publishing.lesson_text import words
from courses.coursefiles.publishing.material import Material, QuestionMaterial
from tools.coursequality.rules import LintRules

NUMERIC = "numeric_entry"


def check_questions(material: Material, rules: LintRules) -> Iterator[FileProblem]:
    for question in material.questions:
        yield from _needs(question, rules)
        if rules.questions.has_feedback_per_option and not question.needs_person:
            yield from _feedback(question)
        yield from _errors(question, rules)
        yield from _unwanted(question, rules)
        yield from _openings(question, rules)
        yield from _gaps(question, rules)
        yield from _picture(question, rules)


def _needs(question: QuestionMaterial, rules: LintRules) -> Iterator[FileProblem]:
    for name in rules.questions.needs:
        if not getattr(question.record, name, None):
            message = f"The question {question.record.key} says nothing under “{name}”."
            yield question.problem(name, message)


def _feedback(question: QuestionMaterial) -> Iterator[FileProblem]:
    for option in question.item.choices:
        if not option.feedback.strip():
            message = f"No feedback says why “{option.text or option.key}” is right or wrong."
            yield question.problem(f"{question.path_of(option.key)}.feedback", message)
    for entry in question.item.entries:
        for accepted in entry.accepted:
            if not accepted.feedback.strip():
                message = f"No feedback belongs to “{accepted.text}”."
                yield question.problem(question.path_of(entry.key), message)


def _errors(question: QuestionMaterial, rules: LintRules) -> Iterator[FileProblem]:
    least = rules.questions.known_errors
    if question.item.interaction != NUMERIC:
        return
    for entry in question.item.entries:
        count = sum(accepted.weight == 0 for accepted in entry.accepted)
        if count < least:
            message = f"“{entry.label or entry.key}” has {count} known errors, fewer than {least}."
            yield question.problem(question.path_of(entry.key), message)


def _unwanted(question: QuestionMaterial, rules: LintRules) -> Iterator[FileProblem]:
    """Report options that speak of the other options instead of the matter."""
    unwanted = {" ".join(words(text.lower())) for text in rules.questions.unwanted_options}
    for option in question.item.choices:
        option_text = " ".join(words(option.text.lower()))
        if any(f" {text} " in f" {option_text} " for text in unwanted):
            message = f"“{option.text}” speaks of the other options, not of the matter."
            yield question.problem(f"{question.path_of(option.key)}.text", message)


def _openings(question: QuestionMaterial, rules: LintRules) -> Iterator[FileProblem]:
    """Report reasons that begin with the verdict: it reads wrong under an option not chosen."""
    unwanted = {text.lower() for text in rules.questions.unwanted_openings}
    reasons = [(choice.key, choice.feedback) for choice in question.item.choices]
    for entry in question.item.entries:
        reasons += [(entry.key, accepted.feedback) for accepted in entry.accepted]
    for key, reason in reasons:
        first = " ".join(words(reason)[:1])
        is_verdict = first.lower() in unwanted and reason.strip()[len(first) :][:1] in (
            ".",
            ",",
            "!",
        )
        if is_verdict:
            message = f"The reason begins with “{first}”; the page says the verdict. Say only why."
            yield question.problem(f"{question.path_of(key)}.feedback", message)


def _gaps(question: QuestionMaterial, rules: LintRules) -> Iterator[FileProblem]:
    """Report gaps with too few or too many wordings: a comma without quotation marks splits one."""
    allowed = rules.questions.gap_options
    gaps = question.item.extra.get("options")
    if allowed is None or not isinstance(gaps, dict):
        return
    for key, options in gaps.items():
        if len(options) not in allowed:
            message = (
                f"The gap offers {len(options)} wordings, not {allowed.least} to {allowed.most}: "
                f"{' · '.join(options)}."
            )
            yield question.problem(f"{question.path_of(key)}.options", message)


def _picture(question: QuestionMaterial, rules: LintRules) -> Iterator[FileProblem]:
    least = rules.lessons.figure_text_words
    text = question.record.data.get("alt")
    if least and isinstance(text, str) and (count := len(words(text))) < least:
        message = f"The text in place of the figure has {count} words, fewer than {least}."
        yield question.problem("data.alt", message)
