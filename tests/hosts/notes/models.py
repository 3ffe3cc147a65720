from django.db import models


class Note(models.Model):
    """Goes with the enrolment it is about."""

    enrolment = models.ForeignKey("cx_courses.Enrolment", models.CASCADE)
    text = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.text


class Remark(models.Model):
    """Goes with its note."""

    note = models.ForeignKey(Note, models.CASCADE)
    text = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.text


class Visit(models.Model):
    """Stays when the attempt goes."""

    attempt = models.ForeignKey("cx_courses.Attempt", models.SET_NULL, null=True)

    def __str__(self) -> str:
        return str(self.pk)


class Invoice(models.Model):
    """Must not lose its enrolment."""

    enrolment = models.ForeignKey("cx_courses.Enrolment", models.PROTECT)

    def __str__(self) -> str:
        return str(self.pk)
