package io.convergence.testkit.ledger.simulation;

import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerException;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSlot;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import io.convergence.store.StoredObject;
import io.convergence.testkit.ledger.simulation.RawHistory.RawId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Watches each write and asserts the invariants. It folds the log by itself, and trusts neither the snapshots nor the
 * writers of the code under test.
 */
final class Judge {
    /** The least time for which a reader may go on reading what it began with. */
    static final Duration GRACE = Duration.ofHours(24);

    /** Rule L5. */
    static final Duration RETIRE_GRACE = Duration.ofHours(48);

    private final World world;
    private final ManifestJudge manifests;
    private @Nullable Ledger ledger;
    private final List<LedgerEntry> log = new ArrayList<>();
    private final Map<String, LedgerEntry.CompactedFile> live = new LinkedHashMap<>();
    /** All that ever were live. */
    private final Map<String, LedgerEntry.CompactedFile> committed = new HashMap<>();

    private final List<LedgerEntry.Merge> merges = new ArrayList<>();
    /** Raw objects any compaction or merge ever named. */
    private final Set<RawId> named = new HashSet<>();
    /** What the log says may be deleted. */
    private final Set<RawId> retiring = new HashSet<>();

    private final Set<RawId> takenForRetired = new HashSet<>();
    private final Map<RawId, Instant> covered = new HashMap<>();
    private final Map<String, Integer> writtenAt = new HashMap<>();
    private final Map<String, ProcessView> slotsBy = new HashMap<>();
    private final Set<RawId> applied = new HashSet<>();
    /** Rows of real files by their bytes, which are looked at again and again. */
    private final Map<ETag, String> decoded = new HashMap<>();

    private final List<LedgerFile> published = new ArrayList<>();
    /** When a file of before was replaced. */
    private final Map<String, Instant> superseded = new HashMap<>();

    Judge(World world) {
        this.world = world;
        this.manifests = new ManifestJudge(world);
    }

    long slot() {
        return log.size() - 1L;
    }

    List<LedgerEntry> log() {
        return List.copyOf(log);
    }

    /** What the table holds: each raw object that is there or whose rows are in a live compacted file. */
    Set<RawId> table() {
        Set<RawId> table = world.raw().present();
        table.addAll(covered.keySet());
        return table;
    }

    Map<String, LedgerEntry.CompactedFile> live() {
        return live;
    }

    void written(ProcessView by, Looks looks, Optional<ObjectStat> before, ObjectStat after) {
        String key = after.key();
        writtenAt.put(key, world.step());
        if (key.startsWith(World.LOG)) {
            if (before.isPresent()) {
                throw new Violation(Invariant.LOG, by.role() + " overwrote slot '" + key + "'");
            }
            slotsBy.put(key, by);
            readOn(by, looks);
        } else if (!key.startsWith(World.CONTROL)
                && !key.startsWith(World.OUTPUTS)
                && !key.startsWith(World.CURATED)
                && !key.startsWith(World.PROJECTIONS)) {
            throw new Violation(Invariant.I8_PREFIXES, by.role() + " wrote '" + key + "'");
        } else if (key.startsWith(World.PROJECTIONS)) {
            manifests.written(world.truth().get(key).orElseThrow(), before, looks);
        } else if (before.isPresent()) {
            throw new Violation(Invariant.I8_PREFIXES, by.role() + " wrote '" + key + "' again");
        }
    }

    /** Whether this process wrote the slot of this key, be it that it was not told. */
    boolean isSlotOf(ProcessView process, String key) {
        return slotsBy.get(key) == process;
    }

    private void readOn(ProcessView by, Looks looks) {
        List<LedgerSlot> slots;
        try {
            if (ledger == null) {
                ledger = world.ledger(world.truth(), 0);
            }
            // Those before were read when they were written, and whoever overwrites one is told above.
            slots = ledger.slots(log.size());
        } catch (LedgerException e) {
            throw new Violation(Invariant.LOG, "after a write of " + by.role() + ": " + e.getMessage());
        }

        for (LedgerSlot slot : slots) {
            LedgerEntry entry = slot.entry();
            if (entry.base() != slot()) {
                throw new Violation(Invariant.LOG, entry + " stands after slot " + slot());
            }
            log.add(entry);
            take(entry, looks);
            manifests.slot(live);
        }
    }

