"""The steps that bring a store's schema from each version to the next, on both databases."""
