"""What is learned: a course, its modules, what each aims at, and the words it uses."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.languages import direction
from courses.models.dated import Dated, DatedQuerySet
from courses.models.published import Published


class Synced(models.Model):
    """A row that may come from a course file.

    `source_hash` is the hash of the file record it was last written from, empty for other rows. A
    row whose own hash differs from it was changed by an instructor.
    """

    source_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True


class CourseQuerySet(models.QuerySet["Course"]):
    def published(self) -> "CourseQuerySet":
        return self.filter(state=Course.State.PUBLISHED)

    def touch(self) -> int:
        """Give the courses a new revision, because their content changed. Returns how many."""
        # Python's time: SQLite's has fewer digits, and `updated_since` would miss it.
        return self.update(revision=uuid4(), updated_at=timezone.now())

    def with_certificates(self) -> "CourseQuerySet":
        """Say of each whether a rule is in use by which it issues certificates."""
        rules = Course.certificate_rules.rel.related_model._base_manager
        found = rules.filter(course=OuterRef("pk"), is_active=True)
        return self.annotate(gives_certificate=Exists(found))

    def seen_by(self, user: "settings.AUTH_USER_MODEL") -> "CourseQuerySet":  # type: ignore[name-defined]
        """Return published courses and the user's own; all for an administrator."""
        if getattr(user, "is_superuser", False):
            return self
        return self.seen_by_id(user.pk) if user.is_authenticated else self.published()

    def seen_by_id(self, user_id: int) -> "CourseQuerySet":
        """Return published courses and those in which the person is."""
        own = Course.enrolments.rel.related_model._base_manager.filter(user=user_id, state="active")
        return self.filter(Q(state=Course.State.PUBLISHED) | Q(pk__in=own.values("course")))


class Course(Synced):
    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        ARCHIVED = "archived", _("Archived")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True, help_text=_("Markdown"))
    language = models.CharField(_("language"), max_length=16, default="en")
    level = models.CharField(
        _("level"), max_length=120, blank=True, help_text=_("What one has to know before.")
    )
    outcomes = models.JSONField(_("outcomes"), default=list, blank=True)
    cover = models.CharField(
        _("cover"),
        max_length=200,
        blank=True,
        help_text=_("A picture of one of its modules: key of the module/file name."),
    )
    cover_alt = models.CharField(_("what the cover shows"), max_length=300, blank=True)
    sample = models.CharField(
        _("sample"),
        max_length=80,
        blank=True,
        help_text=_("The key of the lesson that everybody may read, without an account."),
    )
    authors = models.JSONField(_("authors"), default=list, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    is_open = models.BooleanField(
        _("open for self-enrolment"),
        default=True,
        help_text=_("Can signed-in people enrol in this course themselves?"),
    )
    revision = models.UUIDField(
        default=uuid4,
        editable=False,
        help_text=_("Changes with every change of the course's content; caches depend on it."),
    )
    settled_revision = models.UUIDField(
        null=True,
        editable=False,
        help_text=_("The revision for which completions were last calculated."),
    )
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    updated_at = models.DateTimeField(auto_now=True, verbose_name=_("updated at"))
    publish_rules = models.JSONField(default=dict, blank=True, editable=False)  # `PublishRules`

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("cx_courses:course", args=[self.key])

    @property
    def direction(self) -> str:
        """`dir` of the course's texts."""
        return direction(self.language)


class ModuleQuerySet(DatedQuerySet["Module"]):
    def offered(self) -> "ModuleQuerySet":
        """Return modules that learners may know of: neither drafts nor archived."""
        return self.filter(is_draft=False, is_archived=False)


class Module(Published, Dated, Synced):
    course = models.ForeignKey(
        Course, models.PROTECT, related_name="modules", verbose_name=_("course")
    )
    key = models.SlugField(_("key"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    picture = models.CharField(
        _("picture"),
        max_length=120,
        blank=True,
        help_text=_("The name of a picture among the files of the module."),
    )
    picture_alt = models.CharField(_("what the picture shows"), max_length=300, blank=True)
    is_optional = models.BooleanField(_("optional"), default=False)
    is_archived = models.BooleanField(_("archived"), default=False)
    instructor_notes = models.TextField(
        _("instructor notes"), blank=True, help_text=_("Markdown; never shown to learners")
    )

    objects = ModuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        ordering = ["course", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "key"],
                name="cx_courses_module_key",
                violation_error_message=_("The key is taken in this course."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the course's page, where the module stands."""
        return self.course.get_absolute_url()


class Objective(Dated, Synced):
    class Bloom(models.TextChoices):
        REMEMBER = "remember", _("remember")
        UNDERSTAND = "understand", _("understand")
        APPLY = "apply", _("apply")
        ANALYSE = "analyse", _("analyse")
        EVALUATE = "evaluate", _("evaluate")
        CREATE = "create", _("create")

    course = models.ForeignKey(
        Course, models.PROTECT, related_name="objectives", verbose_name=_("course")
    )
    module = models.ForeignKey(
        Module, models.PROTECT, related_name="objectives", verbose_name=_("module")
    )
    key = models.CharField(_("key"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = models.CharField(_("text"), max_length=400)
    bloom = models.CharField(_("Bloom level"), max_length=10, choices=Bloom.choices)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["module__position", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "key"],
                name="cx_courses_objective_key",
                violation_error_message=_("The key is taken in this course."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.text}"


class Reference(Synced):
    """A source that lessons, terms and questions cite."""

    class Kind(models.TextChoices):
        STUDY = "study", _("study")
        BOOK = "book", _("book")
        OPINION = "opinion", _("opinion")
        FRAMEWORK = "framework", _("framework")
        STANDARD = "standard", _("standard")
        VENDOR = "vendor", _("vendor")
        COURSE = "course", _("this course")

    course = models.ForeignKey(
        Course, models.CASCADE, related_name="references", verbose_name=_("course")
    )
    key = models.SlugField(_("key"), max_length=80)
    citation = models.TextField(_("citation"))
    url = models.URLField(_("address"), max_length=500, blank=True)
    note = models.TextField(_("note"), blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, blank=True)
    as_of = models.DateField(
        _("as of"),
        null=True,
        blank=True,
        help_text=_("The date for which this information is valid."),
    )
    recheck_by = models.DateField(
        _("recheck by"),
        null=True,
        blank=True,
        help_text=_("The date by which this information should be checked again."),
    )

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        ordering = ["course", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "key"],
                name="cx_courses_reference_key",
                violation_error_message=_("The key is taken in this course."),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Term(Dated, Synced):
    """A glossary entry."""

    course = models.ForeignKey(
        Course, models.CASCADE, related_name="terms", verbose_name=_("course")
    )
    key = models.SlugField(_("key"), max_length=80)
    term = models.CharField(_("term"), max_length=120)
    definition = models.TextField(_("definition"), help_text=_("Markdown"))
    source = models.ForeignKey(
        Reference,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="terms",
        verbose_name=_("source"),
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        ordering = ["course", "term"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "key"],
                name="cx_courses_term_key",
                violation_error_message=_("The key is taken in this course."),
            )
        ]

    def __str__(self) -> str:
        return self.term
