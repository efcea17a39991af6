package io.convergence.testkit.histories;

import io.convergence.change.CellState;
import io.convergence.change.ChangeId;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.merge.ChangeMerger;
import io.convergence.merge.LiveRow;
import io.convergence.merge.MergeCounts;
import io.convergence.merge.MergeCounts.What;
import io.convergence.merge.MergeInput;
import io.convergence.merge.MergeInput.NewestTransaction;
import io.convergence.merge.MergeKey;
import io.convergence.merge.MergePolicy;
import io.convergence.merge.MergeResult;
import io.convergence.merge.RowLayout;
import io.convergence.merge.StoredRow;
import io.convergence.merge.StoredRows;
import io.convergence.merge.Tombstone;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import io.convergence.testkit.histories.History.Batch;
import io.convergence.testkit.histories.History.Piece;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A lake of one table without files: plays what a pipeline does around {@link ChangeMerger}, and compares what it publishes
 * with the source's rows at each merge after which it claims to be complete, and at the end.
 */
final class PureLake {
    private final History history;
    private final Handling handling;
    private final PureTeller told;
    private final SortedMap<Long, Source.Row> source;
    private final Map<MergeKey, StoredRow> rows = new HashMap<>();
    private final Set<Piece> arrived = new LinkedHashSet<>();
    private final List<Came> came = new ArrayList<>();
    private final List<PureChange> seen = new ArrayList<>();
    private final List<PureChange> waiting = new ArrayList<>();
    private final List<Came> untaken = new ArrayList<>();
    private Set<Piece> replays = Set.of();
    private Set<Piece> half = Set.of();
    private boolean ready = true;
    private List<Column> columns = List.of(PureTeller.ID, PureTeller.A, PureTeller.B, PureTeller.BIG);
    private PureTeller.@Nullable Generation generation;
    private @Nullable Instant complete;
    private @Nullable Instant believed;
    private @Nullable ChangePosition floor;
    private MergeCounts counts = MergeCounts.none();
    private @Nullable MergeResult last;
    /** Changes came while the table was stopped, and are not waiting yet. */
    private boolean unmerged;

    private int again;
    private int merges;
    private int historyAsked;
    private int stoppedOnTheWay;
    private int comparedOnTheWay;

    private PureLake(History history, Handling handling) {
        this.history = history;
        this.handling = handling;
        this.told = new PureTeller(history.wholeImages());
        this.source = Source.tell(history.steps(), told);
    }

    /** A change as it was delivered. */
    private record Came(Piece piece, PureChange change) {}

    /** What a history came to. */
    record Outcome(
            @Nullable String failure,
            boolean stopped,
            int merges,
            int historyAsked,
            int stoppedOnTheWay,
            int comparedOnTheWay,
            MergeCounts counts) {}

    static Outcome play(History history, Handling handling) {
        var lake = new PureLake(history, handling);
        String failure;
        try {
            failure = lake.failure();
        } catch (RuntimeException e) {
            failure = "it threw " + e;
        }
        return new Outcome(
                failure,
                !lake.ready || !(lake.last instanceof MergeResult.Merged),
                lake.merges,
                lake.historyAsked,
                lake.stoppedOnTheWay,
                lake.comparedOnTheWay,
                lake.counts);
    }

    /** What a history makes of its source, to draw deliveries of. */
    static PureTeller tell(History history) {
        var teller = new PureTeller(history.wholeImages());
        Source.tell(history.steps(), teller);
        return teller;
    }

    private @Nullable String failure() {
        for (Batch batch : history.delivery()) {
            String wrong = deliver(batch);
            if (wrong != null) {
                return wrong;
            }
        }
        List<Piece> rest = told.made.keySet().stream()
                .filter(piece -> !arrived.contains(piece))
                .toList();
        String wrong = deliver(new Batch(rest, true, false));
        return wrong != null ? wrong : end();
    }

    private @Nullable String end() {
        PureTeller.Generation current = Objects.requireNonNull(generation);
        if (!replays.containsAll(current.replays)) {
            return "of what was written again, " + current.replays + ", only " + replays + " are dropped";
        }
        if (told.isHeld(current) && (!ready || history.dispute() == null)) {
            // Rule S3, whatever else is planted.
            return ready ? "it must be held, and is published" : null;
        }
        if (history.dispute() == null) {
            return ready && last instanceof MergeResult.Merged
                    ? different(source, "at the end")
                    : "it must be published, and is not: " + (ready ? last : "its files contradict each other");
        }
        if (last instanceof MergeResult.Merged) {
            return "it must stop with " + history.dispute() + ", and is published";
        }
        boolean said = last != null
                && last.findings().stream().anyMatch(finding -> finding.code().equals(history.dispute()));
        return said ? null : "it must stop with " + history.dispute() + ", and says " + last;
    }

