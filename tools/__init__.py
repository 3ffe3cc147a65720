"""Tools of this checkout; nothing of it is in the wheel."""
