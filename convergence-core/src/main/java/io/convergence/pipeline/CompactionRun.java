package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import io.convergence.compact.CompactionPlan;
import io.convergence.compact.CompactionResult;

/** A compaction that was planned and executed. Immutable; thread-safe. */
public record CompactionRun(CompactionPlan plan, CompactionResult result) {
    public CompactionRun {
        requireNonNull(plan, "plan");
        requireNonNull(result, "result");
    }
}
