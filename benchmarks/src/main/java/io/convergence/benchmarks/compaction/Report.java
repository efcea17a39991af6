package io.convergence.benchmarks.compaction;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What was measured, as Markdown. */
final class Report {
    private static final double MEGABYTE = 1 << 20;

    private final StringBuilder text = new StringBuilder();

    private Report() {}

    /** @param facts where and when */
    static String of(List<Results> all, List<Program> programs, String facts) {
        var report = new Report();
        report.text.append(facts).append("\n\n");
        report.goals(Goals.of(all));
        for (Results results : all) {
            report.set(results, programs);
        }

        return report.text.toString();
    }

    private void goals(List<Goals.Goal> goals) {
        text.append("| set | goal | at most | reached | |\n|---|---|---|---|---|\n");
        for (Goals.Goal goal : goals) {
            line(
                    "| %s | %s | %.2f | %.3f | %s |",
                    goal.set(), goal.what(), goal.limit(), goal.reached(), goal.met() ? "met" : "**missed**");
        }
        text.append('\n');
    }

    private void set(Results results, List<Program> programs) {
        line(
                "### %s: %,d files, %.0f MB, %,d rows\n",
                results.set().name(), results.set().set().files(), results.rawBytes() / MEGABYTE, results.rawRows());
        text.append(
                "| program | rounds | wall s | of DuckDB's | CPU s | of DuckDB's | peak memory MB | out MB | row groups | order |\n"
                        + "|---|---|---|---|---|---|---|---|---|---|\n");
        for (Program program : programs) {
            if (results.has(program.name())) {
                program(results, program);
            }
            results.failure(program.name())
                    .ifPresent(why -> line("| %s | failed: %s | | | | | | | | |", program.title(), why));
        }
        text.append('\n');
        if (results.queries().isEmpty()) {
            return;
        }

        text.append("| DuckDB's query on | count by Op, ms | sum by group, ms |\n|---|---|---|\n");
        for (Map.Entry<String, QueryTimes> one : results.queries().entrySet()) {
            line(
                    "| %s | %.1f | %.1f |",
                    programs.stream()
                            .filter(program -> program.name().equals(one.getKey()))
                            .map(program -> "the output of " + program.title())
                            .findFirst()
                            .orElse("the files before"),
                    one.getValue().countByOperation(),
                    one.getValue().sumByPriority());
        }
        text.append('\n');
    }

    private void program(Results results, Program program) {
        String name = program.name();
        Optional<Results.Output> output = results.output(name);
        line(
                "| %s | %d | %.2f | %s | %.2f | %s | %.0f | %s | %s | %s |",
                program.title(),
                results.rounds(name),
                results.median(name, Usage::wallSeconds),
                ratio(results, name, Usage::wallSeconds),
                results.median(name, Usage::cpuSeconds),
                ratio(results, name, Usage::cpuSeconds),
                results.median(name, usage -> usage.peakBytes() / MEGABYTE),
                output.map(found -> String.format(Locale.ROOT, "%.1f", found.bytes() / MEGABYTE))
                        .orElse("-"),
                output.map(found -> String.valueOf(found.rowGroups())).orElse("-"),
                output.map(found -> found.sameOrder() ? "kept" : "**other**").orElse("-"));
    }

    /** To DuckDB with as many threads. */
    private static String ratio(Results results, String program, Function<Usage, Double> figure) {
        String base = program.endsWith("-2") ? Programs.DUCKDB_2 : Programs.DUCKDB;
        return results.ratio(program, base, figure)
                .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
                .orElse("-");
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
