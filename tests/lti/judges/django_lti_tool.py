"""A tool made of django-lti and PyLTI1p3, as a program; it answers a launch with what it read.

python django_lti_tool.py PORT DATABASE '{"issuer": …, "client_id": …}'
"""

import json
import sys
from datetime import UTC, datetime
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings

PORT, DATABASE, PLATFORM = int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
UUID = "6f0a3b9e-24a5-4f0c-8f5e-1d2f5f6b7a10"

settings.configure(
    SECRET_KEY="of a test",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEBUG_PROPAGATE_EXCEPTIONS=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=[
        *("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"),
        "lti_tool",
    ],
    MIGRATION_MODULES=dict.fromkeys(("auth", "contenttypes", "sessions", "lti_tool")),
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE}},
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from lti_tool.models import Key, LtiRegistration  # noqa: E402
from lti_tool.services.nrps import sync_memberships  # noqa: E402
from lti_tool.views import LtiLaunchBaseView, OIDCLoginInitView, jwks  # noqa: E402
from pylti1p3.deep_link_resource import DeepLinkResource  # noqa: E402
from pylti1p3.exception import LtiException  # noqa: E402
from pylti1p3.grade import Grade  # noqa: E402
from pylti1p3.lineitem import LineItem  # noqa: E402


class Launch(LtiLaunchBaseView):
    """Answers every message with what django-lti and PyLTI1p3 made of it."""

    def dispatch(self, request, *arguments, **more):
        try:
            return super().dispatch(request, *arguments, **more)
        except LtiException as error:
            return JsonResponse({"error": str(error)}, status=400)

    def launch_setup(self, request, lti_launch):
        lti_launch.deployment.is_active = True
        lti_launch.deployment.save()

    def handle_resource_launch(self, request, lti_launch):
        launch = lti_launch.get_message_launch()
        found = {
            "sub": lti_launch.user.sub,
            "name": lti_launch.user.name,
            "context": lti_launch.context.title,
            "link": lti_launch.resource_link.id_on_platform,
            "is_instructor": lti_launch.membership.is_instructor,
            "copies": lti_launch.deployment.supports_context_copy_notice,
        }
        if lti_launch.membership.is_instructor:
            sync_memberships(lti_launch.context)
            found["members"] = sorted(
                (one.user.sub, one.is_active) for one in lti_launch.context.memberships.all()
            )
        else:
            found["results"] = self.send_score(launch.get_ags(), lti_launch.user.sub)
        return JsonResponse(found)

    def send_score(self, ags, sub):
        item = (
            LineItem().set_tag("quiz").set_score_maximum(10).set_label("Quiz").set_resource_id("q")
        )
        grade = Grade().set_score_given(7).set_score_maximum(10).set_user_id(sub)
        grade.set_timestamp(datetime.now(UTC).isoformat())
        grade.set_activity_progress("Completed").set_grading_progress("FullyGraded")
        ags.put_grade(grade, item)
        return ags.get_grades(ags.find_lineitem_by_tag("quiz"))

    def handle_deep_linking_launch(self, request, lti_launch):
        deep_link = lti_launch.get_message_launch().get_deep_link()
        resource = DeepLinkResource().set_url(f"http://127.0.0.1:{PORT}/launch").set_title("Quiz")
        resource.set_custom_params({"quiz": "q"})
        return HttpResponse(deep_link.output_response_form([resource]))

    def handle_submission_review_launch(self, request, lti_launch):
        return JsonResponse({"for_user": lti_launch.get_claim(
            "https://purl.imsglobal.org/spec/lti/claim/for_user"
        )})  # fmt: skip


urlpatterns = [
    path("login", OIDCLoginInitView.as_view(), {"registration_uuid": UUID}),
    path("launch", Launch.as_view()),
    path("jwks", jwks),
]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments):
        pass


class Server(ThreadingMixIn, WSGIServer):
    """Answers for its keys while it calls the platform."""

    daemon_threads = True


if __name__ == "__main__":
    call_command("migrate", run_syncdb=True, verbosity=0)
    Key.objects.generate()
    LtiRegistration.objects.create(name="Platform", uuid=UUID, **PLATFORM)
    application = get_wsgi_application()
    make_server("127.0.0.1", PORT, application, Server, Quiet).serve_forever()
