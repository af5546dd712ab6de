"""The command line (and, later, the web): where files, clock and network are."""
