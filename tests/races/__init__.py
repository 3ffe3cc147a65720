"""Twenty clients at once, each with its own connection, and what must still be true afterwards."""
