"""Figures, not tests: `python -m bench` prints them; docs/performance.md keeps them."""
