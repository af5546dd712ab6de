"""How far to trust estimates from trading data, in markets whose truth is known."""
