"""Counting what tokens do."""
