"""Addresses of the API, under `/api/v1/` and the namespace `cx_courses:api`."""

from django.urls import path, re_path, register_converter
from django.urls.converters import IntConverter, StringConverter

from courses.api import (
    analysis,
    attempts,
    catalogue,
    certificates,
    cohorts,
    course_work,
    daily_review,
    decisions,
    describing,
    enrolments,
    events,
    fault_reports,
    gradebook,
    gradesheet,
    grants,
    invitations,
    launches,
    lessons,
    many_responses,
    marking,
    mistakes,
    notes,
    notices,
    oembed,
    people,
    platforms,
    problems,
    progress,
    regrades,
    search,
    sections,
    tokens,
    webhooks,
)
from courses.api.authentication import limited
from courses.api.authoring import urls as authoring
from courses.api.viewsets import Router

app_name = "api"


class ExternalId(StringConverter):
    """A platform's own id: anything but slashes and control characters."""

    regex = people.EXTERNAL_ID


class PositionConverter(IntConverter):
    """A place in an attempt: never more digits than the database holds."""

    regex = "[0-9]{1,4}"


register_converter(ExternalId, "external_id")
register_converter(PositionConverter, "position")

_COURSE = "courses/<slug:course>"
_LEARNER = "learners/<external_id:external_id>"
_LESSON = f"{_LEARNER}/{_COURSE}/lessons/<slug:lesson>"
_REVIEW = f"{_LEARNER}/{_COURSE}/daily-review"
_MISTAKES = f"{_LEARNER}/{_COURSE}/mistakes"
_QUIZ = f"{_LEARNER}/{_COURSE}/quizzes/<slug:quiz>"
_ATTEMPT = f"{_LEARNER}/attempts/<uuid:uuid>"
_ITEM = f"{_ATTEMPT}/items/<position:position>"

router = Router()
router.register("courses", catalogue.CourseViewSet, "course")
router.register(f"{_COURSE}/modules", catalogue.ModuleViewSet, "module")
router.register(f"{_COURSE}/lessons", catalogue.LessonViewSet, "lesson")
router.register(f"{_COURSE}/objectives", catalogue.ObjectiveViewSet, "objective")
router.register(f"{_COURSE}/glossary", catalogue.TermViewSet, "term")
router.register(f"{_COURSE}/quizzes", catalogue.QuizViewSet, "quiz")
router.register(
    f"{_COURSE}/quizzes/<slug:quiz>/analysis", analysis.QuizAnalysisViewSet, "quiz-analysis"
)
router.register(f"{_COURSE}/assets/<slug:module>", catalogue.AssetViewSet, "asset")
router.register("cohorts", cohorts.CohortViewSet, "cohort")
router.register("learners", people.LearnerViewSet, "learner")
router.register(f"{_LEARNER}/enrolments", enrolments.EnrolmentViewSet, "enrolment")
router.register(f"{_COURSE}/enrolments", enrolments.CourseEnrolmentViewSet, "course-enrolment")
router.register(f"{_COURSE}/sections", sections.SectionViewSet, "section")
router.register(
    f"{_COURSE}/sections/<slug:class_key>/dates", sections.SectionDatesViewSet, "section-dates"
)
router.register(
    f"{_COURSE}/sections/<slug:class_key>/invitations", invitations.InvitationViewSet, "invitation"
)
router.register("platforms", platforms.AllPlatformsViewSet, "platform")
router.register("webhooks", webhooks.WebhookViewSet, "webhook")
router.register(f"{_LEARNER}/tokens", tokens.LearnerTokenViewSet, "learner-token")
router.register(f"{_COURSE}/line-items", gradebook.LineItemViewSet, "line-item")
router.register("line-items/<uuid:uuid>/results", gradebook.ResultViewSet, "result")
router.register(f"{_LEARNER}/{_COURSE}/results", gradebook.LearnerResultViewSet, "learner-result")
router.register(f"{_COURSE}/fault-reports", fault_reports.FaultReportViewSet, "fault-report")
router.register(
    f"{_COURSE}/fault-reports/<uuid:uuid>/answer",
    fault_reports.ReportAnswerViewSet,
    "fault-report-answer",
)
router.register(f"{_COURSE}/marking", marking.MarkingViewSet, "marking")
router.register(f"{_COURSE}/marking/release", marking.MarkReleaseViewSet, "mark-release")
router.register(f"{_COURSE}/marking/<uuid:uuid>/marks", marking.MarkViewSet, "mark")
router.register(f"{_COURSE}/results", course_work.CourseResultViewSet, "course-result")
router.register(f"{_COURSE}/attempts", course_work.CourseAttemptViewSet, "course-attempt")
router.register(f"{_COURSE}/closed-by-time", decisions.ClosedByTimeViewSet, "closed-by-time")
router.register(f"{_COURSE}/responses", course_work.CourseResponseViewSet, "course-response")
router.register(f"{_COURSE}/gradebook", gradesheet.GradesheetPageViewSet, "gradesheet")
router.register(f"{_COURSE}/gradebook.csv", gradesheet.GradesheetFileViewSet, "gradesheet-file")
router.register(f"{_COURSE}/regrade-previews", regrades.RegradePreviewViewSet, "regrade-preview")
router.register(f"{_COURSE}/regrades", regrades.RegradeViewSet, "regrade")
router.register(
    f"{_COURSE}/regrades/<uuid:regrade>/outcomes", regrades.RegradeOutcomeViewSet, "regrade-outcome"
)
router.register(f"{_ITEM}/gradings", gradebook.GradingViewSet, "grading")
router.register(f"{_ATTEMPT}/decisions", decisions.AttemptDecisionViewSet, "attempt-decision")
router.register(
    f"{_LEARNER}/line-items/<uuid:uuid>/overrides", gradebook.OverrideViewSet, "override"
)
authoring.register(router)

