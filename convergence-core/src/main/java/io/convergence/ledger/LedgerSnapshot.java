package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import io.convergence.store.ObjectStat;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final Map<Identity, RawSource> appliedBefore;
    private final Map<String, RawSource> newest;
    private final LedgerEntry.@Nullable Merge merge;

    private LedgerSnapshot(
            TableId table,
            long slot,
            List<LedgerEntry.CompactedFile> compacted,
            Map<Identity, RawSource> compactedSources,
            Map<Identity, RawSource> appliedSources,
            Map<Identity, RawSource> appliedBefore,
            Map<String, RawSource> newest,
            LedgerEntry.@Nullable Merge merge) {
        this.table = table;
        this.slot = slot;
        this.compacted = List.copyOf(compacted);
        this.compactedSources = Collections.unmodifiableMap(compactedSources);
        this.appliedSources = Collections.unmodifiableMap(appliedSources);
        this.appliedBefore = Collections.unmodifiableMap(appliedBefore);
        this.newest = Map.copyOf(newest);
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
        return folded(table, entries).snapshot();
    }

    /** The snapshot once {@code next} is in the log. @throws IllegalArgumentException if it contradicts the log */
    static LedgerSnapshot extended(TableId table, List<LedgerEntry> entries, LedgerEntry next) {
        Folding folding = folded(table, entries);
        try {
            folding.take(next);
        } catch (Contradiction e) {
            throw new IllegalArgumentException(
                    "Cannot commit to the log of table " + table + ": " + e.getMessage()
                            + ". Plan on the snapshot the commit is based on.",
                    e);
        }

        return folding.snapshot();
    }

    private static Folding folded(TableId table, List<LedgerEntry> entries) {
        var folding = new Folding(table);
        for (LedgerEntry entry : entries) {
            try {
                folding.take(entry);
            } catch (Contradiction e) {
                throw new LedgerException(
                        "Cannot read the log of table " + table + ": " + e.getMessage()
                                + ". Do not merge this table; report the log.",
                        e);
            }
        }

        return folding;
    }

    private static final class Folding {
        private final TableId table;
        private final Map<String, LedgerEntry.CompactedFile> compacted = new LinkedHashMap<>();
        private final Set<String> outputs = new HashSet<>();
        private final Map<Identity, RawSource> compactedSources = new LinkedHashMap<>();
        private final Map<Identity, RawSource> appliedSources = new LinkedHashMap<>();
        private final Map<Identity, RawSource> appliedBefore = new LinkedHashMap<>();
        private final Map<String, RawSource> newest = new HashMap<>();
        private LedgerEntry.@Nullable Merge merge;
        private long slot = NONE;

        Folding(TableId table) {
            this.table = table;
        }

        void take(LedgerEntry entry) throws Contradiction {
            slot++;
            if (entry instanceof LedgerEntry.Compaction compaction) {
                take(compaction);
            } else if (entry instanceof LedgerEntry.Merge newer) {
                if (merge != null && !merge.generation().equals(newer.generation())) {
                    // A reload starts with nothing stored, so what the load before it had applied is not in the table.
                    appliedBefore.putAll(appliedSources);
                    appliedSources.clear();
                }
                merge = newer;
                for (RawSource source : newer.applied()) {
                    newest.put(source.key(), source);
                    appliedSources.put(Identity.of(source.stat()), source);
                }
            }
        }

        private void take(LedgerEntry.Compaction compaction) throws Contradiction {
            String transaction = compaction.transaction();
            Map<Identity, LedgerFile> freed = new LinkedHashMap<>();
            for (LedgerFile file : compaction.replaced()) {
                LedgerEntry.CompactedFile live = compacted.remove(file.key());
                if (live == null || !live.file().equals(file)) {
                    throw new Contradiction(
                            "compacted file '" + file.key() + "' is replaced by " + transaction + " but is not live");
                }
                for (RawSource source : live.sources()) {
                    Identity identity = Identity.of(source.stat());
                    compactedSources.remove(identity);
                    freed.put(identity, file);
                }
            }
            for (LedgerEntry.CompactedFile output : compaction.outputs()) {
                take(output, transaction);
            }
            for (Map.Entry<Identity, LedgerFile> source : freed.entrySet()) {
                if (!compactedSources.containsKey(source.getKey())) {
                    throw new Contradiction("raw file '" + source.getKey().key() + "' of compacted file '"
                            + source.getValue().key() + "', which " + transaction
                            + " replaces, is in none of its outputs");
                }
            }
        }

        private void take(LedgerEntry.CompactedFile output, String transaction) throws Contradiction {
            if (!outputs.add(output.file().key())) {
                throw new Contradiction("compacted file '" + output.file().key()
                        + "' was committed twice, the second time by " + transaction);
            }
            compacted.put(output.file().key(), output);
            for (RawSource source : output.sources()) {
                newest.put(source.key(), source);
                if (compactedSources.put(Identity.of(source.stat()), source) != null) {
                    throw new Contradiction(
                            "raw file '" + source.key() + "' was compacted twice, the second time by " + transaction);
                }
            }
        }

        LedgerSnapshot snapshot() {
            return new LedgerSnapshot(
                    table,
                    slot,
                    List.copyOf(compacted.values()),
                    compactedSources,
                    appliedSources,
                    appliedBefore,
                    newest,
                    merge);
        }
    }

    /** Entries that cannot all be true. */
    private static final class Contradiction extends Exception {
        private static final long serialVersionUID = 1L;

        Contradiction(String message) {
            super(message);
        }
    }

    public TableId table() {
        return table;
    }

    /** The newest slot; {@link #NONE} if the table has no log. */
    public long slot() {
        return slot;
    }

    /** Live compacted files with their sources, in the order they were committed; replaced ones are not among them. */
    public List<LedgerEntry.CompactedFile> compacted() {
        return compacted;
    }

    public Collection<RawSource> compactedSources() {
        return compactedSources.values();
    }

    /** Every raw file whose changes are in the published table: applied by any merge of its load generation. */
    public Collection<RawSource> appliedSources() {
        return appliedSources.values();
    }

    /** Raw files applied to an earlier load generation and not to the published one. */
    public Collection<RawSource> sourcesOfEarlierLoads() {
        return appliedBefore.entrySet().stream()
                .filter(entry -> !appliedSources.containsKey(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** What the log knows of this very object: it was compacted or applied before. */
    public Optional<RawSource> known(ObjectStat raw) {
        Identity identity = Identity.of(requireNonNull(raw, "raw"));
        RawSource source = compactedSources.get(identity);
        if (source == null) {
            source = appliedSources.get(identity);
        }
        return Optional.ofNullable(source != null ? source : appliedBefore.get(identity));
    }

    /**
     * What the log knows under the object's key, if it was another object then (rule L3): DMS has rewritten the file,
     * for example by a reload. Compacted or applied rows of the former object are not this one's.
     */
    public Optional<RawSource> rewritten(ObjectStat raw) {
        return known(raw).isPresent() ? Optional.empty() : Optional.ofNullable(newest.get(raw.key()));
    }

    public boolean isCompacted(ObjectStat raw) {
        return compactedSources.containsKey(Identity.of(raw));
    }

    /** Whether its changes are in the published table. */
    public boolean isApplied(ObjectStat raw) {
        return appliedSources.containsKey(Identity.of(raw));
    }

    /** Whether any merge applied it, be it to an earlier load generation. */
    public boolean wasApplied(ObjectStat raw) {
        Identity identity = Identity.of(raw);
        return appliedSources.containsKey(identity) || appliedBefore.containsKey(identity);
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
