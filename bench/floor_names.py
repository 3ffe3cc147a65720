"""The headers by which a page says how many queries it made."""

COUNT = "X-Bench-Count"
QUERIES = "X-Bench-Queries"
