"""Measurements that anyone can repeat: each script prints the figures that docs/benchmarks.md quotes."""
