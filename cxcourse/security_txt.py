"""The contact for reports of vulnerabilities: `/.well-known/security.txt` (RFC 9116)."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

VALID = timedelta(days=30)
"""The page is made at each request; a copy that is older than this should not be trusted."""


@require_safe
@cache_control(public=True, max_age=3600)
def security_txt(_request: HttpRequest) -> HttpResponse:
    """Return the contact from `SECURITY_CONTACT`; 404 where none is set."""
    contact = settings.SECURITY_CONTACT
    if not contact:
        raise Http404
    expires = (timezone.now() + VALID).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
