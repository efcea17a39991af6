package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.store.Capability;
import io.convergence.store.GuardedObjectStore;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.OpenUpload;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Deletes outputs that no commit refers to, those that commits replaced long ago, and uploads that were never ended.
 * Whoever wrote an output could commit it at one slot only, which its folder names: once that slot is taken by another
 * entry, nothing can come to refer to it. If it is still free, clean-up takes it by a {@link LedgerEntry.Fence} before it
 * deletes anything. Uploads that a dead {@link io.convergence.store.ConditionalWriteProbe} left go without one: nothing can
 * refer to them, and the tables of a control prefix share them, so that whichever is cleaned up first aborts them. Of
 * checkpoints the newest stay, and those of a week. Raw files, slots and objects of others are never touched. Thread-safe.
 */
public final class CleanUp {
    /** A probe takes seconds; however short runs are said to be, none that goes on is disturbed. */
    private static final Duration LONGEST_PROBE = Duration.ofHours(1);

    /** What reads the log as it was some days ago starts from a checkpoint then. */
    private static final Duration CHECKPOINTS_STAY = Duration.ofDays(7);

    private final Ledger ledger;
    private final LakeFolders lake;
    private final CleanUpOptions options;
    private final List<Projection> projections;

    private CleanUp(Ledger ledger, LakeFolders lake, CleanUpOptions options, List<Projection> projections) {
        this.ledger = requireNonNull(ledger, "ledger");
        this.lake = requireNonNull(lake, "lake");
        this.options = requireNonNull(options, "options");
        this.projections = List.copyOf(projections);
    }

    public static CleanUp of(Ledger ledger, LakeFolders lake, CleanUpOptions options) {
        return new CleanUp(ledger, lake, options, List.of());
    }

    /** The same, which keeps replaced files as long as these show them; show the projection after each compaction. */
    public CleanUp shownBy(Projection... shown) {
        return new CleanUp(ledger, lake, options, List.of(shown));
    }

    /**
     * What would be deleted; the dry run.
     *
     * @param base the slot it was planned on
     * @param horizon the newest slot older than the grace: what was replaced up to it goes; -1 for none
     * @param objects to delete
     * @param uploads to abort, those of probes that died among them
     * @param logUploads to abort in the store of the log, if that is another one than the lake's: of probes that died
     * @param checkpoints of the log that newer ones have taken the place of, and tails before those, to delete
     * @param fenced whether a fence must be committed first
     * @param findings objects in the table's folders that were left alone, and why
     */
    public record Plan(
            long base,
            long horizon,
            List<ObjectStat> objects,
            List<OpenUpload> uploads,
            List<OpenUpload> logUploads,
            List<ObjectStat> checkpoints,
            boolean fenced,
            List<Finding> findings) {
        public Plan {
            objects = List.copyOf(objects);
            uploads = List.copyOf(uploads);
            logUploads = List.copyOf(logUploads);
            checkpoints = List.copyOf(checkpoints);
            findings = List.copyOf(findings);
        }

        public boolean isEmpty() {
            return objects.isEmpty() && uploads.isEmpty() && logUploads.isEmpty() && checkpoints.isEmpty();
        }

        /** Of all objects to delete: outputs, checkpoints and tails. */
        public long bytes() {
            return toDelete().mapToLong(ObjectStat::size).sum();
        }

        /** Outputs, then checkpoints and tails. */
        public Stream<ObjectStat> toDelete() {
            return Stream.concat(objects.stream(), checkpoints.stream());
        }
    }

    /**
     * What was done.
     *
     * @param slot of the fence, or the one that was planned on if none was needed
     * @param deleted keys of objects that were deleted
     * @param aborted uploads
     * @param findings what could not be deleted, and why
     */
    public record Result(long slot, List<String> deleted, List<OpenUpload> aborted, List<Finding> findings) {
        public Result {
            deleted = List.copyOf(deleted);
            aborted = List.copyOf(aborted);
            findings = List.copyOf(findings);
        }
    }

