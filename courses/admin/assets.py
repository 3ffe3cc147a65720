"""The files of a module: pictures, tables and attachments that its texts name."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.bases import ModelForm
from courses.admin.confirming import DeletionConfirmation
from courses.admin.mixins import CourseAdmin
from courses.admin.own import OwnFilter
from courses.admin.studio.pages import TaskPages
from courses.coursefiles.assets import check_asset, content_type
from courses.coursefiles.rules import FILE_NAME
from courses.domain import stored_files
from courses.models import Asset


class AssetForm(ModelForm):
    upload = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("A picture, a table as CSV, audio, video, PDF or an office file."),
    )

    class Meta:
        model = Asset
        fields = ["module", "name"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not FILE_NAME.fullmatch(name):
            raise ValidationError(_("A file name is made of letters, digits, dots, - and _."))
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        name = cleaned.get("name") or self.instance.name
        upload = cleaned.get("upload")
        if upload is None and self.instance.pk is None:
            self.add_error("upload", _("Choose a file."))
        elif upload is not None and name:
            self.content = upload.read()
            for line, message in check_asset(name, self.content):
                text = _("Line %(line)d: %(message)s") % {"line": line, "message": message}
                self.add_error("upload", text)
        return cleaned


@admin.register(Asset)
class AssetAdmin(TaskPages, DeletionConfirmation, CourseAdmin):
    course_path = "module__course"
    form = AssetForm
    fixed = ("module", "name")
    also_compared = ("content_hash",)
    list_display = ["name", "course_name", "module", "content_type"]
    list_filter = [("module__course", OwnFilter), ("module", OwnFilter)]
    list_select_related = ["module__course"]
    search_fields = ["name", "module__title"]
    autocomplete_fields = ["module"]
    readonly_fields = ["content_type"]

    def save_model(self, request: HttpRequest, obj: Asset, form: Any, change: bool) -> None:
        if form.cleaned_data.get("upload"):
            obj.content_type, obj.size = content_type(obj.name), len(form.content)
            obj.content_hash = stored_files.store_one(content=form.content)
        super().save_model(request, obj, form, change)
