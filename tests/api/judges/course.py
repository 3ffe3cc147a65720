"""A small course with everything that the API can return, once."""

from courses.coursefiles import read_files
from courses.domain.authoring import sync_course
from courses.markup.paragraphs import named_paragraphs
from courses.models import Course, Lesson, Module, Objective, Quiz, Term
from tests.factories import NOW

COURSE, MODULE, QUIZ = "customer-experience", "m1-definitions", "m1-quiz"
LESSON, CHECK, READING = "outside-in", "c1-view", "what-it-costs"
ASSET = "visits.csv"

FILES = {
    "course.yaml": """\
key: customer-experience
title: Customer Experience
summary: What it is, and how to measure it.
description: For people who *serve* others.
language: en
authors: [Ada Byron]
licence: CC BY 4.0
status: published
reviewed_on: 2026-02-20
modules: [m1-definitions]
""",
    "references.yaml": """\
- key: pine
  citation: Pine, J. & Gilmore, J. (1998). Welcome to the experience economy.
  url: https://example.org/pine
  note: Read in part.
""",
    "glossary.yaml": """\
- key: outside-in
  term: Outside-in
  definition: As seen from where the customer stands.
  source: pine
""",
    "m1-definitions/module.yaml": """\
key: m1-definitions
title: Definitions
summary: Two views of one event.
objectives:
  - {key: DEF-1, text: Tell two views of an event apart., bloom: understand}
""",
    "m1-definitions/01-outside-in.md": """\
---
key: outside-in
title: Outside-in
summary: One event, told twice.
minutes: 14
objectives: [DEF-1]
completion: checks
review: [c1-view]
reviewed_on: 2026-02-20
sources: [pine]
---
She wanted it [[term:outside-in|solved]]. We closed a [ticket](asset:visits.csv).

[[check:c1-view]]
""",
    "m1-definitions/02-what-it-costs.md": """\
---
key: what-it-costs
title: What it costs
completion: confirm
---
## The bill

Nothing to check.
""",
    "m1-definitions/questions/checks.yaml": """\
- key: c1-view
  type: single_choice
  objective: DEF-1
  tags: [check]
  data:
    stem: Which is outside-in?
    shuffle: false
    options:
      - {key: a, text: Our tickets, feedback: That counts our work.}
      - {key: b, text: Her solved need, feedback: It follows her goal., correct: true}
""",
    "m1-definitions/questions/bank.yaml": """\
- key: q-delay
  type: single_choice
  objective: DEF-1
  stimulus: a-delay
  data:
    stem: Whose view is the platform display?
    shuffle: false
    options:
      - {key: a, text: The traveller's, feedback: She asks when she will be home.}
      - {key: b, text: The railway's, feedback: It counts its own minutes., correct: true}
- key: q-sentence
  type: essay
  objective: DEF-1
  data:
    stem: Say in one sentence what an experience is.
    rubric:
      - {key: clear, text: Clear, levels: ["no", partly, "yes"]}
    model_answer: What a person lives through while reaching a goal.
""",
    "m1-definitions/stimuli.yaml": """\
- key: a-delay
  title: A delay
  body: The display says *12 minutes late*.
""",
    "m1-definitions/quizzes.yaml": """\
- key: m1-quiz
  title: Definitions
  intro: Two questions.
  kind: graded
  time_limit_minutes: 30
  attempts_allowed: 3
  pass_mark: 50
  shuffle_items: false
  review:
    just_after: [response, correctness, points, feedback, overall]
    later: [response, correctness, points, feedback, overall]
  items:
    - question: q-delay
      points: 1
    - question: q-sentence
      points: 3
""",
    "m1-definitions/assets/visits.csv": "day,visits\nMonday,12\n",
}


def paragraph() -> str:
    """Return the name of the first paragraph of the lesson without a check."""
    return named_paragraphs(Lesson.objects.get(key=READING).html)[0]


def make_course() -> Course:
    files = {name: text.encode() for name, text in FILES.items()}
    sync_course(course_file=read_files(files).course, now=NOW)
    # These moments come from other clocks than the sync's.
    for model in (Course, Lesson, Module, Objective, Quiz, Term):
        model.objects.update(updated_at=NOW)
    return Course.objects.get(key=COURSE)
