"""A small course in files that uses every feature of the format once."""

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>A</title></svg>\n'

FILES: dict[str, str] = {
    "course.yaml": """\
key: sample
title: A sample
summary: "Everything once: a course for tests."
description: |
  About [[term:outside-in]].

  Two paragraphs.
language: en
authors: [Ada, Grace]
licence: MIT
reviewed_on: 2026-11-22
modules: [m1-first, m2-second]
status: published
""",
    "references.yaml": """\
- key: dodkins
  citation: Dodkins, J. (2020). *A post.*
  url: https://example.org/post
  note: Unsigned.
- key: alaybek
  citation: Alaybek, B. (2022). A meta-analysis.
""",
    "glossary.yaml": """\
- key: outside-in
  term: Outside-in
  definition: As seen from where the customer stands.
  source: dodkins
- key: process
  term: Process
  definition: |
    What the firm does.
    See [[term:outside-in]].
""",
    "quizzes.yaml": """\
- key: final-exam
  title: Final exam
  kind: exam
  attempts_allowed: 2
  attempt_delay_minutes: 1440
  giving_up: allowed
  grade_method: last
  time_limit_minutes: 30
  grace_seconds: 60
  opens_at: 2026-12-01T09:00:00+01:00
  closes_at: 2027-01-01T00:00:00Z
  pass_mark: 72.50
  one_item_per_page: true
  hides_last_try: true
  hides_running_total: true
  shuts_course: true
  holds_marks: true
  second_marker: true
  marker_tolerance: 12.50
  anonymous_marking: true
  requires_modules: [m1-first]
  review:
    just_after: [response, points]
    later: [response, correctness, points, feedback, explanation, solution, overall]
  items:
    - draw: {count: 2, tag: bank}
    - question: q-pinned
      version: 1
      points: 2.50
""",
    "m1-first/module.yaml": """\
key: m1-first
title: First
summary: What comes first.
objectives:
  - {key: DEF-1, text: Tell two views apart., bloom: understand}
  - {key: DEF-2, text: Match definitions., bloom: remember}
""",
    "m1-first/01-two-views.md": """\
---
key: two-views
title: Two views
summary: One event, told twice.
minutes: 14
objectives: [DEF-1, DEF-2]
completion: checks
reviewed_on: 2026-11-22
sources: [dodkins, alaybek]
---
Said [[source:dodkins]] of [[term:outside-in|the view]].

[[check:c1-view]]

> [!NOTE]
> Read on in [the next one](lesson:the-next#h-more).

![A square](asset:square.svg "Seen by [[source:alaybek]]")

| A | B |
|---|--:|
| 1 | 2 |

The sum is $a + b$.[^1]

[^1]: A note.

[[check:c1-order]]
""",
    "m1-first/02-the-next.md": """\
---
key: the-next
title: "The next: one"
completion: confirm
---
## More

Nothing to check.
""",
    "m1-first/questions/checks.yaml": """\
- key: c1-view
  type: single_choice
  objective: DEF-1
  bloom: understand
  difficulty: easy
  tags: [check]
  source: dodkins
  reviewed_on: 2026-11-22
  data:
    stem: Which is outside-in?
    options:
      - {key: a, text: Our tickets, feedback: That counts work.}
      - {key: b, text: Her solved need, feedback: It follows her goal., correct: true}
    explanation: |
      Two lines,
      both short.
- key: c1-order
  type: single_choice
  objective: DEF-2
  tags: [check]
  data:
    stem: "Which is first: a or b?"
    options:
      - {key: a, text: "a: first", feedback: Yes., correct: true}
      - {key: b, text: "#2", feedback: "No."}
""",
    "m1-first/questions/bank.yaml": """\
- key: q-one
  type: single_choice
  objective: DEF-1
  tags: [bank]
  stimulus: a-case
  data:
    stem: Who acts?
    options:
      - {key: a, text: Ada, feedback: Yes., correct: true}
      - {key: b, text: Grace, feedback: No.}
- key: q-two
  type: single_choice
  objective: DEF-1
  tags: [bank, easy-ones]
  source: [dodkins, "A talk, 2019"]
  data:
    stem: Who waits?
    options:
      - {key: a, text: Ada, feedback: Yes., correct: true}
      - {key: b, text: Grace, feedback: No.}
    shuffle: false
- key: q-pinned
  type: single_choice
  objective: DEF-2
  tags: [exam]
  data:
    stem: Who leaves?
    options:
      - {key: a, text: Ada, feedback: Yes., correct: true}
      - {key: b, text: Grace, feedback: No.}
- key: q-draft
  type: single_choice
  status: draft
  data:
    stem: Not ready?
    options:
      - {key: a, text: Ada, feedback: Yes., correct: true}
      - {key: b, text: Grace, feedback: No.}
""",
    "m1-first/stimuli.yaml": """\
- key: a-case
  title: A case
  body: |
    | who | what |
    |-----|------|
    | Ada | acts |
""",
    "m1-first/quizzes.yaml": """\
- key: m1-quiz
  title: Quiz
  intro: Two of three.
  kind: graded
  items:
    - draw: {count: 2, objective: DEF-1, tag: bank, difficulty: medium}
- key: m1-practice
  title: Practice
  kind: practice
  feedback_mode: interactive
  credit: ["1", "1/2"]
  shuffle_items: false
  items:
    - question: q-one
- key: m1-after
  title: Afterwards
  kind: practice
  compares_with: m1-practice
  items:
    - question: q-two
""",
    "m1-first/assets/square.svg": SVG,
    "m1-first/instructor-notes.md": "Ask *twice*.\n",
    "m2-second/module.yaml": """\
key: m2-second
title: Second
optional: true
""",
}


def files(**changes: str | None) -> dict[str, bytes]:
    """The sample's files; `changes` by path replace one, or with None remove it."""
    changed = {**FILES, **changes}
    return {name: text.encode() for name, text in changed.items() if text is not None}


def edited(path: str, old: str, new: str) -> dict[str, bytes]:
    """The sample with one text replaced; the old one must be there."""
    assert old in FILES[path]
    return files(**{path: FILES[path].replace(old, new, 1)})
