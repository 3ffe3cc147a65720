"""Enrol people into a class by pasting their addresses: what would happen first, then all of it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.admin.own import rights_of
from courses.admin.studio.class_frame import changed_section, class_page, class_url
from courses.domain import enrolling, people
from courses.domain.enrolling import PlannedLine, Standing, Wanted
from courses.domain.rights import Can
from courses.errors import CoursesError
from courses.models import Enrolment, Section

_SALT, _HOUR_S = "cx_courses.enrol", 3_600
_MOST_BYTES = 200_000
LEAVE, ADD, MOVE = "leave", "add", "move"
ENROLLED = (Standing.NEW, Standing.BACK, Standing.ELSEWHERE)
WORDS = {
    Standing.NEW: (gettext_lazy("new here"), "plus"),
    Standing.BACK: (gettext_lazy("was here before, comes back"), "refresh"),
    Standing.HERE: (gettext_lazy("already in the class"), "check"),
    Standing.ELSEWHERE: (gettext_lazy("in another class"), "user"),
    Standing.UNKNOWN: (gettext_lazy("no account with this address"), "warning"),
    Standing.NOT_LOOKED_UP: (gettext_lazy("not looked up: try again in an hour"), "warning"),
    Standing.REPEATED: (gettext_lazy("stands above already"), "info"),
    Standing.BAD: (gettext_lazy("cannot be read"), "warning"),
}


class PasteForm(forms.Form):
    use_required_attribute = False

    text = forms.CharField(
        label=gettext_lazy("E-mail addresses or lines of a CSV file"),
        required=False,
        max_length=_MOST_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"class": "input studio-addresses", "rows": 10}),
        help_text=gettext_lazy("One person a line: an address, or a name and an address."),
    )
    file = forms.FileField(
        label=gettext_lazy("or a CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"class": "input", "accept": ".csv,.txt,text/csv,text/plain"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        if cleaned.get("file") is not None:
            cleaned["text"] = self._text_of(cleaned["file"])
        lines = enrolling.read(text=cleaned.get("text") or "")
        if not lines:
            self.add_error("text", _("Enter at least one address."))
        if len(lines) > enrolling.MOST_LINES:
            text = _("At most %(most)d people at once; these are %(count)d.")
            values = {"most": enrolling.MOST_LINES, "count": len(lines)}
            self.add_error("text", text % values)
        cleaned["lines"] = lines
        return cleaned

    def _text_of(self, file: Any) -> str:
        if file.size > _MOST_BYTES:
            self.add_error("file", _("This file is too large for a list of people."))
            return ""
        content = file.read()
        try:
            return str(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return str(content.decode("cp1252", "replace"))


def enrol(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Take a list of people, show what it would do, or do it."""
    section = changed_section(admin, request, pk)
    if request.method != "POST":
        return _page(admin, request, section, PasteForm())
    if request.POST.get("do") == "enrol":
        return _enrol(admin, request, section)
    form = PasteForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(admin, request, section, form)
    planned = enrolling.plan(
        section=section,
        lines=form.cleaned_data["lines"],
        granted=rights_of(request),
        by=request.user,
    )
    return _page(admin, request, section, form, planned=planned)


def _page(
    admin: Any,
    request: HttpRequest,
    section: Section,
    form: PasteForm,
    *,
    planned: Sequence[PlannedLine] = (),
    refusal: str = "",
) -> HttpResponse:
    count = Counter(one.standing for one in planned)
    rows = [(one, *WORDS[one.standing]) for one in planned]
    return class_page(
        admin,
        request,
        "class_enrol.html",
        section,
        tab="enrol",
        form=form,
        rows=rows,
        refusal=refusal,
        token=_signed(request, section, planned) if planned else "",
        total=sum(count[standing] for standing in (Standing.NEW, Standing.BACK)),
        elsewhere=count[Standing.ELSEWHERE],
        unknown=[one.line.email for one in planned if one.standing == Standing.UNKNOWN],
        status=409 if refusal else 200,
    )


def _signed(request: HttpRequest, section: Section, planned: Sequence[PlannedLine]) -> str:
    """Return whom the page shows, so that nobody else can be enrolled with its button."""
    found = [
        [enrolling.account_key(user=one.user), one.other.pk if one.other else None]
        for one in planned
        if one.standing in ENROLLED
    ]
    owner = enrolling.account_key(user=request.user)
    return signing.dumps([section.pk, owner, found], salt=_SALT, compress=True)


def _enrol(admin: Any, request: HttpRequest, section: Section) -> HttpResponse:
    wanted = _wanted(request, section)
    if wanted is None:
        text = _("Show the list again before you enrol these people.")
        return _page(admin, request, section, PasteForm(), refusal=text)
    try:
        done = enrolling.enrol_all(
            section=section, wanted=wanted, by=request.user, now=timezone.now()
        )
    except CoursesError as error:
        text = _("Nobody was enrolled: %(reason)s") % {"reason": error.message}
        return _page(admin, request, section, PasteForm(), refusal=text)
    admin.log_change(request, section, [{"changed": {"fields": [_("people")]}}])
    text = ngettext("%(count)d person is enrolled.", "%(count)d people are enrolled.", len(done))
    admin.message_user(request, text % {"count": len(done)})
    return redirect(class_url(section))


def _wanted(request: HttpRequest, section: Section) -> list[Wanted] | None:
    """Return whom to enrol; None for a list that is old or was shown to somebody else."""
    try:
        signed = signing.loads(request.POST.get("token", ""), salt=_SALT, max_age=_HOUR_S)
    except signing.BadSignature:
        return None
    section_pk, owner, found = signed
    if [section_pk, owner] != [section.pk, enrolling.account_key(user=request.user)]:
        return None
    choice = request.POST.get("elsewhere", LEAVE)
    accounts = {
        enrolling.account_key(user=one): one
        for one in people.everybody().filter(pk__in=[key for key, _other in found])
    }
    movable = rights_of(request).enrolments(Can.GRANT).filter(course=section.course_id)
    others = movable.select_related("user").in_bulk([pk for _key, pk in found if pk is not None])
    wanted = []
    for key, pk in found:
        if key not in accounts or (pk is not None and choice not in (ADD, MOVE)):
            continue
        other: Enrolment | None = others.get(pk) if choice == MOVE and pk is not None else None
        if pk is None or choice == ADD or other is not None:
            wanted.append(Wanted(accounts[key], other))
    return wanted
