package io.convergence.benchmarks.compaction;

import io.convergence.benchmarks.orders.OrderFiles;
import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionPlan;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.Compactor;
import io.convergence.ledger.Ledger;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.TableTimeline;
import io.convergence.raw.TimelineFile;
import io.convergence.raw.TimelineOptions;
import io.convergence.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** The whole compaction: listing, plan, outputs, default verification and the commit to the log of the table. */
final class CompactByConvergence {
    private CompactByConvergence() {}

    /**
     * Compacts once.
     *
     * @param arguments the set's folder, the output's, threads
     */
    public static void main(String[] arguments) throws IOException {
        OrderFiles files = OrderFiles.open(Path.of(arguments[0]));
        ObjectStore raw = FolderStore.open(files.folder());
        ObjectStore lake = FolderStore.open(Path.of(arguments[1]));
        // What the survey of a table tells before; its rows are checked against the files.
        List<TimelineFile> listed = files.rawFiles(raw).stream()
                .map(file ->
                        new TimelineFile(file, FileEvidence.ofRows(files.set().rows())))
                .toList();
        TableTimeline timeline = TableTimeline.of(OrderFiles.TABLE, listed, TimelineOptions.defaults());
        Ledger ledger = Ledger.open(lake, "control/", OrderFiles.TABLE, new Random(1), Ledger.Backoff.none());
        CompactionOptions options = CompactionOptions.builder().settled().build();
        Compactor compactor = Compactor.create(raw, lake, ledger, "compacted/", options, new Random(2));
        CompactionPlan plan = compactor.plan(timeline, ledger.snapshot());

        CompactionResult result = compactor.execute(plan, CompactionListener.none());

        if (result.filesBefore() != files.set().files()) {
            throw new IllegalStateException("Cannot compare: of " + files.set().files() + " files "
                    + result.filesBefore() + " were compacted. " + plan);
        }
    }
}
