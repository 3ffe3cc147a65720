"""The e-mail address of an account: given by the person, and in force once they open a mailed link.

What is not confirmed stands in the person's preferences; the account keeps the address it had.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import mail, rates, users
from courses.conf import settings
from courses.domain import jobs, mailing, preferences
from courses.domain.jobs import Kind, Progress
from courses.domain.rights import Can
from courses.errors import NotFound
from courses.models import Job, Preferences

KIND = "address_link"
LIFETIME = timedelta(days=2)
"""How long a link to confirm an address works."""
PER_PERSON = "5/hour"
"""Links that one person may have sent, so that nobody can fill the mailbox of another."""
TRIES = 3
_SALT = "courses.mail_address"
_LINK, _CHANGED = (f"cx_courses/mail/address_{name}.txt" for name in ("link", "changed"))


def is_offered() -> bool:
    """Return whether people give their addresses here; the one they sign in with is no such."""
    return settings.ACCOUNTS == "own" and users.may_set("email") and mail.is_configured()


def ask(*, user: Any, address: str, url: str, language: str, now: datetime) -> bool:
    """Send a link to the new address; links sent before stop working. False: too many.

    `url` is the page that confirms; the token is added to it.
    """
    if not rates.spend(f"address.{user.pk}", PER_PERSON):
        return False
    with transaction.atomic():
        _store(user, address, now)
        args = {"user": users.plain_key(user.pk), "asked_at": now.isoformat()}
        args |= {"url": url, "language": language}
        jobs.queue(kind=KIND, args=args, by=None, now=now)
    return True


def remove(*, user: Any, language: str, now: datetime) -> None:
    """Remove the address, and one that is not confirmed. The old one gets a mail."""
    with transaction.atomic():
        _store(user, "", None)
        _change(user, "", language, now)


def found(*, token: str, now: datetime) -> Preferences:
    """Return whose address the link confirms. Raises NotFound for one that no longer works."""
    return _of_token(token, now, Preferences.objects.all())


@transaction.atomic
def confirm(*, token: str, language: str, now: datetime) -> Preferences:
    """Put the address in force; the old one gets a mail. Raises NotFound; a link works once."""
    row = _of_token(token, now, Preferences.objects.select_for_update(of=("self",)))
    address = row.new_address
    _store(row.user, "", None)
    _change(row.user, address, language, now)
    return row


def link_step(*, job: Job, now: datetime) -> Progress:
    """Send the link, unless the person has asked anew, was erased or closed the account."""
    tried = (job.cursor or {"round": 0})["round"]
    asked_at = datetime.fromisoformat(job.args["asked_at"])
    rows = Preferences.objects.filter(users.active("user"), new_address_at=asked_at)
    row = rows.filter(user=job.args["user"]).exclude(new_address="").select_related("user").first()
    if row is None or _send(row, job):
        return Progress(1, 1, result={})
    if tried < TRIES:
        again = {"round": tried + 1}
        return Progress(0, 1, cursor=again, due_at=now + mailing.RETRIES[tried])
    return Progress(0, 1, result={})


def _store(user: Any, address: str, asked_at: datetime | None) -> None:
    values = {"new_address": address, "new_address_at": asked_at}
    user.course_preferences, _is_new = Preferences.objects.update_or_create(
        user=user, defaults=values
    )


def _change(user: Any, address: str, language: str, now: datetime) -> None:
    row = get_user_model()._default_manager.select_for_update().get(pk=user.pk)
    old = users.names(row).email
    if old == address:
        return
    users.adapter().update(user=row, values={"email": address})
    user.email = address
    if not old:
        return
    with translation.override(preferences.of(user=row).language or language):
        values = {"name": row.get_username(), "site": settings.BRAND_NAME}
        text = render_to_string(_CHANGED, values).strip()
        subject = _("%(site)s: your e-mail address was changed") % {"site": settings.BRAND_NAME}
    about = f"address {row.pk}"
    mailing.queue(to=[old], subject=subject, text=text, about=about, course=None, by=None, now=now)


def _of_token(token: str, now: datetime, rows: Any) -> Preferences:
    try:
        user, asked_at = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise NotFound from None
    moment = datetime.fromisoformat(asked_at)
    if now - moment > LIFETIME:
        raise NotFound
    rows = rows.filter(users.active("user"), user=user, new_address_at=moment)
    row: Preferences | None = rows.exclude(new_address="").select_related("user").first()
    if row is None:
        raise NotFound
    return row


def _send(row: Preferences, job: Job) -> bool:
    token = signing.dumps([job.args["user"], job.args["asked_at"]], salt=_SALT)
    site = settings.BRAND_NAME
    values = {"name": row.user.get_username(), "site": site, "url": f"{job.args['url']}{token}/"}
    with translation.override(row.language or job.args["language"]):
        subject = _("%(site)s: confirm your e-mail address") % {"site": site}
        text = render_to_string(_LINK, values).strip()
    return not mail.send_each(to=[row.new_address], subject=" ".join(subject.split()), text=text)


LINKS = Kind(
    label=gettext_lazy("Links to confirm an e-mail address"), can=Can.GRANT, step=link_step
)
