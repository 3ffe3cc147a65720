"""Writing courses: objectives, the bank of questions, shared texts, quizzes.

Everything stands under `authoring/` and asks for `authoring:write`. Here one finds a course in any
state, also a draft; the catalogue and the learners' addresses go on showing what is published. Each
resource is one module; what others do with questions (exchange formats, regrading, item analysis)
gets modules beside them, over the same domain functions.
"""
