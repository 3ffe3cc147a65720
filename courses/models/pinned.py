"""What attempts showed beside their questions, kept as it was."""

from django.db import models
from django.utils.translation import gettext_lazy as _

JSON = "application/json"


class PinnedContentQuerySet(models.QuerySet["PinnedContent"]):
    """Rows that are written once."""

    def update(self, **_values: object) -> int:
        raise TypeError("PinnedContent rows are never updated.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("PinnedContent rows are never deleted.")


class PinnedContent(models.Model):
    """A stimulus, a file or a glossary term as some attempt showed it, found by its hash.

    A stimulus and a term are JSON of their texts; of a file the content is in the courses' storage.
    """

    content_hash = models.CharField(max_length=64, unique=True, editable=False)
    content_type = models.CharField(_("content type"), max_length=80)
    content = models.BinaryField(_("content"), default=b"", blank=True)

    objects = PinnedContentQuerySet.as_manager()

    class Meta:
        verbose_name = _("pinned content")
        verbose_name_plural = _("pinned contents")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.content_hash

    @property
    def is_file(self) -> bool:
        return self.content_type != JSON