    /** Lists the table's folders and the log; nothing is written. */
    public Plan plan() {
        LedgerSnapshot snapshot = ledger.snapshot();
        long horizon = horizon(snapshot);
        Set<String> kept = kept(snapshot, horizon);
        Instant stale = lake.store().now().minus(options.longestRun());
        List<ObjectStat> objects = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        for (String folder : lake.folders()) {
            try (Stream<ObjectStat> listed = lake.store().listAll(folder)) {
                for (ObjectStat object : (Iterable<ObjectStat>) listed::iterator) {
                    OptionalLong slot = Generation.slot(folder, object.key());
                    if (kept.contains(object.key()) || object.lastModified().isAfter(stale)) {
                        continue;
                    }
                    if (slot.isEmpty() || slot.getAsLong() > snapshot.slot() + 1) {
                        findings.add(foreign(object, slot, snapshot));
                        continue;
                    }

                    objects.add(object);
                }
            }
        }
        ShownFiles shown = ShownFiles.among(
                projections, lake.store(), objects.stream().map(ObjectStat::key).toList());
        objects.removeIf(object -> shown.has(object.key()));
        findings.addAll(shown.findings());

        boolean open = objects.stream().anyMatch(object -> isOfSlot(object.key(), snapshot.slot() + 1));
        boolean fenced = open || forgetsUndo(snapshot, horizon, objects);
        GuardedObjectStore lakeStore = ledger.guarded(lake.store());
        List<OpenUpload> uploads = uploads(snapshot, stale);
        uploads.addAll(probes(lakeStore));
        List<OpenUpload> logUploads = lakeStore == ledger.store() ? List.of() : probes(ledger.store());
        return new Plan(snapshot.slot(), horizon, objects, uploads, logUploads, superseded(snapshot), fenced, findings);
    }

    private boolean isOfSlot(String key, long slot) {
        return lake.folders().stream()
                .map(folder -> Generation.slot(folder, key))
                .anyMatch(found -> found.isPresent() && found.getAsLong() == slot);
    }

    private List<ObjectStat> superseded(LedgerSnapshot snapshot) {
        Instant time = snapshot.taken().minus(CHECKPOINTS_STAY);
        List<ObjectStat> superseded = new ArrayList<>(ledger.checkpoints().superseded(time));
        if (!superseded.isEmpty()) {
            // The first is the newest of them.
            long slot = ledger.keys().checkpointSlot(superseded.get(0).key()).orElseThrow();
            superseded.addAll(ledger.tails().superseded(time, slot));
        }
        return superseded;
    }

    private static Finding foreign(ObjectStat object, OptionalLong slot, LedgerSnapshot snapshot) {
        String why = slot.isEmpty()
                ? "It does not lie in a folder that Convergence names."
                : "Its folder is for slot " + slot.getAsLong() + ", but the log ends at slot " + snapshot.slot()
                        + ": it is of another log, or this log was cut.";
        return Finding.warning("OBJECT_NOT_OURS", object.key(), why, "It was left alone; find out who put it there.");
    }

    /** The newest slot of those that are all older than the grace. A second for what listings round off. */
    private long horizon(LedgerSnapshot snapshot) {
        Instant cutoff = snapshot.taken().minus(options.grace()).minusSeconds(1);
        return ledger.newestBefore(cutoff, snapshot.slot());
    }

    /** Files that were live at the horizon or later. */
    private Set<String> kept(LedgerSnapshot snapshot, long horizon) {
        LogState state = ledger.stateAt(horizon).copy();
        Set<String> kept = new HashSet<>(state.liveFiles());
        kept.addAll(snapshot.state().liveFiles());
        for (LedgerSlot slot : ledger.slots(horizon + 1)) {
            if (slot.number() > snapshot.slot()) {
                break;
            }

            LedgerEntry entry = slot.entry();
            if (entry instanceof LedgerEntry.Compaction compaction) {
                compaction.outputs().forEach(output -> kept.add(output.file().key()));
            } else if (entry instanceof LedgerEntry.Merge merge) {
                merge.data().forEach(file -> kept.add(file.key()));
                merge.state().forEach(file -> kept.add(file.key()));
            }
            if (entry instanceof LedgerEntry.Undo) {
                kept.addAll(ledger.stateAt(slot.number()).liveFiles());
            }
        }
        return kept;
    }

