package io.convergence.compact;

import io.convergence.change.Provenance;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;

/** What must hold of an output before a commit may refer to it. */
final class OutputVerification {
    private final ObjectStore store;

    OutputVerification(ObjectStore store) {
        this.store = store;
    }

    /** @return the output as the store has it. @throws CompactionException if it is not what its sources hold */
    ObjectStat verify(CompactedWriter writer, CompactedOutput.Finished finished) {
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
        if (!finished.checks().proven()) {
            readAgain(writer, finished.checks(), stat);
        }

        return stat;
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

    /** Reads the whole output: what was copied must come out, cell by cell and in order. */
    private void readAgain(CompactedWriter writer, OutputChecks checks, ObjectStat stat) {
        try (OpenSource file = OpenSource.open(store, stat)) {
            if (!file.schema().equals(writer.columns().schema())) {
                throw CompactionException.wrong(
                        stat.key(),
                        "its columns are " + file.schema() + " instead of "
                                + writer.columns().schema());
            }

            Provenance expected = new Provenance(writer.spans());
            String json = file.footer().getFileMetaData().getKeyValueMetaData().get(Provenance.FOOTER_KEY);
            if (json == null || !Provenance.parse(json).equals(expected)) {
                throw CompactionException.wrong(
                        stat.key(), "its footer does not name the raw files its rows come from");
            }
            if (file.rows() != expected.rows()) {
                throw CompactionException.wrong(
                        stat.key(),
                        "it has " + file.rows() + " rows, its raw files have " + expected.rows() + " together");
            }

            OutputFooter footer = OutputFooter.parse(file.footer()
                            .getFileMetaData()
                            .getKeyValueMetaData()
                            .get(OutputFooter.KEY))
                    .orElse(null);
            if (footer == null || footer.rows() != expected.rows()) {
                throw CompactionException.wrong(stat.key(), "its footer does not tell how it was written");
            }

            ColumnTally[] read = ReencodedOutput.tallies(writer.columns());
            try (FileRows rows = file.cells(writer.columns().feeds(file.schema()))) {
                while (rows.next()) {
                    rows.take(read, null);
                }
            }
            for (int i = 0; i < read.length; i++) {
                OutputChecks.Column copied = checks.columns().get(i);
                if (!read[i].same(copied)) {
                    throw CompactionException.wrong(
                            stat.key(),
                            "column '" + copied.name() + "' has " + read[i] + ", the raw files had "
                                    + copied.values() + " values and " + copied.nulls() + " nulls with checksum "
                                    + Long.toHexString(copied.read()));
                }
            }
        }
    }
}
