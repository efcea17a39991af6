package io.convergence.testkit.compact;

import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.Compactor;
import io.convergence.ledger.Ledger;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.LocalObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.target.CsvForm;
import io.convergence.target.RowShape;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A process that compacts large CSV files; {@link CsvMemoryTest} gives it little memory. */
final class CsvMemory {
    static final RowShape SHAPE = RowShape.plain()
            .withSchema(new TableSchema(
                    TestTable.ID,
                    List.of(
                            Column.required("id", DataType.parse("int8")),
                            Column.nullable("name", DataType.parse("string(200)"))),
                    List.of("id")))
            .withCsv(CsvForm.of(csv -> csv.nullValue("NULL")));

    private CsvMemory() {}

    /** Writes files of about so many bytes each, whose values hardly repeat. */
    static long write(Path folder, int files, long bytes) throws IOException {
        Path raw = Files.createDirectories(folder.resolve(TestTable.RAW));
        var random = new Random(1);
        long id = 0;
        for (int i = 0; i < files; i++) {
            long written = 0;
            try (BufferedWriter out = Files.newBufferedWriter(raw.resolve("20260301-1" + i + "0000000.csv"))) {
                while (written < bytes) {
                    String line = "I," + id++ + "," + text(random) + "\n";
                    out.write(line);
                    written += line.length();
                }
            }
        }
        return id;
    }

    private static String text(Random random) {
        var text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            text.append(Long.toString(random.nextLong() & Long.MAX_VALUE, 36));
        }
        return text.toString();
    }

    static Ledger ledger(ObjectStore store) {
        return Ledger.open(store, "control/", TestTable.ID, new Random(1), Ledger.Backoff.none());
    }

    public static void main(String[] arguments) {
        ObjectStore store = LocalObjectStore.open(Path.of(arguments[0]));
        CompactionOptions options = CompactionOptions.builder().settled().build();
        Compactor compactor = Compactor.create(store, store, ledger(store), "compacted/", options, new Random(1))
                .withShape(SHAPE);
        CompactionResult result = compactor.execute(
                compactor.plan(
                        new TestTable(store, SHAPE).timeline(), ledger(store).snapshot()),
                CompactionListener.none());
        System.out.println(result);
    }
}
