"""What tokens do, taken from gateway logs: readers by format, counting exactly once, and the token rows kept up to date."""
