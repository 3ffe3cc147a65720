"""What a tool calls: access tokens, grades (AGS), people (NRPS), registration."""

import secrets
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from tests.lti.platform.state import AGS, LEARNER, NOTICES, NRPS, SCOPES, SPEC, Platform, Tool
from tests.lti.platform.web import Answer, Call, refused, sent

ITEM, ITEM_READONLY, RESULT, SCORE = AGS
IMS = "application/vnd.ims."
PROGRESS = {"Initialized", "Started", "InProgress", "Submitted", "Completed"}
GRADING = {"FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"}
TOOL = f"{SPEC}lti-tool-configuration"
MESSAGES = ("LtiResourceLinkRequest", "LtiDeepLinkingRequest", "LtiSubmissionReviewRequest")


def give_token(platform: Platform, call: Call) -> Answer:
    form = call.form
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    if form.get("grant_type") != "client_credentials" or form.get("client_assertion_type") != kind:
        return refused(400, "unsupported_grant_type")
    read = platform.read(form["client_assertion"], platform.token_audience)
    if not read or read[1]["sub"] != read[0].client_id or read[1]["jti"] in platform.assertions:
        return refused(401, "invalid_client")
    platform.assertions.add(read[1]["jti"])
    token = secrets.token_urlsafe(16)
    scopes = frozenset(form.get("scope", "").split()) & frozenset(read[0].scopes)
    platform.tokens[token] = (read[0].client_id, scopes)
    return sent({"access_token": token, "token_type": "Bearer", "expires_in": 3600,
                 "scope": " ".join(sorted(scopes))})  # fmt: skip


def needed(call: Call) -> tuple[str, ...]:
    """The scopes of which one allows this call."""
    ends = {"/members": (NRPS,), "/notices": (NOTICES,), "/scores": (SCORE,), "/results": (RESULT,)}
    found = next((scopes for end, scopes in ends.items() if call.path.endswith(end)), None)
    return found or ((ITEM, ITEM_READONLY) if call.method == "GET" else (ITEM,))


def caller(platform: Platform, call: Call) -> Tool | None:
    """The tool whose token came with the call, if it may make it."""
    token = call.headers.get("Authorization", "").removeprefix("Bearer ")
    client, granted = platform.tokens.get(token, ("", frozenset()))
    return platform.tools[client] if granted.intersection(needed(call)) else None


def paged(
    platform: Platform, call: Call, rows: list[Any], url: str
) -> tuple[list[Any], dict[str, str]]:
    """The rows of the page that is asked for, and the header that leads to the next."""
    size = min(int(call.query.get("limit") or platform.page_size), platform.page_size)
    start = int(call.query.get(platform.page_parameter, 0))
    if start + size >= len(rows):
        return rows[start:], {}
    query = urlencode({**call.query, platform.page_parameter: start + size})
    return rows[start : start + size], {"Link": f'<{url}?{query}>; rel="next"'}


def line_items(platform: Platform, call: Call) -> Answer:
    if call.method == "POST":
        return save_item(platform, call, max(platform.line_items, default=0) + 1)
    names = {"resource_link_id": "resourceLinkId", "resource_id": "resourceId", "tag": "tag"}
    asked = {names[key]: value for key, value in call.query.items() if key in names}
    asked = {} if platform.ignores_filters else asked
    rows = [row for row in platform.line_items.values() if asked.items() <= row.items()]
    rows, link = paged(platform, call, rows, f"{platform.base}/lineitems")
    if platform.next_page:
        link = {"Link": f"<{platform.next_page}>; rel=next"}
    return sent(rows, 200, f"{IMS}lis.v2.lineitemcontainer+json", **link)


def line_item(platform: Platform, call: Call, number: str) -> Answer:
    if int(number) not in platform.line_items:
        return refused(404, "no such line item")
    if call.method == "PUT":
        return save_item(platform, call, int(number))
    if call.method == "DELETE":
        del platform.line_items[int(number)]
        return Answer(204)
    return sent(platform.line_items[int(number)], 200, f"{IMS}lis.v2.lineitem+json")


def save_item(platform: Platform, call: Call, number: int) -> Answer:
    kind, found = f"{IMS}lis.v2.lineitem+json", call.json
    if (
        call.headers.get("Content-Type") != kind
        or not found.get("label")
        or found["scoreMaximum"] <= 0
    ):
        return refused(400, f"label, scoreMaximum or type, which must be {kind}")
    found["id"] = f"{platform.base}/lineitems/{number}/lineitem?type_id=1"
    platform.line_items[number] = found
    return sent(found, 201 if call.method == "POST" else 200, kind)


