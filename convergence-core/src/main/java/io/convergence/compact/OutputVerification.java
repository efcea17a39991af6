package io.convergence.compact;

import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.util.OptionalLong;

/** What must hold of an output before a commit may refer to it. */
final class OutputVerification {
    private final ObjectStore store;

    OutputVerification(ObjectStore store) {
        this.store = store;
    }

    /** @param proven whether counts and checksums prove the output; if not, its rows must be compared */
    record Verified(ObjectStat stat, boolean proven) {}

    /** @throws CompactionException if the output is not what its sources hold */
    Verified verify(CompactedWriter writer, CompactedOutput.Finished finished) {
        ObjectStat written = finished.stat();
        ObjectStat stat = store.head(written.key())
                .orElseThrow(
                        () -> CompactionException.wrong(written.key(), "it is not in the store after it was written"));
        if (!stat.etag().equals(written.etag()) || stat.size() != written.size()) {
            throw CompactionException.wrong(
                    written.key(),
                    "the store has " + stat.size() + " bytes with ETag "
                            + stat.etag().value() + ", not the " + written.size() + " bytes with ETag "
                            + written.etag().value() + " that were written");
        }

        checkCounts(writer, finished.checks(), stat.key());
        return new Verified(stat, finished.checks().proven() && nullsAgree(writer, finished.checks()));
    }

    private static void checkCounts(CompactedWriter writer, OutputChecks checks, String key) {
        if (checks.rows() != writer.rows()) {
            throw CompactionException.wrong(
                    key, "it has " + checks.rows() + " rows, its files have " + writer.rows() + " together");
        }
        if (!checks.columns().stream()
                .map(OutputChecks.Column::name)
                .toList()
                .equals(writer.columns().names())) {
            throw CompactionException.wrong(key, "its columns are not those of its files together");
        }
        for (OutputChecks.Column column : checks.columns()) {
            if (column.values() + column.nulls() != checks.rows()) {
                throw CompactionException.wrong(
                        key,
                        "column '" + column.name() + "' has " + column.values() + " values and " + column.nulls()
                                + " nulls in " + checks.rows() + " rows");
            }
            if (column.read() != column.written()) {
                throw CompactionException.wrong(
                        key,
                        "column '" + column.name() + "' was read with checksum " + Long.toHexString(column.read())
                                + " and written with " + Long.toHexString(column.written()));
            }
        }
    }

    /** A footer that counts other nulls than were read may be wrong itself: then only the rows tell. */
    private static boolean nullsAgree(CompactedWriter writer, OutputChecks checks) {
        for (int i = 0; i < checks.columns().size(); i++) {
            OptionalLong told = writer.nulls().of(i);
            if (told.isPresent() && told.getAsLong() != checks.columns().get(i).nulls()) {
                return false;
            }
        }

        return true;
    }
}
