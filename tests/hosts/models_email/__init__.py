"""A host's user model: people sign in by e-mail and have one name, which is not divided."""