    private void take(LedgerEntry entry, Looks looks) {
        if (entry instanceof LedgerEntry.Compaction compaction) {
            compaction.outputs().forEach(output -> output.sources().forEach(source -> named.add(RawId.of(source))));
            take(compaction, looks);
        } else if (entry instanceof LedgerEntry.Merge merge) {
            merge.applied().forEach(source -> named.add(RawId.of(source)));
            take(merge, looks);
        } else if (entry instanceof LedgerEntry.Undo undo) {
            take(undo, looks);
        } else if (entry instanceof LedgerEntry.Retirement retirement) {
            for (RawSource source : retirement.sources()) {
                if (!covered.containsKey(RawId.of(source))) {
                    throw new Violation(Invariant.I1_ROWS, source.key() + " is retired and in no compacted file");
                }
                retiring.add(RawId.of(source));
            }
        }
    }

    private void take(LedgerEntry.Undo undo, Looks looks) {
        LedgerEntry undone = log.get(Math.toIntExact(undo.undone()));
        if (undone instanceof LedgerEntry.Compaction compaction) {
            Map<RawId, Instant> freed = new HashMap<>();
            for (LedgerEntry.CompactedFile output : compaction.outputs()) {
                LedgerEntry.CompactedFile old = live.remove(output.file().key());
                if (old == null) {
                    throw new Violation(Invariant.LOG, "slot " + undo.undone() + " was undone after it was replaced");
                }
                superseded.put(output.file().key(), world.now());
                output.sources().forEach(source -> freed.put(RawId.of(source), covered.remove(RawId.of(source))));
            }
            for (LedgerFile file : compaction.replaced()) {
                LedgerEntry.CompactedFile back = committed.get(file.key());
                live.put(file.key(), back);
                superseded.remove(file.key());
                requireExists(file);
                // Its rows were in a compacted file all the time.
                back.sources().forEach(source -> covered.put(RawId.of(source), freed.get(RawId.of(source))));
            }
            for (RawId id : freed.keySet()) {
                boolean late = world.raw().goneAt(id).orElse(-1) > looks.at(id.key());
                if (!covered.containsKey(id) && !world.raw().isPresent(id) && !late) {
                    throw new Violation(Invariant.I1_ROWS, "rows of " + id + " are lost by an undo");
                }
            }
        } else if (undone instanceof LedgerEntry.Merge merge) {
            merge.applied().forEach(source -> applied.remove(RawId.of(source)));
            merges.remove(merges.size() - 1);
            publish(merges.isEmpty() ? List.of() : files(merges.get(merges.size() - 1)));
        }
    }

    private static List<LedgerFile> files(LedgerEntry.Merge merge) {
        List<LedgerFile> files = new ArrayList<>(merge.data());
        files.addAll(merge.state());
        return files;
    }

    private void publish(List<LedgerFile> files) {
        published.forEach(file -> superseded.put(file.key(), world.now()));
        published.clear();
        published.addAll(files);
        published.forEach(file -> superseded.remove(file.key()));
        published.forEach(this::requireExists);
    }

    private void take(LedgerEntry.Compaction compaction, Looks looks) {
        Map<RawId, Instant> freed = new HashMap<>();
        for (LedgerFile file : compaction.replaced()) {
            LedgerEntry.CompactedFile old = live.remove(file.key());
            if (old == null) {
                throw new Violation(Invariant.I2_ONE_COMMIT, "'" + file.key() + "' was replaced but is not live");
            }
            superseded.put(file.key(), world.now());
            for (RawSource source : old.sources()) {
                freed.put(RawId.of(source), covered.remove(RawId.of(source)));
            }
        }
        int written = compaction.outputs().stream()
                .mapToInt(output -> writtenAt.getOrDefault(output.file().key(), -1))
                .max()
                .orElse(-1);
        for (LedgerEntry.CompactedFile output : compaction.outputs()) {
            List<Set<String>> columns = output.sources().stream()
                    .map(source -> world.raw().file(RawId.of(source)).columns())
                    .filter(of -> !of.isEmpty())
                    .distinct()
                    .toList();
            if (columns.size() > 1) {
                world.count(WorldEvent.SCHEMAS_JOINED);
            }
            var expected = new StringBuilder();
            String last = "";
            for (RawSource source : output.sources()) {
                RawId id = RawId.of(source);
                if (covered.containsKey(id)) {
                    throw new Violation(Invariant.I2_ONE_COMMIT, id + " is in two live compacted files");
                }
                if (!freed.containsKey(id)) {
                    requireThere(id, looks, written);
                }
                if (source.key().compareTo(last) < 0) {
                    throw new Violation(
                            Invariant.I6_ORDER, "rows of '" + source.key() + "' stand after '" + last + "'");
                }
                last = source.key();
                Instant since = freed.get(id);
                covered.put(id, since == null ? world.now() : since);
                expected.append(expected(id));
            }
            live.put(output.file().key(), output);
            committed.put(output.file().key(), output);
            requireContent(output, expected.toString());
        }
        for (RawId id : freed.keySet()) {
            if (!covered.containsKey(id)) {
                throw new Violation(Invariant.I1_ROWS, "rows of " + id + " are lost by a compaction");
            }
        }
    }

