"""What leaves the store as a file: the fields of each list, and how they are written."""
