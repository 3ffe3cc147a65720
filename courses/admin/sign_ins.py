"""Who signed in when and from where: read by administrators, written by nobody here."""

from django.contrib import admin

from courses.admin.clients import RootReads
from courses.admin.mixins import names_of
from courses.models import SignIn


@admin.register(SignIn)
class SignInAdmin(RootReads):
    list_display = ["signed_in_at", "user", "address", "browser", "ended_at"]
    list_filter = ["signed_in_at"]
    list_select_related = ["user"]
    search_fields = ["=address", *names_of("user")]
