"""Reading other systems' tokens and usage logs."""
