package io.convergence.merge;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.change.CellState;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.change.Operation;
import io.convergence.change.RowImage;
import io.convergence.merge.LogEntry.Source;
import io.convergence.merge.LogPosition.Sequenced;
import io.convergence.merge.MergeCounts.Tally;
import io.convergence.merge.MergeCounts.What;
import io.convergence.merge.MergeInput.NewestTransaction;
import io.convergence.schema.TableSchema;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The append-only change log of a table, with or without a key, as a pure function: which of some changes are new, and how
 * each stands in the log. Every change is logged exactly once, by its {@link io.convergence.change.ChangeId}, however often
 * it is delivered (rule S3). A change that comes late is simply logged later: readers order by position.
 *
 * <p>Nothing is inherited: a cell that the change does not tell is null and named as unknown. Immutable; thread-safe. Holds
 * the given changes in memory.
 */
public final class ChangeLog {
    // DMS writes commit times with six fraction digits.
    private static final Duration TIMESTAMP_STEP = Duration.ofNanos(1000);

    private final TableSchema schema;
    private final RowLayout layout;

    private ChangeLog(TableSchema schema) {
        this.schema = schema;
        this.layout = RowLayout.of(schema.columns());
    }

    /** @param schema the columns to log; its key may be empty */
    public static ChangeLog of(TableSchema schema) {
        return new ChangeLog(requireNonNull(schema, "schema"));
    }

    /**
     * What to append.
     *
     * @param logged what the log holds
     * @param changes in any order, the same change possibly several times
     * @param newest what to do with the newest transaction (rule S7)
     * @param previous the log's {@code completeThrough}; null if there is none
     * @throws UnmergeableChangeException if a change has a column that is not among those to log, or a value that its type
     *     cannot hold
     * @throws IllegalArgumentException if the changes are not of this table
     */
    public AppendResult append(
            LoggedChanges logged,
            Collection<? extends ChangeRecord> changes,
            NewestTransaction newest,
            @Nullable Instant previous) {
        return new Run(newest, previous).run(logged, changes);
    }

    /**
     * How single changes stand in the log, for those that need not be compared with others: rows of a full load that the log
     * cannot have yet. A load larger than the memory is logged row by row. What is returned is not thread-safe, and throws as
     * {@link #append} does.
     */
    public Function<ChangeRecord, LogEntry> entries() {
        return new Run(NewestTransaction.SETTLED, null)::entry;
    }

    private record Placed(LogEntry entry, Sequenced place, boolean logged) {}

    private final class Run {
        private final Tally tally = new Tally();
        private final List<Finding> disputes = new ArrayList<>();
        private final NewestTransaction holding;
        private final @Nullable Instant previous;
        private final Set<String> heldFiles = new TreeSet<>();
        /** Of changes without a timestamp, by their id. */
        private final Map<String, Instant> commits = new HashMap<>();

        private final ImageCells images = new ImageCells(schema, layout);
        private @Nullable Instant newest;
        private boolean timed = true;

        Run(NewestTransaction holding, @Nullable Instant previous) {
            this.holding = holding;
            this.previous = previous;
            this.newest = previous;
        }

        AppendResult run(LoggedChanges logged, Collection<? extends ChangeRecord> changes) {
            tally.add(What.RECEIVED, changes.size());
            List<LogEntry> ready = ready(distinct(changes));
            List<LogEntry> entries = fresh(logged, ready);
            checkOrder(logged, ready);
            if (!disputes.isEmpty()) {
                var counts = new Tally();
                counts.add(What.RECEIVED, changes.size());
                counts.add(What.WITHHELD, changes.size());
                counts.add(What.DISPUTED, disputes.size());
                return new AppendResult.Disputed(MergeCounts.of(counts), disputes);
            }

            tally.add(What.APPLIED, entries.size());
            long late = entries.stream().filter(this::isLate).count();
            tally.add(What.LATE, late);
            List<Finding> findings = previous == null || late == 0
                    ? List.of()
                    : List.of(MergeFindings.loggedLate(schema.table(), late, previous));
            return new AppendResult.Appended(
                    entries, heldFiles, timed ? newest : null, MergeCounts.of(tally), findings);
        }

