"""Sending notices to customers: by mail, or to a webhook."""
