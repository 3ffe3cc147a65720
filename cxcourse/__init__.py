"""The site that serves the course when there is no host project."""
