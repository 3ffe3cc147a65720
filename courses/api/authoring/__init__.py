"""Writing courses: objectives, the bank of questions, shared texts, quizzes.

Everything stands under `authoring/` and asks for `authoring:write`. Here one finds a course in any
state, also a draft; the catalogue and the learners' addresses go on showing what is published. Each
resource is one module; what others do with questions (exchange formats, regrading, item analysis)
gets modules beside them, over the same domain functions.

What can be written can be read back the same. A field that is left out gets its default, so what
was read can be sent again. Fields that are only read may be sent along; they change nothing.
Nothing chosen is null, as everywhere in the API.
"""