    private static boolean forgetsUndo(LedgerSnapshot snapshot, long horizon, List<ObjectStat> objects) {
        LastChange last = snapshot.state().last;
        if (last == null || last.slot() > horizon) {
            return false;
        }

        Set<String> before = new HashSet<>();
        if (last instanceof LastChange.OfCompaction compaction) {
            compaction.replaced().forEach(file -> before.add(file.file().key()));
        } else if (last instanceof LastChange.OfMerge merge && merge.previous() != null) {
            merge.previous().data().forEach(file -> before.add(file.key()));
            merge.previous().state().forEach(file -> before.add(file.key()));
        }
        return objects.stream().anyMatch(object -> before.contains(object.key()));
    }

    private List<OpenUpload> uploads(LedgerSnapshot snapshot, Instant stale) {
        List<OpenUpload> uploads = new ArrayList<>();
        if (!lake.store().capabilities().contains(Capability.LIST_UPLOADS)) {
            return uploads;
        }

        for (String folder : lake.folders()) {
            for (OpenUpload upload : lake.store().openUploads(folder)) {
                OptionalLong slot = Generation.slot(folder, upload.key());
                if (slot.isPresent()
                        && slot.getAsLong() <= snapshot.slot() + 1
                        && !upload.started().isAfter(stale)) {
                    uploads.add(upload);
                }
            }
        }
        return uploads;
    }

    /** Of probes that must have ended; by the clock of the store they are in. */
    private List<OpenUpload> probes(GuardedObjectStore store) {
        if (!store.capabilities().contains(Capability.LIST_UPLOADS)) {
            return List.of();
        }

        List<OpenUpload> open = store.openProbes();
        Duration longest = options.longestRun().compareTo(LONGEST_PROBE) < 0 ? LONGEST_PROBE : options.longestRun();
        Instant stale = store.now().minus(longest);
        return open.stream().filter(upload -> !upload.started().isAfter(stale)).toList();
    }

    /**
     * Fences if need be, then deletes. What cannot be deleted is reported and left for the next time.
     *
     * @throws CommitConflictException if another writer took the slot of the fence; nothing was deleted, plan again
     * @throws CommitStateUnknownException if it cannot be found out whether the fence stands; nothing was deleted
     */
    public Result execute(Plan plan) {
        long slot = plan.base();
        if (plan.fenced()) {
            slot = ledger.commit(new LedgerEntry.Fence(ledger.newTransaction(), plan.base(), plan.horizon()))
                    .slot();
        }

        List<String> deleted = new ArrayList<>();
        List<OpenUpload> aborted = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        for (ObjectStat object : plan.objects()) {
            try {
                delete(lake.store(), object);
                deleted.add(object.key());
            } catch (ObjectNotFoundException gone) {
                // Another clean-up was first.
            } catch (PreconditionFailedException changed) {
                findings.add(left(object.key(), "it is another object now, which no run of Convergence makes it"));
            } catch (StoreException failed) {
                findings.add(left(object.key(), String.valueOf(failed.getMessage())));
            }
        }
        for (ObjectStat checkpoint : plan.checkpoints()) {
            try {
                delete(ledger.store(), checkpoint);
                deleted.add(checkpoint.key());
            } catch (ObjectNotFoundException gone) {
                // Another clean-up was first.
            } catch (StoreException failed) {
                findings.add(left(checkpoint.key(), String.valueOf(failed.getMessage())));
            }
        }
        abort(lake.store(), plan.uploads(), aborted, findings);
        abort(ledger.store(), plan.logUploads(), aborted, findings);
        return new Result(slot, deleted, aborted, findings);
    }

    private static void abort(
            ObjectStore store, List<OpenUpload> uploads, List<OpenUpload> aborted, List<Finding> findings) {
        for (OpenUpload upload : uploads) {
            try {
                store.abortUpload(upload);
                aborted.add(upload);
            } catch (StoreException failed) {
                findings.add(left(upload.key(), String.valueOf(failed.getMessage())));
            }
        }
    }

    private static void delete(ObjectStore store, ObjectStat object) {
        if (store.capabilities().contains(Capability.DELETE_IF_MATCH)) {
            store.deleteIfMatch(object.key(), object.etag());
        } else {
            store.delete(object.key());
        }
    }

    private static Finding left(String key, String why) {
        return Finding.warning("NOT_CLEANED_UP", key, "It was not deleted: " + why, "Run clean-up again.");
    }
}
