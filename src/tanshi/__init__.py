"""Tanshi."""
