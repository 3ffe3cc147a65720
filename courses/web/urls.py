"""Addresses of the learner pages, under the namespace `cx_courses`."""

from django.urls import path

from courses.conf import settings
from courses.web import (
    accessibility,
    account,
    app_manifest,
    assets,
    attempts,
    calendars,
    certificates,
    class_marking,
    class_results,
    class_scores,
    class_trial,
    courses,
    daily_review,
    display,
    finish,
    glossary,
    invitations,
    learning,
    lessons,
    mail_address,
    metrics,
    mistakes,
    my_data,
    notes,
    notices,
    offline,
    password_reset,
    preferences,
    preview,
    progress,
    quizzes,
    reminders,
    reports,
    review,
    search,
    sessions,
    tokens,
    trials,
    verification,
)
from courses.web.embed import opening, pages
from courses.web.preferred import on_own_clock

_COURSE = "courses/<slug:course>/"
_LESSON = f"{_COURSE}lessons/<slug:lesson>/"
_QUIZ = f"{_COURSE}quizzes/<slug:quiz>/"
_DAILY_REVIEW = f"{_COURSE}daily-review/"
_MISTAKES = f"{_COURSE}mistakes/"
_MINE = f"{_COURSE}my-data/"
_ATTEMPT = "attempts/<uuid:uuid>/"
_TRIAL = "trials/<uuid:uuid>/"
_CERTIFICATE = "certificates/<uuid:uuid>/"
_EMBED = "embed/<uuid:uuid>/"

