package io.convergence.audit;

import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawListing;
import java.util.List;

/** Counts over all tables. */
final class Progress {
    private final AuditListener listener;
    private final long footers;
    private final long rowFiles;
    private long footersDone;
    private long rowFilesDone;

    Progress(AuditListener listener, RawListing listing, AuditOptions options) {
        this.listener = listener;
        this.footers = listing.tables().values().stream()
                .mapToLong(files -> Math.min(parquet(files), options.footersPerTable()))
                .sum();
        this.rowFiles = listing.tables().values().stream()
                .mapToLong(files -> Math.min(files.size(), options.rowFilesPerTable()))
                .sum();
    }

    private static long parquet(List<RawFile> files) {
        return files.stream().filter(file -> file.format() == RawFormat.PARQUET).count();
    }

    void footer() {
        listener.progress(AuditListener.Step.FOOTERS, ++footersDone, footers);
    }

    void rows() {
        listener.progress(AuditListener.Step.ROWS, ++rowFilesDone, rowFiles);
    }
}
