"""The console: screens and commands for people. Knows no SQL."""
