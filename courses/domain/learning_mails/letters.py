"""What a mail about learning says. It holds no score: that is behind the sign-in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from courses import site_links, users
from courses.conf import settings
from courses.domain import cards, notices, preferences, progress, shutting
from courses.domain.learning_mails import choices
from courses.domain.learning_mails.results import shown_standing
from courses.domain.reveal import visibility
from courses.models import Attempt, LearningMail, LineItem, Notice

TEXT, HTML = "cx_courses/mail/learning.txt", "cx_courses/mail/learning.html"
Kind = LearningMail.Kind


@dataclass(frozen=True)
class Letter:
    """What is said, and where its links lead: pairs of words and address."""

    subject: str
    lines: Sequence[str]
    links: Sequence[tuple[str, str]]
    notices: Sequence[Notice] = ()
    """Those that the person reads on the pages as well."""


def letter(*, row: LearningMail, now: datetime) -> Letter | None:
    """Return what the mail says now, in the language that is active; None: nothing any more.

    Each kind looks again: a score may be hidden, a correction taken back, a card answered.
    """
    write: Callable[[LearningMail, datetime], Letter | None] = {
        Kind.MARKED: _marked,
        Kind.CORRECTED: _regraded if "batch" in row.data else _changed,
        Kind.CARDS_DUE: _cards_due,
    }[Kind(row.kind)]
    return write(row, now)


def language(*, row: LearningMail) -> str:
    """Return the person's language, else that of the course, else the site's."""
    own = preferences.of(user=row.user).language
    return own or (row.enrolment.course.language if row.enrolment else translation.get_language())


def message(*, row: LearningMail, letter: Letter, to: str) -> EmailMultiAlternatives:
    """Return the mail, with the header by which mail programs end such mails (RFC 8058)."""
    token = choices.token(user=row.user, kind=row.kind)
    stop = site_links.absolute("mails-stop", token)
    # People whom a platform sends have no page of an account, and sign in nowhere else.
    has_account = not users.is_made(row.user)
    context = {
        "site": settings.BRAND_NAME,
        "letter": letter,
        "links": letter.links if has_account else (),
        "choices": site_links.absolute("reminders") if has_account else "",
        "stop": stop,
        "language": translation.get_language(),
        "direction": "rtl" if get_language_bidi() else "ltr",
    }
    host = stop.split("/")[2].split(":")[0]
    mail = EmailMultiAlternatives(
        " ".join(letter.subject.split()),
        render_to_string(TEXT, context).strip() + "\n",
        to=[to],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Message-ID": f"<{row.uuid}@{host}>",
        },
    )
    mail.attach_alternative(render_to_string(HTML, context), "text/html")
    return mail


def _marked(row: LearningMail, now: datetime) -> Letter | None:
    rows = Attempt.objects.select_related("quiz__course", "enrolment__user")
    attempt = rows.filter(uuid=row.data["attempt"], state=Attempt.State.GRADED).first()
    if attempt is None or not visibility.shows_score(attempt, now=now):
        return None
    names = {"quiz": attempt.quiz.title, "course": attempt.quiz.course.title}
    return Letter(
        _("%(course)s: your text was marked") % names,
        [_("What you wrote in “%(quiz)s” in the course “%(course)s” was marked.") % names],
        [(_("Read what was said about it"), site_links.absolute("review", attempt.uuid))],
    )


def _regraded(row: LearningMail, now: datetime) -> Letter | None:
    found = Notice.objects.filter(
        enrolment__user=row.user_id, kind=Notice.Kind.REGRADED, data__regrade=row.data["batch"]
    ).filter(read_at=None, mailed_at=None)
    shown = notices.shown(notices=list(found.select_related("enrolment__course")), now=now)
    if not shown:
        return None
    course = shown[0].enrolment.course
    quizzes = list(dict.fromkeys(str(one.data["quiz_title"]) for one in shown))
    return _corrected(course, quizzes, site_links.absolute("course", course.key), shown)


def _changed(row: LearningMail, now: datetime) -> Letter | None:
    rows = LineItem.objects.select_related("quiz", "course")
    column = rows.filter(uuid=row.data["line_item"]).first()
    if column is None or row.enrolment is None:
        return None
    after = shown_standing(line_item=column, enrolment=row.enrolment, now=now)
    if after in (None, row.data["before"]):
        return None
    course, quiz = column.course, column.quiz
    link = site_links.absolute("course", course.key)
    if quiz is not None:
        link = site_links.absolute("quiz", course.key, quiz.key)
    return _corrected(course, [column.label], link)


def _corrected(
    course: Any, quizzes: Sequence[str], link: str, found: Sequence[Notice] = ()
) -> Letter:
    says = _("Your result for “%(quiz)s” in the course “%(course)s” was corrected.")
    return Letter(
        _("%(course)s: a result of yours was corrected") % {"course": course.title},
        [says % {"quiz": quiz, "course": course.title} for quiz in quizzes],
        [(_("See what changed"), link)],
        found,
    )


def _cards_due(row: LearningMail, now: datetime) -> Letter | None:
    mine = [one for one in progress.current(by=row.user) if one.is_learner]
    mine = [one for one in mine if shutting.attempt_that_shuts(enrolment=one) is None]
    due = cards.set_counts(enrolments=mine, now=now) if mine else {}
    courses = [(one.course, due[one.pk]) for one in mine if one.pk in due]
    if not courses:
        return None
    count = sum(due.values())
    lines = [
        ngettext(
            "In the course “%(course)s” %(count)d card is due today.",
            "In the course “%(course)s” %(count)d cards are due today.",
            number,
        )
        % {"course": course.title, "count": number}
        for course, number in courses
    ]
    says = ngettext("%(count)d card is due", "%(count)d cards are due", count)
    link = _("Go to the daily review of “%(course)s”")
    return Letter(
        says % {"count": count},
        [*lines, _("You asked for this mail on this day of the week, when cards are due.")],
        [
            (link % {"course": course.title}, site_links.absolute("daily-review", course.key))
            for course, _count in courses
        ],
    )
