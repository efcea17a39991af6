package io.convergence.change;

import io.convergence.Finding;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.RawFile;
import io.convergence.schema.Column;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the sequence and timestamp columns of one file's rows, or of one table's among them, tell in one pass. */
final class FileProfiler {
    private final RawFile file;
    private final List<Finding> disputes = new ArrayList<>();
    private @Nullable ChangeSequence first;
    private @Nullable ChangeSequence last;
    private @Nullable Instant smallest;
    private @Nullable Instant largest;

    FileProfiler(RawFile file) {
        this.file = file;
    }

    void take(ChangeCursor cursor) {
        for (Optional<ChangeBatch> batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
            batch.get().forEach(this::take);
        }
    }

    void take(ChangeRecord record) {
        Instant time = record.timestamp().orElse(null);
        if (time != null) {
            smallest = smallest == null || time.isBefore(smallest) ? time : smallest;
            largest = largest == null || time.isAfter(largest) ? time : largest;
        }
        ChangeSequence sequence = file instanceof RawFile.Load ? null : record.sequence().orElse(null);
        if (sequence == null) {
            return;
        }

        // That times step back while the counter rises is a dispute on one key only, which the merge finds (rule S2).
        ChangeSequence before = last;
        if (before != null && disputes.isEmpty() && sequence.compareCounter(before) <= 0) {
            dispute(record, sequence, before);
        }
        first = first == null ? sequence : first;
        last = sequence;
    }

    private void dispute(ChangeRecord record, ChangeSequence sequence, ChangeSequence before) {
        disputes.add(
                Finding.error(
                        "ORDER_DISPUTED",
                        record.origin().toString(),
                        "The change " + sequence + " follows " + before
                                + ": its counter does not rise, so row order and sequence disagree.",
                        "Reload the table; or declare what decides in its run, the order 'INSTANT=counter' or 'INSTANT=files', where INSTANT is that of the run's first file."));
    }

    FileProfile profile(List<String> columnNames, List<Column> columns, ReadCounts counts) {
        long rows = counts.rows() + counts.badInput().rows();
        FileEvidence evidence = new FileEvidence(rows, text(first), text(last), smallest, largest);
        return new FileProfile(evidence, disputes, columnNames, columns, counts);
    }

    private static @Nullable String text(@Nullable ChangeSequence sequence) {
        return sequence == null ? null : sequence.text();
    }
}
