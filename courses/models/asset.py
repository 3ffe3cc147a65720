"""A file of a module."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses import file_store
from courses.models.course import Module, Synced


class Asset(Synced):
    """A picture, data file or attachment of a module; the content is in the courses' storage."""

    module = models.ForeignKey(
        Module, models.CASCADE, related_name="assets", verbose_name=_("module")
    )
    name = models.CharField(_("file name"), max_length=120)
    content_type = models.CharField(_("content type"), max_length=80)
    content_hash = models.CharField(max_length=64, editable=False)
    size = models.PositiveBigIntegerField(_("size"), default=0, editable=False)

    class Meta:
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        ordering = ["module", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["module", "name"],
                name="cx_courses_asset_name",
                violation_error_message=_("The module has a file of this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def content(self) -> bytes:
        """Read the whole content from the storage. Raises FileMissing."""
        return file_store.read(self.content_hash)