        private boolean isLate(LogEntry entry) {
            return previous != null
                    && entry.committedAt().filter(previous::isAfter).isPresent();
        }

        /** In position order, each change once. */
        private List<LogEntry> distinct(Collection<? extends ChangeRecord> changes) {
            List<ChangeRecord> ordered = new ArrayList<>(changes);
            ordered.sort(Comparator.comparing(ChangeRecord::position));
            Map<String, LogEntry> byId = new LinkedHashMap<>();
            for (ChangeRecord change : ordered) {
                LogEntry entry = entry(change);
                noteCommit(entry, change);
                LogEntry first = byId.putIfAbsent(entry.id().text(), entry);
                if (first == null) {
                    continue;
                }
                tally.add(What.DUPLICATE);
                if (!first.sameContent(entry)) {
                    disputes.add(MergeFindings.loggedTwice(first, entry));
                }
            }
            return List.copyOf(byId.values());
        }

        private void noteCommit(LogEntry entry, ChangeRecord change) {
            Instant commit =
                    entry.source() == Source.CDC && entry.commitTime() == null ? CommitMark.commitOf(change) : null;
            if (commit != null) {
                commits.put(entry.id().text(), commit);
            }
        }

        /** Without a timestamp column by the change sequence; null without either. */
        private @Nullable Instant commitOf(LogEntry entry) {
            return entry.commitTime() != null
                    ? entry.commitTime()
                    : commits.get(entry.id().text());
        }

        private LogEntry entry(ChangeRecord change) {
            boolean load = change.position() instanceof ChangePosition.Load;
            return new LogEntry(
                    change.id(),
                    LogPosition.of(change.position()),
                    change.operation(),
                    load ? null : change.timestamp().orElse(null),
                    load ? Source.LOAD : Source.CDC,
                    change.origin(),
                    cells(change, change.image()),
                    oldKey(change));
        }

        private RowCells cells(ChangeRecord change, RowImage image) {
            var states = new CellState[layout.size()];
            var values = new @Nullable Object[layout.size()];
            images.read(change, image, states, values);
            var untold = new BitSet();
            for (int i = 0; i < states.length; i++) {
                untold.set(i, states[i] == CellState.UNKNOWN || states[i] == CellState.ABSENT);
            }
            return RowCells.adopt(layout, values, new BitSet(0), untold);
        }

        private List<Object> oldKey(ChangeRecord change) {
            Optional<RowImage> before = change.operation() == Operation.UPDATE ? change.before() : Optional.empty();
            if (before.isEmpty() || schema.primaryKey().isEmpty()) {
                return List.of();
            }
            RowCells old = cells(change, before.get());
            RowCells now = cells(change, change.image());
            List<Object> key = new ArrayList<>();
            boolean changed = false;
            for (String name : schema.primaryKey()) {
                int place = layout.indexOf(name);
                // Before-images hold only the columns that changed.
                Object value = old.published(place) == null ? now.published(place) : old.published(place);
                if (value == null) {
                    return List.of();
                }
                changed |= !value.equals(now.published(place));
                key.add(value);
            }
            return changed ? key : List.of();
        }

