"""The manifest with which browsers install the pages as an app."""

import struct
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse, set_script_prefix

from tests.embed.frame import opened
from tests.factories import CourseFactory, make_learner

pytestmark = pytest.mark.django_db

WIDTH_AND_HEIGHT = slice(16, 24)
"""Of a PNG file, in its first part."""


def manifest(client: Client) -> dict:
    response = client.get(reverse("cx_courses:manifest"))
    assert response.headers["Content-Type"] == "application/manifest+json"
    return response.json()


def test_manifest_has_the_operators_name_and_colours(client: Client, settings) -> None:
    settings.COURSES_BRAND_NAME = "Academy courses"
    settings.COURSES_APP_COLOURS = {"theme": "#112233", "background": "#ffffff"}
    body = manifest(client)
    assert body["name"] == "Academy courses"
    assert "short_name" not in body
    assert (body["theme_color"], body["background_color"]) == ("#112233", "#ffffff")
    assert (body["start_url"], body["scope"], body["id"]) == ("/", "/", "/")
    assert body["display"] == "standalone"


def test_manifest_is_in_the_readers_language(client: Client) -> None:
    client.cookies["django_language"] = "de"
    body = manifest(client)
    assert body["lang"] == "de"
    assert body["shortcuts"][0]["name"] == "Mein Lernen"


def test_manifest_names_addresses_under_the_prefix_of_a_host(client: Client) -> None:
    set_script_prefix("/learn/")
    try:
        response = client.get("/manifest.webmanifest")
    finally:
        set_script_prefix("/")
    assert response.json()["scope"] == response.json()["start_url"] == "/learn/"


def test_icons_are_as_large_as_the_manifest_says(client: Client) -> None:
    icons = manifest(client)["icons"]
    assert {(one["sizes"], one["purpose"]) for one in icons} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for one in icons:
        png = Path(finders.find(one["src"].removeprefix("/static/"))).read_bytes()
        width, height = struct.unpack(">II", png[WIDTH_AND_HEIGHT])
        assert f"{width}x{height}" == one["sizes"]


def test_pages_link_the_manifest_and_frames_do_not(client: Client, settings) -> None:
    link = '<link rel="manifest" href="/manifest.webmanifest">'
    course = CourseFactory(key="cx")
    assert link in client.get("/").text
    make_learner(course)
    framed = opened(course).get("courses/cx/")
    assert framed.status_code == 200
    assert "manifest" not in framed.text
    settings.COURSES_OFFLINE = False
    assert "manifest" not in client.get("/").text
