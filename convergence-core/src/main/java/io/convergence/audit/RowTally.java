package io.convergence.audit;

import io.convergence.change.CellState;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ColumnVector;
import io.convergence.change.Operation;
import io.convergence.schema.Column;
import io.convergence.schema.DataType.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts rows in memory that does not grow with them. Not thread-safe. */
final class RowTally {
    private static final int COUNTER_FROM = 16;

    /** Sets of columns left empty by deletes; a table has one or two of them, whatever its rows. */
    private static final int MOST_PATTERNS = 64;

    private static final Set<String> BOOLEANS = Set.of("true", "false", "t", "f");

    private static final class Tally {
        private final Column column;
        private long filled;
        private long nulls;
        private long missing;
        private long emptyTexts;
        private long notANumber;
        private long booleanTexts;
        private long filledOutsideDeletes;
        private long emptyOutsideDeletes;

        Tally(Column column) {
            this.column = column;
        }

        ColumnFacts facts() {
            return new ColumnFacts(
                    column.name(), column.type(), filled, nulls, missing, emptyTexts, notANumber, booleanTexts);
        }
    }

    private final Map<String, Tally> columns = new LinkedHashMap<>();
    private final Map<Operation, Long> operations = new EnumMap<>(Operation.class);
    private final Map<List<String>, Long> emptyInDeletes = new HashMap<>();
    private long rows;
    private long withoutOperation;
    private long withoutSequence;
    private long emptyRows;
    private long deletes;
    private @Nullable String firstSequence;
    private @Nullable String lastSequence;
    private @Nullable String disorder;
    private @Nullable Instant smallest;
    private @Nullable Instant largest;

    void take(ChangeBatch batch) {
        int[] filled = new int[batch.size()];
        Map<Integer, List<String>> empties = new HashMap<>();
        Operation[] kinds = new Operation[batch.size()];
        for (int row = 0; row < kinds.length; row++) {
            kinds[row] = take(batch.row(row));
        }
        for (int i = 0; i < batch.columns().size(); i++) {
            ColumnVector vector = batch.column(i);
            Tally tally = columns.computeIfAbsent(vector.column().name(), name -> new Tally(vector.column()));
            for (int row = 0; row < kinds.length; row++) {
                if (take(tally, vector, row, kinds[row])) {
                    filled[row]++;
                } else if (kinds[row] == Operation.DELETE) {
                    empties.computeIfAbsent(row, deleted -> new ArrayList<>())
                            .add(vector.column().name());
                }
            }
        }
        for (int row = 0; row < kinds.length; row++) {
            emptyRows += filled[row] == 0 && kinds[row] != Operation.DELETE ? 1 : 0;
        }
        empties.values().forEach(pattern -> {
            if (emptyInDeletes.size() < MOST_PATTERNS || emptyInDeletes.containsKey(pattern)) {
                emptyInDeletes.merge(pattern, 1L, Long::sum);
            }
        });
    }

    private Operation take(ChangeRecord row) {
        rows++;
        row.recordedOperation()
                .ifPresentOrElse(operation -> operations.merge(operation, 1L, Long::sum), () -> withoutOperation++);
        deletes += row.operation() == Operation.DELETE ? 1 : 0;
        row.timestamp().ifPresent(time -> {
            smallest = smallest == null || time.isBefore(smallest) ? time : smallest;
            largest = largest == null || time.isAfter(largest) ? time : largest;
        });
        row.sequence()
                .ifPresentOrElse(
                        sequence -> {
                            String text = sequence.text();
                            String before = lastSequence;
                            if (before != null
                                    && disorder == null
                                    && counter(text).compareTo(counter(before)) <= 0) {
                                disorder = row.origin().toString();
                            }
                            firstSequence = firstSequence == null ? text : firstSequence;
                            lastSequence = text;
                        },
                        () -> withoutSequence++);
        return row.operation();
    }

    /** Whether the cell holds something. */
    private static boolean take(Tally tally, ColumnVector vector, int row, Operation operation) {
        CellState state = vector.state(row);
        boolean filled = state == CellState.PRESENT;
        if (!filled) {
            tally.nulls += state == CellState.ABSENT ? 0 : 1;
            tally.missing += state == CellState.ABSENT ? 1 : 0;
            tally.emptyOutsideDeletes += operation == Operation.DELETE ? 0 : 1;
            return false;
        }

        tally.filled++;
        tally.filledOutsideDeletes += operation == Operation.DELETE ? 0 : 1;
        Kind kind = vector.column().type().kind();
        if (kind.text()) {
            String text = vector.textValue(row);
            tally.emptyTexts += text.isEmpty() ? 1 : 0;
            tally.booleanTexts += text.length() <= 5 && BOOLEANS.contains(text.toLowerCase(Locale.ROOT)) ? 1 : 0;
            return true;
        }
        if (kind == Kind.REAL4) {
            tally.notANumber += Float.isNaN(vector.floatValue(row)) ? 1 : 0;
        } else if (kind == Kind.REAL8) {
            tally.notANumber += Double.isNaN(vector.doubleValue(row)) ? 1 : 0;
        }
        return true;
    }

    RowFacts facts() {
        return new RowFacts(
                rows,
                operations,
                withoutOperation,
                firstSequence,
                lastSequence,
                disorder,
                withoutSequence,
                smallest,
                largest,
                emptyRows,
                deletes,
                keyOnlyDeletes(),
                columns.values().stream().map(Tally::facts).toList());
    }

    private @Nullable Long keyOnlyDeletes() {
        if (rows == deletes) {
            return deletes == 0 ? 0L : null;
        }

        long count = 0;
        for (Map.Entry<List<String>, Long> pattern : emptyInDeletes.entrySet()) {
            boolean impossible = pattern.getKey().stream()
                    .map(columns::get)
                    .anyMatch(
                            tally -> tally != null && tally.filledOutsideDeletes > 0 && tally.emptyOutsideDeletes == 0);
            count += impossible ? pattern.getValue() : 0;
        }
        return count;
    }

    private static String counter(String sequence) {
        return sequence.substring(COUNTER_FROM);
    }
}
