package io.convergence.benchmarks.decoding;

import io.convergence.benchmarks.compaction.FolderStore;
import io.convergence.benchmarks.orders.OrderFiles;
import io.convergence.change.CellState;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.ChangeRecord;
import io.convergence.change.RowImage;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.target.RowShape;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Optional;

/** Convergence's row view: a record for each change, its commit time read, and each cell as a Java value. */
public final class ReadRows {
    private static final FileContext PLACE = new FileContext(FileContext.NO_LOAD, FileContext.NO_LOAD);

    /** Of the texts that commit times are in the file. */
    private static final int COMMIT_TIME_BYTES = 26;

    private ReadRows() {}

    /** @param arguments see {@link Totals#run} */
    public static void main(String[] arguments) throws Exception {
        OrderFiles files = OrderFiles.open(Path.of(arguments[0]));
        Totals.run(arguments, () -> {
            FolderStore store = FolderStore.open(files.folder());
            RowShape shape = RowShape.plain().withTimestampColumn("dms_ts");
            ChangeReader reader = ChangeReader.create(store, OrderFiles.TABLE, shape, ChangeReadOptions.defaults());
            var totals = new Totals();
            for (RawFile file : files.rawFiles(store)) {
                try (ChangeCursor cursor = reader.open(file, PLACE)) {
                    for (Optional<ChangeBatch> next = cursor.next(); next.isPresent(); next = cursor.next()) {
                        for (ChangeRecord change : next.get()) {
                            add(change, totals);
                        }
                    }
                }
            }
            return totals;
        });
    }

    private static void add(ChangeRecord change, Totals totals) {
        totals.rows++;
        totals.textBytes += change.operation().letter() > 0 ? 1 : 0;
        totals.textBytes += change.timestamp().orElseThrow().getNano() >= 0 ? COMMIT_TIME_BYTES : 0;
        RowImage row = change.image();
        for (int i = 0; i < row.columns().size(); i++) {
            if (row.state(i) != CellState.PRESENT) {
                continue;
            }
            switch (row.columns().get(i).type().kind()) {
                // All texts are ASCII, so that they have as many characters as bytes.
                case STRING -> totals.textBytes += row.textValue(i).length();
                case INT4, INT8 -> totals.wholes += row.longValue(i);
                case NUMERIC ->
                    totals.unscaled += row.decimalValue(i).unscaledValue().longValue();
                case DATE ->
                    totals.lastDay = Math.max(totals.lastDay, row.dateValue(i).toEpochDay());
                case DATETIME -> {
                    var time = row.dateTimeValue(i);
                    long micros = time.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + time.getNano() / 1000;
                    totals.lastMicros = Math.max(totals.lastMicros, micros);
                }
                default ->
                    throw new IllegalStateException(
                            "No column of an order is " + row.columns().get(i) + ".");
            }
        }
    }
}
