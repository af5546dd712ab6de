"""The personal quota market: prices, a two-sided platform, welfare, and an evolutionary game."""
