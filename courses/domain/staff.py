"""Accounts of staff: the group that opens the admin, and who is put into it.

The group holds every permission on what is of a course. Which rows somebody sees and changes there
follows from `domain.rights`.
"""

from datetime import datetime
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models.signals import post_migrate
from django.utils.translation import gettext as _

from courses import users
from courses.domain import enrolments
from courses.errors import NotAllowed
from courses.models import Enrolment

GROUP = "Course staff"
OF_SITE = frozenset(
    {
        "alikepair", "angoffestimate", "angoffround", "apiclient", "apikey", "cohort",
        "deliverytry", "externalidentity",
        "faultreport", "lessonnote",
        "idempotencyrecord", "invitation", "jobfilepart", "launch", "learnertoken",
        "calendarfeed", "learningmail", "mark",
        "markingclaim", "markingcomment", "notice",
        "pinnedcontent", "preferences", "questionfingerprint", "questionimport", "questionsource",
        "quizanalysis", "regradepreview", "regradepreviewrow", "relayprocess", "searchtext",
        "signin", "signingkey",
        "staleresults", "storedcheck", "storedfile", "syncedfolder", "trial", "webhookendpoint",
        "workingcopy",
    }
)  # fmt: skip
"""Models of no course, for administrators alone, or without lists in the admin."""


def connect() -> None:
    """Let the group, where it is in use, get the permissions on models that a migration adds."""
    config = apps.get_app_config("cx_courses")
    post_migrate.connect(_on_migrated, sender=config, dispatch_uid="courses.domain.staff")


@transaction.atomic
def make_instructor(*, enrolment: Enrolment, by: Any, now: datetime) -> Enrolment:
    """Make the person an instructor who may use the admin, and return the enrolment. Idempotent.

    A learner becomes an instructor of the whole course, class staff of their class. Raises
    NotAllowed for an account that a platform made: its word never opens the admin.
    """
    user: Any = enrolment.user
    if users.is_made(user) or not (users.has_field("is_staff") and users.has_field("groups")):
        raise NotAllowed(_("This account cannot be given access to the admin."))
    row = enrolments.enrol(
        course=enrolment.course,
        user=user,
        role=Enrolment.Role.INSTRUCTOR,
        section=None if enrolment.is_learner else enrolment.section,
        by=by,
        now=now,
    )
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    user.groups.add(group())
    return row


def group(using: str = DEFAULT_DB_ALIAS) -> Group:
    """Return the group with all its permissions, made when there is none."""
    row, _is_new = Group.objects.using(using).get_or_create(name=GROUP)
    wanted = Permission.objects.using(using).filter(content_type__app_label="cx_courses")
    wanted = wanted.exclude(content_type__model__in=OF_SITE)
    missing = wanted.exclude(group=row)
    if missing.exists():
        row.permissions.add(*missing)
    return row


def _on_migrated(sender: AppConfig, using: str, **_kwargs: Any) -> None:
    if Group.objects.using(using).filter(name=GROUP).exists():
        create_permissions(sender, verbosity=0, using=using)
        group(using)
