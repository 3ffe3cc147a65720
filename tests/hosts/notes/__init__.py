"""A host's app whose tables point at ours."""
