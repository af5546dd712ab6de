"""What the personal room hands out; the only part of it that reports may import."""
