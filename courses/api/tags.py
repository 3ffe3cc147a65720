"""The groups that operations stand in. Generated clients make import paths of them: they stay."""

TAGS = {
    "catalogue": "What can be learned: courses, modules, lessons, objectives, glossary, quizzes.",
    "learners": "Your learners, by your own ids.",
    "enrolments": "Who is in which course, in which role, and starting a course again.",
    "cohorts": "Groups of your learners.",
    "tokens": "Tokens with which one learner's program acts for them alone.",
    "launches": "Showing the learner pages inside your own: launches and oEmbed.",
    "lessons": "Reading lessons and answering the checks in them.",
    "attempts": "Taking quizzes: start, respond, submit, review.",
    "daily-review": "The daily review: today's set of cards, and responses to it.",
    "mistakes": "What a learner got wrong: today's set, and responses to it.",
    "progress": "How far learners have come.",
    "certificates": "Certificates that learners earned.",
    "gradebook": "Columns, results, gradings, overrides, and the whole sheet.",
    "grants": "Accommodations and extensions.",
    "events": "What happened, as a feed.",
    "webhooks": "Notifications of events: endpoints, their secrets and deliveries.",
    "platforms": "Every platform of the site: export and erasure of its people.",
    "authoring-courses": "Courses in any state, as their authors see them.",
    "authoring-objectives": "Writing objectives.",
    "authoring-stimuli": "Writing texts that several questions share.",
    "authoring-questions": "Writing questions and their versions; the types there are.",
    "authoring-proposals": "Drafts of questions and lessons, of which a person decides.",
    "authoring-quizzes": "Composing, publishing and archiving quizzes.",
}
"""Name and description, in the order of the reference."""
