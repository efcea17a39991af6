package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.RawSource;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFormat;
import io.convergence.store.ObjectStat;
import java.util.List;

/** A file whose rows a compaction copies. Closed: one that DMS wrote, or one of an earlier compaction. */
public sealed interface CompactionSource {
    ObjectStat stat();

    long rows();

    /** The raw files whose rows it holds, in order. */
    List<RawSource> origins();

    default String key() {
        return stat().key();
    }

    default long bytes() {
        return stat().size();
    }

    /** A raw file. */
    record Raw(RawSource file, RawFormat format) implements CompactionSource {
        public Raw {
            requireNonNull(file, "file");
            requireNonNull(format, "format");
        }

        public static Raw of(PlacedFile placed) {
            return new Raw(
                    RawSource.of(placed.file().stat(), placed.evidence()),
                    placed.file().format());
        }

        @Override
        public ObjectStat stat() {
            return file.stat();
        }

        @Override
        public long rows() {
            return file.evidence().rows();
        }

        @Override
        public List<RawSource> origins() {
            return List.of(file);
        }
    }

    /** A compacted file that the ledger has and that a new one is to replace. */
    record Compacted(LedgerEntry.CompactedFile file) implements CompactionSource {
        public Compacted {
            requireNonNull(file, "file");
        }

        @Override
        public ObjectStat stat() {
            return file.file().stat();
        }

        @Override
        public long rows() {
            return file.file().rows();
        }

        @Override
        public List<RawSource> origins() {
            return file.sources();
        }
    }
}
