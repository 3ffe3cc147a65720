"""Pages for learners: function views that translate a request into one call of the domain."""
