"""A host project's question type, as docs/question-types/README.md describes it."""
