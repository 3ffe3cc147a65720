from django.contrib.auth.models import AbstractUser
from django.db import models


class Department(models.Model):
    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class Person(AbstractUser):
    department = models.ForeignKey(Department, models.PROTECT)
    staff_number = models.CharField(max_length=20, unique=True)
