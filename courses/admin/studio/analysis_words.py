"""Figures of item analysis in words: sentences, and numbers as the reader writes them."""

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.domain.analysis.findings import ENOUGH, ENOUGH_TO_COMPARE, LEAST, ItemFinding
from courses.domain.analysis.intervals import Interval
from courses.domain.analysis.questions import QuestionFigures
from courses.domain.analysis.quizzes import QuizFigures

NONE = "–"
GOOD_ALPHA, POOR_ALPHA = 0.8, 0.6


def percent(share: float | None) -> str:
    """Return a share in whole per cent."""
    return NONE if share is None else f"{round(100 * share)}%"


def number(value: float | None, places: int = 2) -> str:
    """Return a number with so many decimals and a minus sign; a dash where there is none."""
    if value is None:
        return NONE
    # A tiny negative number is shown as 0, without a sign.
    rounded = round(value, places) + 0.0
    return number_format(rounded, places).replace("-", "−")


def duration(seconds: float | None) -> str:
    """Return minutes and seconds: 1:20."""
    if seconds is None:
        return NONE
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def percent_range(found: Interval | None) -> str:
    """Return the interval of a share: 11% to 30%; "" where there is none."""
    if found is None or found.low is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": percent(found.low), "high": percent(found.high)}


def number_range(found: Interval | None) -> str:
    """Return the interval of a number; "" where there is none."""
    if found is None or found.low is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": number(found.low), "high": number(found.high)}


def duration_range(found: Interval | None) -> str:
    """Return the interval of a time; "" where there is none."""
    if found is None or found.low is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": duration(found.low), "high": duration(found.high)}


def sentence(figures: QuestionFigures, letters: Mapping[str, str]) -> str:
    """Return one sentence about a question. `letters` are what its options are called."""
    option = letters.get(figures.option, figures.option)
    texts = {
        ItemFinding.WRONG_KEY: _(
            "Stronger learners choose %(option)s more often than the key: check the key."
        ),
        ItemFinding.NEGATIVE: _(
            "Learners who do well in the rest do badly here: check the key and the wording."
        ),
        ItemFinding.TOO_FEW: _("Too few answers to say anything."),
        ItemFinding.NOBODY: _("Nobody gets it right: check the key, and whether it was taught."),
        ItemFinding.EVERYBODY: _("Everybody gets it right, so it shows no difference."),
        ItemFinding.WEAK: _("It hardly goes with the rest: strong and weak learners do alike."),
        ItemFinding.HARD: _("Few get it right."),
        ItemFinding.UNUSED: _("Nobody chooses %(option)s: that option does no work."),
        ItemFinding.CLEAR: _("It separates strong and weak learners well."),
        ItemFinding.FEW: _("Few answers: what is grey may be chance."),
        ItemFinding.NOTHING: _("Nothing stands out."),
    }
    return texts[figures.finding] % {"option": option}


def short(figures: QuestionFigures, letters: Mapping[str, str]) -> str:
    """Return a few words for a list; "" where nothing stands out."""
    option = letters.get(figures.option, figures.option)
    texts = {
        ItemFinding.WRONG_KEY: _("Check the key"),
        ItemFinding.NEGATIVE: _("Check the key"),
        ItemFinding.TOO_FEW: _("Too few to say"),
        ItemFinding.NOBODY: _("Nobody is right"),
        ItemFinding.EVERYBODY: _("Everybody is right"),
        ItemFinding.WEAK: _("Hardly goes with the rest"),
        ItemFinding.HARD: _("Hard"),
        ItemFinding.UNUSED: _("Nobody chooses %(option)s"),
        ItemFinding.CLEAR: _("Separates well"),
        ItemFinding.FEW: _("Few answers"),
        ItemFinding.NOTHING: "",
    }
    return texts[figures.finding] % {"option": option}


def headline(figures: QuizFigures | None, suspected: int) -> str:
    """Return the sentence that matters most about a quiz."""
    if figures is None:
        return _("The figures of so many attempts are worked out in the background.")
    if figures.attempts < LEAST:
        return _("Fewer than five attempts are finished: nothing can be said yet.")
    if suspected:
        text = ngettext(
            "The key of %(count)d question is suspected. Check it first.",
            "The keys of %(count)d questions are suspected. Check the first one first.",
            suspected,
        )
        return text % {"count": suspected}
    if figures.attempts < ENOUGH:
        return _("So few attempts are finished that no key can be suspected yet.")
    return _reliability(figures)


def _reliability(figures: QuizFigures) -> str:
    """Return what can be said where no key is suspected."""
    trust = figures.reliability
    if trust is None:
        return _("No key is suspected. How reliable the scores are cannot be said.")
    if figures.attempts < ENOUGH_TO_COMPARE:
        return _("No key is suspected. With so few attempts, what is grey may be chance.")
    values = {"alpha": number(trust.alpha.value)}
    if trust.alpha.value >= GOOD_ALPHA:
        text = _("No key is suspected, and the scores are reliable (alpha %(alpha)s).")
    elif trust.alpha.value < POOR_ALPHA:
        text = _("No key is suspected, but much in the scores is chance (alpha %(alpha)s).")
    else:
        text = _("No key is suspected. The scores are fairly reliable (alpha %(alpha)s).")
    return text % values
