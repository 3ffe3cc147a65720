"""How a class is doing: who is where, who needs help, what is known, what is hard.

Each function reads for the learners that it is given; the number of queries does not depend on how
many they are. Instructors and trials are never among them.
"""

from courses.domain.dashboard.answers import Tallies, Tally, hardest, mastery, tallies
from courses.domain.dashboard.certainty import SURE, SureAndWrong, sure_and_wrong
from courses.domain.dashboard.learners import learners, named
from courses.domain.dashboard.needs import Need, needing_help
from courses.domain.dashboard.progress import Activity, HeatMap, HeatRow, activity_of, heat_map

__all__ = [
    "SURE",
    "Activity",
    "HeatMap",
    "HeatRow",
    "Need",
    "SureAndWrong",
    "Tallies",
    "Tally",
    "activity_of",
    "hardest",
    "heat_map",
    "learners",
    "mastery",
    "named",
    "needing_help",
    "sure_and_wrong",
    "tallies",
]