    private @Nullable String deliver(Batch batch) {
        List<Came> news = new ArrayList<>();
        for (Piece piece : batch.pieces()) {
            PureTeller.Made made = told.made.get(piece.once());
            if (made == null || (piece.again() && made.generation().loadPieces.contains(piece.once()))) {
                continue;
            }
            boolean first = arrived.add(piece.once());
            if (first && !piece.again()) {
                take(piece.once(), made, news);
            } else if (generation != null && made.generation() == generation) {
                again++;
                made.changes()
                        .forEach(change -> news.add(new Came(piece.once(), handling.placed(change.again(again)))));
                if (first) {
                    // A file written again came before the file itself.
                    take(piece.once(), made, news);
                }
            }
        }
        PureTeller.Generation newest = newestComplete();
        if (newest != generation && newest != null) {
            begin(newest);
        } else {
            came.addAll(news);
        }
        PureTeller.Generation current = generation;
        if (current == null || loadGoesOn()) {
            // Rules S6 and S13: nothing is published while a load is half there.
            unmerged = true;
            return null;
        }
        place(current, news);
        if (!ready) {
            // Rules S2, S3 and S13.
            stoppedOnTheWay++;
            boolean mayStop = history.dispute() != null
                    || current.changes.stream().anyMatch(piece -> !isThere(piece))
                    || current.replays.stream().anyMatch(piece -> !isThere(piece));
            return mayStop || told.isHeld(current) ? null : "all is there that was written, and yet its files stop it";
        }
        if (batch.crash()) {
            // The process dies before its commit: whatever it came to is lost, and the next one begins where it began.
            merge(batch.settled());
        }
        merge(batch.settled());
        return checkOnTheWay(batch);
    }

    private void take(Piece piece, PureTeller.Made made, List<Came> news) {
        if (made.generation() == generation) {
            made.changes().forEach(change -> news.add(new Came(piece, handling.placed(change))));
        }
    }

    /**
     * Tells replays from what came, as the pipeline does before it merges. Where changes that were merged turn out to be
     * replays, or the other way round, the table is built again from all that came.
     */
    private void place(PureTeller.Generation current, List<Came> news) {
        half = told.halfThere(current, arrived);
        Map<Piece, PureChange> there = new HashMap<>();
        told.made.forEach((piece, made) -> {
            if (made.generation() == current && !current.loadPieces.contains(piece) && isThere(piece)) {
                there.put(piece, made.changes().get(0));
            }
        });
        PureTimeline timeline = PureTimeline.of(there, handling);
        ready = timeline.isReady();
        if (!ready) {
            unmerged = true;
            return;
        }
        Set<Piece> before = replays;
        replays = timeline.replays();
        boolean moved = !before.equals(replays)
                && came.stream()
                        .filter(one -> !news.contains(one) && !half.contains(one.piece()))
                        .anyMatch(one -> before.contains(one.piece()) != replays.contains(one.piece()));
        if (moved || unmerged) {
            unmerged = false;
            rows.clear();
            complete = null;
            believed = null;
            floor = null;
            seen.clear();
            waiting.clear();
            untaken.clear();
            untaken.addAll(came);
        } else {
            untaken.addAll(news);
        }
        untaken.removeIf(one -> {
            if (half.contains(one.piece())) {
                return false;
            }
            if (!replays.contains(one.piece())) {
                waiting.add(one.change());
                seen.add(one.change());
            }
            return true;
        });
    }

    private boolean isThere(Piece piece) {
        return arrived.contains(piece) && !half.contains(piece);
    }

    private PureTeller.@Nullable Generation newestComplete() {
        PureTeller.Generation newest = null;
        for (PureTeller.Generation candidate : told.generations) {
            int parts = (int)
                    candidate.loadPieces.stream().filter(arrived::contains).count();
            if (parts == candidate.loadPieces.size()) {
                newest = candidate;
            }
        }
        return newest;
    }

    private boolean loadGoesOn() {
        return told.generations.stream()
                .filter(other -> other.start.isAfter(Objects.requireNonNull(generation).start))
                .anyMatch(other -> other.loadPieces.stream().anyMatch(arrived::contains)
                        && !arrived.containsAll(other.loadPieces));
    }

