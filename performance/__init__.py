"""Side-by-side timings of Tanshi and its peers; see ``python -m performance --help``."""
