"""How a host fills what its accounts require."""

from collections.abc import Mapping
from typing import Any

from courses.users import UserAdapter, new_name
from tests.hosts.models_member.models import Department, Person


class MemberAdapter(UserAdapter):
    def make(self, *, values: Mapping[str, str]) -> Any:
        visitors, _is_new = Department.objects.get_or_create(name="Visitors")
        name = new_name()
        person = Person(username=name, department=visitors, staff_number=name[-12:], **values)
        person.set_unusable_password()
        person.save()
        return person