    private void begin(PureTeller.Generation newest) {
        generation = newest;
        complete = null;
        floor = null;
        rows.clear();
        seen.clear();
        waiting.clear();
        came.clear();
        replays = Set.of();
        unmerged = true;
        told.made.forEach((piece, made) -> {
            if (arrived.contains(piece)) {
                take(piece, made, came);
            }
        });
    }

    private void merge(boolean settled) {
        PureTeller.Generation current = Objects.requireNonNull(generation);
        List<Column> wide = widest(waiting);
        if (!wide.equals(columns)) {
            columns = wide;
            RowLayout layout = RowLayout.of(columns);
            rows.replaceAll((key, row) -> row instanceof LiveRow live
                    ? new LiveRow(
                            key,
                            live.position(),
                            live.lastKeyChange(),
                            live.overTransaction(),
                            live.cells().in(layout))
                    : row);
        }
        MergePolicy policy = MergePolicy.of(new TableSchema(PureChange.TABLE, columns, List.of("id")))
                .withKeyUniqueness(history.uniqueness())
                .withLoadEnd(current.end);
        ChangePosition bound = floor;
        ChangeMerger merger = ChangeMerger.of(handling.policy(bound == null ? policy : policy.withFloor(bound)));
        NewestTransaction newest = handling.newest(settled ? NewestTransaction.SETTLED : NewestTransaction.HOLD);
        StoredRows stored = key -> Optional.ofNullable(rows.get(key)).map(handling::found);
        List<? extends ChangeRecord> given = handling.given(List.copyOf(waiting));
        var input = new MergeInput(stored, List.copyOf(given), Set.of(), newest, complete);
        MergeResult result = handling.merge(merger, input);
        Set<MergeKey> keys = new HashSet<>();
        while (result instanceof MergeResult.NeedsHistory needs) {
            historyAsked++;
            if (!keys.addAll(needs.keys())) {
                throw new IllegalStateException("the merger asks again for the keys it was given: " + keys);
            }
            var touching = merger.touching(keys);
            List<PureChange> history =
                    seen.stream().filter(change -> touching.test(change)).toList();
            input = new MergeInput(stored, List.copyOf(given), Set.of(), newest, complete).withHistory(keys, history);
            result = handling.merge(merger, input);
        }
        merges++;
        last = result;
        requireCounts(input.changes(), result);
    }

    private List<Column> widest(Collection<PureChange> changes) {
        boolean added = columns.contains(PureTeller.ADDED);
        boolean wide = columns.contains(PureTeller.WIDE_B);
        for (PureChange change : changes) {
            added |= change.image().columns().contains(PureTeller.ADDED);
            wide |= change.image().columns().contains(PureTeller.WIDE_B);
        }
        List<Column> found = new ArrayList<>(
                List.of(PureTeller.ID, PureTeller.A, wide ? PureTeller.WIDE_B : PureTeller.B, PureTeller.BIG));
        if (added) {
            found.add(PureTeller.ADDED);
        }
        return List.copyOf(found);
    }

    /** Every change comes to exactly one end, and each is counted once however often it is given. */
    private static void requireCounts(List<ChangeRecord> given, MergeResult result) {
        MergeCounts counts = result.counts();
        if (result instanceof MergeResult.NeedsHistory) {
            return;
        }

        long ends = 0;
        for (What what : What.values()) {
            ends += what.end() ? counts.of(what) : 0;
        }
        if (counts.of(What.RECEIVED) != given.size() || ends != given.size()) {
            throw new IllegalStateException("of " + given.size() + " changes the ends are counted as " + counts);
        }
        if (result instanceof MergeResult.Merged) {
            Set<ChangeId> distinct = new HashSet<>();
            given.forEach(change -> distinct.add(change.id()));
            if (counts.of(What.DUPLICATE) != given.size() - distinct.size()) {
                throw new IllegalStateException(
                        distinct.size() + " changes were given " + given.size() + " times: " + counts);
            }
        }
    }

    private void accept(MergeResult.Merged merged) {
        merged.upserts().forEach(this::keep);
        merged.tombstones().forEach(this::keep);
        complete = merged.completeThrough().orElse(null);
        waiting.removeIf(change -> !merged.heldFiles().contains(change.origin().key()));
        counts = counts.plus(merged.counts());
        raiseFloor();
    }

    private void keep(StoredRow row) {
        Optional<StoredRow> kept = handling.kept(row, Optional.ofNullable(rows.get(row.key())));
        if (kept.isPresent()) {
            rows.put(row.key(), kept.get());
        } else {
            rows.remove(row.key());
        }
    }

