"""Questions in GIFT, the text format of Moodle: choice, true or false, short answer, matching,
number and essay.

`is_gift` says whether lines are such a question, `read_block` reads the lines of one, and
`read_gift` a whole file.
"""

from courses.interchange.gift.reading import is_gift
from courses.interchange.gift.values import read_block, read_gift

__all__ = ["is_gift", "read_block", "read_gift"]
