package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Takes the newest compaction or merge of a table back: what was live before it is live again. Only a slot is written,
 * no data file is written or deleted. Refused if a later compaction or merge stands on it, if what it replaced is gone, or if raw files are gone
 * that would have to be read again. Thread-safe.
 */
public final class LedgerUndo {
    private final Ledger ledger;
    private final ObjectStore rawStore;
    private final ObjectStore lakeStore;

    private LedgerUndo(Ledger ledger, ObjectStore rawStore, ObjectStore lakeStore) {
        this.ledger = requireNonNull(ledger, "ledger");
        this.rawStore = requireNonNull(rawStore, "rawStore");
        this.lakeStore = requireNonNull(lakeStore, "lakeStore");
    }

    public static LedgerUndo of(Ledger ledger, ObjectStore rawStore, ObjectStore lakeStore) {
        return new LedgerUndo(ledger, rawStore, lakeStore);
    }

    /**
     * What an undo would do; the dry run.
     *
     * @param base the slot it was planned on
     * @param undone the slot that would be taken back; empty if none can be
     * @param restored files that would be live again
     * @param removed files that would be live no more
     * @param obstacles why it is refused; empty if it is not
     */
    public record Plan(
            long base,
            OptionalLong undone,
            List<LedgerFile> restored,
            List<LedgerFile> removed,
            List<Finding> obstacles) {
        public Plan {
            requireNonNull(undone, "undone");
            restored = List.copyOf(restored);
            removed = List.copyOf(removed);
            obstacles = List.copyOf(obstacles);
        }
    }

    /** Looks up whether everything is there; nothing is written. */
    public Plan plan() {
        LedgerSnapshot snapshot = ledger.snapshot();
        LastChange last = snapshot.state().last;
        List<LedgerFile> restored = new ArrayList<>();
        List<LedgerFile> removed = new ArrayList<>();
        List<RawSource> freed = new ArrayList<>();
        List<Finding> obstacles = new ArrayList<>();
        if (last == null) {
            obstacles.add(Finding.error(
                    "NOTHING_TO_UNDO",
                    ledger.logPrefix(),
                    "No compaction or merge can be taken back: there is none, or it was taken back already, or clean-up or retirement has made it final.",
                    "Compact or merge anew; the raw files are untouched."));
        } else if (last instanceof LastChange.OfCompaction compaction) {
            compaction.outputs().stream().map(snapshot.state().compacted::get).forEach(output -> {
                removed.add(output.file());
                freed.addAll(output.sources());
            });
            compaction.replaced().forEach(file -> {
                restored.add(file.file());
                Set<Identity> held = new HashSet<>();
                file.sources().forEach(source -> held.add(Identity.of(source)));
                freed.removeIf(source -> held.contains(Identity.of(source)));
            });
        } else if (last instanceof LastChange.OfMerge merge) {
            snapshot.published().ifPresent(published -> {
                removed.addAll(published.data());
                removed.addAll(published.state());
            });
            if (merge.previous() != null) {
                restored.addAll(merge.previous().data());
                restored.addAll(merge.previous().state());
            }
            merge.added().stream()
                    .filter(source -> !snapshot.isCompacted(source.stat()))
                    .forEach(freed::add);
        }
        restored.forEach(file -> missing(file).ifPresent(obstacles::add));
        freed.forEach(source -> missing(source).ifPresent(obstacles::add));
        return new Plan(snapshot.slot(), snapshot.undoable(), restored, removed, obstacles);
    }

    private Optional<Finding> missing(LedgerFile file) {
        Optional<ObjectStat> found = lakeStore.head(file.key());
        boolean there = found.isPresent()
                && found.get().etag().equals(file.etag())
                && found.get().size() == file.size();
        return there
                ? Optional.empty()
                : Optional.of(Finding.error(
                        "UNDO_FILE_GONE",
                        file.key(),
                        "It would be live again, but " + (found.isPresent() ? "is another object." : "is gone."),
                        "Restore it, or compact or merge anew."));
    }

    private Optional<Finding> missing(RawSource source) {
        Optional<ObjectStat> found = rawStore.head(source.key());
        return found.isPresent() && source.same(found.get())
                ? Optional.empty()
                : Optional.of(Finding.error(
                        "UNDO_SOURCE_GONE",
                        source.key(),
                        "Its rows would be read from it again, but it "
                                + (found.isPresent() ? "was written anew." : "is gone."),
                        "Keep what was committed, or restore the file."));
    }

    /**
     * Commits the undo.
     *
     * @return the snapshot after it
     * @throws CommitConflictException if another writer committed since the plan was made; plan again
     * @throws CommitStateUnknownException if it cannot be found out whether it took effect
     * @throws IllegalStateException if the plan has obstacles
     */
    public LedgerSnapshot execute(Plan plan) {
        if (!plan.obstacles().isEmpty() || plan.undone().isEmpty()) {
            throw new IllegalStateException("Cannot undo in the log of table " + ledger.table() + ": "
                    + plan.obstacles() + ". Nothing was changed.");
        }

        return ledger.commit(new LedgerEntry.Undo(
                ledger.newTransaction(), plan.base(), plan.undone().getAsLong()));
    }
}
