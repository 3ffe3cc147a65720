"""What the pages of the daily review and of a learner's mistakes share: one card at a time."""

from dataclasses import dataclass, replace

from courses.domain.card_views import CardResponse, CardSet, CardView
from courses.web.fragments import RefusedResponse
from courses.web.links import PageLinks, links_of


@dataclass(frozen=True)
class CardRow:
    """A card, its number in the set, and where its texts lead."""

    card: CardView
    number: int
    count: int
    links: PageLinks
    error: str = ""


def chosen_row(
    page: CardSet, *, chosen: str, refused: RefusedResponse | None = None
) -> CardRow | None:
    """Return the card that the address or a refused form names, else the one asked now."""
    card = page.card(refused.question if refused else chosen) or page.current
    if card is None:
        return None
    number, key = page.number(card), page.course.key
    if refused is None or refused.question != card.view.question_key:
        return _row(card, number, len(page.cards), key)
    view = card.view
    if view.can_respond:
        view = view.refilled(refused.raw)
    error = str(refused.error.message)
    return _row(replace(card, view=view), number, len(page.cards), key, error)


def answered_row(result: CardResponse, *, course_key: str) -> CardRow:
    """Return a card that was just answered."""
    return _row(result.card, result.number, result.card_count, course_key)


def _row(card: CardView, number: int, count: int, course_key: str, error: str = "") -> CardRow:
    return CardRow(card, number, count, links_of(card.view, course_key=course_key), error)
