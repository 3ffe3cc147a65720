"""Register with a platform by pylti1p3next, and print the answers.

python registering_tool.py OPENID_CONFIGURATION REGISTRATION_TOKEN PLACEMENT
"""

import json
import sys

from pylti1p3.dynamic_registration import DynamicRegistration
from pylti1p3.exception import LtiServiceException

CONFIGURATION, TOKEN, PLACEMENT = sys.argv[1:]
TOOL = "https://tool.example.org"


class Registration(DynamicRegistration):
    client_name = "A tool"

    def get_openid_configuration_endpoint(self):
        return CONFIGURATION

    def get_registration_token(self):
        return TOKEN or None

    def get_initiate_login_uri(self):
        return f"{TOOL}/login"

    def get_jwks_uri(self):
        return f"{TOOL}/jwks"

    def get_redirect_uris(self):
        return [f"{TOOL}/launch"]

    def get_domain(self):
        return "tool.example.org"

    def get_target_link_uri(self):
        return f"{TOOL}/launch"

    def get_logo_uri(self):
        return f"{TOOL}/logo.png"

    def get_messages(self):
        more = {"placements": [PLACEMENT]} if PLACEMENT else {}
        return [{"type": "LtiDeepLinkingRequest", "target_link_uri": f"{TOOL}/launch", **more}]

    def complete_registration(self, openid_configuration, openid_registration):
        return {"configuration": openid_configuration, "registration": openid_registration}


try:
    found = Registration().register()
except LtiServiceException as error:
    found = {"status": error.response.status_code, "answer": error.response.json()}
sys.stdout.write(json.dumps(found))
