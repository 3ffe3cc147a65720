"""The holder's certificates: pages, the name on them, who may verify them, and the PDF."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.certificate_links import VerificationLinks
from courses.conf import settings
from courses.domain import certificates
from courses.domain.certificates import pdf
from courses.domain.certificates.holding import LONGEST_NAME
from courses.errors import NotFound
from courses.web.errors import handles_errors
from courses.web.forms import DrawnForm


class NameForm(DrawnForm):
    name = forms.CharField(
        label=gettext_lazy("Name on the certificate"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput,
    )


@never_cache
@login_required
@require_safe
@handles_errors
def index(request: HttpRequest) -> HttpResponse:
    """List the person's certificates."""
    now = timezone.now()
    found = certificates.of_person(by=request.user)
    rows = [(one, certificates.state(certificate=one, now=now)) for one in found]
    return render(request, "cx_courses/certificate/index.html", {"rows": rows})


@never_cache
@login_required
@require_safe
@handles_errors
def page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show one of the person's certificates."""
    row = certificates.own(uuid=uuid, by=request.user)
    context = {
        "certificate": row,
        "seconds": row.minutes * 60,
        "state": certificates.state(certificate=row, now=timezone.now()),
        "public_url": VerificationLinks(request).verification(row.number),
        "form": NameForm({"name": row.name}) if row.name else NameForm(),
    }
    return render(request, "cx_courses/certificate/page.html", context)


@login_required
@require_POST
@handles_errors
def rename(request: HttpRequest, uuid: UUID) -> HttpResponse:
    certificates.rename(
        uuid=uuid, name=request.POST.get("name", ""), by=request.user, now=timezone.now()
    )
    messages.success(request, _("The certificate now has this name."))
    return redirect("cx_courses:certificate", uuid)


@login_required
@require_POST
@handles_errors
def set_public(request: HttpRequest, uuid: UUID) -> HttpResponse:
    is_public = request.POST.get("public") == "1"
    certificates.set_public(uuid=uuid, is_public=is_public, by=request.user)
    text = _("Nobody can verify this certificate now.")
    if is_public:
        text = _("Anybody with the number can verify this certificate now.")
    messages.success(request, text)
    return redirect("cx_courses:certificate", uuid)


@never_cache
@login_required
@require_safe
@handles_errors
def download(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Return the certificate as a PDF. Nobody needs one of a certificate that is void."""
    row = certificates.own(uuid=uuid, by=request.user)
    if row.is_void:
        raise NotFound
    links = VerificationLinks(request)
    content = pdf.render(
        certificate=row,
        issuer=links.name,
        colour=settings.CERTIFICATE_COLOUR,
        address=links.verification(row.number),
    )
    response = HttpResponse(content, content_type="application/pdf")
    name = f"certificate-{row.number}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
