"""Every table of the app; import models from here."""

from courses.models.angoff import AngoffEstimate, AngoffRound
from courses.models.asset import Asset
from courses.models.attempt import Attempt, AttemptItem
from courses.models.attempt_decision import AttemptDecision
from courses.models.calendar_feed import CalendarFeed
from courses.models.card import ReviewCard
from courses.models.certificate import Certificate, CertificateRule, SigningKey
from courses.models.client import (
    ApiClient,
    ApiKey,
    ExternalIdentity,
    IdempotencyRecord,
    LearnerToken,
)
from courses.models.cohort import Cohort
from courses.models.course import Course, Module, Objective, Reference, Term
from courses.models.edition import Edition
from courses.models.enrolment import Enrolment, LessonProgress
from courses.models.event import Delivery, Event
from courses.models.fault_report import FaultReport
from courses.models.gradebook import LineItem, LineItemRule, Result, ResultOverride
from courses.models.grant import Accommodation, Extension
from courses.models.invitation import Invitation
from courses.models.job import Job, JobFilePart
from courses.models.launch import Launch
from courses.models.learning_mail import LearningMail
from courses.models.lesson import Lesson
from courses.models.likeness import AlikePair, QuestionFingerprint
from courses.models.marking import Mark, MarkingClaim, MarkingComment
from courses.models.note import LessonNote
from courses.models.notice import Notice
from courses.models.pinned import PinnedContent
from courses.models.preferences import Preferences
from courses.models.question import Question, QuestionVersion, Stimulus, Tag
from courses.models.question_import import QuestionImport, QuestionSource
from courses.models.quiz import Quiz
from courses.models.quiz_analysis import QuizAnalysis
from courses.models.quiz_item import QuizItem
from courses.models.regrade import RegradeBatch, RegradeOutcome, RegradeTarget
from courses.models.regrade_preview import RegradePreview, RegradePreviewRow, StaleResults
from courses.models.relay import RelayProcess
from courses.models.response import Grading, Response
from courses.models.search_text import SearchText
from courses.models.section import Section
from courses.models.section_quiz import SectionQuiz
from courses.models.sign_in import SignIn
from courses.models.stored_check import StoredCheck
from courses.models.stored_file import StoredFile
from courses.models.synced_folder import SyncedFolder
from courses.models.trial import Trial
from courses.models.vote import VoteTally
from courses.models.webhook import DeliveryTry, WebhookEndpoint
from courses.models.working_copy import WorkingCopy

__all__ = [
    "Accommodation",
    "AlikePair",
    "AngoffEstimate",
    "AngoffRound",
    "ApiClient",
    "ApiKey",
    "Asset",
    "Attempt",
    "AttemptDecision",
    "AttemptItem",
    "CalendarFeed",
    "Certificate",
    "CertificateRule",
    "Cohort",
    "Course",
    "Delivery",
    "DeliveryTry",
    "Edition",
    "Enrolment",
    "Event",
    "Extension",
    "ExternalIdentity",
    "FaultReport",
    "Grading",
    "IdempotencyRecord",
    "Invitation",
    "Job",
    "JobFilePart",
    "Launch",
    "LearnerToken",
    "LearningMail",
    "Lesson",
    "LessonNote",
    "LessonProgress",
    "LineItem",
    "LineItemRule",
    "Mark",
    "MarkingClaim",
    "MarkingComment",
    "Module",
    "Notice",
    "Objective",
    "PinnedContent",
    "Preferences",
    "Question",
    "QuestionFingerprint",
    "QuestionImport",
    "QuestionSource",
    "QuestionVersion",
    "Quiz",
    "QuizAnalysis",
    "QuizItem",
    "Reference",
    "RegradeBatch",
    "RegradeOutcome",
    "RegradePreview",
    "RegradePreviewRow",
    "RegradeTarget",
    "RelayProcess",
    "Response",
    "Result",
    "ResultOverride",
    "ReviewCard",
    "SearchText",
    "Section",
    "SectionQuiz",
    "SignIn",
    "SigningKey",
    "StaleResults",
    "Stimulus",
    "StoredCheck",
    "StoredFile",
    "SyncedFolder",
    "Tag",
    "Term",
    "Trial",
    "VoteTally",
    "WebhookEndpoint",
    "WorkingCopy",
]
