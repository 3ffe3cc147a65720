"""From which folder a course was last synchronised without anything left to decide."""

from django.db import models

from courses.models.course import Course


class SyncedFolder(models.Model):
    """While the folder and the rows are still these, synchronising again would change nothing."""

    course = models.OneToOneField(
        Course, models.CASCADE, primary_key=True, related_name="synced_folder"
    )
    folder = models.CharField(max_length=64)
    """The digest of its files."""
    rows = models.CharField(max_length=64)
    """The hash of what the course's rows remember of files."""
    entries = models.PositiveIntegerField()
    """So many records the files hold."""

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.course)
