"""A host's user model with a required relation, which only the host's adapter can fill."""
