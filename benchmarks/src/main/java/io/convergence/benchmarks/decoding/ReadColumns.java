package io.convergence.benchmarks.decoding;

import io.convergence.benchmarks.compaction.FolderStore;
import io.convergence.benchmarks.orders.OrderFiles;
import io.convergence.change.CellState;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.ColumnVector;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.target.RowShape;
import java.nio.file.Path;
import java.util.Optional;

/** Convergence's column view: each cell of each column as a primitive; commit times as the texts they are in the file. */
public final class ReadColumns {
    private static final FileContext PLACE = new FileContext(FileContext.NO_LOAD, FileContext.NO_LOAD);

    private ReadColumns() {}

    /** @param arguments see {@link Totals#run} */
    public static void main(String[] arguments) throws Exception {
        OrderFiles files = OrderFiles.open(Path.of(arguments[0]));
        Totals.run(arguments, () -> {
            FolderStore store = FolderStore.open(files.folder());
            ChangeReader reader =
                    ChangeReader.create(store, OrderFiles.TABLE, RowShape.plain(), ChangeReadOptions.defaults());
            var totals = new Totals();
            for (RawFile file : files.rawFiles(store)) {
                try (ChangeCursor cursor = reader.open(file, PLACE)) {
                    for (Optional<ChangeBatch> next = cursor.next(); next.isPresent(); next = cursor.next()) {
                        add(next.get(), totals);
                    }
                }
            }
            return totals;
        });
    }

    private static void add(ChangeBatch batch, Totals totals) {
        totals.rows += batch.size();
        for (int row = 0; row < batch.size(); row++) {
            totals.textBytes += batch.operation(row).letter() > 0 ? 1 : 0;
        }
        for (int i = 0; i < batch.columns().size(); i++) {
            ColumnVector column = batch.column(i);
            switch (column.column().type().kind()) {
                case STRING -> totals.textBytes += textBytes(column);
                case INT4, INT8 -> totals.wholes += wholes(column);
                case NUMERIC -> totals.unscaled += unscaled(column);
                case DATE -> totals.lastDay = Math.max(totals.lastDay, lastDay(column));
                case DATETIME -> totals.lastMicros = Math.max(totals.lastMicros, lastMicros(column));
                default -> throw new IllegalStateException("No column of an order is " + column.column() + ".");
            }
        }
    }

    private static long textBytes(ColumnVector column) {
        long bytes = 0;
        for (int row = 0; row < column.size(); row++) {
            if (column.state(row) == CellState.PRESENT) {
                bytes += column.byteLength(row);
            }
        }

        return bytes;
    }

    private static long wholes(ColumnVector column) {
        long sum = 0;
        for (int row = 0; row < column.size(); row++) {
            if (column.state(row) == CellState.PRESENT) {
                sum += column.longValue(row);
            }
        }

        return sum;
    }

    private static long unscaled(ColumnVector column) {
        long sum = 0;
        for (int row = 0; row < column.size(); row++) {
            if (column.state(row) == CellState.PRESENT) {
                sum += column.unscaledValue(row);
            }
        }

        return sum;
    }

    private static long lastDay(ColumnVector column) {
        long last = 0;
        for (int row = 0; row < column.size(); row++) {
            if (column.state(row) == CellState.PRESENT) {
                last = Math.max(last, column.epochDayValue(row));
            }
        }

        return last;
    }

    private static long lastMicros(ColumnVector column) {
        long last = 0;
        for (int row = 0; row < column.size(); row++) {
            if (column.state(row) == CellState.PRESENT) {
                last = Math.max(last, column.epochMicrosValue(row));
            }
        }

        return last;
    }
}
