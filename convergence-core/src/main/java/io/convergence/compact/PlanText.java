package io.convergence.compact;

import io.convergence.DataSize;
import io.convergence.ledger.LedgerSnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A plan for people. */
final class PlanText {
    /** Outputs of more are summed up, unless all files are shown. */
    private static final int SHOWN_OUTPUTS = 40;

    private final PlanReport report;
    private final CompactionPlan plan;
    private final StringBuilder text = new StringBuilder();

    PlanText(PlanReport report) {
        this.report = report;
        this.plan = report.plan();
    }

    String write() {
        CompactionOptions options = plan.options();
        line("Compaction of table " + plan.table()
                + (plan.base() == LedgerSnapshot.NONE ? " without a ledger yet" : " on slot " + plan.base())
                + ", files of " + options.targetSize() + " (" + options.smallestOfBand() + " to "
                + options.largestOfBand() + ")");
        if (plan.isEmpty()) {
            line("Nothing to compact");
        } else {
            summary();
            outputs();
        }

        skipped("Waiting", plan.waiting());
        skipped("Left as they are", plan.untouched());
        if (plan.compactedFiles() > 0) {
            line("Compacted already: " + files(plan.compactedFiles()));
        }

        return text.toString();
    }

    private void summary() {
        int read =
                plan.groups().stream().mapToInt(group -> group.files().size()).sum();
        line(contents(read, plan.rows(), plan.bytes()) + " -> about " + files(plan.expectedOutputs()) + " of "
                + DataSize.ofBytes(plan.expectedBytes()) + " in "
                + (plan.groups().size() == 1 ? "1 task" : number(plan.groups().size()) + " tasks"));
        Requests requests = plan.requests();
        line("Requests: " + requests
                + report.prices()
                        .map(prices -> ", which cost " + prices.text(requests))
                        .orElse(""));
    }

    private void outputs() {
        int shown = 0;
        int tasks = 0;
        for (CompactionPlan.Group group : plan.groups()) {
            if (shown >= SHOWN_OUTPUTS && !report.showsFiles()) {
                break;
            }

            List<CompactionSource> sources = group.files();
            line(group.kind()
                    + (group.partition().isEmpty() ? "" : " " + group.partition())
                    + ": "
                    + contents(sources.size(), group.rows(), group.bytes())
                    + " -> about "
                    + files(group.outputs().size())
                    + group.change().map(change -> "; " + change).orElse(""));
            for (CompactionPlan.Output output : group.outputs()) {
                output(output, sources.subList(output.from(), output.to()));
            }
            shown += group.outputs().size();
            tasks++;
        }
        if (tasks < plan.groups().size()) {
            line("and about " + files(plan.expectedOutputs() - shown) + " more in "
                    + number(plan.groups().size() - tasks) + " more tasks");
        }
    }

    private void output(CompactionPlan.Output output, List<CompactionSource> sources) {
        String start = "  about " + DataSize.ofBytes(output.bytes()) + ", " + rows(output.rows()) + ": ";
        if (report.showsFiles()) {
            line(start + files(sources.size()));
            sources.forEach(this::source);
        } else {
            line(start
                    + range(
                            sources.size(),
                            sources.get(0).key(),
                            sources.get(sources.size() - 1).key()));
        }
    }

    private void source(CompactionSource source) {
        line("    " + source.key() + ": " + rows(source.rows()) + ", " + DataSize.ofBytes(source.bytes())
                + (source instanceof CompactionSource.Compacted ? ", a compacted file" : ""));
    }

    private void skipped(String title, List<CompactionPlan.Skipped> skipped) {
        if (skipped.isEmpty()) {
            return;
        }

        line(title + ": " + files(skipped.size()));
        if (report.showsFiles()) {
            skipped.forEach(one -> line("  " + one.file().key() + ": " + one.reason()));
            return;
        }

        Map<String, int[]> counts = new LinkedHashMap<>();
        Map<String, String[]> ends = new LinkedHashMap<>();
        for (CompactionPlan.Skipped one : skipped) {
            counts.computeIfAbsent(one.reason(), reason -> new int[1])[0]++;
            ends.computeIfAbsent(
                            one.reason(), reason -> new String[] {one.file().key(), ""})[1] = one.file()
                    .key();
        }
        counts.forEach((reason, count) -> {
            String[] names = ends.getOrDefault(reason, new String[] {"", ""});
            line("  " + range(count[0], names[0], names[1]) + ": " + reason);
        });
    }

    private static String range(int count, String first, String last) {
        return count == 1 ? first : files(count) + " from " + first + " to " + last;
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private static String contents(int files, long rows, long bytes) {
        return files(files) + ", " + rows(rows) + ", " + DataSize.ofBytes(bytes);
    }

    private static String files(int count) {
        return number(count) + (count == 1 ? " file" : " files");
    }

    private static String rows(long count) {
        return number(count) + (count == 1 ? " row" : " rows");
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
