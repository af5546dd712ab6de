"""Benchmarks, agents and the yearly allowance market."""
