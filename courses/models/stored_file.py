"""Which files the storage of the courses holds."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A file of the courses' storage, found by its hash.

    Its row is locked while the file is written or deleted. `unused_since` is when nothing named
    the file any more; it is deleted some time later.
    """

    content_hash = models.CharField(max_length=64, unique=True, editable=False)
    unused_since = models.DateTimeField(_("unused since"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.content_hash
