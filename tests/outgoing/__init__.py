"""What leaves the site, and where it may not go."""
