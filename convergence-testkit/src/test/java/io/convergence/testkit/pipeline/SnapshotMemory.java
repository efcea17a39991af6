package io.convergence.testkit.pipeline;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.curated.TableStyle;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.raw.RawLayout;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.LocalObjectStore;
import io.convergence.target.CsvForm;
import io.convergence.target.RowShape;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * A process that merges a large table; {@link SnapshotMemoryTest} gives it little memory. And the table: of a hundred ids, one is deleted
 * after the load, one changed, one moved to another key with its text not logged, and for each hundred a row comes new.
 */
final class SnapshotMemory {
    private static final TableId TABLE = TableId.of("public", "large");
    private static final long MOVED_BY = 1_000_000_000;
    private static final char[] DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_".toCharArray();

    private final Path folder;
    private final int rows;
    private final int textLength;

    /** @param textLength of each row, in characters of which no two rows have the same */
    SnapshotMemory(Path folder, int rows, int textLength) {
        this.folder = folder;
        this.rows = rows;
        this.textLength = textLength;
    }

    void writeLoad(int files) throws IOException {
        long id = 0;
        for (int file = 1; file <= files; file++) {
            try (BufferedWriter out = open("LOAD" + String.format(Locale.ROOT, "%08X", file) + ".csv")) {
                for (; id < (long) rows * file / files; id++) {
                    out.write("I,2026-03-01 09:00:00.000000," + id + "," + text(id, 0) + ",,\n");
                }
            }
        }
    }

    void writeChanges() throws IOException {
        try (BufferedWriter out = open("20260301-100000000.csv")) {
            for (long id = 0; id < rows; id++) {
                switch ((int) (id % 100)) {
                    case 7 -> out.write(change("U", id, id, text(id, 1), id));
                    case 21 -> out.write(change("U", id, id + MOVED_BY, "UNLOGGED", id));
                    case 42 -> out.write(change("D", id, id, "UNLOGGED", id));
                    case 63 -> out.write(change("I", id, rows + id, text(rows + id, 0), rows + id));
                    default -> {}
                }
            }
        }
    }

    private static String change(String operation, long counter, long id, String text, long before) {
        return operation + ",2026-03-01 09:30:00.000000," + id + "," + text + ",2026030109300000"
                + String.format(Locale.ROOT, "%019d", counter + 1) + "," + before + "\n";
    }

    /** The text of the row there must be at the end; empty if there must be none. */
    Optional<String> expected(long id) {
        if (id >= MOVED_BY) {
            long before = id - MOVED_BY;
            return before < rows && before % 100 == 21 ? Optional.of(text(before, 0)) : Optional.empty();
        }
        if (id >= rows) {
            return id < 2L * rows && (id - rows) % 100 == 63 ? Optional.of(text(id, 0)) : Optional.empty();
        }
        return switch ((int) (id % 100)) {
            case 7 -> Optional.of(text(id, 1));
            case 21, 42 -> Optional.empty();
            default -> Optional.of(text(id, 0));
        };
    }

    long expectedRows() {
        // As many rows are deleted as come new.
        return rows;
    }

    private String text(long id, int version) {
        var random = new SplittableRandom(2 * id + version);
        var text = new char[textLength];
        long bits = 0;
        for (int i = 0; i < text.length; i++) {
            bits = i % 10 == 0 ? random.nextLong() : bits >>> 6;
            text[i] = DIGITS[(int) (bits & 63)];
        }
        return new String(text);
    }

    private BufferedWriter open(String name) throws IOException {
        Path raw = Files.createDirectories(folder.resolve("raw/public/large"));
        return Files.newBufferedWriter(raw.resolve(name));
    }

    static LakeTable table(Path folder) {
        RowShape shape = RowShape.plain()
                .withTimestampColumn("ts")
                .withSequenceColumn("seq")
                .withBeforeImage("before_", "")
                .withSchema(new TableSchema(
                        TABLE,
                        List.of(
                                Column.required("id", DataType.parse("int8")),
                                Column.nullable("body", DataType.parse("nclob"))),
                        List.of("id")))
                .withCsv(CsvForm.of(csv -> csv.nullValue("NULL").noSupValue("UNLOGGED")));
        return Convergence.builder()
                .layout(RawLayout.builder().bucketFolder("raw").build())
                .store(LocalObjectStore.open(folder))
                .table(TABLE, shape, List.of("id"))
                .random(new Random())
                .build()
                .table(TABLE);
    }

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        MergeOptions options = MergeOptions.defaults().declareComplete().settleTime(Duration.ZERO);
        options = options.snapshot(options.snapshot()
                .withMemory(DataSize.ofMegabytes(4))
                .withTargetSize(DataSize.ofMegabytes(4))
                .withSpillFolder(folder));
        if (arguments.length > 1) {
            options = options.style(TableStyle.append());
        }
        TableResult result = table(folder).merge(options, ProgressListener.none());
        System.out.println(result);
        if (result.state() != TableState.PUBLISHED) {
            throw new IllegalStateException("The table is " + result.state() + ".");
        }
    }
}
