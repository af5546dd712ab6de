"""Versioned rules that turn behaviour into emissions, credits and green points."""
