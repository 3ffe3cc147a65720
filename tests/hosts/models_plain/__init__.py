"""A host's user model: Django's abstract one and nothing more."""
