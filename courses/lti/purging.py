"""What is forgotten of launches: nonces soon, logs later."""

from datetime import datetime, timedelta

from courses.lti.launch_models import LtiLaunchRecord, LtiNonce
from courses.lti.roster_models import LtiRosterRead

NONCES_KEPT = timedelta(days=1)
"""Far longer than a state lives, without which no nonce is looked at."""
RECORDS_KEPT = timedelta(days=90)
AT_ONCE = 1000


def purge(*, now: datetime) -> int:
    """Delete some old nonces, records of launches and of lists; return how many rows."""
    count = 0
    for rows in (
        LtiNonce.objects.filter(used_at__lt=now - NONCES_KEPT).order_by("used_at"),
        LtiLaunchRecord.objects.filter(at__lt=now - RECORDS_KEPT).order_by("at"),
        LtiRosterRead.objects.filter(at__lt=now - RECORDS_KEPT).order_by("at"),
    ):
        old = list(rows.values_list("pk", flat=True)[:AT_ONCE])
        if old:
            rows.model._default_manager.filter(pk__in=old).delete()
        count += len(old)
    return count
