"""Web workers are killed while learners save; what was acknowledged must be there afterwards."""
