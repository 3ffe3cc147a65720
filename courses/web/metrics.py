"""How far behind the relay is and how often caches hit, as text for Prometheus.

Only for the holder of the token.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET

from courses.conf import settings
from courses.domain import relay
from courses.lru_cache import counts

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
GAUGES = {
    "due": "Deliveries that should have been sent by now.",
    "oldest_seconds": "Age of the oldest of them.",
    "dead": "Deliveries that were given up.",
    "unnumbered": "Events that the relay has not handed on.",
    "disabled": "Webhook endpoints that were disabled for failing.",
    "expired_attempts": "Attempts that should have been closed by now.",
}

CACHES = {
    "hits": "Values that a cache of the process that answers had.",
    "misses": "Values that it had to make.",
    "size": "Values that it holds.",
}


@login_not_required
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Show the metrics; 404 unless the request carries the token `COURSES_METRICS`."""
    token = settings.METRICS
    given = request.headers.get("Authorization", "")
    if not token or not constant_time_compare(given, f"Bearer {token}"):
        raise Http404
    backlog = relay.backlog(now=timezone.now())
    lines = []
    for name, meaning in GAUGES.items():
        metric = f"cx_courses_relay_{name}"
        value = getattr(backlog, name) or 0
        lines += [f"# HELP {metric} {meaning}", f"# TYPE {metric} gauge", f"{metric} {value}"]
    lines += _cache_lines()
    return HttpResponse(
        "\n".join(lines) + "\n",
        content_type=CONTENT_TYPE,
        headers={"Cache-Control": "no-store"},
    )


def _cache_lines() -> list[str]:
    """Return what the caches of this process counted; each worker process has its own."""
    rows, lines = counts(), []
    for name, meaning in CACHES.items():
        metric, kind = f"cx_courses_cache_{name}", "gauge" if name == "size" else "counter"
        lines += [f"# HELP {metric} {meaning}", f"# TYPE {metric} {kind}"]
        lines += [f'{metric}{{cache="{row.name}"}} {getattr(row, name)}' for row in rows]
    return lines
