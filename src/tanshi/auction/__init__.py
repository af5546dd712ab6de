"""The uniform-price call auction that simulated markets and real ones share."""
