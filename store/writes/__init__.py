"""What can be changed in a store: each function works in a unit, records its audit line and returns proof."""
