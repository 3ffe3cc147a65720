"""Messages: the endpoint that sends the browser to the tool with a signed one, and ways back."""

import secrets
import time
from typing import Any

from tests.lti.platform.state import AGS, CLAIM, NOTICES, SPEC, Message, Platform, Tool
from tests.lti.platform.web import PAGES, Answer, Call, page, refused

DEEP_LINKS = f"{SPEC}lti-dl/claim/"
ASKED = {
    "scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none",
}  # fmt: skip


def authorise(platform: Platform, call: Call) -> Answer:
    """Answer an authentication request by a form that posts the message to the tool."""
    asked = call.query if call.method == "GET" else call.form
    tool = platform.tools.get(asked.get("client_id", ""))
    message = platform.messages.get(asked.get("lti_message_hint", ""))
    if tool is None or asked.get("redirect_uri") not in tool.redirect_uris:
        return refused(400, "unknown client_id or redirect_uri")
    fields = {"state": asked.get("state", "")}
    wrong = [name for name, value in ASKED.items() if asked.get(name) != value]
    if wrong or not message or message.tool is not tool or not asked.get("nonce"):
        fields |= {"error": "invalid_request", "error_description": ", ".join(wrong)}
    elif asked.get("login_hint") != (message.member.user_id if message.member else "none"):
        fields |= {"error": "login_required"}
    else:
        found = {**claims(platform, message), "nonce": asked["nonce"], **message.more}
        found = {name: value for name, value in found.items() if value is not None}
        fields["id_token"] = platform.sign(found, **message.header)
    return page("form", fields, action=asked["redirect_uri"])


def common(platform: Platform, tool: Tool, expires: int = 300) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": platform.issuer, "aud": tool.client_id, "iat": now, "exp": now + expires,
        "nonce": secrets.token_urlsafe(8), f"{CLAIM}version": "1.3.0",
        f"{CLAIM}deployment_id": tool.deployment_id, f"{CLAIM}context": platform.context,
    }  # fmt: skip


def claims(platform: Platform, message: Message) -> dict[str, Any]:
    base, tool, member = platform.base, message.tool, message.member
    found = common(platform, tool, message.expires)
    found |= {
        f"{CLAIM}message_type": message.kind, f"{CLAIM}target_link_uri": message.target,
        f"{CLAIM}roles": list(member.roles if member else ()),
        f"{CLAIM}tool_platform": {"guid": base, "product_family_code": platform.product},
        f"{CLAIM}launch_presentation": {"return_url": f"{base}/return", "locale": "en"},
        f"{CLAIM}platformnotificationservice": {
            "service_versions": ["1.0"], "scope": [NOTICES],
            "platform_notification_service_url": f"{base}/notices",
            "notice_types_supported": ["LtiHelloWorldNotice", "LtiContextCopyNotice"],
        } if platform.offers_notices else None,
        f"{SPEC}lti-ags/claim/endpoint": {
            "scope": [name for name in AGS if name in tool.scopes],
            "lineitems": f"{base}/lineitems?type_id=1",
            **({"lineitem": message.line_item} if message.line_item else {}),
        },
        f"{SPEC}lti-nrps/claim/namesroleservice": {
            "context_memberships_url": f"{base}/members", "service_versions": ["2.0"],
        },
    }  # fmt: skip
    if member:
        found |= {"sub": member.user_id, **member.claims}
    if message.kind != "LtiDeepLinkingRequest":
        return {**found, f"{CLAIM}resource_link": {"id": message.link, "title": "A link"}}
    return {**found, f"{DEEP_LINKS}deep_linking_settings": {
        "deep_link_return_url": f"{base}/deep-links", "accept_types": ["link", "ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_multiple": True, "accept_lineitem": True, "data": "csrf=a&b=ö",
    }}  # fmt: skip


def receive_deep_links(platform: Platform, call: Call) -> Answer:
    """Check what a tool brings back from the choice of content, and keep it."""
    read = platform.read(call.form.get("JWT", ""), platform.issuer)
    if read is None:
        return refused(400, "no tool signed this for us")
    tool, found = read
    wanted = {"message_type": "LtiDeepLinkingResponse", "version": "1.3.0",
              "deployment_id": tool.deployment_id}  # fmt: skip
    wrong = [name for name, value in wanted.items() if found.get(CLAIM + name) != value]
    if wrong or not found.get("nonce"):
        return refused(400, f"wrong: {wrong}")
    platform.deep_links.append(found)
    return page("done", text=f"{len(found.get(DEEP_LINKS + 'content_items', []))} items")


def show_link(platform: Platform, call: Call) -> Answer:
    """A page of the platform with a frame in which a message is launched, and storage for it.

    The page itself keeps what the tool gives it, or a frame beside that of the tool.
    """
    message, storage = platform.messages[call.query["message"]], call.query.get("storage")
    action = platform.login_url(message, lti_storage_target=storage or "_parent")
    return (
        page("beside", action=action, storage=storage) if storage else page("frame", action=action)
    )


def show_storage(_platform: Platform, _call: Call) -> Answer:
    return page("storage")


def storage_script(_platform: Platform, _call: Call) -> Answer:
    return Answer(200, (PAGES / "storage.js").read_bytes(), "text/javascript")


def receive_return(platform: Platform, call: Call) -> Answer:
    platform.returns.append(call.query)
    return page("done", text=call.query.get("lti_errormsg", "Back."))
