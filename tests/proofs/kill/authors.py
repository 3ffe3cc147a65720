"""Authors who type while the server is killed, and what the database holds of it afterwards.

python -m tests.proofs.kill.authors make 3          authors, their sessions and the page, as JSON
python -m tests.proofs.kill.authors judge           their drafts, as JSON
"""

import json
import sys
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from tests.proofs.kill.learner import Learner

BODY = "Typed by {user}: {number} – naïve “text” ✓"


class Author(Learner):
    """Saves a draft again and again; a save that was not answered is sent again as it was."""

    def sit(self) -> None:
        page = self.quiz
        self.ask("GET", page)
        revision = 0
        for turn in self.numbers:
            text = BODY.format(user=self.who["user"], number=turn)
            form = {
                "do": "keep", "body": text, "revision": revision, "turn": turn,
                "tab": f"tab-{self.who['user']}", "title": f"{turn}",
            }  # fmt: skip
            answer = self.ask("POST", page, form)
            if answer["status"] != 200:
                self.ledger.refused.append(f"{answer['status']} {turn} {answer['body'][:200]}")
                return
            revision = json.loads(answer["body"])["revision"]
            self.ledger.acknowledged.append([self.who["user"], turn, text])


def make(count: int) -> dict[str, Any]:
    from django.conf import settings

    from tests.admin.conftest import signed_in, teacher_of
    from tests.factories import LessonFactory

    lesson = LessonFactory(body="Published.")
    authors = []
    for _ in range(count):
        user = teacher_of(lesson.module.course)
        session = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
        authors.append({"user": user.pk, "session": session})
    return {"page": f"/admin/cx_courses/lesson/{lesson.pk}/edit/", "authors": authors}


def judge() -> dict[str, Any]:
    from courses.models import Lesson, WorkingCopy

    drafts = [
        [row.owner_id, int(row.value("title")), row.value("body")]
        for row in WorkingCopy.objects.all()
    ]
    return {"drafts": drafts, "published": Lesson.objects.get().body}


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    print(json.dumps(make(int(arguments[0])) if command == "make" else judge()))  # noqa: T201
