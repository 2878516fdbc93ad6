"""What fills the whole window: the token list, one token, a bulk review, a secret shown once, the help."""
