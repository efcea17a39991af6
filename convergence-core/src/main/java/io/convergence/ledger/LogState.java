package io.convergence.ledger;

import io.convergence.TableId;
import io.convergence.store.ObjectStat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the slots from 0 to {@link #slot} say together. Folded entry by entry; whoever hands one out does not fold it
 * further, but a {@link #copy}. Not thread-safe while it is folded.
 */
final class LogState {
    final TableId table;
    long slot = LedgerSnapshot.NONE;
    /** Over the texts of all slots, in order; see {@link Digests#chain}. */
    String chain;

    final Map<String, LedgerEntry.CompactedFile> compacted = new LinkedHashMap<>();
    final Map<Identity, RawSource> compactedSources = new LinkedHashMap<>();
    /** Keys of compacted files that are live no more: none of them may come again but by an undo. */
    final Set<String> dropped = new LinkedHashSet<>();

    Map<Identity, RawSource> applied = new LinkedHashMap<>();
    final Map<Identity, RawSource> appliedBefore = new LinkedHashMap<>();
    final Map<Identity, RawSource> retired = new LinkedHashMap<>();
    final List<LedgerSnapshot.At<LedgerEntry.Suspect>> suspicions = new ArrayList<>();
    final List<LedgerSnapshot.At<LedgerEntry.Declared>> declarations = new ArrayList<>();
    LedgerEntry.@Nullable Merge merge;

    /** What the newest merge that published nothing found in rows; null once one published. */
    LedgerSnapshot.@Nullable At<LedgerEntry.Stopped> stopped;

    @Nullable
    LastChange last;

    /** When all raw files were listed last, as far as the log was told. */
    @Nullable
    Instant audited;

    /** Of files of changes flushed before this the log knows all that were there when it was told so. */
    @Nullable
    Instant listedFrom;

    /** Raw objects that were listed and are in no compacted file and not applied. */
    final Map<Identity, ObjectStat> seen = new LinkedHashMap<>();
    /** Raw objects of which the log knows that were not found any more; they may come back. */
    final Map<Identity, ObjectStat> gone = new LinkedHashMap<>();
    /** Raw objects whose change or absence a declaration explains. */
    final Map<Identity, RawSource> explained = new LinkedHashMap<>();
    /** The newest suspicion about DMS's {@code Ddls} that was declared resolved. */
    @Nullable
    ExplainedDdls ddls;

    /**
     * DMS's {@code Ddls} up to which somebody declared what happened.
     *
     * @param slot of the declaration
     */
    record ExplainedDdls(long slot, long value) {}

    LogState(TableId table) {
        this.table = table;
        this.chain = Digests.ofText(table.toString());
    }

    LogState copy() {
        var copy = new LogState(table);
        copy.slot = slot;
        copy.chain = chain;
        copy.compacted.putAll(compacted);
        copy.compactedSources.putAll(compactedSources);
        copy.dropped.addAll(dropped);
        copy.applied = new LinkedHashMap<>(applied);
        copy.appliedBefore.putAll(appliedBefore);
        copy.retired.putAll(retired);
        copy.suspicions.addAll(suspicions);
        copy.declarations.addAll(declarations);
        copy.merge = merge;
        copy.stopped = stopped;
        copy.last = last;
        copy.audited = audited;
        copy.listedFrom = listedFrom;
        copy.seen.putAll(seen);
        copy.gone.putAll(gone);
        copy.explained.putAll(explained);
        copy.ddls = ddls;
        return copy;
    }

    /** @param text of the slot */
    void take(LedgerJson.Slot next, String text) throws Contradiction {
        begin(next.entry());
        end(next.listing(), text);
    }

    /**
     * The end of a slot.
     *
     * @param listing what it tells of raw files
     * @param text of the whole of it
     */
    void end(@Nullable RawFilesListed listing, String text) {
        if (listing != null) {
            take(listing);
        }
        chain = Digests.chain(chain, text);
    }

    private void take(RawFilesListed listing) {
        for (ObjectStat object : listing.gone()) {
            Identity identity = Identity.of(object);
            if (seen.remove(identity) == null && isKnown(identity)) {
                gone.put(identity, object);
            }
        }
        for (ObjectStat object : listing.seen()) {
            Identity identity = Identity.of(object);
            gone.remove(identity);
            see(identity, object);
        }
        Instant audit = listing.audited();
        if (audit != null && (audited == null || audit.isAfter(audited))) {
            audited = audit;
        }
        if (listedFrom == null || listing.from().isAfter(listedFrom)) {
            listedFrom = listing.from();
        }
    }

    /** What the log is not told of a listing because it knows it already is left out; null if nothing is left. */
    @Nullable
    RawFilesListed news(RawFilesListed listing) {
        List<ObjectStat> newlySeen = listing.seen().stream()
                .filter(object -> {
                    Identity identity = Identity.of(object);
                    return gone.containsKey(identity) || !(isKnown(identity) || seen.containsKey(identity));
                })
                .toList();
        List<ObjectStat> newlyGone = listing.gone().stream()
                .filter(object -> {
                    Identity identity = Identity.of(object);
                    return seen.containsKey(identity) || (isKnown(identity) && !gone.containsKey(identity));
                })
                .toList();
        Instant audit = listing.audited();
        boolean later = audit != null && (audited == null || audit.isAfter(audited));
        boolean further = listedFrom == null || listing.from().isAfter(listedFrom);
        return later || further || !newlySeen.isEmpty() || !newlyGone.isEmpty()
                ? new RawFilesListed(later ? audit : null, listing.from(), newlySeen, newlyGone)
                : null;
    }

    private void see(Identity identity, ObjectStat object) {
        if (!isKnown(identity)) {
            seen.put(identity, object);
        }
    }

    private boolean isKnown(Identity identity) {
        return compactedSources.containsKey(identity)
                || applied.containsKey(identity)
                || appliedBefore.containsKey(identity);
    }

    /** Raw objects that are there as far as the log was told, each once. */
    Collection<ObjectStat> present() {
        Map<Identity, ObjectStat> present = new LinkedHashMap<>();
        for (Map<Identity, RawSource> sources : List.of(compactedSources, applied, appliedBefore)) {
            sources.forEach((identity, source) -> present.put(identity, source.stat()));
        }
        present.putAll(seen);
        present.keySet().removeAll(gone.keySet());
        present.keySet().removeAll(retired.keySet());
        return present.values();
    }

    /** A slot with this entry; {@link #end} must follow. */
    void begin(LedgerEntry entry) throws Contradiction {
        slot++;
        if (entry instanceof LedgerEntry.Compaction compaction) {
            take(compaction);
        } else if (entry instanceof LedgerEntry.Merge newer) {
            take(newer);
        } else if (entry instanceof LedgerEntry.Fence fence) {
            if (last != null && last.slot() <= fence.horizon()) {
                last = null;
            }
        } else if (entry instanceof LedgerEntry.Suspect suspect) {
            suspicions.add(new LedgerSnapshot.At<>(slot, suspect));
        } else if (entry instanceof LedgerEntry.Stopped found) {
            stopped = new LedgerSnapshot.At<>(slot, found);
        } else if (entry instanceof LedgerEntry.Declared declared) {
            take(declared);
        } else if (entry instanceof LedgerEntry.Undo undo) {
            take(undo);
        } else if (entry instanceof LedgerEntry.Retirement retirement) {
            take(retirement);
        }
    }

    private void take(LedgerEntry.Compaction compaction) throws Contradiction {
        String transaction = compaction.transaction();
        List<LedgerEntry.CompactedFile> replaced = new ArrayList<>();
        Map<Identity, LedgerFile> freed = new LinkedHashMap<>();
        for (LedgerFile file : compaction.replaced()) {
            LedgerEntry.CompactedFile live = compacted.get(file.key());
            if (live == null || !live.file().equals(file)) {
                throw new Contradiction(
                        "compacted file '" + file.key() + "' is replaced by " + transaction + " but is not live");
            }

            remove(live);
            replaced.add(live);
            live.sources().forEach(source -> freed.put(Identity.of(source), file));
        }
        for (LedgerEntry.CompactedFile output : compaction.outputs()) {
            add(output, transaction);
        }
        for (Map.Entry<Identity, LedgerFile> source : freed.entrySet()) {
            if (!compactedSources.containsKey(source.getKey())) {
                throw new Contradiction("raw file '" + source.getKey().key() + "' of compacted file '"
                        + source.getValue().key() + "', which " + transaction
                        + " replaces, is in none of its outputs");
            }
        }

        List<String> outputs =
                compaction.outputs().stream().map(output -> output.file().key()).toList();
        last = new LastChange.OfCompaction(slot, transaction, outputs, replaced);
    }

    private void remove(LedgerEntry.CompactedFile live) {
        compacted.remove(live.file().key());
        dropped.add(live.file().key());
        live.sources().forEach(source -> compactedSources.remove(Identity.of(source)));
    }

    private void add(LedgerEntry.CompactedFile output, String transaction) throws Contradiction {
        String key = output.file().key();
        if (dropped.contains(key) || compacted.put(key, output) != null) {
            throw new Contradiction(
                    "compacted file '" + key + "' was committed twice, the second time by " + transaction);
        }
        for (RawSource source : output.sources()) {
            if (compactedSources.put(Identity.of(source), source) != null) {
                throw new Contradiction(
                        "raw file '" + source.key() + "' was compacted twice, the second time by " + transaction);
            }
            seen.remove(Identity.of(source));
        }
    }

    private void take(LedgerEntry.Merge newer) throws Contradiction {
        LedgerEntry.Merge before = merge;
        LastChange.LoadBefore load = null;
        if (before != null && !before.generation().equals(newer.generation())) {
            // A reload starts with nothing stored, so what the load before it had applied is not in the table.
            List<RawSource> moved = new ArrayList<>();
            applied.forEach((identity, source) -> {
                if (appliedBefore.putIfAbsent(identity, source) == null) {
                    moved.add(source);
                }
            });
            load = new LastChange.LoadBefore(List.copyOf(applied.values()), moved);
            applied = new LinkedHashMap<>();
        }
        merge = newer;
        stopped = null;
        List<RawSource> added = new ArrayList<>();
        for (RawSource source : newer.applied()) {
            if (applied.put(Identity.of(source), source) != null) {
                throw new Contradiction("raw file '" + source.key() + "' was applied twice to the load of "
                        + newer.generation() + ", the second time by " + newer.transaction());
            }
            added.add(source);
            seen.remove(Identity.of(source));
        }
        last = new LastChange.OfMerge(slot, newer.transaction(), before, added, load, suspicions);
        suspicions.clear();
    }

    private void take(LedgerEntry.Declared declared) throws Contradiction {
        for (long resolved : declared.resolves()) {
            LedgerSnapshot.At<LedgerEntry.Suspect> ended = suspicions.stream()
                    .filter(suspicion -> suspicion.slot() == resolved)
                    .findFirst()
                    .orElseThrow(() -> new Contradiction("no suspicion stands at slot " + resolved + ", which "
                            + declared.transaction() + " declares resolved"));
            suspicions.remove(ended);
            if (declared.what().endsSuspicions()) {
                ended.entry().places().forEach(place -> explained.put(Identity.of(place), place));
            }
            ended.entry().ddlsSeen().ifPresent(value -> ddls = new ExplainedDdls(slot, value));
        }
        declarations.add(new LedgerSnapshot.At<>(slot, declared));
    }

    /** Raw files last modified before this are declared to have been removed; null if nothing is. */
    @Nullable
    Instant expiredBefore() {
        Instant latest = null;
        for (LedgerSnapshot.At<LedgerEntry.Declared> declaration : declarations) {
            if (declaration.entry().what() == LedgerEntry.Declared.Kind.EXPIRED) {
                Instant before = DeclaredText.parse(declaration.entry().text())
                        .map(DeclaredText::at)
                        .orElse(null);
                latest = latest == null || (before != null && before.isAfter(latest)) ? before : latest;
            }
        }
        return latest;
    }

    /** The latest moment from which on the table is declared truncated or reloaded; null if nothing is. */
    @Nullable
    Instant begunAnew() {
        Instant latest = null;
        for (LedgerSnapshot.At<LedgerEntry.Declared> declaration : declarations) {
            LedgerEntry.Declared.Kind what = declaration.entry().what();
            if (what == LedgerEntry.Declared.Kind.TRUNCATED || what == LedgerEntry.Declared.Kind.RELOADED) {
                Instant from = DeclaredText.parse(declaration.entry().text())
                        .map(DeclaredText::at)
                        .orElse(null);
                latest = latest == null || (from != null && from.isAfter(latest)) ? from : latest;
            }
        }
        return latest;
    }

    private void take(LedgerEntry.Retirement retirement) throws Contradiction {
        for (RawSource source : retirement.sources()) {
            Identity identity = Identity.of(source);
            if (!compactedSources.containsKey(identity)) {
                throw new Contradiction("raw file '" + source.key() + "' is in no live compacted file, but "
                        + retirement.transaction() + " retires it");
            }
            if (retired.put(identity, source) != null) {
                throw new Contradiction("raw file '" + source.key() + "' was retired twice, the second time by "
                        + retirement.transaction());
            }
        }
        if (last instanceof LastChange.OfCompaction) {
            // Taken back, it would leave rows of a retired raw file in no file at all.
            last = null;
        }
    }

    private void take(LedgerEntry.Undo undo) throws Contradiction {
        LastChange change = last;
        if (change == null || change.slot() != undo.undone()) {
            throw new Contradiction(undo.transaction() + " takes slot " + undo.undone() + " back, but "
                    + (change == null
                            ? "there is nothing that can be taken back"
                            : "only slot " + change.slot() + " can be taken back"));
        }

        List<RawSource> forgotten = new ArrayList<>();
        if (change instanceof LastChange.OfCompaction compaction) {
            for (String key : compaction.outputs()) {
                LedgerEntry.CompactedFile output = compacted.get(key);
                if (output != null) {
                    remove(output);
                    forgotten.addAll(output.sources());
                }
            }
            for (LedgerEntry.CompactedFile file : compaction.replaced()) {
                dropped.remove(file.file().key());
                add(file, undo.transaction());
            }
        } else if (change instanceof LastChange.OfMerge undone) {
            undone.added().forEach(source -> applied.remove(Identity.of(source)));
            forgotten.addAll(undone.added());
            LastChange.LoadBefore load = undone.load();
            if (load != null) {
                applied = byIdentity(load.applied());
                load.moved().forEach(source -> appliedBefore.remove(Identity.of(source)));
            }
            merge = undone.previous();
            // Those that were found since stay, too.
            var later = new ArrayList<>(suspicions);
            suspicions.clear();
            suspicions.addAll(undone.ended());
            suspicions.addAll(later);
        }
        // Who lists only what is new must not lose sight of them.
        forgotten.forEach(source -> see(Identity.of(source), source.stat()));
        last = null;
    }

    static Map<Identity, RawSource> byIdentity(Collection<RawSource> sources) {
        Map<Identity, RawSource> map = new LinkedHashMap<>();
        sources.forEach(source -> map.put(Identity.of(source), source));
        return map;
    }

    /** Keys of all files a reader at this slot may open. */
    Set<String> liveFiles() {
        Set<String> files = new HashSet<>(compacted.keySet());
        if (merge != null) {
            merge.data().forEach(file -> files.add(file.key()));
            merge.state().forEach(file -> files.add(file.key()));
        }
        return files;
    }
}