    /**
     * A source that was taken away after the writer had looked for the last time cannot be helped: by DMS, or by a retirement
     * that woke late and met the same bytes, written again, which S3 cannot tell from those it was to delete.
     */
    private void requireThere(RawId id, Looks looks, int written) {
        if (!world.raw().isKnown(id)) {
            throw new Violation(Invariant.I1_ROWS, id + " was committed and never existed");
        }
        int looked = Math.max(written, looks.at(id.key()));
        if (world.raw().retiredAt(id).filter(step -> step <= looked).isPresent()) {
            throw new Violation(Invariant.I1_ROWS, id + " was retired before it was committed");
        }
        if (world.raw().goneAt(id).filter(step -> step <= looked).isPresent()) {
            throw new Violation(
                    Invariant.I1_ROWS,
                    id
                            + " was committed though DMS had taken it away before its rows were written, or before its writer"
                            + " looked last");
        }
    }

    /** All rows, and the columns of each source, also those that have no value (I7). */
    private void requireContent(LedgerEntry.CompactedFile output, String expected) {
        LedgerFile file = output.file();
        StoredObject stored = requireExists(file);
        String rows = world.format() == World.Format.TEXT
                ? stored.text()
                : decoded.computeIfAbsent(stored.stat().etag(), unread -> ParquetRows.decode(stored.content()));
        if (!rows.equals(expected)) {
            throw new Violation(
                    Invariant.I7_CONTENT, "'" + file.key() + "' holds\n" + rows + "instead of\n" + expected);
        }
        Set<String> missing = new TreeSet<>();
        output.sources()
                .forEach(source ->
                        missing.addAll(world.raw().file(RawId.of(source)).columns()));
        missing.removeAll(
                world.format() == World.Format.TEXT ? TextColumns.of(rows) : ParquetRows.columns(stored.content()));
        if (!missing.isEmpty()) {
            throw new Violation(
                    Invariant.I7_CONTENT, "'" + file.key() + "' has no column " + missing + ", which its sources have");
        }
    }

    private String expected(RawId id) {
        return world.format() == World.Format.TEXT
                ? world.raw().block(id)
                : world.raw().rows(id);
    }

    private StoredObject requireExists(LedgerFile file) {
        StoredObject stored = world.truth()
                .get(file.key())
                .orElseThrow(() -> new Violation(Invariant.I3_FILES_EXIST, "'" + file.key() + "' is live and missing"));
        if (!stored.stat().etag().equals(file.etag())) {
            throw new Violation(Invariant.I3_FILES_EXIST, "'" + file.key() + "' is live and was changed");
        }
        return stored;
    }

    private void take(LedgerEntry.Merge merge, Looks looks) {
        int written = files(merge).stream()
                .mapToInt(file -> writtenAt.getOrDefault(file.key(), -1))
                .max()
                .orElse(-1);
        for (RawSource source : merge.applied()) {
            RawId id = RawId.of(source);
            if (!world.raw().isKnown(id) || !applied.add(id)) {
                throw new Violation(Invariant.I2_ONE_COMMIT, id + " was applied twice, or never existed");
            }
            // Nothing is lost with a file that has no rows.
            if (!covered.containsKey(id) && !world.raw().rows(id).isEmpty()) {
                requireThere(id, looks, written);
            }
        }
        merges.add(merge);
        publish(files(merge));
        if (world.format() == World.Format.PARQUET) {
            PublishedRows.require(
                    merge,
                    merge.data().stream().map(this::requireExists).toList(),
                    applied.stream().map(world.raw()::file).toList());
            return;
        }

        List<String> texts =
                merge.data().stream().map(file -> requireExists(file).text()).toList();
        requireReadable(merge, texts);
        Map<RawId, Integer> rows = Blocks.count(texts, world.raw());
        if (!rows.keySet().equals(applied) || rows.values().stream().anyMatch(n -> n != 1)) {
            throw new Violation(Invariant.I1_ROWS, "the published table holds " + rows + " instead of " + applied);
        }
    }

