package io.convergence.benchmarks.compaction;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What compaction is to reach, and what it reached; the most that is allowed is a factor of what another program took. */
final class Goals {
    private static final Function<Usage, Double> WALL = Usage::wallSeconds;

    /** @param reached not above the limit if it is met */
    record Goal(String set, String what, double limit, double reached) {
        boolean met() {
            return reached <= limit;
        }
    }

    private Goals() {}

    static List<Goal> of(List<Results> all) {
        List<Goal> goals = new ArrayList<>();
        for (Results results : all) {
            String set = results.set().name();
            double limit = results.set().goal();
            if (limit > 0) {
                add(
                        goals,
                        set,
                        "time, 1 thread, of DuckDB's",
                        limit,
                        results.ratio(Programs.CONVERGENCE, Programs.DUCKDB, WALL));
                add(
                        goals,
                        set,
                        "time, 2 threads, of DuckDB's",
                        limit,
                        results.ratio(Programs.CONVERGENCE_2, Programs.DUCKDB_2, WALL));
                add(
                        goals,
                        set,
                        "time, 1 thread, classes from an archive, of DuckDB's",
                        limit,
                        results.ratio(Programs.ARCHIVED, Programs.DUCKDB, WALL));
                add(
                        goals,
                        set,
                        "time, 2 threads, classes from an archive, of DuckDB's",
                        limit,
                        results.ratio(Programs.ARCHIVED_2, Programs.DUCKDB_2, WALL));
                add(
                        goals,
                        set,
                        "time, 1 thread, of DuckDB's with row groups of 1 M rows",
                        limit,
                        results.ratio(Programs.CONVERGENCE, Programs.DUCKDB_LARGE_GROUPS, WALL));
                add(
                        goals,
                        set,
                        "time, 2 threads, of DuckDB's with row groups of 1 M rows",
                        limit,
                        results.ratio(Programs.CONVERGENCE_2, Programs.DUCKDB_LARGE_GROUPS_2, WALL));
            }
            add(
                    goals,
                    set,
                    "time of parquet-avro's",
                    1 / 3.0,
                    results.ratio(Programs.CONVERGENCE, Programs.AVRO, WALL));
            add(goals, set, "time of Spark's", 1 / 4.0, results.ratio(Programs.CONVERGENCE, Programs.SPARK, WALL));
            add(goals, set, "bytes of DuckDB's", 1.1, bytes(results));
            addFact(goals, results, Programs.CONVERGENCE, "runs whose rows or order differ");
            addFact(goals, results, Programs.SMALL_HEAP, "runs with 128 MB of heap that fail");
            addQueries(goals, results);
        }

        return goals;
    }

    private static void addFact(List<Goal> goals, Results results, String program, String what) {
        boolean right = results.output(program).map(Results.Output::sameOrder).orElse(false);
        if (right || results.failure(program).isPresent() || results.has(program)) {
            goals.add(new Goal(results.set().name(), what, 0, right ? 0 : 1));
        }
    }

    private static void addQueries(List<Goal> goals, Results results) {
        String set = results.set().name();
        QueryTimes ours = results.queries().get(Programs.CONVERGENCE);
        QueryTimes duckdb = results.queries().get(Programs.DUCKDB);
        QueryTimes raw = results.queries().get(CompactionBenchmark.RAW);
        if (ours == null || duckdb == null || raw == null) {
            return;
        }

        goals.add(new Goal(
                set, "count by Op, of DuckDB's output", 1.3, ours.countByOperation() / duckdb.countByOperation()));
        goals.add(
                new Goal(set, "sum by group, of DuckDB's output", 1.3, ours.sumByPriority() / duckdb.sumByPriority()));
        goals.add(new Goal(set, "count by Op, of the raw files", 1, ours.countByOperation() / raw.countByOperation()));
        goals.add(new Goal(set, "sum by group, of the raw files", 1, ours.sumByPriority() / raw.sumByPriority()));
    }

    private static Optional<Double> bytes(Results results) {
        return results.output(Programs.CONVERGENCE)
                .flatMap(ours -> results.output(Programs.DUCKDB).map(theirs -> ours.bytes() / (double) theirs.bytes()));
    }

    private static void add(List<Goal> goals, String set, String what, double limit, Optional<Double> reached) {
        reached.ifPresent(ratio -> goals.add(new Goal(set, what, limit, ratio)));
    }
}
