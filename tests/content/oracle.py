"""The right numbers of the shipped course's parameterised items, worked out a second time.

Each function gets exactly the numbers that the stem shows, and counts or adds up where the item
has a formula: replies one by one, twelve months one after another, a client year by year. So a
formula that does not belong to its text cannot agree.
"""

# ruff: noqa: ARG005, N803 (arguments are called what the stems call their numbers)

import csv
import statistics
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from math import hypot, sqrt
from pathlib import Path

import courses
from courses.coursefiles import read_course
from courses.coursefiles.schema import CourseFile

COURSE = Path(courses.__file__).parent / "content" / "customer-experience"
YEARS = 200

Number = Fraction | float | int
Answers = dict[str, Number]


@cache
def shipped() -> CourseFile:
    """The shipped course from its files, read once for all tests of a process."""
    return read_course(COURSE).course


def replies(first: int, counts: Sequence[Fraction]) -> list[int]:
    """Every single rating, from how often each was given."""
    return [first + place for place, count in enumerate(counts) for _reply in range(int(count))]


def in_order(shown: dict[str, Fraction], letter: str) -> list[Fraction]:
    """The counts c1, c2, c3 … in the order of their numbers."""
    names = [name for name in shown if name[0] == letter and name[1:].isdigit()]
    return [shown[name] for name in sorted(names, key=lambda name: int(name[1:]))]


def percent(part: Number, whole: Number) -> Number:
    return 100 * part / Fraction(whole)


def share(ratings: Sequence[int], *wanted: int) -> Number:
    return percent(sum(rating in wanted for rating in ratings), len(ratings))


def nps(ratings: Sequence[int]) -> Number:
    return share(ratings, 9, 10) - share(ratings, *range(7))


def votes(promoters: Number, passives: Number, detractors: Number) -> list[int]:
    """One promoter counts 1, a passive 0, a detractor −1: the score is their mean."""
    return [1] * int(promoters) + [0] * int(passives) + [-1] * int(detractors)


def margin(values: Sequence[int]) -> float:
    """1.96 standard errors of the mean, times 100."""
    mean = statistics.fmean(values)
    return 196 * sqrt(statistics.fmean((value - mean) ** 2 for value in values) / len(values))


def lifetime_value(m: Number, r: Number, i: Number) -> float:
    """The margins of the years to come, each if the client is still there, as of today."""
    value, expected, kept, interest = 0.0, float(m), float(r), 1 + float(i)
    for _year in range(YEARS):
        expected *= kept / interest
        value += expected
    return value


def after_months(loss: Number, months: int) -> Number:
    left: Number = Fraction(100)
    for _month in range(months):
        left -= left * loss / 100
    return left


def csat(shown: dict[str, Fraction]) -> list[int]:
    return replies(1, in_order(shown, "c"))


def ces(shown: dict[str, Fraction]) -> list[int]:
    return replies(1, in_order(shown, "e"))


def museum(low: Number, **shown: Fraction) -> Answers:
    """The lowest ratings come together; any of them is a detractor."""
    high = replies(5, in_order(shown, "r"))
    return {"nps": nps([0] * int(low) + high)}


@cache
def filed_in_the_east() -> list[int]:
    path = COURSE / "m4-metrics" / "assets" / "clinic-survey.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["clinic"] == "East"]
    return [int(row["recommend_0_10"]) for row in rows if row["quarter"] == "Q2"]


def eye_clinic_east(p: Number, s: Number, d: Number) -> Answers:
    return {"nps": nps(filed_in_the_east() + [10] * int(p) + [8] * int(s) + [0] * int(d))}


def chain(steps: Number, ok: Number) -> Answers:
    left: Number = Fraction(100)
    for _step in range(int(steps)):
        left *= Fraction(ok, 100)
    return {"share": left}


def two_years(
    *, y0: Number, o0: Number, y1: Number, o1: Number, py: Number, po: Number, **_: Number
) -> Answers:
    """`was` is passed and not needed."""
    came = Fraction(y1) * py / 100 + Fraction(o1) * po / 100
    return {"now": percent(came, y1 + o1)}


