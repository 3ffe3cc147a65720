"""Mail links to set a new password, in the background: the page answers alike for any address."""

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.tokens import default_token_generator
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import mail, rates, sealing, users
from courses.conf import settings
from courses.domain import jobs, preferences
from courses.domain.jobs import Kind, Progress
from courses.domain.mailing import RETRIES
from courses.domain.rights import Can
from courses.models import Job

KIND = "password_reset"
TEXT = "cx_courses/mail/password_reset.txt"
PER_ACCOUNT = "5/hour"
"""Mails to one account: nobody can fill somebody else's mailbox."""
TRIES = 3


def is_offered() -> bool:
    """Return whether people of this site can have a link mailed to them."""
    field = get_user_model().get_email_field_name()
    return settings.ACCOUNTS == "own" and users.has_field(field) and mail.is_configured()


def request(*, address: str, url: str, language: str, now: datetime) -> Job:
    """Send a link to every account with that address, once the caller's transaction is stored.

    Nothing is looked up here, so an answer takes as long for an address that nobody has. `url` is
    the page of the form; what names account and token is added to it.
    """
    args = {"address": sealing.seal(address), "url": url, "language": language}
    return jobs.queue(kind=KIND, args=args, by=None, now=now)


def reset_step(*, job: Job, now: datetime) -> Progress:
    """Send the links. What the mail server refuses is tried again; then the address is deleted."""
    cursor = job.cursor or {"round": 0, "left": None}
    address = sealing.open_sealed(job.args["address"])
    # Django's own rule: active accounts with a password, and letters that only look alike differ.
    found = list(PasswordResetForm().get_users(address))
    if cursor["left"] is not None:
        found = [one for one in found if one.pk in cursor["left"]]
    else:
        found = [one for one in found if _is_allowed(one)]
    failed = [one.pk for one in found if not _send(one, job)]
    done = job.done + len(found) - len(failed)
    if failed and cursor["round"] < TRIES:
        again = {"round": cursor["round"] + 1, "left": failed}
        due_at = now + RETRIES[cursor["round"]]
        return Progress(done, done + len(failed), cursor=again, due_at=due_at)
    forget_address(job=job, now=now)
    return Progress(done, done + len(failed), result={})


def forget_address(*, job: Job, now: datetime) -> None:
    """Delete who was asked about: nobody needs it any more."""
    del now
    Job.objects.filter(pk=job.pk).update(args={})


def _is_allowed(user: Any) -> bool:
    return rates.spend(f"password-reset.account.{user.pk}", PER_ACCOUNT)


def _send(user: Any, job: Job) -> bool:
    account = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    values = {
        "name": user.get_username(),
        "site": settings.BRAND_NAME,
        "url": f"{job.args['url']}{account}/{token}/",
    }
    with translation.override(preferences.of(user=user).language or job.args["language"]):
        subject = _("%(site)s: set a new password") % {"site": settings.BRAND_NAME}
        text = render_to_string(TEXT, values)
    to = str(getattr(user, user.get_email_field_name()))
    return not mail.send_each(to=[to], subject=" ".join(subject.split()), text=text.strip())


RESETS = Kind(
    label=gettext_lazy("Links to set a new password"),
    can=Can.GRANT,
    step=reset_step,
    on_stop=forget_address,
)
