"""Monte Carlo studies behind the pages of the documentation."""
