package io.convergence.cli;

import io.convergence.TableId;
import io.convergence.change.SourceSpan;
import io.convergence.raw.Parsed;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawLayout;
import io.convergence.store.ObjectStat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A file that compaction wrote.
 *
 * @param layout how the keys of its raw files are read
 * @param spans the raw files whose rows it holds, in order
 */
record CompactedFile(ObjectStat stat, TableId table, RawLayout layout, List<SourceSpan> spans) {
    long rows() {
        return spans.stream().mapToLong(SourceSpan::rows).sum();
    }

    /** The raw files by key, without those the layout does not take for data of the table. */
    Map<String, RawFile> rawFiles() {
        Map<String, RawFile> files = new TreeMap<>();
        for (SourceSpan span : spans) {
            if (layout.parse(span.stat()) instanceof Parsed.Data data
                    && table.equals(tableOf(data.file()).orElse(null))) {
                files.put(span.key(), data.file());
            }
        }

        return files;
    }

    static Optional<TableId> tableOf(RawFile file) {
        if (file instanceof RawFile.Load load) {
            return Optional.of(load.table());
        }

        return file instanceof RawFile.Cdc changes ? Optional.of(changes.table()) : Optional.empty();
    }
}
