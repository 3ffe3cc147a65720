"""Measurements, not tests: `python -m bench` prints them; docs/performance.md lists them."""
