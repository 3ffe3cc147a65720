"""Questions in GIFT, the text format of Moodle: choice, true or false, short answer, matching,
number and essay.

`is_gift` says whether lines are such a question, and `read_gift` reads them. What our types cannot
hold is named in the losses of the question that was found; what cannot be read is a problem with
its line.
"""

from courses.questions.gift.reading import is_gift
from courses.questions.gift.values import read_gift

__all__ = ["is_gift", "read_gift"]
