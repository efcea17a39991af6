package io.convergence.benchmarks.compaction;

/**
 * What one process used, from its start to its end.
 *
 * @param peakBytes the most memory it had resident; 0 where the system does not tell
 */
public record Usage(double wallSeconds, double cpuSeconds, long peakBytes) {}
