"""What must hold for every page at once: who may, what leaks, what runs, what it costs."""
