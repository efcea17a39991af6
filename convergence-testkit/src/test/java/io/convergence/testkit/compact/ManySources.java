package io.convergence.testkit.compact;

import io.convergence.DataSize;
import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.Compactor;
import io.convergence.ledger.Ledger;
import io.convergence.store.LocalObjectStore;
import io.convergence.store.ObjectStore;
import java.nio.file.Path;
import java.util.Random;

/** Writes a thousand files of 300 kB into a folder and compacts them. */
final class ManySources {
    private static final int FILES = 1_000;
    private static final int BYTES = 300_000;
    private static final long HEAP = 192L << 20;

    private ManySources() {}

    public static void main(String[] arguments) {
        ObjectStore store = LocalObjectStore.open(Path.of(arguments[0]));
        BulkyFiles.writeSmall(store, FILES, BYTES);
        Ledger ledger = Ledger.open(store, "control/", TestTable.ID, new Random(1), Ledger.Backoff.none());
        Compactor compactor = Compactor.create(
                store,
                store,
                ledger,
                "compacted/",
                CompactionOptions.builder()
                        .rowGroupSize(DataSize.ofMegabytes(8))
                        .settled()
                        .build(),
                new Random(1));

        CompactionResult result = compactor.execute(
                compactor.plan(new TestTable(store, BulkyFiles.SHAPE).timeline(), ledger.snapshot()),
                CompactionListener.none());

        long largest = result.outputs().stream()
                .mapToLong(output -> output.file().size())
                .max()
                .orElse(0);
        System.out.println(result.filesBefore() + " files, " + result.rowsBefore() + " rows, "
                + result.outputs().size() + " outputs, one of more than 192 MB: " + (largest > HEAP));
    }
}
