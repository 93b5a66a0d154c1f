"""Measuring: metrics with intervals, baselines, suites, reports, gates, benchmarks."""