    /** Rule S12: the position of the first change of the oldest commit that is within the retention. */
    private void raiseFloor() {
        PureTeller.Generation current = Objects.requireNonNull(generation);
        Instant until = complete;
        if (history.retention() == 0 || until == null) {
            return;
        }

        List<PureChange> applied = current.changes.stream()
                .filter(piece -> isThere(piece) && !replays.contains(piece))
                .map(piece -> told.made.get(piece).changes().get(0))
                .filter(change -> change.time().isBefore(until))
                .toList();
        List<Instant> times =
                applied.stream().map(PureChange::time).distinct().sorted().toList();
        if (times.size() <= history.retention()) {
            return;
        }

        Instant kept = times.get(times.size() - history.retention());
        applied.stream()
                .filter(change -> !change.time().isBefore(kept))
                .map(PureChange::position)
                .min(ChangePosition::compareTo)
                .ifPresent(position -> {
                    floor = position;
                    rows.values()
                            .removeIf(row ->
                                    row instanceof Tombstone && row.position().compareTo(position) < 0);
                });
    }

    /** With every change up to some point delivered, the table must be the source's as of the time it claims. */
    private @Nullable String checkOnTheWay(Batch batch) {
        PureTeller.Generation current = Objects.requireNonNull(generation);
        int delivered = (int) current.changes.stream().filter(this::isThere).count();
        // What was written again tells nothing without what it repeats.
        int lastReplay = current.replays.stream()
                .filter(this::isThere)
                .mapToInt(Piece::no)
                .max()
                .orElse(-1);
        boolean gapless = current.changes.stream().limit(delivered).allMatch(this::isThere)
                && current.changes.stream()
                        .filter(piece -> piece.no() < lastReplay)
                        .allMatch(this::isThere);
        if (!(last instanceof MergeResult.Merged merged)) {
            stoppedOnTheWay++;
            // Half a transaction that somebody declared whole, now or before, may be contested until the rest comes.
            Instant before = complete;
            boolean cut = (batch.settled() && delivered < current.changes.size())
                    || (before != null && lacksChangesBefore(current, before));
            return history.dispute() == null && gapless && !cut
                    ? "all that came is in order, and yet it stops: " + last
                    : null;
        }

        accept(merged);
        if (batch.settled()) {
            // Whoever declares a cut transaction whole is believed.
            believed = complete;
        }
        if (!gapless || history.dispute() != null) {
            return null;
        }
        Instant until = complete;
        boolean cut = until != null && until.equals(believed) && lacksChangesBefore(current, until);
        if (cut || (until == null ? current.overlaps : !until.isAfter(current.read))) {
            return null;
        }

        comparedOnTheWay++;
        SortedMap<Long, Source.Row> then = new TreeMap<>();
        for (PureTeller.Committed commit : current.commits) {
            boolean within = until == null
                    ? commit.time().equals(current.read)
                    : commit.time().isBefore(until);
            if (within) {
                then = commit.rows();
            }
        }
        return different(then, "on the way, complete through " + until);
    }

    private boolean lacksChangesBefore(PureTeller.Generation current, Instant until) {
        return current.changes.stream()
                .anyMatch(piece -> !isThere(piece) && time(piece).isBefore(until));
    }

    private Instant time(Piece piece) {
        return told.made.get(piece).changes().get(0).time();
    }

    private @Nullable String different(SortedMap<Long, Source.Row> expected, String when) {
        SortedMap<Long, String> wanted = new TreeMap<>();
        expected.forEach((id, row) -> wanted.put(id, text(row)));
        SortedMap<Long, String> shown = new TreeMap<>();
        rows.values().forEach(row -> {
            if (row instanceof LiveRow live) {
                shown.put((Long) live.key().values().get(0), text(live));
            }
        });
        return wanted.equals(shown) ? null : when + " the source holds " + wanted + " and the lake " + shown;
    }

    private String text(Source.Row row) {
        return row.a() + "|" + row.b() + "|" + row.big() + (told.columnGone ? "" : "|" + row.added());
    }

    private String text(LiveRow row) {
        String b = cell(row, "b");
        return cell(row, "a") + "|" + (b.endsWith(".00") ? b.substring(0, b.length() - 3) : b) + "|" + cell(row, "big")
                + (told.columnGone ? "" : "|" + cell(row, "added"));
    }

    private static String cell(LiveRow row, String column) {
        int place = row.cells().indexOf(column);
        if (place < 0) {
            return "null";
        }
        // A column that is younger than the load may count as unknown where the loaded row was given up; null is right.
        return row.cells().state(place) == CellState.UNKNOWN && !column.equals("added")
                ? "?"
                : String.valueOf(row.cells().published(place));
    }
}