        /** Without those of the newest commit timestamp, unless it is settled (rule S7). */
        private List<LogEntry> ready(List<LogEntry> entries) {
            for (LogEntry entry : entries) {
                if (entry.source() == Source.LOAD) {
                    continue;
                }
                timed &= entry.commitTime() != null;
                Instant time = commitOf(entry);
                if (time != null && (newest == null || time.isAfter(newest))) {
                    newest = time;
                }
            }
            if (holding == NewestTransaction.SETTLED) {
                boolean seen = entries.stream().anyMatch(this::isNewest);
                newest = seen && newest != null ? newest.plus(TIMESTAMP_STEP) : newest;
                return entries;
            }
            List<LogEntry> ready = new ArrayList<>(entries.size());
            for (LogEntry entry : entries) {
                if (isNewest(entry)) {
                    tally.add(What.HELD);
                    heldFiles.add(entry.origin().key());
                } else {
                    ready.add(entry);
                }
            }
            return ready;
        }

        private boolean isNewest(LogEntry entry) {
            Instant time = commitOf(entry);
            return time != null && time.equals(newest);
        }

        /**
         * Rule S2: the log orders changes by time, and the counter must not tell another order of two changes of a key, be they new or one
         * of them logged.
         */
        private void checkOrder(LoggedChanges logged, List<LogEntry> entries) {
            if (schema.primaryKey().isEmpty()) {
                return;
            }
            Map<List<Object>, List<Placed>> byKey = new LinkedHashMap<>();
            String from = null;
            for (LogEntry entry : entries) {
                Sequenced place = LogPosition.sequenced(entry.position()).orElse(null);
                if (place != null) {
                    from = from == null || place.time().compareTo(from) < 0 ? place.time() : from;
                    for (List<Object> key : entry.keys(schema.primaryKey())) {
                        byKey.computeIfAbsent(key, none -> new ArrayList<>()).add(new Placed(entry, place, false));
                    }
                }
            }
            if (from == null) {
                return;
            }

            for (LogEntry old : logged.contradicted(entry -> isOfAny(entry, byKey.keySet()), from)) {
                Sequenced place = LogPosition.sequenced(old.position()).orElseThrow();
                for (List<Object> key : old.in(layout).keys(schema.primaryKey())) {
                    List<Placed> ofKey = byKey.get(key);
                    if (ofKey != null) {
                        ofKey.add(new Placed(old, place, true));
                    }
                }
            }
            byKey.values().forEach(this::checkKey);
        }

        private boolean isOfAny(LogEntry entry, Set<List<Object>> keys) {
            return entry.in(layout).keys(schema.primaryKey()).stream().anyMatch(keys::contains);
        }

        private void checkKey(List<Placed> ofKey) {
            ofKey.sort(Comparator.comparing((Placed placed) -> placed.entry().position()));
            Placed greatest = null;
            for (Placed placed : ofKey) {
                if (greatest == null || !greatest.place().disagrees(placed.place())) {
                    greatest = placed;
                } else if (!greatest.logged() || !placed.logged()) {
                    disputes.add(MergeFindings.logOrderDisputed(
                            greatest.entry(), placed.entry(), greatest.logged() || placed.logged()));
                    return;
                }
            }
        }

        /** Without those the log has. */
        private List<LogEntry> fresh(LoggedChanges logged, List<LogEntry> entries) {
            Set<String> identities = new TreeSet<>();
            entries.forEach(entry -> identities.add(entry.identity()));
            Map<String, List<LogEntry>> known = new HashMap<>();
            if (!identities.isEmpty()) {
                for (LogEntry entry : logged.find(identities)) {
                    known.computeIfAbsent(entry.identity(), none -> new ArrayList<>())
                            .add(entry);
                }
            }
            List<LogEntry> fresh = new ArrayList<>(entries.size());
            for (LogEntry entry : entries) {
                List<LogEntry> same = known.getOrDefault(entry.identity(), List.of());
                if (same.stream().anyMatch(old -> old.in(layout).sameContent(entry))) {
                    tally.add(What.REPLAYED);
                    continue;
                }
                same.stream()
                        .filter(old -> old.id().equals(entry.id()))
                        .findFirst()
                        .ifPresent(old -> disputes.add(MergeFindings.loggedTwice(old, entry)));
                fresh.add(entry);
            }
            return fresh;
        }
    }
}
