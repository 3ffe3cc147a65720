"""Rules about a lesson: length, checks, sources, reading grade, figures."""

from collections.abc import Iterator

from courses.coursefiles.problems import FileProblem
from courses.coursefiles.publishing.lesson_text import words
from courses.coursefiles.publishing.material import LessonMaterial, Material
from tools.coursequality.prose import reading
from tools.coursequality.rules import LessonRules, LintRules


def check_lessons(material: Material, rules: LintRules) -> Iterator[FileProblem]:
    for lesson in material.lessons:
        yield from _head(lesson, rules.lessons)
        yield from _length(lesson, rules.lessons)
        yield from _density(lesson, rules.lessons)
        yield from _grade(lesson, rules.lessons)
        yield from _figures(lesson, rules.lessons)


def _head(lesson: LessonMaterial, rules: LessonRules) -> Iterator[FileProblem]:
    record = lesson.placed.record
    for name in rules.needs:
        if not getattr(record, name, None):
            yield lesson.head_problem(name, f"The lesson says nothing under “{name}”.")
    minutes = rules.minutes_of.get(record.key, rules.minutes)
    if minutes and record.minutes not in minutes:
        allowed = f"{minutes.least} to {minutes.most}"
        message = f"The lesson takes {record.minutes} minutes, not {allowed}."
        yield lesson.head_problem("minutes", message)
    if rules.review and len(record.review) not in rules.review:
        allowed = f"{rules.review.least} to {rules.review.most}"
        message = f"Of the lesson's checks {len(record.review)} come back, not {allowed}."
        yield lesson.head_problem("review", message)


def _length(lesson: LessonMaterial, rules: LessonRules) -> Iterator[FileProblem]:
    count = lesson.text.word_count
    if rules.words and count not in rules.words:
        allowed = f"{rules.words.least} to {rules.words.most}"
        yield lesson.problem(1, f"The lesson has {count} words, not {allowed}.")


def _density(lesson: LessonMaterial, rules: LessonRules) -> Iterator[FileProblem]:
    """Report long texts without a check, at the block where they become too long."""
    most = rules.words_between_checks
    count, too_long_at = 0, 0
    for block in lesson.text.blocks:
        if block.kind == "check":
            if too_long_at and most:
                yield lesson.problem(too_long_at, _sparse(count, most))
            count, too_long_at = 0, 0
            continue
        count += block.word_count
        if most and count > most and not too_long_at:
            too_long_at = block.line
    if too_long_at and most:
        yield lesson.problem(too_long_at, _sparse(count, most))


def _sparse(count: int, most: int) -> str:
    return f"There are {count} words without a check, more than {most}."


def _grade(lesson: LessonMaterial, rules: LessonRules) -> Iterator[FileProblem]:
    """Report a lesson that is too hard to read, at its hardest paragraph."""
    blocks = lesson.text.of("prose")
    grade = reading(block.text for block in blocks).grade
    if rules.reading_grade is not None and grade > rules.reading_grade:
        hardest = max(blocks, key=lambda block: reading([block.text]).grade)
        message = f"The reading grade is {grade:.1f}, above {rules.reading_grade}; start here."
        yield lesson.problem(hardest.line, message)


def _figures(lesson: LessonMaterial, rules: LessonRules) -> Iterator[FileProblem]:
    least = rules.figure_text_words
    for figure in lesson.text.of("figure"):
        count = len(words(figure.text))
        if least and count < least:
            message = f"The text in place of the figure has {count} words, fewer than {least}."
            yield lesson.problem(figure.line, message)
    for live in lesson.text.lives:
        if rules.has_table_per_live_figure and not live.has_table:
            message = f"No table follows the picture of the live figure “{live.key}”."
            yield lesson.problem(live.line, message)
        twins = rules.twins.get(live.key)
        if rules.twins and live.picture not in (twins or ()):
            message = f"The picture “{live.picture}” is no twin of the live figure “{live.key}”."
            yield lesson.problem(live.line, message)
