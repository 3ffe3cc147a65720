"""Keys of the programs that call us, and their OAuth clients: made, exchanged, taken away,
recognised. What one may do is decided here, whatever kind it is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from courses.domain import bearer, oauth, origins
from courses.errors import Conflict, Invalid, Problem
from courses.models import ApiClient, ApiKey, Course
from courses.models.client import SCOPES
from courses.prepared import PreparedQuery

MARK = "cxk"
"""What every key begins with."""
ALL_PLATFORMS = "platforms:write"
"""The scope that reaches the learners of every platform."""
MOST_ORIGINS = 50
"""Origins of web pages that one client can have."""


@dataclass(frozen=True)
class NewKey:
    """A key with its secret, to be shown once; of an OAuth client `text` is the client secret."""

    row: ApiKey
    text: str


def allows(*, scopes: Collection[str], wanted: str) -> bool:
    """Return whether the scopes suffice: `gradebook:write` includes `gradebook:read`.

    `admin` includes everything but `platforms:write`.
    """
    wider = wanted.replace(":read", ":write")
    widest = wanted if wanted == ALL_PLATFORMS else "admin"
    return bool({wanted, wider, widest} & set(scopes))


@transaction.atomic
def create_key(
    *,
    client: ApiClient,
    scopes: Iterable[str],
    courses: Iterable[Course] = (),
    label: str = "",
    expires_at: datetime | None = None,
    kind: str = ApiKey.Kind.KEY,
) -> NewKey:
    """Create a key or OAuth client; without `courses` it is good for every published one.

    Raises Invalid.
    """
    wanted, new = _checked(scopes), bearer.draw(MARK)
    is_oauth = kind == ApiKey.Kind.OAUTH
    row = ApiKey.objects.create(
        client=client,
        kind=kind,
        prefix=new.prefix,
        secret_hash="" if is_oauth else new.secret_hash,
        label=label,
        scopes=wanted,
        expires_at=expires_at,
    )
    row.courses.set(courses)
    if is_oauth:
        oauth.register(key=row, secret=new.secret)
    return NewKey(row, new.secret if is_oauth else new.text)


@transaction.atomic
def rotate_key(*, key: ApiKey, overlap: timedelta, now: datetime) -> NewKey:
    """Create a key with the same rights; the old one stays valid for `overlap`.

    Raises Conflict when the old one is not in use any more.
    """
    if not key.is_usable(now=now):
        raise Conflict(_("Only an active key can be replaced by a new one."))
    new = create_key(
        client=key.client,
        scopes=key.scopes,
        courses=key.courses.all(),
        label=key.label,
        expires_at=key.expires_at,
        kind=key.kind,
    )
    key.expires_at = min(filter(None, (key.expires_at, now + overlap)))
    key.save(update_fields=["expires_at"])
    return new


def revoke_key(*, key: ApiKey, now: datetime) -> ApiKey:
    """Revoke the key. Idempotent."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)
    key.refresh_from_db(fields=["revoked_at"])
    return key


def check_origins(*, addresses: Iterable[str]) -> list[str]:
    """Return these origins of web pages as browsers write them, without repetitions.

    Raises Invalid for what is more or less than an origin, or one of http on another machine.
    """
    found: list[str] = []
    for address in addresses:
        origin = origins.origin_of(address)
        if origin is None or not origins.names_only_an_origin(address):
            text = _("%(address)s is not an origin. Enter it as https://host or https://host:port.")
            raise Invalid(problems=[Problem("origins", text % {"address": address})])
        found.append(origin)
    if len(set(found)) > MOST_ORIGINS:
        text = _("At most %(count)d origins can be given.") % {"count": MOST_ORIGINS}
        raise Invalid(problems=[Problem("origins", text)])
    return list(dict.fromkeys(found))


@transaction.atomic
def allow_origins(*, client: ApiClient, addresses: Iterable[str]) -> ApiClient:
    """Let web pages on these origins call the API, too, with the client's credentials.

    Raises Invalid.
    """
    locked = ApiClient.objects.select_for_update().get(pk=client.pk)
    locked.origins = check_origins(addresses=[*locked.origins, *addresses])
    locked.save(update_fields=["origins"])
    return locked


def is_origin_known(*, origin: str) -> bool:
    """Return whether any active client lets pages on this origin call the API."""
    rows = ApiClient.objects.filter(is_active=True).exclude(origins=[]).order_by()
    return any(origin in known for known in rows.values_list("origins", flat=True))


def recognise(*, text: str, now: datetime) -> ApiKey:
    """Return the usable key with this text; note its use. Raises bearer.InvalidCredentials.

    `has_limits` on it is whether it is for some courses only. One query, rarely two.
    """
    row = bearer.find(_KEYS.first, mark=MARK, text=text)
    if row is None or not row.is_usable(now=now):
        raise bearer.InvalidCredentials
    bearer.note_use(row, now=now)
    return row


def _keys(prefix: str) -> QuerySet[ApiKey]:
    limits = ApiKey.courses.through.objects.filter(apikey=OuterRef("pk"))
    rows = ApiKey.objects.filter(kind=ApiKey.Kind.KEY, prefix=prefix).order_by()
    return rows.select_related("client").annotate(has_limits=Exists(limits))


_KEYS = PreparedQuery(_keys, str)


def _checked(scopes: Iterable[str]) -> list[str]:
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        known = ", ".join(SCOPES)
        text = _("A key needs at least one of these scopes: %(known)s.") % {"known": known}
        raise Invalid(problems=[Problem("scopes", text)])
    return wanted
