"""Accounts in the admin of the site: Django's own pages, with the actions on people's data."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin

from courses.admin.paging import RecordPaginator
from courses.admin.personal_data import HandlesPeople


class PeopleAdmin(HandlesPeople, UserAdmin):  # type: ignore[type-arg]  # takes none at run time
    show_full_result_count = False
    paginator = RecordPaginator


def register() -> None:
    """Register the admin of people in place of Django's own."""
    admin.site.unregister(get_user_model())
    admin.site.register(get_user_model(), PeopleAdmin)
