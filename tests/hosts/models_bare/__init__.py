"""A host's user model: a login and a password, and neither names nor an address."""
