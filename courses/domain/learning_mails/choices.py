"""Which mails about learning a person gets: chosen on the account page, ended by a mailed link."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction

from courses import mail, site_links, users
from courses.conf import settings
from courses.domain import preferences
from courses.errors import NotFound
from courses.models import LearningMail, Preferences

Kind = LearningMail.Kind
SENT_AT = time(8)
"""When the mail about cards goes out on its day, in the person's time zone."""
_SALT = "courses.learning_mails"
_OFF: dict[str, dict[str, Any]] = {
    Kind.MARKED: {"gets_marked_mails": False},
    Kind.CORRECTED: {"gets_notice_mails": False},
    Kind.CARDS_DUE: {"cards_mail_day": None, "cards_mail_at": None},
}


def are_sent() -> bool:
    """Return whether this site sends mails about learning at all."""
    return bool(settings.LEARNING_MAILS) and mail.is_configured() and site_links.is_known()


def address(*, user: Any) -> str:
    """Return where the person's mails go; empty for one who has no address or cannot sign in."""
    return users.adapter().mail_address(user=user) if getattr(user, "is_active", True) else ""


def are_offered(*, user: Any) -> bool:
    """Return whether the person can choose mails."""
    return are_sent() and bool(address(user=user))


def wants(*, user: Any, kind: str) -> bool:
    """Return whether the person gets mails of this kind."""
    row = preferences.of(user=user)
    is_wanted = {
        Kind.MARKED: row.gets_marked_mails,
        Kind.CORRECTED: row.gets_notice_mails,
        Kind.CARDS_DUE: row.cards_mail_day is not None,
    }[Kind(kind)]
    return is_wanted and bool(address(user=user))


def choose(
    *, user: Any, marked: bool, corrected: bool, cards_day: int | None, now: datetime
) -> None:
    """Set all three. `cards_day` is the weekday of the mail about cards, 0 for Monday, or None."""
    values: dict[str, Any] = {"gets_marked_mails": marked, "gets_notice_mails": corrected}
    row = preferences.of(user=user)
    if cards_day != row.cards_mail_day or (cards_day is not None and row.cards_mail_at is None):
        at = None if cards_day is None else next_on(user=user, day=cards_day, now=now)
        values |= {"cards_mail_day": cards_day, "cards_mail_at": at}
    preferences.store(user=user, values=values)


def next_on(*, user: Any, day: int, now: datetime) -> datetime:
    """Return the next time on this weekday at which the mail goes out, by the person's clock."""
    zone = preferences.zone(user=user)
    today = now.astimezone(zone).date()
    days = (today + timedelta(days=number) for number in range(8))
    moments = (datetime.combine(one, SENT_AT, zone) for one in days if one.weekday() == day)
    return next(one for one in moments if one > now).astimezone(UTC)


def token(*, user: Any, kind: str) -> str:
    """Return what names the person and the kind in an address that ends these mails."""
    return signing.dumps([users.plain_key(user.pk), kind], salt=_SALT, compress=False)


def read_token(*, token: str) -> tuple[Any, str]:
    """Return the account's key and the kind. Raises NotFound for a token not made here."""
    try:
        key, kind = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise NotFound from None
    return key, kind


@transaction.atomic
def stop(*, token: str) -> str:
    """End the mails of the kind that the token names; return the kind. Idempotent.

    Needs no account: the address in the mail is enough to end such mails. Raises NotFound.
    """
    key, kind = read_token(token=token)
    people = get_user_model()._default_manager.filter(users.active(), pk=key)
    # An account that is closed gets no mails, and nothing is stored for it again.
    person = people.first()
    if person is not None:
        Preferences.objects.update_or_create(user=person, defaults=_OFF[kind])
    return str(kind)
