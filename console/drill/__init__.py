"""Practising a leak: a store made for it, a real gateway, a caller that never stops, and the steps of an incident."""
