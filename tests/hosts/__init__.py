"""Other people's Django projects with the courses in them."""
