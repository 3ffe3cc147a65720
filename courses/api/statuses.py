"""What each status means, and which operations may answer with it."""

REPLACING = ("PUT", "PATCH")
"""Methods whose body takes the place of what is stored: a missing one is refused."""

SUCCESSES = {
    200: "OK.",
    201: "Created.",
    202: "Accepted.",
    204: "No Content.",
}

PROBLEMS = {
    400: "Something in the request cannot be used; `errors` names the places.",
    401: "No valid credential.",
    403: "The credential or the learner may not do this.",
    404: "It does not exist, or it belongs to somebody else.",
    406: "Only JSON can be answered.",
    409: "The current state does not allow this.",
    411: "The body has no length, which this server needs.",
    412: "`If-Match` names an older state.",
    413: "The body is too large, or the learner has stored as much as is allowed.",
    415: "The body is not JSON.",
    422: "The `Idempotency-Key` belongs to a request with another body.",
    429: "Too many requests; `Retry-After` is the time to wait.",
    500: "Something went wrong on our side.",
    501: "This format is not offered.",
    503: "The database cannot be reached or is busy; `Retry-After` is the time to wait.",
}
ALWAYS = (400, 401, 403, 404, 406, 429, 500, 503)
WRITING = (409, 411, 413, 415)
