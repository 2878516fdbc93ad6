"""The command line: one file per noun, the same engine calls as the screens."""
