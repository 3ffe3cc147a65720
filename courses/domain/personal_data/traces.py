"""Where Django's own admin keeps a person's name, if the host has it."""

import re
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from courses import users
from courses.models import Edition, FaultReport, RegradeBatch, RegradePreview, WorkingCopy

_LOG = "django.contrib.admin"


def forget_in_editions(*, user: Any) -> None:
    """Take the person out of the history of courses: what they wrote stays, without them.

    It goes below the manager that forbids changes, as the erasure of other logs does.
    """
    for name in ("by", "reviewed_by"):
        QuerySet(Edition).filter(**{name: user}).update(**{name: None})
    WorkingCopy.objects.filter(decided_by=user).update(decided_by=None)


def forget_in_regrades(*, user: Any) -> None:
    """Take the person out of the corrections that they made or undid."""
    for name in ("by", "undone_by"):
        RegradeBatch.objects.filter(**{name: user}).update(**{name: None})
    RegradePreview.objects.filter(by=user).update(by=None)


def forget_in_reports(*, user: Any) -> None:
    """Take the person out of the reports of learners that they answered."""
    FaultReport.objects.filter(decided_by=user).update(decided_by=None)


def forget_in_admin(*, user: Any, is_own: bool) -> None:
    """Take the name out of the admin's log: entries about the person and their records.

    Rows of the courses that belong to a person begin with the person's name, see their `__str__`.
    Entries about an account of the host are the host's.
    """
    if not apps.is_installed(_LOG):
        return
    name, replacement = str(user), users.erased_name(user)
    entries = apps.get_model("admin", "LogEntry").objects
    of_courses = Q(content_type__app_label="cx_courses")
    people = get_user_model()._meta
    of_people = Q(content_type__app_label=people.app_label, content_type__model=people.model_name)
    themselves = of_people & Q(object_id=str(user.pk))
    named = Q(object_repr__contains=name) | Q(change_message__contains=name)
    word = re.compile(rf"(?<![\w.@+-]){re.escape(name)}(?![\w.@+-])")
    if is_own:
        entries.filter(themselves).update(object_repr=replacement, change_message="")
    for entry in entries.filter(named & (of_courses | of_people if is_own else of_courses)):
        entry.object_repr = word.sub(replacement, entry.object_repr)
        entry.change_message = word.sub(replacement, entry.change_message)
        entry.save(update_fields=["object_repr", "change_message"])
