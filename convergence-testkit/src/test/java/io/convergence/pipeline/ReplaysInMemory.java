package io.convergence.pipeline;

import io.convergence.change.ChangeRecord;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.ReplayCheck;
import io.convergence.raw.ReplayVerdict;
import io.convergence.raw.RunBoundary;
import io.convergence.raw.TimelineFile;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The pipeline's own comparison of replays (rule S3), for histories that have rows and no files: it stands in this package to reach it. */
public final class ReplaysInMemory implements ReplayCheck {
    private final ReplayComparison.Cuts cuts;
    private final Function<String, List<? extends ChangeRecord>> rows;

    /**
     * @param key names of the key columns
     * @param rows of a file, by its key, in their order
     */
    public ReplaysInMemory(List<String> key, Function<String, List<? extends ChangeRecord>> rows) {
        this.cuts = new ReplayComparison.Cuts(false, key, null);
        this.rows = rows;
    }

    @Override
    public ReplayVerdict at(RunBoundary boundary) {
        long most = boundary.tail().stream()
                .mapToLong(file -> file.evidence().rows())
                .sum();
        var comparison = new ReplayComparison(boundary, most, cuts);
        for (TimelineFile file : boundary.head()) {
            String key = file.file().key();
            if (!rows.apply(key).stream().allMatch(comparison::takes)) {
                break;
            }
            comparison.ended(key);
        }
        if (!comparison.hasRows()) {
            return comparison.withNothing();
        }

        List<RowHashes> tail = new ArrayList<>();
        for (PlacedFile file : boundary.tail()) {
            var digest = new RowDigest();
            var hashes = new RowHashes();
            rows.apply(file.key()).stream()
                    .filter(row -> row.origin().row() >= file.replayedRows())
                    .forEach(row -> digest.add(row, hashes));
            tail.add(hashes);
        }
        return comparison.with(tail);
    }
}
