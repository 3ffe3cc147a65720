"""The addresses of the site: the admin and the course."""

from django.contrib import admin
from django.urls import include, path

from courses.conf import settings
from cxcourse import lti, oauth, people, second_factor, sign_in
from cxcourse.security_txt import security_txt

oauth.hide_from_admin()
people.register()
admin.site.login_form = sign_in.AdminSignIn
admin.site.site_header = admin.site.site_title = settings.BRAND_NAME
second_factor.require()

urlpatterns = [
    path("admin/", admin.site.urls),
    path(".well-known/security.txt", security_txt, name="security-txt"),
    *lti.urls(),
    path("", include("courses.urls")),
]

handler400 = "courses.web.errors.bad_request"
handler403 = "courses.web.errors.permission_denied"
handler404 = "courses.web.errors.page_not_found"
handler500 = "courses.web.errors.server_error"
