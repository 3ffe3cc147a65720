"""Open edX's consumer (xblock) with its own tables and services: grades and people, as a program.

python open_edx_services.py PORT DATABASE '{"login": …, "launch": …, "target": …, "keys": …}'

/start?user=… sends a browser to the tool; /grades answers with what it stored and published;
/people?student=ada&staff=grace sets who is in the course.
"""

import json
import sys
from html import escape
from socketserver import ThreadingMixIn
from types import SimpleNamespace
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings

PORT, DATABASE, TOOL = int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
BASE = f"http://127.0.0.1:{PORT}"
BLOCK = "block-v1:school+course+run+type@lti_consumer+block@quiz"

settings.configure(
    SECRET_KEY="of a test",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEBUG_PROPAGATE_EXCEPTIONS=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    PLATFORM_NAME="A school",
    LTI_API_BASE=BASE,
    USAGE_ID_PATTERN=r"(?P<usage_id>[^/]+)",
    INSTALLED_APPS=[
        *("django.contrib.auth", "django.contrib.contenttypes"),
        *("rest_framework", "django_filters", "config_models", "lti_consumer"),
    ],
    MIGRATION_MODULES=dict.fromkeys(("auth", "contenttypes", "config_models", "lti_consumer")),
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE}},
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402
from lti_consumer.data import Lti1p3LaunchData  # noqa: E402
from lti_consumer.models import (  # noqa: E402
    CourseAllowPIISharingInLTIFlag,
    Lti1p3Passport,
    LtiAgsLineItem,
    LtiAgsScore,
    LtiConfiguration,
)
from lti_consumer.plugin import compat  # noqa: E402
from opaque_keys.edx.keys import UsageKey  # noqa: E402

published = []
"""What reached the platform's gradebook: person, share of the points, points."""


people = {}
"""Who is in the course as its list of people has it: by their number."""
roles = {}
"""What somebody is at a launch, by their id for tools."""


class Block:
    """As much of a block in a course as the consumer asks for when a score arrives."""

    has_score, accept_grades_past_due = True, True
    lti_1p3_passport_id, display_name, context_id = "", "Quiz", "course"
    scope_ids = SimpleNamespace(usage_id=BLOCK)

    def is_past_due(self):
        return False

    def max_score(self):
        return 100

    def set_user_module_score(self, user, score, points, _comment):
        published.append([user, score, points])


compat.load_enough_xblock = compat.load_block_as_user = lambda _location: Block()
compat.get_user_from_external_user_id = str
compat.get_course_members = lambda _course: {number: dict(one) for number, one in people.items()}
compat.batch_get_or_create_externalids = lambda _users: {
    number: SimpleNamespace(external_user_id=one["username"]) for number, one in people.items()
}


def set_up():
    """One block with one line item, whose address gets a query as Moodle's have."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    passport = Lti1p3Passport.objects.create(lti_1p3_tool_keyset_url=TOOL["keys"])
    key = UsageKey.from_string(BLOCK)
    found = LtiConfiguration.objects.create(
        version=LtiConfiguration.LTI_1P3,
        config_store=LtiConfiguration.CONFIG_ON_DB,
        location=key,
        lti_1p3_passport=passport,
        lti_1p3_oidc_url=TOOL["login"],
        lti_1p3_launch_url=TOOL["target"],
        lti_1p3_redirect_uris=[TOOL["launch"]],
        lti_advantage_ags_mode=LtiConfiguration.LTI_ADVANTAGE_AGS_PROGRAMMATIC,
        lti_advantage_enable_nrps=True,
    )
    CourseAllowPIISharingInLTIFlag.objects.create(course_id=key.course_key, enabled=True)
    LtiAgsLineItem.objects.create(
        lti_configuration=found,
        resource_link_id=key,
        resource_id="quiz",
        score_maximum=100,
        label="Quiz",
    )


def consumer():
    return LtiConfiguration.objects.get().get_lti_consumer()


def start(request):
    """Send the browser to the tool's login."""
    roles[request.GET["user"]] = request.GET.get("role", "student")
    return HttpResponseRedirect(consumer().prepare_preflight_url(
        Lti1p3LaunchData(
            user_id=request.GET["user"],
            user_role=roles[request.GET["user"]],
            config_id="config",
            resource_link_id="link-1",
        )
    ))  # fmt: skip


@csrf_exempt
def auth(request):
    """Answer with a form that posts the launch."""
    asked = (request.POST or request.GET).dict()
    tool = consumer()
    user = asked["login_hint"]
    tool.set_user_data(user, roles[user], full_name=user.title())
    tool.set_resource_link_claim("link-1")
    tool.set_launch_presentation_claim("iframe", f"{BASE}/return")
    course = str(UsageKey.from_string(BLOCK).course_key)
    tool.set_context_claim(course, context_title="Course 1")
    fields = tool.generate_launch_request(asked)
    inputs = "".join(
        f'<input name="{name}" value="{escape(value)}">' for name, value in fields.items()
    )
    action = escape(asked["redirect_uri"])
    return HttpResponse(f'<form method="post" action="{action}">{inputs}</form>')


def grades(_request):
    names = ("user_id", "score_given", "score_maximum", "activity_progress", "grading_progress")
    rows = LtiAgsScore.objects.order_by("pk")
    return JsonResponse({"stored": list(rows.values(*names)), "published": published})


def set_people(request):
    """Let these be the people of the course."""
    people.clear()
    for role in request.GET:
        for name in request.GET.getlist(role):
            people[len(people) + 1] = {
                "id": len(people) + 1,
                "username": name,
                "name": name.title(),
                "email": f"{name}@school.example",
                "roles": [role],
            }
    return JsonResponse({"count": len(people)})


def about(_request):
    passport = Lti1p3Passport.objects.get()
    token = f"{BASE}/api/lti_consumer/v1/token/{passport.passport_id}"
    return JsonResponse({"client_id": passport.lti_1p3_client_id, "token_url": token})


urlpatterns = [
    path("jwks", lambda _request: JsonResponse(consumer().get_public_keyset())),
    path("start", start),
    path("auth", auth),
    path("grades", grades),
    path("people", set_people),
    path("about", about),
    path("api/", include("lti_consumer.plugin.urls")),
]


class Server(ThreadingMixIn, WSGIServer):
    """Answers for its keys while it asks the tool for its own."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments):
        pass


if __name__ == "__main__":
    set_up()
    make_server("127.0.0.1", PORT, get_wsgi_application(), Server, Quiet).serve_forever()
