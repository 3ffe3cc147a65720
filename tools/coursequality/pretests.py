"""Check that each pre-test has a post-test on the same objectives with other questions."""

from collections import Counter
from collections.abc import Iterator, Mapping

from courses.coursefiles.drafts import ModuleDraft, Placed
from courses.coursefiles.problems import FileProblem
from courses.coursefiles.publishing.material import Material
from courses.coursefiles.schema import QuestionFile, QuizFile
from tools.coursequality.rules import LintRules, PretestRules

Questions = Mapping[str, QuestionFile]


def check_pretests(material: Material, rules: LintRules) -> Iterator[FileProblem]:
    wanted = rules.pretests
    if wanted is None:
        return
    questions = {question.record.key: question.record for question in material.questions}
    for module in material.modules:
        for quiz in module.quizzes:
            if _all_tagged(quiz, questions, wanted.tag):
                yield from _size(quiz, wanted)
                yield from _post_tests(quiz, module, questions, wanted)


def _size(quiz: Placed[QuizFile], wanted: PretestRules) -> Iterator[FileProblem]:
    count = len(quiz.record.items)
    if wanted.items and count not in wanted.items:
        allowed = f"{wanted.items.least} to {wanted.items.most}"
        message = f"{quiz.record.key} has {count} questions, not {allowed}."
        yield FileProblem(quiz.file, quiz.line("items"), message)


def _post_tests(
    pretest: Placed[QuizFile], module: ModuleDraft, questions: Questions, wanted: PretestRules
) -> Iterator[FileProblem]:
    key = pretest.record.key
    post_tests = [quiz for quiz in module.quizzes if quiz.record.compares_with == key]
    if not post_tests:
        message = f"The pre-test {key} has no post-test."
        yield FileProblem(pretest.file, pretest.line("key"), message)
    for quiz in post_tests:
        yield from _size(quiz, wanted)
        line = quiz.line("items")
        if _objectives(quiz, questions) != _objectives(pretest, questions):
            message = f"{quiz.record.key} does not ask for the objectives of {key}."
            yield FileProblem(quiz.file, line, message)
        if not _all_tagged(quiz, questions, wanted.post_tag):
            message = f"{quiz.record.key} has questions without the tag “{wanted.post_tag}”."
            yield FileProblem(quiz.file, line, message)


def _all_tagged(quiz: Placed[QuizFile], questions: Questions, tag: str) -> bool:
    asked = [questions.get(item.question) for item in quiz.record.items]
    return bool(asked) and all(one is not None and tag in one.tags for one in asked)


def _objectives(quiz: Placed[QuizFile], questions: Questions) -> Counter[str]:
    return Counter(
        questions[item.question].objective
        for item in quiz.record.items
        if item.question in questions
    )