def two_samples(a: Number, ma: Number, b: Number, mb: Number) -> Answers:
    return {"diff": b - a, "margin": hypot(ma, mb)}


def contracts(ns: Number, nl: Number, ls: Number, ll: Number) -> Answers:
    fees = [1000] * int(ns) + [10_000] * int(nl)
    gone = [1000] * int(ls) + [10_000] * int(ll)
    return {
        "contracts": percent(len(gone), len(fees)),
        "money": percent(sum(gone), sum(fees)),
    }


def kept(start: Number, end: Number, new: Number, **_: Number) -> Number:
    """Those of the start who are among those of the end."""
    return percent(end - new, start)


def club(start: Number, new: Number, gone: Number, end: Number) -> Answers:
    """Member by member: who is there at the end and had been there at the start?"""
    newcomers = [False] * int(new - gone)
    members = [True] * int(end - len(newcomers)) + newcomers
    return {"retention": percent(sum(members), start)}


ORACLES: dict[str, Callable[..., Answers]] = {
    "c13-share": lambda before, inside, after: {
        "share": 100 - percent(inside, before + inside + after)
    },
    "c14-peakend": lambda first, second, peak, last: {
        "peakend": statistics.mean([max(first, second, peak, last), last]),
        "plain": statistics.mean([first, second, peak, last]),
    },
    "c22-counter": lambda n, fail, left, cost: {"saved": n * (fail - left) / 100 * cost},
    "c23-chain": chain,
    "c24-score": lambda e1, p1, e2, p2: {"reliab": p1 - e1, "tang": p2 - e2},
    "c26-leave": lambda nv, ns, lv, ls: {"very": percent(lv, nv), "mere": percent(ls, ns)},
    "c33-mix": two_years,
    "c35-hours": lambda n, m, s, r: {"hours": n * m / 60 * s / 100 * r / 100},
    "met1-nps-counts": lambda **shown: {"nps": nps(replies(0, in_order(shown, "r")))},
    "met1-csat-top-two": lambda **shown: {"box": share(csat(shown), 4, 5)},
    "met1-ces-two-blanks": lambda **shown: {
        "mean": statistics.fmean(ces(shown)),
        "share": share(ces(shown), 5, 6, 7),
    },
    "met1-nps-from-shares": lambda P, S: {"nps": 100 * statistics.fmean(votes(P, S, 100 - P - S))},
    "met1-nps-pooled": lambda a, na, b, nb: {
        "nps": (a * na / 100 + b * nb / 100) / (na + nb) * 100
    },
    "met1-csat-three-scorings": lambda **shown: {
        "mean": statistics.fmean(csat(shown)),
        "top": share(csat(shown), 5),
    },
    "met1-ces-old-scale": lambda **shown: {"mean": statistics.fmean(ces(shown))},
    "met1-csat-base": lambda inv, rep, sat: {"rate": percent(rep, inv), "box": percent(sat, rep)},
    "met2-retention": lambda **shown: {"retention": kept(**shown)},
    "met2-churn": lambda lost, start, new: {"churn": 100 - percent(start - lost, start)},
    "met2-fcr": lambda n, back, contacts: {"fcr": 100 - percent(back, n)},
    "met2-clv": lambda m, r, i: {"clv": lifetime_value(m, r, i)},
    "met2-month-to-year": lambda c: {"left": after_months(c, 12)},
    "met2-clv-gain": lambda m, r, s: {
        "gain": lifetime_value(m, s, Fraction(1, 10)) - lifetime_value(m, r, Fraction(1, 10))
    },
    "met2-contracts-and-fees": contracts,
    "met3-nps-margin": lambda P, S, D: {"margin": margin(votes(P, S, D))},
    "met3-two-scores": two_samples,
    "met3-share-margin": lambda n, k: {"margin": margin([1] * int(k) + [0] * int(n - k))},
    "c42-faded": lambda n, p, s, d, pshare: {
        "dshare": percent(d, n),
        "nps": 100 * statistics.fmean(votes(p, s, d)),
    },
    "c42-blank": museum,
    "c42-move": lambda n, up, far: {"change": percent(up, n)},
    "c42-file": eye_clinic_east,
    "c43-faded": lambda n, **shown: {
        "box": share(csat(shown), 4, 5),
        "mean": statistics.fmean(csat(shown)),
    },
    "c43-ces": lambda **shown: {
        "mean": statistics.fmean(ces(shown)),
        "share": share(ces(shown), 5, 6, 7),
    },
    "c44-retention": lambda **shown: {"retention": kept(**shown), "churn": 100 - kept(**shown)},
    "c44-fcr": lambda n, early, late, calls: {
        "week": percent(n - early, n),
        "month": percent(n - early - late, n),
    },
    "c44-clv": lambda m, r, i: {
        "first": float(m) * float(r) / (1 + float(i)),
        "clv": lifetime_value(m, r, i),
    },
    "c45-faded": lambda n, P, S, D, p, d: {
        "top": statistics.pvariance(votes(P, S, D)),
        "margin": margin(votes(P, S, D)),
    },
    "c45-blank": lambda P, S, D: {
        "nps": 100 * statistics.fmean(votes(P, S, D)),
        "margin": margin(votes(P, S, D)),
    },
    "c45-two": two_samples,
    "c46-nonresponse": lambda rate, rep, sil: {
        "all": rate * rep / 100 + (100 - rate) * sil / 100,
        "bias": rep - (rate * rep / 100 + (100 - rate) * sil / 100),
    },
    "exam-svc2-heat-share": lambda visit, bill, move, price: {
        "share": 100 - percent(move + price, visit + bill + move + price)
    },
    "ex4-water-nps": lambda p, s, d: {"nps": 100 * statistics.fmean(votes(p, s, d))},
    "ex4-water-csat": lambda **shown: {"box": share(csat(shown), 4, 5)},
    "ex4-water-margin": lambda p, s, d: {"margin": margin(votes(p, s, d))},
    "ex4-dental-retention": lambda ls, ll, new: {
        "retention": 100 - percent(ls, 255 + 41) - percent(ll, 255 + 41)
    },
    "ex4-dental-fees": lambda ls, ll: {
        "churn": percent(sum([1200] * int(ls) + [9000] * int(ll)), sum([1200] * 255 + [9000] * 41))
    },
    "ex4-archive-nps": lambda n, p, s, d: {"nps": 100 * statistics.fmean(votes(p, s, d))},
    "ex4-depot-csat": lambda **shown: {"box": share(csat(shown), 4, 5)},
    "ex4-choir-retention": lambda **shown: {"retention": kept(**shown)},
    "ex4-heating-fcr": lambda n, one, two, three: {"fcr": 100 - percent(two + three, n)},
    "ex4-parcel-margin": lambda n, s: {
        "margin": margin([1] * int(n * s / 100) + [0] * int(n - n * s / 100))
    },
    "ex4-clv": lambda m, r, i: {"clv": lifetime_value(m, r, i)},
    "exam2-svc2-shop-demand": lambda late, wrong, advice, moved: {
        "share": 100 - percent(advice + moved, late + wrong + advice + moved)
    },
    "exam2-met1-hotel-nps": lambda low, mid, nine, ten: {
        "nps": 100 * statistics.fmean(votes(nine + ten, mid, low))
    },
    "exam2-met1-airline-ease": lambda **shown: {"share": share(ces(shown), 5, 6, 7)},
    "exam2-met2-club-retention": club,
    "exam2-met2-streaming": lambda c, months: {"left": after_months(c, int(months))},
    "exam2-met3-two-lounges": lambda a, ma, b, mb: {"margin": hypot(ma, mb)},
    "c52-cost": lambda alarm, faults, extra, lines: {"share": alarm * faults / 100 * extra / lines},
    "c54-hours": lambda n, minutes, gap: {
        "hours": sum(n * (minutes + 10) for _week in range(0, 12, int(gap))) / 60
    },
}
