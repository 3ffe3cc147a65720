"""Addresses for platforms, included outside of language prefixes at COURSES_LTI_URL."""

from django.urls import path

from courses.lti import notice_views, picker_views, registration_views, views

app_name = "cx_courses_lti"

urlpatterns = [
    path("login/", views.login, name="login"),
    path("login/<uuid:registration>/", views.login, name="login-own"),
    path("launch/", views.launch, name="launch"),
    path("launch/<path:path>", views.launch, name="launch-at"),
    path("pick/", picker_views.pick, name="pick"),
    path("register/<str:code>/", registration_views.register, name="register"),
    path("keys/<uuid:registration>/", views.keys, name="keys"),
    path("notices/<uuid:registration>/", notice_views.receive, name="notices"),
    path("canvas/<uuid:registration>.json", views.canvas, name="canvas"),
]
