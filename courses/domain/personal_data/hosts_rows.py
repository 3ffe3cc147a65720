"""Rows of the host's tables that point at records which are about to be deleted."""

from typing import Any

from django.db.models import ProtectedError, QuerySet, RestrictedError, deletion
from django.utils.translation import gettext as _

from courses.errors import Conflict

_OURS = "cx_courses"
_BY_THE_DATABASE: Any = getattr(deletion, "DatabaseOnDelete", ())
"""What `on_delete` is where the database itself acts, in versions of Django that have it."""


def release(*, rows: QuerySet[Any]) -> None:
    """Apply the `on_delete` of the host's rows, with Django's cascades and signals.

    Raises Conflict where one of them keeps a record from being deleted.
    """
    collector = deletion.Collector(using=rows.db, origin=rows)
    model: Any = rows.model
    try:
        for relation in deletion.get_candidate_relations_to_delete(model._meta):
            _collect(collector, relation, rows)
        restricted = [field for fields in collector.restricted_objects.values() for field in fields]
        if restricted:
            raise _refusal({field.model for field in restricted})
        collector.delete()
    except (ProtectedError, RestrictedError) as error:
        # The second argument of both: the rows that keep others from being deleted.
        raise _refusal({type(one) for one in error.args[1]}) from error


def _collect(collector: deletion.Collector, relation: Any, rows: QuerySet[Any]) -> None:
    theirs: Any = relation.related_model
    field, on_delete = relation.field, relation.field.remote_field.on_delete
    if theirs._meta.app_label == _OURS or isinstance(on_delete, _BY_THE_DATABASE):
        return
    found = theirs._base_manager.using(rows.db).filter(**{f"{field.name}__in": rows})
    if found.exists():
        on_delete(collector, field, found, rows.db)


def _refusal(models: set[Any]) -> Conflict:
    names = ", ".join(sorted(str(one._meta.verbose_name) for one in models))
    text = _("This person cannot be erased: other records depend on theirs (%(names)s).")
    return Conflict(text % {"names": names})
