"""Which people a member of staff may know, and how they are found."""

from typing import Any

from django.contrib.auth import get_permission_codename, get_user_model
from django.db.models import Q, QuerySet

from courses import users
from courses.domain.rights import Can, rights


def known(*, by: Any) -> QuerySet[Any]:
    """Everybody for those who may see all accounts; else the people in one's charge."""
    people = _people()
    meta = people.model._meta
    if by.has_perm(f"{meta.app_label}.{get_permission_codename('view', meta)}"):
        return people
    return people.filter(pk__in=rights(by=by).enrolments(Can.PEOPLE).values("user"))


def matching(*, people: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Return the people whose names or e-mail address contain every word of the text."""
    for word in text.split():
        contains = Q()
        for name in name_fields():
            contains |= Q(**{f"{name}__icontains": word})
        people = people.filter(contains)
    return people.order_by(users.username_field(), "pk")


def named_exactly(*, text: str) -> QuerySet[Any]:
    """Return active accounts with exactly this user name or e-mail address, but for case."""
    exact = Q(**{f"{users.username_field()}__iexact": text.strip()})
    if "@" in text and "email" in name_fields():
        exact |= Q(email__iexact=text.strip())
    return _people().filter(exact, users.active())


def _people() -> QuerySet[Any]:
    return get_user_model()._default_manager.all()


def name_fields() -> list[str]:
    """Return the columns of the account that identify a person."""
    found = dict.fromkeys((users.username_field(), *users.FIELDS))
    return [name for name in found if users.has_field(name)]
