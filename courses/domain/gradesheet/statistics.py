"""What a column of marks comes to: how many, mean, median, how many passed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median


@dataclass(frozen=True)
class Statistics:
    """Of learners with a mark; mean and median in per cent, None where nobody has one."""

    count: int
    mean: Decimal | None
    median: Decimal | None
    passed: int
    judged: int
    """How many have a verdict: passed or not."""

    @property
    def pass_rate(self) -> Decimal | None:
        """In per cent of those with a verdict."""
        return Decimal(100 * self.passed) / self.judged if self.judged else None


def statistics(*, marks: Sequence[tuple[Decimal | None, bool | None]]) -> Statistics:
    """Return the statistics of pairs of percentage and verdict; what is None does not count."""
    percents = [percent for percent, _passed in marks if percent is not None]
    verdicts = [passed for _percent, passed in marks if passed is not None]
    return Statistics(
        count=len(percents),
        mean=sum(percents, Decimal(0)) / len(percents) if percents else None,
        median=median(percents) if percents else None,
        passed=sum(verdicts),
        judged=len(verdicts),
    )
