"""Rows that a form of the admin lets choose."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from courses.admin.choices import RowsField
from courses.models import Module, Objective
from tests.factories import ObjectiveFactory

pytestmark = pytest.mark.django_db

TOO_LARGE = "9223372036854775808"


@pytest.mark.parametrize("sent", [TOO_LARGE, f"-{TOO_LARGE}", "9" * 30, "0", "a", "1" * 5000])
def test_value_that_is_no_row_is_refused(sent):
    made = ObjectiveFactory()
    field = RowsField(Objective.objects.all())

    assert list(field.clean([str(made.pk)])) == [made]
    with pytest.raises(ValidationError, match="valid"):
        field.clean([str(made.pk), sent])


def test_form_names_the_field_of_a_number_beyond_every_row(admin_client):
    made = ObjectiveFactory()
    sent = {"title": "A", "key": "a", "objectives": [str(made.pk), TOO_LARGE]}

    page = admin_client.post(reverse("admin:cx_courses_lesson_add"), sent)

    assert page.status_code == 200
    assert "objectives" in page.context["adminform"].form.errors
    assert Module.objects.count() == 1