_PAGES = [
    path("", courses.catalogue, name="catalogue"),
    path(_COURSE, courses.course, name="course"),
    path(f"{_COURSE}enrol/", courses.enrol, name="enrol"),
    path(f"{_COURSE}complete/", finish.course, name="course-complete"),
    path(f"{_COURSE}modules/<slug:module>/complete/", finish.module, name="module-complete"),
    path(f"{_COURSE}class/", courses.choose_class, name="class"),
    path(f"{_COURSE}class/results/", class_results.page, name="class-results"),
    path(f"{_COURSE}class/learners/<uuid:enrolment>/", class_results.learner, name="class-learner"),
    path(f"{_COURSE}class/trial/", class_trial.begin, name="class-trial"),
    path(f"{_COURSE}class/marking/", class_marking.overview, name="class-marking"),
    path(f"{_COURSE}class/marking/<uuid:item>/", class_marking.mark, name="class-mark"),
    path(f"{_COURSE}class/scores/", class_scores.page, name="class-scores"),
    path(f"{_COURSE}class/scores/compare/", class_scores.compare, name="class-compare"),
    path(
        f"{_COURSE}class/learners/<uuid:enrolment>/send/",
        class_scores.send_again,
        name="class-send-again",
    ),
    path(f"{_COURSE}notices/<uuid:notice>/read/", notices.mark_read, name="notice-read"),
    path(f"{_COURSE}glossary/", glossary.terms, name="glossary"),
    path("search/", search.everywhere, name="search"),
    path(f"{_COURSE}search/", search.in_course, name="course-search"),
    path(_LESSON, lessons.lesson, name="lesson"),
    path(f"{_LESSON}checks/<slug:question>/", lessons.check, name="lesson-check"),
    path(f"{_LESSON}confirm/", lessons.confirm, name="lesson-confirm"),
    path(f"{_LESSON}again/", lessons.again, name="lesson-again"),
    path(f"{_LESSON}notes/<slug:place>/", notes.page, name="lesson-note"),
    path(f"{_LESSON}notes/<slug:place>/delete/", notes.delete, name="lesson-note-delete"),
    path(f"{_COURSE}learning/", learning.page, name="my-learning"),
    path(f"{_COURSE}learning/journal/", learning.journal, name="journal"),
    path(f"{_COURSE}learning/notes/", notes.overview, name="notes"),
    path(f"{_COURSE}learning/notes/file/", notes.file, name="notes-file"),
    path(_DAILY_REVIEW, daily_review.page, name="daily-review"),
    path(f"{_DAILY_REVIEW}next/", daily_review.begin_next, name="daily-review-next"),
    path(f"{_DAILY_REVIEW}cards/<slug:question>/", daily_review.respond, name="daily-review-card"),
    path(
        f"{_DAILY_REVIEW}cards/<slug:question>/snooze/",
        daily_review.snooze,
        name="daily-review-snooze",
    ),
    path(_MISTAKES, mistakes.page, name="mistakes"),
    path(f"{_MISTAKES}next/", mistakes.begin_next, name="mistakes-next"),
    path(f"{_MISTAKES}cards/<slug:question>/", mistakes.respond, name="mistake-card"),
    path(_QUIZ, quizzes.page, name="quiz"),
    path(f"{_QUIZ}start/", quizzes.start, name="quiz-start"),
    path(_ATTEMPT, attempts.page, name="attempt"),
    path(f"{_ATTEMPT}submit/", attempts.submit, name="attempt-submit"),
    path(f"{_ATTEMPT}give-up/", attempts.give_up, name="attempt-give-up"),
    path(f"{_ATTEMPT}review/", review.page, name="review"),
    path(f"{_ATTEMPT}items/<int:position>/report/", reports.page, name="attempt-report"),
    path(_MINE, my_data.in_course, name="my-data"),
    path(f"{_MINE}export/", my_data.export_in_course, name="my-data-export"),
    path(f"{_MINE}erase/", my_data.erase_in_course, name="my-data-erase"),
    path(_TRIAL, trials.home, name="trial"),
    path(f"{_TRIAL}clock/", trials.clock, name="trial-clock"),
    path(f"{_TRIAL}end/", trials.end, name="trial-end"),
    path("join/<str:token>/", invitations.join, name="join"),
    path("accessibility/", accessibility.report, name="accessibility"),
    path("offline/", offline.page, name="offline"),
    path("progress/", progress.progress, name="progress"),
    path("certificates/", certificates.index, name="certificates"),
    path(_CERTIFICATE, certificates.page, name="certificate"),
    path(f"{_CERTIFICATE}name/", certificates.rename, name="certificate-name"),
    path(f"{_CERTIFICATE}public/", certificates.set_public, name="certificate-public"),
    path("verify/", verification.page, name="certificate-lookup"),
    path("verify/<str:number>/", verification.page, name="certificate-verify"),
    path("account/", account.account, name="account"),
    path("account/preferences/", preferences.page, name="preferences"),
    path("account/reminders/", reminders.page, name="reminders"),
    path("mails/stop/<str:token>/", reminders.stop, name="mails-stop"),
    path("account/export/", my_data.export, name="export"),
    path("account/tokens/", tokens.page, name="tokens"),
    path("account/tokens/<uuid:uuid>/revoke/", tokens.revoke, name="token-revoke"),
]
"""What people read: with times, on their own clocks."""
_OWN_ACCOUNTS = [
    path("account/sign-in/", account.SignInView.as_view(), name="sign-in"),
    path("account/sign-out/", account.SignOut.as_view(), name="sign-out"),
    path("account/sign-up/", account.sign_up, name="sign-up"),
    path("account/password/", account.ChangePassword.as_view(), name="password"),
    path("account/e-mail/", mail_address.page, name="address"),
    path("account/e-mail/<str:token>/", mail_address.confirm, name="address-confirm"),
    path("account/password/new/", password_reset.forgotten, name="password-forgotten"),
    path("account/password/new/sent/", password_reset.mailed, name="password-mailed"),
    path(
        "account/password/new/<uidb64>/<token>/",
        password_reset.NewPassword.as_view(),
        name="password-new",
    ),
    path("account/sessions/<uuid:uuid>/end/", sessions.end, name="session-end"),
    path("account/erase/", my_data.erase, name="erase"),
]
"""What there is only where the courses own the accounts: see COURSES_ACCOUNTS."""
_OTHERS = [
    path("calendar/<str:token>.ics", calendars.feed, name="calendar"),
    path("metrics", metrics.show, name="metrics"),
    path("service-worker.js", offline.worker, name="service-worker"),
    path("manifest.webmanifest", app_manifest.show, name="manifest"),
    path(f"{_CERTIFICATE}certificate.pdf", certificates.download, name="certificate-pdf"),
    path("verify/<str:number>/badge.json", verification.badge, name="certificate-badge"),
    path("verify/<str:number>/badge.jwt", verification.badge_jwt, name="certificate-badge-jwt"),
    path("credentials/did.json", verification.did, name="certificate-did"),
    path("credentials/jwks.json", verification.jwks, name="certificate-jwks"),
    path("credentials/issuer", verification.issuer, name="certificate-issuer"),
    path(
        "credentials/achievements/<uuid:uuid>",
        verification.achievement,
        name="certificate-achievement",
    ),
    path("credentials/status/<int:number>", verification.status, name="certificate-status"),
    path(
        "credentials/status/<int:number>.jwt",
        verification.status_jwt,
        name="certificate-status-jwt",
    ),
    path(f"{_COURSE}assets/<slug:module>/<str:name>", assets.asset, name="asset"),
    path(f"{_COURSE}picture/", assets.picture, name="cover"),
    path(f"{_COURSE}modules/<slug:module>/picture/", assets.picture, name="picture"),
    path(f"{_LESSON}visit/", lessons.visit, name="lesson-visit"),
    path(f"{_ATTEMPT}items/<int:position>/", attempts.save, name="attempt-save"),
    path(f"{_ATTEMPT}items/<int:position>/flag/", attempts.flag, name="attempt-flag"),
    path("display/colours/", display.theme, name="theme"),
    path("display/language/", preferences.language, name="language"),
    path("display/time-zone/", preferences.time_zone, name="time-zone"),
    path("launch/<str:code>/", opening.open_launch, name="launch"),
    path(_EMBED, pages.home, name="embed"),
    path(f"{_EMBED}window/", opening.move_into_window, name="embed-window"),
    path(f"{_EMBED}standing/", pages.standing, name="embed-standing"),
    path(f"{_EMBED}display/", pages.display, name="embed-display"),
    path(f"{_EMBED}<path:path>", pages.page, name="embed-page"),
    path(f"{_TRIAL}<path:path>", trials.page, name="trial-page"),
    path("preview/<slug:course>/", preview.card, name="preview"),
]
"""What scripts and frames ask for, and what only sets a cookie."""

if settings.ACCOUNTS == "own":
    _PAGES += _OWN_ACCOUNTS
urlpatterns = [*(on_own_clock(page) for page in _PAGES), *_OTHERS]
