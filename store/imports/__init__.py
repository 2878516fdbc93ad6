"""Bringing tokens in from elsewhere: readers by format, and saving what they read without undoing anything done here."""