    /** By the schema that stands in the same slot (I7). */
    static void requireReadable(LedgerEntry.Merge merge, List<String> texts) {
        for (String text : texts) {
            for (String column : TextColumns.of(text)) {
                if (merge.schema().columns().stream()
                        .noneMatch(known -> known.name().equals(column))) {
                    throw new Violation(
                            Invariant.I7_CONTENT, "the published schema does not know the column " + column);
                }
            }
        }
    }

    void deleted(ProcessView by, Looks looks, ObjectStat object) {
        String key = object.key();
        requireNotShown(by.role(), looks, key);
        if (key.startsWith(World.RAW)) {
            retired(by.role(), object, looks);
            return;
        }
        if (by.role() == Role.CLEANER && key.startsWith(World.CHECKPOINTS) && newerCheckpoints(key) > 1) {
            return;
        }
        if (by.role() == Role.CLEANER && key.startsWith(World.TAILS) && checkpointsSince(key) > 1) {
            return;
        }
        if (key.startsWith(World.CONTROL)) {
            throw new Violation(Invariant.I4_DELETES, by.role() + " deleted '" + key + "'");
        }

        boolean needed = live.containsKey(key)
                || published.stream().anyMatch(file -> file.key().equals(key));
        if (needed) {
            throw new Violation(Invariant.I4_DELETES, by.role() + " deleted '" + key + "', which is live");
        }
        Instant since = superseded.get(key);
        if (since != null && since.plus(GRACE).isAfter(world.now())) {
            throw new Violation(
                    Invariant.I4_DELETES,
                    by.role() + " deleted '" + key + "' " + Duration.between(since, world.now())
                            + " after it was live");
        }
    }

    /** Their names count downwards. */
    private long newerCheckpoints(String key) {
        return world.truth()
                .listAll(World.CHECKPOINTS)
                .filter(other -> other.key().compareTo(key) < 0)
                .count();
    }

    /** Checkpoints of slots up to which no reader needs the tail. */
    private long checkpointsSince(String tail) {
        long slot = Long.parseLong(tail.substring(World.TAILS.length(), tail.indexOf('.', World.TAILS.length())));
        return world.truth()
                .listAll(World.CHECKPOINTS)
                .map(ObjectStat::key)
                .map(key -> key.substring(World.CHECKPOINTS.length(), key.indexOf('.', World.CHECKPOINTS.length())))
                .filter(number -> Long.MAX_VALUE - Long.parseLong(number) >= slot)
                .count();
    }

    void tagged(ProcessView by, ObjectStat object) {
        if (by.role() != Role.RETIRER || !object.key().startsWith(World.RAW)) {
            throw new Violation(Invariant.I8_PREFIXES, by.role() + " tagged '" + object.key() + "'");
        }
    }

    /** A lifecycle rule deletes what is tagged a day or more later, when a retirement has come by again. */
    void expires(ObjectStat object) {
        requireNotShown(Role.RETIRER, new Looks(), object.key());
        retired(Role.RETIRER, object, new Looks());
    }

    /** Engines open what the manifest names; one that was written after the last look at it could not be known. */
    private void requireNotShown(Role by, Looks looks, String key) {
        Optional<StoredObject> manifest = manifests.manifest();
        if (manifest.isEmpty() || !ManifestJudge.keys(world, manifest.get()).contains(key)) {
            return;
        }

        String name = manifest.get().stat().key();
        int looked = looks.at(name);
        if (looked < 0 || looked >= writtenAt.getOrDefault(name, -1)) {
            throw new Violation(Invariant.I4_DELETES, by + " deleted '" + key + "', which the manifest names");
        }
    }

