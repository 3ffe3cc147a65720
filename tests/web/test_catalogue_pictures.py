"""Pictures of courses and modules: seen by all who see the course, other files are not."""

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Course, Module
from tests.factories import ModuleFactory, make_asset

pytestmark = pytest.mark.django_db

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 5"><path d="M0 0h8v5z"/></svg>'


@pytest.fixture
def module() -> Module:
    module = ModuleFactory(key="m1", picture="m.svg", course__key="cx", course__cover="m1/c.svg")
    for name in ("m.svg", "c.svg", "secret.svg"):
        make_asset(module=module, name=name, content=DRAWING)
    return module


def cover(client: Client) -> int:
    return client.get(reverse("cx_courses:cover", args=["cx"])).status_code


def picture(client: Client, module: str = "m1") -> int:
    return client.get(reverse("cx_courses:picture", args=["cx", module])).status_code


def test_pictures_of_a_published_course_need_no_account(client: Client, module: Module) -> None:
    assert cover(client) == picture(client) == 200
    html = client.get(reverse("cx_courses:catalogue")).content.decode()
    assert reverse("cx_courses:cover", args=["cx"]) in html
    assert reverse("cx_courses:picture", args=["cx", "m1"]) in html


def test_other_files_of_the_module_stay_with_its_readers(client: Client, module: Module) -> None:
    for name in ("m.svg", "secret.svg"):
        address = reverse("cx_courses:asset", args=["cx", "m1", name])
        assert client.get(address).status_code == 302


@pytest.mark.parametrize("state", [Course.State.DRAFT, Course.State.ARCHIVED])
def test_pictures_of_a_course_that_is_not_offered_are_not_found(
    client: Client, module: Module, state: str
) -> None:
    Course.objects.update(state=state)
    assert cover(client) == picture(client) == 404


def test_picture_of_a_module_in_draft_is_not_found(client: Client, module: Module) -> None:
    Module.objects.update(is_draft=True)
    assert cover(client) == picture(client) == 404


def test_what_is_no_picture_is_not_sent(client: Client, module: Module) -> None:
    make_asset(module=module, name="list.csv", content=b"a,b\n1,2\n")
    Module.objects.update(picture="list.csv")
    Course.objects.update(cover="m1/list.csv")
    assert cover(client) == picture(client) == 404


def test_course_without_pictures_has_its_place_in_the_catalogue(client: Client) -> None:
    ModuleFactory(key="m1", course__key="plain", course__title="A plain course")
    html = client.get(reverse("cx_courses:catalogue")).content.decode()
    assert "A plain course" in html
    assert "<img" not in html
