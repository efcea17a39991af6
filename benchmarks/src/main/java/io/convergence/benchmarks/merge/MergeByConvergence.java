package io.convergence.benchmarks.merge;

import io.convergence.DataSize;
import io.convergence.curated.MergeWorkers;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The pipeline's merge: listing, reading, merging, writing, the commit. */
public final class MergeByConvergence {
    private MergeByConvergence() {}

    /** @param arguments the data's folder, the output's, memory for changes, threads */
    public static void main(String[] arguments) {
        int threads = Integer.parseInt(arguments[3]);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        TableResult result;
        try {
            MergeOptions options = MergeOptions.defaults()
                    .declareComplete()
                    .memory(DataSize.parse(arguments[2]))
                    .workers(new MergeWorkers(executor, threads - 1));
            result = new MergeData(Path.of(arguments[0]))
                    .table(executor, threads)
                    .merge(options, ProgressListener.none());
        } finally {
            executor.shutdownNow();
        }
        if (result.state() != TableState.PUBLISHED) {
            throw new IllegalStateException("Not merged: " + result);
        }
    }
}
