"""Mutation testing: faults in the code that its tests must find (docs/testing.md)."""
