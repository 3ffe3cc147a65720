"""How this site writes dates, where Django's own way is not the course's."""
