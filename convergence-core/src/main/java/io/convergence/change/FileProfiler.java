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
            if (batch.get() instanceof VectorBatch vectors) {
                takeTimes(vectors);
                takeSequences(vectors);
            } else {
                batch.get().forEach(this::take);
            }
        }
    }

    /** As {@link #take(ChangeRecord)}, without an object for each row. */
    private void takeTimes(VectorBatch batch) {
        long[] seconds = batch.seconds();
        int[] nanos = batch.nanos();
        int least = -1;
        int greatest = -1;
        for (int row = 0; row < seconds.length; row++) {
            if (nanos[row] >= 0) {
                least = least < 0 || isBefore(seconds, nanos, row, least) ? row : least;
                greatest = greatest < 0 || isBefore(seconds, nanos, greatest, row) ? row : greatest;
            }
        }
        if (least >= 0) {
            take(Instant.ofEpochSecond(seconds[least], nanos[least]));
            take(Instant.ofEpochSecond(seconds[greatest], nanos[greatest]));
        }
    }

    private static boolean isBefore(long[] seconds, int[] nanos, int row, int other) {
        return seconds[row] < seconds[other] || (seconds[row] == seconds[other] && nanos[row] < nanos[other]);
    }

    private void take(Instant time) {
        smallest = smallest == null || time.isBefore(smallest) ? time : smallest;
        largest = largest == null || time.isAfter(largest) ? time : largest;
    }

    private void takeSequences(VectorBatch batch) {
        CellVector sequences = batch.sequences();
        if (sequences == null || file instanceof RawFile.Load) {
            return;
        }

        int before = -1;
        for (int row = 0; row < batch.size(); row++) {
            if (!sequences.isFilled(row)) {
                continue;
            }
            if (before < 0) {
                takeSequence(batch.row(row));
            } else if (disputes.isEmpty() && sequences.compareCounters(before, row) >= 0) {
                last = batch.row(before).sequence().orElseThrow();
                takeSequence(batch.row(row));
            }
            before = row;
        }
        if (before >= 0) {
            last = batch.row(before).sequence().orElseThrow();
        }
    }

    void take(ChangeRecord record) {
        Instant time = record.timestamp().orElse(null);
        if (time != null) {
            take(time);
        }
        takeSequence(record);
    }

    private void takeSequence(ChangeRecord record) {
        ChangeSequence sequence =
                file instanceof RawFile.Load ? null : record.sequence().orElse(null);
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
