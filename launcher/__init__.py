"""What start.py does, with the standard library alone: set up, serve, check."""
