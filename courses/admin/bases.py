"""Django's classes with their type parameters, which only the type stubs know.

At run time most of them take none, so a subclass here names these. A mixin stands on one of the
`…Mixin`: for the type checker it is the class that it is mixed into, at run time nothing.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core import paginator

if TYPE_CHECKING:
    from django.contrib.admin.options import BaseModelAdmin
    from django.contrib.admin.widgets import AutocompleteMixin

    ModelAdmin = admin.ModelAdmin[Any]
    StackedInline = admin.StackedInline[Any, Any]
    ModelForm = forms.ModelForm[Any]
    InlineFormSet = forms.BaseInlineFormSet[Any, Any, ModelForm]
    ManyRowsField = forms.ModelMultipleChoiceField[Any]
    Paginator = paginator.Paginator[Any]

    BaseAdminMixin = BaseModelAdmin[Any]
    AdminMixin = ModelAdmin
    WidgetMixin = AutocompleteMixin
else:
    ModelAdmin = admin.ModelAdmin
    StackedInline = admin.StackedInline
    ModelForm = forms.ModelForm
    InlineFormSet = forms.BaseInlineFormSet
    ManyRowsField = forms.ModelMultipleChoiceField
    Paginator = paginator.Paginator

    BaseAdminMixin = AdminMixin = WidgetMixin = object

Fields = list[str | list[str] | tuple[str, ...] | tuple[()]]
"""What an admin page shows: names of fields, or groups of them."""
