package io.convergence.testkit.compact;

import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.Compactor;
import io.convergence.ledger.Ledger;
import io.convergence.store.LocalObjectStore;
import io.convergence.store.ObjectStore;
import java.nio.file.Path;
import java.util.Random;

/** Compacts the files of a folder that {@link BulkyFiles} wrote. */
final class LargeSources {
    private LargeSources() {}

    public static void main(String[] arguments) {
        ObjectStore store = LocalObjectStore.open(Path.of(arguments[0]));
        Ledger ledger = Ledger.open(store, "control/", TestTable.ID, new Random(1), Ledger.Backoff.none());
        Compactor compactor = Compactor.create(
                store,
                store,
                ledger,
                "compacted/",
                CompactionOptions.builder().settled().build(),
                new Random(1));

        CompactionResult result = compactor.execute(
                compactor.plan(new TestTable(store, BulkyFiles.SHAPE).timeline(), ledger.snapshot()),
                CompactionListener.none());

        System.out.println(result.filesBefore() + " files, " + result.rowsBefore() + " rows, "
                + result.outputs().size() + " outputs");
    }
}
