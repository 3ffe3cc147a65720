"""Sign in at an OpenID Connect provider, look at the course's pages and sign out: a script.

It runs beside the manage.py of a host. The host is asked in this process, the provider by HTTP.
"""

import html
import json
import os
import re
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "host.settings")
django.setup()

import requests  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

PROGRESS = reverse("cx_courses:progress")


def at_the_provider(address: str) -> str:
    """Sign in there as Ada, and return the address to which the provider sends the browser."""
    browser = requests.Session()
    form = browser.get(address, timeout=30)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.text)[1]
    sent = {"username": "ada", "password": "a-password-of-ada", "csrfmiddlewaretoken": token}
    wanted = re.search(r'name="next" value="([^"]+)"', form.text)[1]
    sent["next"] = html.unescape(wanted)
    answer = browser.post(form.url, sent, timeout=30, allow_redirects=False)
    while not answer.headers["Location"].startswith("http://localhost/"):
        following = requests.compat.urljoin(answer.url, answer.headers["Location"])
        answer = browser.get(following, timeout=30, allow_redirects=False)
    return answer.headers["Location"]


def main() -> dict[str, object]:
    call_command("migrate", run_syncdb=True, verbosity=0)
    client = Client(SERVER_NAME="localhost")
    link = client.get(PROGRESS).headers["Location"]
    page = client.get(link).content.decode()
    begin = html.unescape(re.search(r'href="([^"]*/oidc/company/login/[^"]*)"', page)[1])
    sent = client.post(begin).headers["Location"]
    back = client.get(at_the_provider(sent))
    signed_in = client.get(PROGRESS)
    user = signed_in.wsgi_request.user
    names = ("progress", "account", "export")
    statuses = {name: client.get(reverse(f"cx_courses:{name}")).status_code for name in names}
    statuses["sign-up"] = client.get("/learn/account/sign-up/").status_code
    out = re.search(r'action="([^"]+)" data-sign-out', signed_in.content.decode())[1]
    client.post(out)
    return {
        "link": link,
        "came_back_to": back.headers.get("Location"),
        "signed_in": {
            name: getattr(user, name, "") for name in ("username", "first_name", "email")
        },
        "statuses": statuses,
        "signed_out": client.get(PROGRESS).headers.get("Location"),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()))
