"""Which people a member of staff may know, and how they are found."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_permission_codename, get_user_model
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from courses import rates, users
from courses.domain.rights import Can, rights

GUESSES = "300/hour"
"""Searches for people one does not know: an answer shows that the account exists."""


def known(*, by: Any) -> QuerySet[Any]:
    """Everybody for those who may see all accounts; else the people in one's charge."""
    people = everybody()
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
    return everybody().filter(exact, users.active())


def by_addresses(*, texts: Iterable[str]) -> dict[str, list[Any]]:
    """Return address in small letters → active accounts with exactly this e-mail or user name."""
    wanted = {text.strip().lower() for text in texts}
    names = dict.fromkeys((users.username_field(), "email"))
    found: dict[str, list[Any]] = {}
    for name in names if wanted else ():
        if name not in name_fields():
            continue
        rows = (
            everybody().alias(lower_name=Lower(name)).filter(users.active(), lower_name__in=wanted)
        )
        for user in rows.order_by("pk"):
            same = found.setdefault(str(getattr(user, name)).lower(), [])
            if user not in same:
                same.append(user)
    return found


def may_guess(*, by: Any) -> bool:
    """Count a search for somebody unknown; return whether it may be answered."""
    return rates.spend(f"people.{by.pk}", GUESSES)


def everybody() -> QuerySet[Any]:
    """Return all accounts of the site."""
    return get_user_model()._default_manager.all()


def name_fields() -> list[str]:
    """Return the columns of the account that identify a person."""
    found = dict.fromkeys((users.username_field(), *users.FIELDS))
    return [name for name in found if users.has_field(name)]
