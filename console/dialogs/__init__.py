"""Questions and short forms, as plain state: keys go in, lines and answers come out; no widget is needed to test one."""
