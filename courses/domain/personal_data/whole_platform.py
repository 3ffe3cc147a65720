"""All people of a platform: their data as one document, and their erasure in the background."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from courses.domain import jobs, webhooks
from courses.domain.personal_data import annexes
from courses.domain.personal_data.exporting import Collect, Json, RequestingPlatform, export
from courses.domain.personal_data.platforms import erase_learner
from courses.domain.rights import Can
from courses.errors import Conflict, NotFound
from courses.models import (
    ApiClient,
    Course,
    Delivery,
    DeliveryTry,
    ExternalIdentity,
    Job,
    WebhookEndpoint,
)

KIND, EXPORT_KIND = "platform_erasure", "platform_export"
AT_ONCE = 20
"""People who are erased in one transaction."""
DELIVERIES_AT_ONCE = 500


def export_platform(
    *, client: ApiClient, by: Any, now: datetime, key: str = "", collect: Collect = list
) -> Json:
    """Return what is stored of a platform and of each of its people, as far as it is its own.

    `collect` makes the lists, and may read them while they are written. Who asked is recorded:
    `by`, or the API key whose prefix is `key`.
    """
    args, about = _args(client, key), str(client.pk)
    jobs.record_done(kind=EXPORT_KIND, args=args, by=by, now=now, about=about)
    return {
        "platform": client.name,
        **annexes.of_platform(client=client, collect=collect),
        "people": collect(_people(client, now, collect)),
    }


def ask_erasure(*, client: ApiClient, by: Any, now: datetime, key: str = "") -> Job:
    """Switch the platform off and erase its people in the background. Idempotent.

    Whom others know too is released by the platform and keeps what is theirs. `key` is the API key
    by which it was asked for, if no person did.
    """
    with transaction.atomic():
        ApiClient.objects.filter(pk=client.pk).update(is_active=False)
        for endpoint in WebhookEndpoint.objects.filter(client=client, disabled_at=None):
            webhooks.disable(endpoint=endpoint, now=now)
        args = _args(client, key)
        return jobs.queue(kind=KIND, args=args, by=by, now=now, about=str(client.pk))


def find_erasure(*, client: ApiClient) -> Job:
    """Return the last erasure that was asked for. Raises NotFound."""
    found = Job.objects.filter(kind=KIND, dedupe=str(client.pk)).order_by("-pk").first()
    if found is None:
        raise NotFound
    return found


def _args(client: ApiClient, key: str) -> dict[str, Any]:
    return {"client": client.pk, **({"key": key} if key else {})}


def _people(client: ApiClient, now: datetime, collect: Collect) -> Iterator[Json]:
    asks = RequestingPlatform(client, Course.objects.all())
    rows = ExternalIdentity.objects.filter(client=client).select_related("user")
    for key in list(rows.order_by("pk").values_list("pk", flat=True)):
        row = rows.filter(pk=key).first()
        if row is not None:  # Somebody may be erased while this is read.
            yield export(user=row.user, now=now, platform=asks, collect=collect)


def _step(*, job: Job, now: datetime) -> jobs.Progress:
    """Erase some people; when there is nobody left, some of the platform's own rows."""
    client = ApiClient.objects.get(pk=job.args["client"])
    cursor = {"after": 0, "refused": 0, **(job.cursor or {})}
    known = ExternalIdentity.objects.filter(client=client)
    rows = list(known.filter(pk__gt=cursor["after"]).order_by("pk")[:AT_ONCE])
    for row in rows:
        cursor |= {"after": row.pk, "refused": cursor["refused"] + (not _erase(row, now))}
    done = job.done + len(rows)
    total = max(job.total, done + known.filter(pk__gt=cursor["after"]).count())
    if rows or (not cursor["refused"] and _forget(client, now)):
        return jobs.Progress(done, total, cursor)
    result = {"people": done - cursor["refused"], "refused": cursor["refused"]}
    return jobs.Progress(done, total, result=result)


def _forget(client: ApiClient, now: datetime) -> bool:
    """Delete a batch of the platform's own rows; return whether there may be more."""
    return annexes.forget_platform(client=client, now=now) or _forget_endpoint(client)


def _forget_endpoint(client: ApiClient) -> bool:
    """Delete a batch of one endpoint's deliveries, at last the endpoint; False without any."""
    endpoint = WebhookEndpoint.objects.filter(client=client).first()
    if endpoint is None:
        return False
    rows = Delivery.objects.filter(subscriber=endpoint.subscriber).order_by("pk")
    some = list(rows.values_list("pk", flat=True)[:DELIVERIES_AT_ONCE])
    DeliveryTry.objects.filter(delivery__in=some).delete()
    Delivery.objects.filter(pk__in=some).delete()
    if not some:
        webhooks.remove(endpoint=endpoint)
    return True


def _erase(row: ExternalIdentity, now: datetime) -> bool:
    """Erase one of them; return whether nothing of the host's kept their records."""
    try:
        with transaction.atomic():
            erase_learner(client=row.client, external_id=row.subject, now=now)
    except NotFound:
        return True
    except Conflict:
        return False
    return True


def _facts(result: dict[str, Any]) -> list[jobs.Fact]:
    return [
        jobs.Fact(_("people erased"), result.get("people", 0)),
        jobs.Fact(_("people whom other records keep"), result.get("refused", 0)),
    ]


def _subject(job: Job) -> str:
    client = ApiClient.objects.filter(pk=job.args["client"]).first()
    names = {"name": client.name if client else "–", "key": job.args.get("key", "")}
    text = _("%(name)s, by the API key %(key)s") if names["key"] else "%(name)s"
    return str(text) % names


def _done(**_job_and_now: Any) -> jobs.Progress:
    """Do nothing: an export is recorded as done."""
    return jobs.Progress(0, 0, result={})


PLATFORM_ERASURE = jobs.Kind(
    label=_("erasure of a platform's people"),
    can=Can.PEOPLE,
    step=_step,
    results=_facts,
    subject=_subject,
)
PLATFORM_EXPORT = jobs.Kind(
    label=_("export of a platform's data"), can=Can.PEOPLE, step=_done, subject=_subject
)
