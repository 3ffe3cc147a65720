"""The manifest of the pages: what a browser needs to install them as an app of the operator."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.conf import settings

_SHORT = 12
"""Characters of a name that stand under an icon."""


@login_not_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Return the manifest: the operator's name, colours and icons, and where the app begins."""
    name, home = str(settings.BRAND_NAME), reverse("cx_courses:catalogue")
    body = {
        "id": home,
        "name": name,
        **({"short_name": name} if len(name) <= _SHORT else {}),
        "description": _("%(name)s: learning at your own pace.") % {"name": name},
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "theme_color": settings.APP_COLOURS["theme"],
        "background_color": settings.APP_COLOURS["background"],
        "icons": [
            _icon(kind, path)
            for kind, path in settings.APP_ICONS.items()
            if not kind.startswith("apple-")
        ],
        "shortcuts": [{"name": _("My learning"), "url": reverse("cx_courses:progress")}],
    }
    headers = {"Cache-Control": "private, max-age=3600"}
    return JsonResponse(body, content_type="application/manifest+json", headers=headers)


def _icon(kind: str, path: str) -> dict[str, Any]:
    size = kind.removeprefix("maskable-")
    purpose = "any" if size == kind else "maskable"
    icon = {"src": static(path), "sizes": f"{size}x{size}", "type": "image/png"}
    return {**icon, "purpose": purpose}
