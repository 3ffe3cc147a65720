"""Put a fault that mutmut cannot make in a copy of the project, and demand that its suite fails.

It changes functions of Python alone (tests/mutation): no template, lock, decorator or isolation of
a transaction, and it does not run the suites that start a server or judge the whole API.

    python -m tests.proofs.mutants                 every fault of the engine of DATABASE_URL
    python -m tests.proofs.mutants injection kill  some of them

The checkout itself is never touched. Exit code 0: every mutant was found.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutation.copying import copy_project


@dataclass(frozen=True)
class Mutant:
    """In `file`, `old` becomes `new`; then `tests` must fail. Without a file, `env` does it."""

    tests: str
    file: str = ""
    old: str = ""
    new: str = ""
    env: dict[str, str] = field(default_factory=dict)
    needs: str = ""


MUTANTS = {
    "authoring, a used version rewritten": Mutant(
        "tests/api/test_authoring_questions.py",
        "courses/domain/authoring/edits/versions.py",
        "if version.status != Status.DRAFT or is_used(version):",
        "if version.status != Status.DRAFT:",
    ),
    "authoring, an older state overwrites": Mutant(
        "tests/api/test_authoring_resources.py",
        "courses/api/authoring/base.py",
        "            etags.require_match(self.request, self.serialize(row))\n",
        "",
    ),
    "authoring, drafts in the catalogue": Mutant(
        "tests/api/test_authoring_quizzes.py",
        "courses/models/quiz.py",
        "in_module, is_draft=False, is_archived=False, is_review=False",
        "in_module, is_archived=False, is_review=False",
    ),
    "authoring, a draft of a course for all": Mutant(
        "tests/api/test_authoring_resources.py",
        "courses/api/credentials.py",
        "rows = Course.objects.published()",
        "rows = Course.objects.all()",
    ),
    "authoring races, no lock": Mutant(
        "tests/races/test_authoring_races.py",
        "courses/domain/authoring/rows.py",
        "Course.objects.select_for_update(no_key=True).get",
        "Course.objects.get",
        needs="postgresql",
    ),
    "races, no lock": Mutant(
        "tests/races/test_attempt_races.py",
        "courses/domain/attempts/starting.py",
        "    return locks.enrolment(pk=enrolment.pk)\n",
        "    return Enrolment.objects.select_related('course', 'user').get(pk=enrolment.pk)\n",
        needs="postgresql",
    ),
    "races, lost sum": Mutant(
        "tests/races/test_attempt_races.py -k grading_of_one",
        "courses/domain/grading.py",
        "    locks.enrolment(pk=item.attempt.enrolment_id)\n",
        "",
        env={"RACE_ROUNDS": "40"},
        needs="postgresql",
    ),
    "races, deferred transactions": Mutant(
        "tests/races/test_attempt_races.py -k test_start",
        "cxcourse/environment.py",
        '"transaction_mode": "IMMEDIATE"',
        '"transaction_mode": "DEFERRED"',
        needs="sqlite",
    ),
    "retries, another body": Mutant(
        "tests/races/test_api_retries.py -k later_changes_nothing",
        "courses/domain/idempotency.py",
        "if row.body_hash != request.body_hash:",
        "if row.body_hash == request.owner:",
    ),
    "retries, done again": Mutant(
        "tests/races/test_api_retries.py -k later_changes_nothing",
        "courses/api/idempotent.py",
        "if earlier is not None:",
        "if earlier is not None and not earlier.body:",
    ),
    "retries, key and effect apart": Mutant(
        "tests/races/test_api_retries.py -k at_once",
        "courses/api/idempotent.py",
        "@transaction.atomic\ndef _once(",
        "def _once(",
    ),
    "bad line, no lock": Mutant(
        "tests/races/test_api_attempt.py",
        "courses/domain/locks.py",
        'Attempt.objects.select_for_update(no_key=True, of=("self",))',
        "Attempt.objects",
        needs="postgresql",
    ),
    "budgets of the API": Mutant(
        "tests/api/test_query_budgets.py -k test_lists",
        "courses/api/gradebook.py",
        'Result.objects.select_related("line_item", "enrolment", "attempt")',
        'Result.objects.select_related("line_item", "enrolment")',
    ),
    "kill": Mutant("tests/proofs/kill", env={"KILL_MUTANT": "ack-first", "KILL_COUNT": "15"}),
    "permissions, a new route": Mutant(
        "tests/proofs/test_permissions.py -k every_route_has_a_row",
        "courses/web/urls.py",
        'path("progress/", progress.progress, name="progress"),',
        'path("progress/", progress.progress, name="progress"),\n'
        '    path("new/", progress.progress, name="new"),',
    ),
    "permissions, reading writes": Mutant(
        "tests/proofs/test_permissions.py -k cx_courses:quiz",
        "courses/domain/attempts/reading.py",
        '    places = list(quiz.items.select_related("question__ready_version", "version"))\n',
        "    places = list(quiz.items.all())\n    Quiz.objects.update(title=str(now))\n",
    ),
    "twins, a score too early": Mutant(
        "tests/proofs/test_twin_worlds.py -k for_ever",
        "courses/domain/reveal/visibility.py",
        "answers = _answers(one)",
        "answers = {True}",
    ),
    "credentials, somebody else's learner": Mutant(
        "tests/api/test_permissions.py -k her_own_learning",
        "courses/api/credentials.py",
        "if external_id != OWN:",
        'if external_id == "nobody":',
    ),
    "credentials, more than the client has": Mutant(
        "tests/api/test_oauth.py",
        "courses/api/credentials.py",
        "return clients.allows(scopes=self.key.scopes, wanted=scope)",
        "return self.granted is not None or clients.allows(scopes=self.key.scopes, wanted=scope)",
    ),
    "credentials, another client's token": Mutant(
        "tests/api/test_oauth.py -k foreign_token_is_not_revoked",
        "courses/domain/oauth.py",
        "_tokens(text).filter(application__client_id=client_id).delete()",
        "_tokens(text).delete()",
    ),
    "retries, a close undone": Mutant(
        "tests/api/test_learning.py -k too_late",
        "courses/api/idempotent.py",
        "                view.after_refusal(request, *args, **kwargs)\n",
        "",
    ),
    "authoring, names of nothing": Mutant(
        "tests/api/test_authoring_marks.py",
        "courses/coursefiles/mentions.py",
        "if mention.key not in known[mention.kind]:",
        "if not mention.key:",
    ),
    "hidden scores, by the course's completion": Mutant(
        "tests/api/test_hidden_scores.py",
        "courses/domain/progress.py",
        "if not course_progress(enrolment=enrolment, outline=plan, now=now).is_complete:",
        "if not _fold(plan, [], _results([enrolment])).is_complete:",
    ),
    "gradebook, a formula": Mutant(
        "tests/api/test_gradesheet.py",
        "courses/domain/spreadsheet.py",
        'return f"\'{cell}" if shown.startswith(_FORMULA) else cell',
        "return cell",
    ),
    "gradebook, everybody's": Mutant(
        "tests/api/test_gradesheet.py",
        "courses/domain/learners.py",
        '**{f"{user_path}__in": identities.values("user")}',
        '**{f"{user_path}__isnull": False}',
    ),
    "embed, framed by anybody": Mutant(
        "tests/embed/test_framing.py",
        "courses/web/embed/framing.py",
        '"frame-ancestors": [ancestors]',
        '"frame-ancestors": [EVERYBODY]',
    ),
    "embed, an empty frame": Mutant(
        "tests/embed/test_framing.py -k fault_of_ours",
        "courses/web/embed/pages.py",
        "except Exception as fault:",
        "except ZeroDivisionError as fault:",
    ),
    "embed, no token": Mutant(
        "tests/embed/test_pages.py",
        "courses/web/embed/inner.py",
        "    if refused is not None:\n        return refused\n    require",
        "    require",
    ),
    "embed, another course": Mutant(
        "tests/embed/test_pages.py",
        "courses/web/embed/pages.py",
        'return match.kwargs.get("course") == enrolment.course.key',
        "return True",
    ),
    "embed, opened twice": Mutant(
        "tests/races/test_launch_races.py",
        "courses/domain/launches/opening.py",
        "if not unopened.update(**session):",
        "unopened.update(**session)\n    if False:",
    ),
    "injection": Mutant(
        "tests/proofs/test_injection.py -k learner_pages",
        "courses/templates/cx_courses/lesson.html",
        "{{ page.lesson.summary }}</p>",
        "{{ page.lesson.summary|safe }}</p>",
    ),
    "examples": Mutant(
        "tests/api/judges/test_examples.py -k just_so",
        "courses/api/progress.py",
        'source="progress.completed_count"',
        'source="progress.lesson_count"',
    ),
    "fuzz, a fault": Mutant(
        "tests/api/judges/test_fuzz.py -k everything",
        "courses/api/parameters.py",
        "data.isascii() and data.isdigit() and len(data)",
        "data.isascii() and len(data)",
        env={"CI": "1"},
    ),
    "fuzz, an undocumented type": Mutant(
        "tests/api/judges/test_fuzz.py -k little",
        "courses/api/serializers_catalogue.py",
        'return {"kind": "html", "html": str(html)}',
        'return {"kind": "html", "html": [str(html)]}',
        env={"CI": "1"},
    ),
    "budgets": Mutant(
        "tests/proofs/test_query_budgets.py -k test_attempt",
        "courses/domain/attempts/reading.py",
        'items = attempt.items.select_related(*item_views.QUESTION_PATHS).order_by("position")',
        'items = attempt.items.select_related("version").order_by("position")',
    ),
}


def echo(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def is_found(mutant: Mutant) -> bool:
    """Does the suite fail, by its tests and not by accident, with the fault in place?"""
    with tempfile.TemporaryDirectory(prefix="cxmutant-") as folder:
        copy = Path(folder)
        copy_project(copy)
        if mutant.file:
            target = copy / mutant.file
            text = target.read_text(encoding="utf-8")
            if text.count(mutant.old) != 1:
                raise SystemExit(
                    f"{mutant.file} holds {mutant.old!r} {text.count(mutant.old)} times"
                )
            target.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
        path, *options = mutant.tests.split(" -k ")
        chosen = ["-k", options[0]] if options else []
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", path, *chosen],
            cwd=copy,
            env={**os.environ, **mutant.env},
            capture_output=True,
            text=True,
            check=False,
        )
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-200:]
    echo(f"    {last}")
    return done.returncode == 1 and " failed" in last


def main(names: list[str]) -> int:
    engine = "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"
    missed = []
    for name, mutant in MUTANTS.items():
        if (names and name not in names) or mutant.needs not in ("", engine):
            continue
        echo(name)
        if not is_found(mutant):
            missed.append(name)
    echo(f"not found: {', '.join(missed)}" if missed else "every mutant was found")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
