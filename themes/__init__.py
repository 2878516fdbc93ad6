"""The colours of the console, one file per theme."""
