"""What shows that the market of benchmarks is right: checks, orderings, regimes, ablation."""
