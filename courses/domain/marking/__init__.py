"""Marking by people: what waits, who is at work on it, their marks, and when learners see them."""
