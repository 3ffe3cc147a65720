"""The admin's own sign-in page: user names in any case, as on the learner pages."""

from django.contrib.admin.forms import AdminAuthenticationForm

from courses.web.names import AnyCase


class AdminSignIn(AnyCase, AdminAuthenticationForm):
    pass
