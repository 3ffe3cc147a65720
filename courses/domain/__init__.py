"""The rules, and the only writers of learners' records: keyword-only functions, one action each."""
