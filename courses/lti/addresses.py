"""The addresses that platforms know, all under `COURSES_LTI_URL`.

They are the same in every language and for every host by which the site is reached, because
platforms compare them with what an administrator once typed.
"""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from uuid import UUID

from courses.conf import settings
from courses.domain.origins import origin_of

LOGIN, LAUNCH, KEYS, REGISTER, CANVAS = "login/", "launch/", "keys/", "register/", "canvas/"
NOTICES = "notices/"
_KINDS = {"modules": "module", "lessons": "lesson", "quizzes": "quiz"}


@dataclass(frozen=True)
class Named:
    """What a link names: keys of a course and of a part of it, empty where it names none."""

    course: str = ""
    module: str = ""
    lesson: str = ""
    quiz: str = ""

    @property
    def words(self) -> str:
        """Return what is named as the log of launches writes it: "course cx, quiz final"."""
        return ", ".join(f"{part} {key}" for part, key in vars(self).items() if key)


def base() -> str:
    return str(settings.LTI_URL)


def login(registration: UUID | None = None) -> str:
    """Return where a platform begins a launch; with a registration, the address of its own."""
    own = "" if registration is None else f"{registration}/"
    return f"{base()}{LOGIN}{own}"


def launch() -> str:
    """Return where every platform posts its launches."""
    return f"{base()}{LAUNCH}"


def keys(registration: UUID) -> str:
    """Return where the platform reads the keys with which we sign for this registration."""
    return f"{base()}{KEYS}{registration}/"


def canvas(registration: UUID) -> str:
    """Return where a Canvas reads what its administrator would otherwise type."""
    return f"{base()}{CANVAS}{registration}.json"


def notices(registration: UUID) -> str:
    """Return where the platform posts its notices for this registration."""
    return f"{base()}{NOTICES}{registration}/"


def register(code: str) -> str:
    """Return the address that a platform's administrator pastes, with the code of an invitation."""
    return f"{base()}{REGISTER}{code}/"


def of_target(named: Named) -> str:
    """Return the address of a link: the launch address and, behind it, what it opens."""
    parts = [launch().rstrip("/")]
    if named.course:
        parts.append(named.course)
    for place, kind in _KINDS.items():
        if getattr(named, kind):
            parts += [place, getattr(named, kind)]
    return "/".join([*parts, ""])


def parameters(named: Named) -> dict[str, str]:
    """Return the custom parameters of a link that opens this."""
    found = {f"cx_{name}": getattr(named, name) for name in ("course", *_KINDS.values())}
    return {name: value for name, value in found.items() if value}


def named_by(url: str) -> Named | None:
    """Return what the address of a link names; None for an address that is not ours."""
    if origin_of(url) is None or origin_of(url) != origin_of(base()):
        return None
    path, root = urlsplit(url).path, urlsplit(base()).path
    if not path.startswith(root) or ".." in path or "//" in path:
        return None
    rest = path.removeprefix(root)
    if not rest.startswith(LAUNCH) and f"{rest}/" != LAUNCH:
        return Named() if rest in ("", LOGIN) else None
    parts = [unquote(one) for one in rest.removeprefix(LAUNCH.rstrip("/")).split("/") if one]
    if not parts:
        return Named()
    places = dict(zip(parts[1::2], parts[2::2], strict=False))
    if len(parts) % 2 == 0 or len(places) > 1 or not places.keys() <= _KINDS.keys():
        return None
    return Named(course=parts[0], **{_KINDS[place]: key for place, key in places.items()})
