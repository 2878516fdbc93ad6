"""Rows to words, colours and chart characters; no widgets."""
