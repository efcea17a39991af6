package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectStat;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the log says at one slot (rule L6). Live files of the table are the raw files that are not compacted, and the
 * compacted files; the published table is the newest merge. Whoever reads the files of one snapshot sees each row once,
 * whatever is committed meanwhile, as long as it ends before {@link #expiry}. Immutable; thread-safe.
 */
public final class LedgerSnapshot {
    /** The slot of a table that has no log yet; its first commit takes slot 0. */
    public static final long NONE = -1;

    private final LogState state;
    private final Instant taken;
    private final List<Finding> findings;

    /** @param state not changed any more */
    LedgerSnapshot(LogState state, Instant taken, List<Finding> findings) {
        this.state = state;
        this.taken = taken;
        this.findings = List.copyOf(findings);
    }

    /**
     * An entry and where it stands.
     *
     * @param slot its number
     */
    public record At<T extends LedgerEntry>(long slot, T entry) {
        public At {
            requireNonNull(entry, "entry");
        }
    }

    LogState state() {
        return state;
    }

    public TableId table() {
        return state.table;
    }

    /** The newest slot; {@link #NONE} if the table has no log. */
    public long slot() {
        return state.slot;
    }

    /** When it was taken, by the store's clock: the log had no later slot then. */
    public Instant taken() {
        return taken;
    }

    /**
     * Until when, by the store's clock, every compacted and published file this snapshot names stays, whatever is committed
     * after it. Raw files are DMS's, which deletes and rewrites them as it likes.
     */
    public Instant expiry() {
        return taken.plus(Ledger.GRACE);
    }

    /** What was noticed while the log was read, such as a checkpoint that was not used. */
    public List<Finding> findings() {
        return findings;
    }

    /** Live compacted files with their sources, in the order they were committed; replaced ones are not among them. */
    public List<LedgerEntry.CompactedFile> compacted() {
        return List.copyOf(state.compacted.values());
    }

    public Collection<RawSource> compactedSources() {
        return Collections.unmodifiableCollection(state.compactedSources.values());
    }

    /** Raw files that a reader reads beside the compacted ones: those given that are in none of them. */
    public List<ObjectStat> tail(Collection<ObjectStat> rawFiles) {
        return rawFiles.stream().filter(raw -> !isCompacted(raw)).toList();
    }

    /** Every raw file whose changes are in the published table: applied by any merge of its load generation. */
    public Collection<RawSource> appliedSources() {
        return Collections.unmodifiableCollection(state.applied.values());
    }

    /** Raw files applied to an earlier load generation and not to the published one. */
    public Collection<RawSource> sourcesOfEarlierLoads() {
        return state.appliedBefore.entrySet().stream()
                .filter(entry -> !state.applied.containsKey(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Raw files that may be gone because Convergence retired them; their rows are in compacted files. */
    public Collection<RawSource> retiredSources() {
        return Collections.unmodifiableCollection(state.retired.values());
    }

    /** Whether this very object may be gone because Convergence retired it. */
    public boolean isRetired(ObjectStat raw) {
        return state.retired.containsKey(Identity.of(raw));
    }

    /**
     * Raw files last modified before this moment are declared to have been removed, their rows being in the table; empty if
     * nothing is declared.
     *
     * @throws IllegalArgumentException if a declaration is of a newer version
     */
    public Optional<Instant> expiredBefore() {
        return Optional.ofNullable(state.expiredBefore());
    }

    /** What the log knows of this very object: it was compacted or applied before. */
    public Optional<RawSource> known(ObjectStat raw) {
        Identity identity = Identity.of(requireNonNull(raw, "raw"));
        RawSource source = state.compactedSources.get(identity);
        if (source == null) {
            source = state.applied.get(identity);
        }
        return Optional.ofNullable(source != null ? source : state.appliedBefore.get(identity));
    }

    /**
     * What the log knows under the object's key, if it was another object then (rule L3): DMS has rewritten the file,
     * for example by a reload. Compacted or applied rows of the former object are not this one's.
     */
    public Optional<RawSource> rewritten(ObjectStat raw) {
        if (known(raw).isPresent()) {
            return Optional.empty();
        }

        return allSources()
                .filter(source -> source.key().equals(raw.key()))
                .max(Comparator.comparing(RawSource::lastModified)
                        .thenComparing(source -> source.etag().value()));
    }

    /**
     * For each folder of raw files the greatest key the log knows: where a listing of a folder whose names sort by time
     * may be resumed, less what may still come late (rule L7). Files below it may be unknown all the same.
     */
    public Map<String, String> highWaterMarks() {
        return allSources()
                .map(RawSource::key)
                .collect(Collectors.toMap(
                        key -> key.substring(0, key.lastIndexOf('/') + 1),
                        key -> key,
                        (one, other) -> one.compareTo(other) >= 0 ? one : other));
    }

    /** When all raw files of the table were listed last, by the store's clock, as far as the log was told (rule L7). */
    public Optional<Instant> audited() {
        return Optional.ofNullable(state.audited);
    }

    /**
     * From where a listing may be resumed (rule L7), by the times in names: {@link #presentRawFiles} has every file of
     * changes flushed before that was there when the log was told so. Empty if it never was.
     */
    public Optional<Instant> listedFrom() {
        return Optional.ofNullable(state.listedFrom);
    }

    /**
     * Raw objects that are there as far as the log was told: those it knows and those that were only listed, without those
     * that were retired or found gone. Newer ones may be missing, and some may be gone by now.
     */
    public Collection<ObjectStat> presentRawFiles() {
        return Collections.unmodifiableCollection(state.present());
    }

    /**
     * Whether a declaration explains that this very object changed or is gone: it resolved a suspicion that names it, as
     * truncated, reloaded or expired.
     */
    public boolean isExplained(RawSource source) {
        return state.explained.containsKey(Identity.of(source));
    }

    /**
     * DMS's {@code Ddls} statistic up to which a declaration since the published merge said what happened: it resolved a
     * suspicion of that value. Empty if there is none.
     */
    public OptionalLong explainedDdls() {
        LogState.ExplainedDdls ddls = state.ddls;
        if (ddls == null) {
            return OptionalLong.empty();
        }

        // A merge stands in the slot after its base.
        boolean newer = state.merge == null || ddls.slot() > state.merge.base() + 1;
        return newer ? OptionalLong.of(ddls.value()) : OptionalLong.empty();
    }

    private Stream<RawSource> allSources() {
        return Stream.of(state.compactedSources, state.applied, state.appliedBefore)
                .flatMap(sources -> sources.values().stream());
    }

    public boolean isCompacted(ObjectStat raw) {
        return state.compactedSources.containsKey(Identity.of(raw));
    }

    /** Whether its changes are in the published table. */
    public boolean isApplied(ObjectStat raw) {
        return state.applied.containsKey(Identity.of(raw));
    }

    /** Whether any merge applied it, be it to an earlier load generation. */
    public boolean wasApplied(ObjectStat raw) {
        Identity identity = Identity.of(raw);
        return state.applied.containsKey(identity) || state.appliedBefore.containsKey(identity);
    }

    /** The published table; empty if nothing was merged yet. */
    public Optional<LedgerEntry.Merge> published() {
        return Optional.ofNullable(state.merge);
    }

    /** The published columns; empty if nothing was merged yet. */
    public Optional<TableSchema> schema() {
        return published().map(LedgerEntry.Merge::schema);
    }

    /** Exclusive: every change committed before it is in the published table; empty if not known. */
    public Optional<Instant> completeThrough() {
        return published().flatMap(LedgerEntry.Merge::complete);
    }

    /** What was found suspicious and neither declared nor settled by a merge since (rules L4, S14). */
    public List<At<LedgerEntry.Suspect>> suspicions() {
        return List.copyOf(state.suspicions);
    }

    /** What the newest merge found in rows and published nothing for, unless one published since. */
    public Optional<At<LedgerEntry.Stopped>> stopped() {
        return Optional.ofNullable(state.stopped);
    }

    /** Everything that was ever declared, in order. */
    public List<At<LedgerEntry.Declared>> declarations() {
        return List.copyOf(state.declarations);
    }

    /** The slot an undo would take back; empty if there is none. */
    public OptionalLong undoable() {
        LastChange last = state.last;
        return last == null ? OptionalLong.empty() : OptionalLong.of(last.slot());
    }

    @Override
    public String toString() {
        return "table " + table() + " at slot " + slot() + ": " + state.compacted.size() + " compacted files of "
                + state.compactedSources.size() + " raw files, " + state.applied.size() + " raw files applied";
    }
}