urlpatterns = [
    path("launches", launches.Launches.as_view(), name="launches"),
    path("launches/<uuid:uuid>", launches.OneLaunch.as_view(), name="launch"),
    path("oembed", oembed.Oembed.as_view(), name="oembed"),
    path("events", events.Events.as_view(), name="events"),
    *router.urls,
    path(_LESSON, lessons.OneLesson.as_view(), name="learner-lesson"),
    path(f"{_LESSON}/visit", lessons.Visit.as_view(), name="learner-visit"),
    path(f"{_LESSON}/confirm", lessons.Confirm.as_view(), name="learner-confirm"),
    path(f"{_LESSON}/restart", lessons.Restart.as_view(), name="learner-restart"),
    path(
        f"{_LESSON}/checks/<slug:question>/responses",
        lessons.CheckResponses.as_view(),
        name="check-responses",
    ),
    path(f"{_LEARNER}/{_COURSE}/notes", notes.NoteList.as_view(), name="notes"),
    path(f"{_LESSON}/notes/<slug:place>", notes.OneNote.as_view(), name="note"),
    path(f"{_LEARNER}/search", search.LearnerSearch.as_view(), name="learner-search"),
    path(f"{_LEARNER}/{_COURSE}/search", search.CourseSearch.as_view(), name="course-search"),
    path(_REVIEW, daily_review.TodaysCards.as_view(), name="daily-review"),
    path(f"{_REVIEW}/next", daily_review.NextCards.as_view(), name="daily-review-next"),
    path(
        f"{_REVIEW}/cards/<slug:question>/responses",
        daily_review.CardResponses.as_view(),
        name="card-responses",
    ),
    path(
        f"{_REVIEW}/cards/<slug:question>/snooze",
        daily_review.SnoozedCards.as_view(),
        name="daily-review-snooze",
    ),
    path(_MISTAKES, mistakes.TodaysMistakes.as_view(), name="mistakes"),
    path(f"{_MISTAKES}/next", mistakes.NextMistakes.as_view(), name="mistakes-next"),
    path(
        f"{_MISTAKES}/cards/<slug:question>/responses",
        mistakes.MistakeResponses.as_view(),
        name="mistake-responses",
    ),
    path(_QUIZ, attempts.OneQuiz.as_view(), name="learner-quiz"),
    path(f"{_QUIZ}/attempts", attempts.Attempts.as_view(), name="attempts"),
    path(_ATTEMPT, attempts.OneAttempt.as_view(), name="attempt"),
    path(
        f"{_ATTEMPT}/responses",
        many_responses.AttemptResponses.as_view(),
        name="attempt-responses",
    ),
    path(f"{_ATTEMPT}/submit", attempts.Submit.as_view(), name="submit"),
    path(f"{_ATTEMPT}/give-up", attempts.GiveUp.as_view(), name="give-up"),
    path(f"{_ATTEMPT}/review", attempts.Review.as_view(), name="review"),
    path(f"{_ITEM}/responses", attempts.Responses.as_view(), name="responses"),
    path(f"{_ITEM}/reports", fault_reports.Reports.as_view(), name="item-reports"),
    path(f"{_ITEM}/flag", attempts.Flag.as_view(), name="flag"),
    path(
        f"{_COURSE}/marking/<uuid:uuid>/claim",
        marking.MarkingClaimViewSet.as_view({"put": "update", "delete": "destroy"}),
        name="marking-claim",
    ),
    path(f"{_COURSE}/progress", progress.CohortProgress.as_view(), name="course-progress"),
    path(f"{_LEARNER}/progress", progress.MyCourses.as_view(), name="my-progress"),
    path(f"{_LEARNER}/{_COURSE}/progress", progress.OneProgress.as_view(), name="progress"),
    path(
        f"{_COURSE}/certificates",
        certificates.CourseCertificates.as_view(),
        name="course-certificates",
    ),
    path(f"{_LEARNER}/certificates", certificates.CertificateList.as_view(), name="certificates"),
    path(
        f"{_LEARNER}/certificates/<uuid:certificate>",
        certificates.OneCertificate.as_view(),
        name="certificate",
    ),
    path(f"{_LEARNER}/{_COURSE}/notices", notices.Notices.as_view(), name="notices"),
    path(
        f"{_LEARNER}/{_COURSE}/notices/<uuid:notice>/read",
        notices.NoticeRead.as_view(),
        name="notice-read",
    ),
    path(f"{_COURSE}/grants", grants.GrantList.as_view(), name="grants"),
    path(
        f"{_LEARNER}/accommodation",
        grants.GeneralAccommodation.as_view(),
        name="accommodation",
    ),
    path(
        f"{_LEARNER}/{_COURSE}/accommodation",
        grants.CourseAccommodation.as_view(),
        name="course-accommodation",
    ),
    path(f"{_QUIZ}/extension", grants.OneExtension.as_view(), name="extension"),
    *authoring.urlpatterns,
    path("schema", limited(describing.schema), name="schema"),
    path("docs", limited(describing.page), name="docs"),
    path("problems/<slug:code>", limited(problems.explain), name="problem"),
    re_path(r"^.*$", limited(problems.unknown), name="unknown"),
]
