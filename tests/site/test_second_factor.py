"""A second factor for staff: the admin stays closed without it where the setting asks for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cxcourse import second_factor

ROOT = Path(__file__).resolve().parents[2]

STORY = """
import re
from django.contrib.auth import get_user_model
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from tests.programs.tables import make_tables

make_tables()
ada = get_user_model().objects.create_superuser("ada", password="pw")
login = "/admin/login/"

def sign_in(name="ada", **more):
    client = Client()
    client.post(login, {"username": name, "password": "pw", "next": "/admin/", **more})
    return client, client.get("/admin/").status_code

page = Client().get(login)
assert "'self'" in page.headers["Content-Security-Policy"]
html = page.content.decode()
assert "otp_token" in html
print("inline", len(re.findall(r"<script(?![^>]*src=)", html)))

print("password alone", sign_in()[1])
device = StaticDevice.objects.create(user=ada, name="recovery")
device.token_set.create(token="recover1")
recovery = {"otp_device": device.persistent_id, "otp_token": "recover1"}
print("recovery code", sign_in("ADA", **recovery)[1])
print("recovery code again", sign_in(**recovery)[1])

totp = TOTPDevice.objects.create(user=ada, name="phone")
code = f"{TOTP(totp.bin_key).token():06d}"
client, answer = sign_in(otp_token=code, otp_device=totp.persistent_id)
print("app", answer)
picture = client.get(f"/admin/otp_totp/totpdevice/{totp.pk}/qrcode/")
print("picture", picture.status_code, picture.headers["Content-Type"])

site = Client()
site.post("/account/sign-in/", {"username": "ada", "password": "pw"})
print("site", site.get("/account/").status_code, "admin", site.get("/admin/").status_code)
"""

WHAT_HAPPENS = """inline 0
password alone 302
recovery code 200
recovery code again 302
app 200
picture 200 image/svg+xml
site 200 admin 302
"""


@pytest.mark.slow
def test_the_admin_opens_only_with_a_code_and_the_pages_without(tmp_path):
    env = {
        **os.environ,
        "CXCOURSE_PROFILE": "development",
        "DJANGO_SETTINGS_MODULE": "cxcourse.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'otp.sqlite3'}",
        "STAFF_SECOND_FACTOR": "1",
        "LOG_LEVEL": "ERROR",
        "ALLOWED_HOSTS": "testserver",
    }
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", STORY]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.stdout == WHAT_HAPPENS, done.stderr


def test_without_the_setting_nothing_is_installed():
    names = ["a", second_factor.AFTER, "b"]
    assert second_factor.installed_apps(is_wanted=False) == []
    assert second_factor.middleware(names, is_wanted=False) == names


def test_its_middleware_comes_right_after_that_of_sign_ins():
    names = ["a", second_factor.AFTER, "b"]
    assert second_factor.middleware(names, is_wanted=True) == [
        "a",
        second_factor.AFTER,
        second_factor.MIDDLEWARE,
        "b",
    ]
