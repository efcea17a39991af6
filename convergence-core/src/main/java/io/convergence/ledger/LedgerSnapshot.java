package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import io.convergence.store.ObjectStat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the log says at one slot. Live files of the table are the raw files that are not compacted, and the compacted
 * files; the published table is the newest merge. Immutable; thread-safe.
 */
public final class LedgerSnapshot {
    /** The slot of a table that has no log yet; its first commit takes slot 0. */
    public static final long NONE = -1;

    private final TableId table;
    private final long slot;
    private final List<LedgerEntry.CompactedFile> compacted;
    private final Map<Identity, RawSource> compactedSources;
    private final Map<Identity, RawSource> appliedSources;
    private final LedgerEntry.@Nullable Merge merge;

    private LedgerSnapshot(
            TableId table,
            long slot,
            List<LedgerEntry.CompactedFile> compacted,
            Map<Identity, RawSource> compactedSources,
            Map<Identity, RawSource> appliedSources,
            LedgerEntry.@Nullable Merge merge) {
        this.table = table;
        this.slot = slot;
        this.compacted = List.copyOf(compacted);
        this.compactedSources = Collections.unmodifiableMap(compactedSources);
        this.appliedSources = Collections.unmodifiableMap(appliedSources);
        this.merge = merge;
    }

    /** A raw object's identity (rule L3). */
    private record Identity(String key, String etag, long lastModifiedSecond) {
        static Identity of(ObjectStat stat) {
            // Stores tell times of different fineness in a listing and on a request for one object; S3 gives whole
            // seconds.
            return new Identity(
                    stat.key(), stat.etag().value(), stat.lastModified().getEpochSecond());
        }
    }

    static LedgerSnapshot fold(TableId table, List<LedgerEntry> entries) {
        List<LedgerEntry.CompactedFile> compacted = new ArrayList<>();
        Map<Identity, RawSource> compactedSources = new LinkedHashMap<>();
        Map<Identity, RawSource> appliedSources = new LinkedHashMap<>();
        LedgerEntry.Merge merge = null;
        for (LedgerEntry entry : entries) {
            if (entry instanceof LedgerEntry.Compaction compaction) {
                for (LedgerEntry.CompactedFile output : compaction.outputs()) {
                    compacted.add(output);
                    for (RawSource source : output.sources()) {
                        if (compactedSources.put(Identity.of(source.stat()), source) != null) {
                            throw new LedgerException(
                                    "Cannot read the log of table " + table + ": raw file '" + source.key()
                                            + "' was compacted twice, the second time by " + compaction.transaction()
                                            + ". Do not merge this table; report the log.",
                                    null);
                        }
                    }
                }
            } else if (entry instanceof LedgerEntry.Merge newer) {
                merge = newer;
                newer.applied().forEach(source -> appliedSources.put(Identity.of(source.stat()), source));
            }
        }

        return new LedgerSnapshot(table, entries.size() - 1L, compacted, compactedSources, appliedSources, merge);
    }

    public TableId table() {
        return table;
    }

    /** The newest slot; {@link #NONE} if the table has no log. */
    public long slot() {
        return slot;
    }

    /** Live compacted files with their sources, in the order they were committed. */
    public List<LedgerEntry.CompactedFile> compacted() {
        return compacted;
    }

    public Collection<RawSource> compactedSources() {
        return compactedSources.values();
    }

    /** Every raw file whose changes were applied, by any merge. */
    public Collection<RawSource> appliedSources() {
        return appliedSources.values();
    }

    /** What the log knows of this very object: it was compacted or applied before. */
    public Optional<RawSource> known(ObjectStat raw) {
        Identity identity = Identity.of(requireNonNull(raw, "raw"));
        RawSource source = compactedSources.get(identity);
        return Optional.ofNullable(source != null ? source : appliedSources.get(identity));
    }

    public boolean isCompacted(ObjectStat raw) {
        return compactedSources.containsKey(Identity.of(raw));
    }

    public boolean isApplied(ObjectStat raw) {
        return appliedSources.containsKey(Identity.of(raw));
    }

    /** The published table; empty if nothing was merged yet. */
    public Optional<LedgerEntry.Merge> published() {
        return Optional.ofNullable(merge);
    }

    @Override
    public String toString() {
        return "table " + table + " at slot " + slot + ": " + compacted.size() + " compacted files of "
                + compactedSources.size() + " raw files, " + appliedSources.size() + " raw files applied";
    }
}