def take_score(platform: Platform, call: Call, number: str) -> Answer:
    found, item = call.json, int(number)
    if call.headers.get("Content-Type") != f"{IMS}lis.v1.score+json":
        return refused(415, "not a score")
    when = datetime.fromisoformat(found["timestamp"])
    member = platform.members.get(found["userId"])
    is_number = "scoreGiven" not in found or found["scoreGiven"] >= 0 < found["scoreMaximum"]
    is_known = found["activityProgress"] in PROGRESS and found["gradingProgress"] in GRADING
    is_gradable = member and LEARNER in member.roles and item in platform.line_items
    if not (is_number and is_known and is_gradable and when.tzinfo):
        return refused(400, "Incorrect score received")
    with platform.lock:
        times = [when] + [
            datetime.fromisoformat(one["timestamp"])
            for of, one in platform.scores if (of, one["userId"]) == (item, found["userId"])
        ]  # fmt: skip
        if platform.one_score_a_second:
            times = [one.replace(microsecond=0) for one in times]
        if times[0] <= max(times[1:], default=times[0].min.replace(tzinfo=when.tzinfo)):
            return refused(409, "not newer than the score that is there")
        platform.scores.append((item, found))
    return Answer(204)


def results(platform: Platform, call: Call, number: str) -> Answer:
    url = f"{platform.base}/lineitems/{number}/lineitem"
    newest = {one["userId"]: one for of, one in platform.scores if of == int(number)}
    rows = [
        {"id": f"{url}/results/{user}", "userId": user, "scoreOf": f"{url}?type_id=1",
         "resultScore": one["scoreGiven"], "resultMaximum": one["scoreMaximum"]}
        for user, one in newest.items()
        if "scoreGiven" in one and call.query.get("user_id", user) == user
    ]  # fmt: skip
    rows, link = paged(platform, call, rows, f"{url}/results")
    return sent(rows, 200, f"{IMS}lis.v2.resultcontainer+json", **link)


def members(platform: Platform, call: Call) -> Answer:
    """People of the course: all of them by pages, or with `since` those who changed after it."""
    if "since" in call.query and platform.forgets_changes:
        return refused(410, "these changes are forgotten")
    unnamed = () if platform.names_active_status else ("Active",)
    ids = dict.fromkeys(platform.changes[int(call.query.get("since", 0)) :])
    listed = [
        one for one in map(platform.members.__getitem__, ids)
        if ("since" in call.query or one.status != "Deleted")
        and call.query.get("role") in (None, *one.roles)
    ]  # fmt: skip
    url = f"{platform.base}/members"
    shown, headers = paged(platform, call, listed, url)
    found = [
        {"user_id": int(one.user_id) if platform.numeric_ids else one.user_id, **one.claims,
         "roles": list(one.roles),
         **({} if one.status in unnamed else {"status": one.status})}
        for one in shown
    ]  # fmt: skip
    if headers and platform.next_page:
        headers = {"Link": f"<{platform.next_page}>; rel=next"}
    elif not headers:
        headers = {"Link": f'<{url}?since={len(platform.changes)}>; rel="differences"'}
    body = {"id": url, "context": platform.context, "members": found}
    return sent(body, 200, f"{IMS}lti-nrps.v2.membershipcontainer+json", **headers)


def configuration(platform: Platform, _call: Call) -> Answer:
    """What the platform says of itself to tools that want to register."""
    base = platform.base
    return sent({
        "issuer": platform.issuer, "authorization_endpoint": f"{base}/auth",
        "token_endpoint": f"{base}/token", "jwks_uri": f"{base}/jwks",
        "registration_endpoint": f"{base}/registrations",
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", *SCOPES], "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
        "authorization_server": platform.token_audience,
        f"{SPEC}lti-platform-configuration": {
            "product_family_code": platform.product, "version": "1",
            "messages_supported": [{"type": kind} for kind in MESSAGES],
        },
    })  # fmt: skip


def register(platform: Platform, call: Call) -> Answer:
    token = f"Bearer {platform.registration_token}" if platform.registration_token else ""
    if call.headers.get("Authorization", "") != token:
        return refused(401, "registration_token")
    found = call.json
    faults = faults_in(found, platform)
    if faults:
        return sent({"errors": faults}, 422)
    platform.registration_token = ""
    tool = platform.add_tool(Tool(
        secrets.token_hex(8), found["initiate_login_uri"], found["redirect_uris"],
        found["jwks_uri"],
        scopes=tuple(found.get("scope", "").split()),
    ))  # fmt: skip
    platform.registrations.append(found)
    given = {"deployment_id": tool.deployment_id} if platform.gives_deployment else {}
    return sent({**found, "client_id": tool.client_id, TOOL: {**found[TOOL], **given}}, 201)


def faults_in(found: dict[str, Any], platform: Platform) -> list[str]:
    """What a platform must refuse in a registration, and what Canvas does."""
    own = found.get(TOOL) or {}
    messages = own.get("messages", ())
    is_right = {
        "application_type": found.get("application_type") == "web",
        "response_types": found.get("response_types") == ["id_token"],
        "grant_types": {"implicit", "client_credentials"} <= set(found.get("grant_types", ())),
        "token_endpoint_auth_method": found.get("token_endpoint_auth_method") == "private_key_jwt",
        "scope": set(found.get("scope", "").split()) <= set(SCOPES),
        "placements": all("placements" in one for one in messages if platform.wants_placements),
        "messages": all(one.get("type") in MESSAGES for one in messages),
        **{name: bool(found.get(name))
           for name in ("initiate_login_uri", "redirect_uris", "jwks_uri", "client_name")},
        **{name: name in own for name in ("domain", "target_link_uri", "claims")},
    }  # fmt: skip
    return [name for name, is_good in is_right.items() if not is_good]
