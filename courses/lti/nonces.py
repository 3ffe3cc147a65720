"""Nonces of launches and notices: a unique row for each, so that a message is acted on once."""

from datetime import datetime

from django.db import IntegrityError, transaction

from courses.lti import states
from courses.lti.launch_models import LtiNonce
from courses.lti.models import LtiRegistration
from courses.lti.reasons import LaunchDenied


def use_up(*, registration: LtiRegistration, nonce: str, now: datetime) -> None:
    """Use the nonce up. Of all who come with it, one passes: the database decides.

    Raises LaunchDenied for the others. In the caller's transaction, if there is one.
    """
    try:
        with transaction.atomic():
            LtiNonce.objects.create(
                registration=registration, nonce_hash=states.hashed(nonce), used_at=now
            )
    except IntegrityError as error:
        raise LaunchDenied("nonce_used") from error
