package io.convergence.compact;

import io.convergence.DataSize;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.PlacedFile;
import java.util.List;

/** A plan for people. */
final class PlanText {
    private PlanText() {}

    static String of(CompactionPlan plan) {
        var text = new StringBuilder("Compaction of table ")
                .append(plan.table())
                .append(plan.base() == LedgerSnapshot.NONE ? " without a ledger yet" : " on slot " + plan.base())
                .append(", files of ")
                .append(plan.options().targetSize())
                .append('\n');
        for (CompactionPlan.Group group : plan.groups()) {
            text.append(group.kind())
                    .append(": ")
                    .append(contents(group.sources().size(), group.rows(), group.bytes()))
                    .append(" -> about ")
                    .append(files(group.estimatedOutputs()))
                    .append('\n');
            for (PlacedFile source : group.sources()) {
                text.append("  ")
                        .append(source.key())
                        .append(": ")
                        .append(rows(source.evidence().rows()))
                        .append(", ")
                        .append(DataSize.ofBytes(CompactionPlan.size(source)))
                        .append('\n');
            }
        }
        if (plan.isEmpty()) {
            text.append("Nothing to compact\n");
        }

        skipped(text, "Waiting", plan.waiting());
        skipped(text, "Left as they are", plan.untouched());
        if (plan.compactedFiles() > 0) {
            text.append("Compacted already: ")
                    .append(files(plan.compactedFiles()))
                    .append('\n');
        }

        return text.toString();
    }

    private static void skipped(StringBuilder text, String title, List<CompactionPlan.Skipped> skipped) {
        if (skipped.isEmpty()) {
            return;
        }

        text.append(title).append(": ").append(files(skipped.size())).append('\n');
        skipped.forEach(one -> text.append("  ")
                .append(one.file().key())
                .append(": ")
                .append(one.reason())
                .append('\n'));
    }

    private static String contents(int files, long rows, long bytes) {
        return files(files) + ", " + rows(rows) + ", " + DataSize.ofBytes(bytes);
    }

    private static String files(int count) {
        return count + (count == 1 ? " file" : " files");
    }

    private static String rows(long count) {
        return count + (count == 1 ? " row" : " rows");
    }
}
