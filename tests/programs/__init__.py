"""Programs of other projects that tests run: PostgreSQL, Chromium, Node.js."""
