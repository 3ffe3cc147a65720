"""Marking by people: rubrics, claims, second markers, release."""