    private void retired(Role by, ObjectStat object, Looks looks) {
        RawId id = RawId.of(object);
        if (by == Role.RETIRER && retiring.contains(id) && covered.containsKey(id)) {
            Instant since = covered.get(id);
            if (since.plus(RETIRE_GRACE).isAfter(world.now())) {
                throw new Violation(
                        Invariant.I4_DELETES,
                        by + " deleted " + id + " " + Duration.between(since, world.now()) + " after it was compacted");
            }
            if (Dms.isLoad(id.key())) {
                throw new Violation(Invariant.I4_DELETES, by + " deleted " + id + " of the current load");
            }
        } else if (by == Role.RETIRER && isSameBytesWrittenSince(id, looks)) {
            takenForRetired.add(id);
        } else {
            throw new Violation(
                    Invariant.I4_DELETES,
                    by + " deleted " + id + ", which is not compacted, or without a word in the log");
        }
        world.raw().retired(object.key(), world.step());
    }

    /** Whether it was deleted for an object of the same bytes that stood there before; then who reads it is told so. */
    boolean wasTakenForRetired(RawId id) {
        return takenForRetired.contains(id);
    }

    /** S3 deletes by ETag only: the same bytes, written again after the last look, cannot be told from those before. */
    private boolean isSameBytesWrittenSince(RawId id, Looks looks) {
        boolean since = world.raw().arrivedAt(id) > looks.at(id.key());
        return since
                && retiring.stream()
                        .anyMatch(
                                old -> old.key().equals(id.key()) && old.etag().equals(id.etag()));
    }

    /** What may be read at any time: no file of the log is missing, changed or wrong. */
    void checkLiveFiles() {
        for (LedgerEntry.CompactedFile output : live.values()) {
            var expected = new StringBuilder();
            output.sources().forEach(source -> expected.append(expected(RawId.of(source))));
            requireContent(output, expected.toString());
        }
        published.forEach(this::requireExists);
    }

    /** What others read, from a checkpoint if there is one, must be what the slots say. */
    void check(LedgerSnapshot snapshot) {
        List<String> compacted =
                snapshot.compacted().stream().map(file -> file.file().key()).toList();
        Set<RawId> known = new HashSet<>();
        snapshot.appliedSources().forEach(source -> known.add(RawId.of(source)));
        if (snapshot.slot() != slot()
                || !Set.copyOf(compacted).equals(live.keySet())
                || !known.equals(applied)
                || !(snapshot.findings().isEmpty() || !world.mutant().is(Mutant.NONE))) {
            throw new Violation(
                    Invariant.LOG,
                    snapshot + " with " + compacted + " and " + snapshot.findings() + ", but at slot " + slot() + " "
                            + live.keySet() + " are live and " + applied + " applied");
        }
        checkPresence(snapshot);
    }

    /**
     * Rule L7: who goes on from the log must not lose sight of a raw file: any that a commit ever named and that is still
     * there, and any that somebody told of.
     */
    private void checkPresence(LedgerSnapshot snapshot) {
        Set<RawId> present = new HashSet<>();
        snapshot.presentRawFiles().forEach(stat -> present.add(RawId.of(stat)));
        Set<RawId> there = world.raw().present();
        for (RawId id : there) {
            if (named.contains(id) && !present.contains(id) && !retiring.contains(id)) {
                throw new Violation(Invariant.LOG, id + " was in a commit and is there, and is lost sight of");
            }
        }
        // What DMS took away since was told before it did; so was what was retired as the same bytes that stood there
        // before.
        present.removeAll(there);
        present.removeIf(id -> world.raw().goneAt(id).isPresent() || world.raw().isRetired(id));
        if (!present.isEmpty()) {
            throw new Violation(Invariant.LOG, present + " are taken for present, and nobody ever wrote them");
        }
    }

    Set<RawId> applied() {
        return Set.copyOf(applied);
    }

    Set<RawId> covered() {
        return Set.copyOf(covered.keySet());
    }

    /** The raw object under a key whose rows are in a live compacted file. */
    Optional<RawId> covered(String key) {
        return covered.keySet().stream().filter(id -> id.key().equals(key)).findFirst();
    }

    /** Whether clean-up has to leave it. */
    boolean isReferenced(String key) {
        return live.containsKey(key)
                || published.stream().anyMatch(file -> file.key().equals(key));
    }
}
