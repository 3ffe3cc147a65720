"""A platform made of Open edX's consumer (xblock) or of lti1p3platform, as a program.

python other_platforms.py PORT open_edx|lti1p3platform '{"login": …, "launch": …, "keys": …}'

/start?user=…&role=… sends a browser to the tool's login; /deep-links answers with what came back.
Of Open edX also: client=… comes by another registration, named=no without a name, sub=no as nobody.
"""

import json
import sys
from html import escape
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

PORT, KIND, TOOL = int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
BASE = f"http://127.0.0.1:{PORT}"
CLIENT, DEPLOYMENT = "cx", "1"
ROLES = {
    "student": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
    "instructor": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"],
}

settings.configure(
    SECRET_KEY="of a test",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DEBUG_PROPAGATE_EXCEPTIONS=True,
    PLATFORM_NAME="A school",
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
)
django.setup()

_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PRIVATE = _key.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.TraditionalOpenSSL,
    serialization.NoEncryption(),
).decode()
PUBLIC = (
    _key.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)


class OpenEdx:
    """A new consumer for each request, as in Open edX."""

    def __init__(self, client):
        from lti_consumer.lti_1p3.consumer import LtiAdvantageConsumer

        self.consumer = LtiAdvantageConsumer(
            iss=BASE,
            lti_oidc_url=TOOL["login" if client == CLIENT else "shared_login"],
            lti_launch_url=TOOL["target"],
            client_id=client,
            deployment_id=DEPLOYMENT,
            rsa_key=PRIVATE,
            rsa_key_id="open-edx",
            redirect_uris=[TOOL["launch"]],
            tool_keyset_url=TOOL["keys"],
        )
        self.consumer.enable_ags(f"{BASE}/lineitems", f"{BASE}/lineitems/1")
        self.consumer.enable_nrps(f"{BASE}/members")
        self.consumer.enable_deep_linking(TOOL["launch"], f"{BASE}/deep-links")

    def jwks(self):
        return self.consumer.get_public_keyset()

    def start(self, asked):
        from lti_consumer.data import Lti1p3LaunchData

        return self.consumer.prepare_preflight_url(
            Lti1p3LaunchData(
                user_id=asked["user"],
                user_role=asked["role"],
                config_id="config",
                resource_link_id=asked.get("link", "link-1"),
                message_type=asked.get("kind", "LtiResourceLinkRequest"),
            )
        )

    def launch(self, asked, user, role, link, given):
        name = None if given.get("named") == "no" else user.title()
        self.consumer.set_user_data(user, role, full_name=name)
        if given.get("sub") == "no":
            del self.consumer.lti_claim_user_data["sub"]
        self.consumer.set_resource_link_claim(link)
        self.consumer.set_launch_presentation_claim("iframe", f"{BASE}/return")
        self.consumer.set_context_claim("course-1", context_title="Course 1")
        return self.consumer.generate_launch_request(asked)

    def deep_links(self, token):
        return self.consumer.check_and_decode_deep_linking_token(token)


class Lti1p3Platform:
    """The abstract classes of lti1p3platform, filled in."""

    def __init__(self, _client):
        from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
        from lti1p3platform.registration import Registration

        registration = Registration()
        registration.set_iss(BASE).set_client_id(CLIENT).set_deployment_id(DEPLOYMENT)
        registration.set_oidc_login_url(TOOL["login"]).set_launch_url(TOOL["target"])
        registration.set_deeplink_launch_url(TOOL["launch"]).set_tool_key_set_url(TOOL["keys"])
        registration.set_platform_public_key(PUBLIC).set_platform_private_key(PRIVATE)

        class Configured(LTI1P3PlatformConfAbstract):
            def init_platform_config(self, **_more):
                self._registration = registration

            def get_registration_by_params(self, **_more):
                return registration

        self.configured = Configured()

    def jwks(self):
        return self.configured.get_jwks()

    def start(self, asked):
        from lti1p3platform.framework.django.oidc_login import DjangoAPIOIDCLogin

        class Login(DjangoAPIOIDCLogin):
            def set_lti_message_hint(self, **_more):
                self._lti_message_hint = asked.get("kind", "LtiResourceLinkRequest")

        login = Login(None, self.configured)
        login.set_lti_message_hint()
        if asked.get("kind") == "LtiDeepLinkingRequest":
            login.set_deeplinking_launch_url()
        return login.prepare_preflight_url(asked["user"])

    def launch(self, asked, user, role, link, _given):
        from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract

        class Launch(LTIAdvantageMessageLaunchAbstract):
            def get_preflight_response(self):
                return asked

            def render_launch_form(self, launch_data, **_more):
                return launch_data

        launch = Launch(None, self.configured)
        launch._registration = self.configured.get_registration()
        launch.set_user_data(user, ROLES[role], full_name=user.title())
        launch.set_resource_link_claim(link)
        launch.set_launch_presentation_claim("iframe", f"{BASE}/return")
        launch.set_launch_context_claim("course-1", context_title="Course 1")
        launch.set_ags(f"{BASE}/lineitems", f"{BASE}/lineitems/1").set_nrps(f"{BASE}/members")
        if asked["lti_message_hint"] == "LtiDeepLinkingRequest":
            launch.set_dl(f"{BASE}/deep-links")
        launch.validate_preflight_response(asked)
        return launch.generate_launch_request()

    def deep_links(self, token):
        return self.configured.validate_deeplinking_resp({"JWT": token})


Platform = {"open_edx": OpenEdx, "lti1p3platform": Lti1p3Platform}[KIND]
people = {}


def start(request):
    asked = request.GET.dict()
    people[asked["user"]] = (asked["user"], asked["role"], asked.get("link", "link-1"), asked)
    return HttpResponseRedirect(Platform(asked.get("client", CLIENT)).start(asked))


@csrf_exempt
def auth(request):
    asked = (request.POST or request.GET).dict()
    fields = Platform(asked["client_id"]).launch(asked, *people[asked["login_hint"]])
    inputs = "".join(
        f'<input name="{name}" value="{escape(value)}">' for name, value in fields.items()
    )
    action = escape(asked["redirect_uri"])
    return HttpResponse(f'<form method="post" action="{action}">{inputs}</form>')


@csrf_exempt
def deep_links(request):
    return JsonResponse({"items": Platform(CLIENT).deep_links(request.POST["JWT"])})


urlpatterns = [
    path("jwks", lambda _request: JsonResponse(Platform(CLIENT).jwks())),
    path("start", start),
    path("auth", auth),
    path("deep-links", deep_links),
    path("return", lambda request: JsonResponse(request.GET.dict())),
]


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments):
        pass


if __name__ == "__main__":
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    make_server("127.0.0.1", PORT, application, Server, Quiet).serve_forever()
