package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a plan tells, for people or for machines. Immutable and thread-safe. */
public final class PlanReport {
    private final CompactionPlan plan;
    private final boolean files;
    private final @Nullable Prices prices;

    private PlanReport(CompactionPlan plan, boolean files, @Nullable Prices prices) {
        this.plan = plan;
        this.files = files;
        this.prices = prices;
    }

    static PlanReport of(CompactionPlan plan) {
        return new PlanReport(plan, false, null);
    }

    /** With the name of every file; without, files are counted, and of those that belong together the first and last named. */
    public PlanReport withFiles() {
        return new PlanReport(plan, true, prices);
    }

    /** With what the requests cost. */
    public PlanReport withPrices(Prices known) {
        return new PlanReport(plan, files, requireNonNull(known, "known"));
    }

    CompactionPlan plan() {
        return plan;
    }

    boolean showsFiles() {
        return files;
    }

    Optional<Prices> prices() {
        return Optional.ofNullable(prices);
    }

    /** For people: a summary, then a line for each output, then what waits and what stays as it is. */
    public String toText() {
        return new PlanText(this).write();
    }

    /** One JSON object; its fields are described in {@code docs/reference/cli.md}. */
    public String toJson() {
        return PlanJson.write(this);
    }
}
