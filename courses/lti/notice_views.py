"""Where platforms post their notices: signed messages without a browser."""

import json
import logging
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from courses.lti import notices, registrations
from courses.lti.reasons import LaunchDenied

logger = logging.getLogger(__name__)
MOST = 20
"""Notices of one call."""
_MOST_BYTES = 512 * 1024


@csrf_exempt  # A platform posts it, and each notice is signed.
@never_cache
@require_POST
@transaction.non_atomic_requests  # Reads the platform's keys.
def receive(request: HttpRequest, registration: UUID) -> HttpResponse:
    """Act on each notice. After an error status the platform sends the call again."""
    found = registrations.active(uuid=registration)
    if found is None:
        raise Http404
    texts = _texts(request)
    if texts is None:
        return JsonResponse({"error": "notices_unreadable"}, status=400)
    for text in texts:
        try:
            notices.receive(registration=found, text=text, now=timezone.now())
        except LaunchDenied as denied:
            logger.warning("LTI notice: %s (%s)", denied.reason, denied.detail)
            # Already acted on: the platform sends a call again whose answer was lost.
            if denied.reason != "nonce_used":
                return JsonResponse({"error": denied.reason}, status=403)
    return HttpResponse(status=204)


def _texts(request: HttpRequest) -> list[str] | None:
    """Return the signed texts of the body; None for another body."""
    if len(request.body) > _MOST_BYTES:
        return None
    try:
        body: Any = json.loads(request.body)
        found = [one["jwt"] for one in body["notices"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if len(found) <= MOST and all(isinstance(one, str) for one in found) else None
