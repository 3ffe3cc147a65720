"""What may be shown of an attempt: the rules that it froze, and what they allow at a moment."""
