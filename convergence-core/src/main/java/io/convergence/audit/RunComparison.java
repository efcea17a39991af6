package io.convergence.audit;

import io.convergence.ConvergenceException;
import io.convergence.change.CellState;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeRecord;
import io.convergence.change.RowImage;
import io.convergence.target.RowShape;
import java.util.Arrays;
import java.util.List;

/**
 * Rule S3: whether the head of a run repeats the tail of what came before, by hashes of rows without their sequence but
 * with their commit time. Holds hashes only, 8 bytes a row.
 */
final class RunComparison {
    /** Rows of each side at most. */
    static final int MOST_ROWS = 200_000;

    /** Files of each side at most. */
    private static final int MOST_FILES = 5;

    private static final long PRIME = 0x9E3779B97F4A7C15L;

    private final FileScan scan;
    private final RowShape shape;

    RunComparison(FileScan scan, RowShape shape) {
        this.scan = scan;
        this.shape = shape;
    }

    /**
     * @param changes readable files of changes in order
     * @param start index of the run's first file, at least 1
     * @param end index after the run's last file
     */
    RunStart compare(List<AuditedFile> changes, int start, int end) {
        String file = changes.get(start).key();
        String before = changes.get(start - 1).key();
        String limits = "";
        try {
            Hashes tail = new Hashes();
            int from = start;
            long rows = 0;
            while (from > 0 && start - from < MOST_FILES && rows + rows(changes, from - 1) <= MOST_ROWS) {
                from--;
                rows += rows(changes, from);
            }
            if (from == start) {
                return new RunStart(
                        file,
                        before,
                        0,
                        0,
                        "rows were not compared: the file before has " + rows(changes, start - 1)
                                + " rows, more than the limit of " + MOST_ROWS);
            }
            for (int i = from; i < start; i++) {
                read(changes.get(i), tail);
            }

            Hashes head = new Hashes();
            int to = start;
            while (to < end && to - start < MOST_FILES && head.size < rows) {
                read(changes.get(to), head);
                to++;
            }
            if (from > 0) {
                limits = "only the last " + rows + " rows before it were compared";
            }

            int repeated = overlap(tail.toArray(), head.toArray());
            boolean stillInside = repeated == 0 && head.size > 0 && contains(tail.toArray(), head.toArray());
            if (stillInside) {
                limits = (limits.isEmpty() ? "" : limits + "; ")
                        + "its rows repeat earlier ones but do not reach the last of them yet";
            }
            return new RunStart(file, before, repeated, rows, limits);
        } catch (ConvergenceException e) {
            return new RunStart(file, before, 0, 0, "rows were not compared: " + e.getMessage());
        }
    }

    private static long rows(List<AuditedFile> files, int index) {
        return files.get(index).evidence().rows();
    }

    private void read(AuditedFile file, Hashes hashes) {
        RowShape fitting = file.evidence().first().isPresent()
                ? shape
                : FileScan.withColumns(shape, shape.timestampColumn(), null);
        scan.read(file.file(), fitting, MOST_ROWS, hashes::take);
    }

    /** The longest end of {@code tail} that {@code head} begins with. */
    static int overlap(long[] tail, long[] head) {
        int[] border = borders(head);
        int matched = 0;
        for (int i = 0; i < tail.length; i++) {
            while (matched > 0 && (matched == head.length || tail[i] != head[matched])) {
                matched = border[matched - 1];
            }
            if (matched < head.length && tail[i] == head[matched]) {
                matched++;
            }
        }
        return matched;
    }

    static boolean contains(long[] tail, long[] head) {
        int[] border = borders(head);
        int matched = 0;
        for (long row : tail) {
            while (matched > 0 && row != head[matched]) {
                matched = border[matched - 1];
            }
            matched += row == head[matched] ? 1 : 0;
            if (matched == head.length) {
                return true;
            }
        }
        return false;
    }

    /** For each beginning of the rows the longest shorter beginning that it ends with. */
    private static int[] borders(long[] rows) {
        int[] border = new int[rows.length];
        for (int i = 1; i < rows.length; i++) {
            int matched = border[i - 1];
            while (matched > 0 && rows[i] != rows[matched]) {
                matched = border[matched - 1];
            }
            border[i] = rows[i] == rows[matched] ? matched + 1 : 0;
        }
        return border;
    }

    private static final class Hashes {
        private long[] values = new long[1024];
        private int size;

        void take(ChangeBatch batch) {
            for (ChangeRecord record : batch) {
                if (size == values.length) {
                    values = Arrays.copyOf(values, size * 2);
                }
                values[size++] = hash(record);
            }
        }

        long[] toArray() {
            return Arrays.copyOf(values, size);
        }

        private static long hash(ChangeRecord record) {
            long hash = mix(record.operation().letter(), record.timestamp().hashCode());
            if (record.timestamp().isEmpty() && record.sequence().isPresent()) {
                hash = text(hash, record.sequence().get().timePart());
            }
            RowImage image = record.image();
            for (int i = 0; i < image.columns().size(); i++) {
                if (image.state(i) == CellState.PRESENT) {
                    hash = text(hash, image.columns().get(i).name());
                    hash = text(hash, String.valueOf(image.value(i)));
                }
            }
            return hash;
        }

        private static long text(long hash, String text) {
            long value = hash;
            for (int i = 0; i < text.length(); i++) {
                value = (value ^ text.charAt(i)) * PRIME;
                value ^= value >>> 29;
            }
            return mix(value, text.length());
        }

        private static long mix(long hash, long value) {
            long mixed = (hash + value + PRIME) * PRIME;
            return mixed ^ (mixed >>> 32);
        }
    }
}
