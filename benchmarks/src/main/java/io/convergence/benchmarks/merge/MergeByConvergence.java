package io.convergence.benchmarks.merge;

import io.convergence.DataSize;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import java.nio.file.Path;

/** The pipeline's merge: listing, reading, merging, writing, the commit. */
public final class MergeByConvergence {
    private MergeByConvergence() {}

    /** @param arguments the data's folder, the output's, memory for changes */
    public static void main(String[] arguments) {
        TableResult result = new MergeData(Path.of(arguments[0]))
                .table()
                .merge(
                        MergeOptions.defaults().declareComplete().memory(DataSize.parse(arguments[2])),
                        ProgressListener.none());
        if (result.state() != TableState.PUBLISHED) {
            throw new IllegalStateException("Not merged: " + result);
        }
    }
}
