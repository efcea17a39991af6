package io.convergence.benchmarks.compaction;

import java.util.ArrayList;
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

    /** A line for each goal, a column for each set; what is bold was missed. */
    private void goals(List<Goals.Goal> goals) {
        List<String> sets = goals.stream().map(Goals.Goal::set).distinct().toList();
        List<String> all = goals.stream().map(Goals.Goal::what).distinct().toList();
        line("| reached (at most) | %s |", String.join(" | ", sets));
        line("|---|%s", "---|".repeat(sets.size()));
        for (String what : all) {
            List<String> cells = new ArrayList<>();
            for (String set : sets) {
                cells.add(goals.stream()
                        .filter(goal -> goal.set().equals(set) && goal.what().equals(what))
                        .map(goal -> String.format(
                                Locale.ROOT,
                                goal.met() ? "%.2f (%.2f)" : "**%.2f** (%.2f)",
                                goal.reached(),
                                goal.limit()))
                        .findFirst()
                        .orElse(""));
            }
            line("| %s | %s |", what, String.join(" | ", cells));
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
