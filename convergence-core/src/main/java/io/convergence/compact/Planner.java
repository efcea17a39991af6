package io.convergence.compact;

import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.DatePartition;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.TableTimeline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Walks along a table's history once. A file that stays as it is ends the segment before it, so that files stay in order. */
final class Planner {
    /** A group has at least so many outputs, if its partition has: it may turn out to be less by this factor. */
    private static final long OUTPUTS_OF_GROUP = 4;

    private static final long OUTPUTS_OF_UNMEASURED_GROUP = 8;

    /** Why a segment ends. */
    private enum End {
        /** Files of another kind, generation or partition come next, or one that stays as it is. */
        FOR_GOOD,
        /** A file that comes next has not settled yet. */
        UNSETTLED,
        /** There are no more files. */
        LAST
    }

    private final TableTimeline timeline;
    private final LedgerSnapshot snapshot;
    private final CompactionOptions options;
    private final Instant now;
    private final Set<RawFormat> formats;
    private final PlannedSchemas schemas;
    private final Sizing sizing;
    private final String unsettled;
    private final String large;
    private final String tail;
    private final SizeEstimate estimate;
    private final SmallCompacted small;
    private final List<CompactionPlan.Group> groups = new ArrayList<>();
    private final List<CompactionPlan.Skipped> waiting = new ArrayList<>();
    private final List<CompactionPlan.Skipped> untouched = new ArrayList<>();
    private final Partitions partitions = new Partitions();
    private Segment segment = new Segment();
    private @Nullable DatePartition partition;
    private ColumnUnion columns = ColumnUnion.none();
    private List<MessageType> lastColumns = List.of();
    private @Nullable String schemaChange;
    private int joinedToPass;
    private boolean gap;
    private boolean loadSettled = true;
    private int compactedFiles;

    Planner(
            TableTimeline timeline,
            LedgerSnapshot snapshot,
            CompactionOptions options,
            Instant now,
            Set<RawFormat> formats,
            SourceFacts facts) {
        this.timeline = timeline;
        this.snapshot = snapshot;
        this.options = options;
        this.now = now;
        this.formats = formats;
        this.schemas = new PlannedSchemas(facts);
        this.sizing = Sizing.of(options);
        this.unsettled = "it settles " + options.settleTime().toSeconds() + " s after it was stored";
        this.large = "it has at least " + options.smallestOfBand() + " already";
        this.tail = "the files at the end of its partition do not fill an output yet";
        this.estimate = new SizeEstimate(timeline, snapshot, options, facts);
        this.small = new SmallCompacted(timeline, snapshot, sizing);
    }

    CompactionPlan plan() {
        for (PlacedFile file : timeline.files()) {
            take(file);
        }
        close(End.LAST);
        timeline.leftovers().forEach(file -> leave(file, "an earlier load left it behind"));
        timeline.beforeLoad().forEach(file -> leave(file, "it is older than the load"));
        return new CompactionPlan(
                timeline.table(), snapshot.slot(), options, groups, waiting, untouched, compactedFiles);
    }

    private void take(PlacedFile placed) {
        if (joinedToPass > 0) {
            joinedToPass--;
            compactedFiles++;
            return;
        }

        RawFile file = placed.file();
        SmallCompacted.Joinable joinable = null;
        if (snapshot.isCompacted(file.stat())) {
            compactedFiles++;
            joinable = small.beginningWith(placed);
            if (joinable == null) {
                // No end of a segment: a raw file that came late must find neighbours, and its rows' positions tell
                // their
                // place. A compacted file is not written again for that.
                gap = true;
                return;
            }
        }

        DatePartition home = partitions.of(file);
        if (!segment.isEmpty()
                && !(CompactionPlan.belongTogether(segment.last(), placed)
                        && folder(partition).equals(folder(home)))) {
            close(End.FOR_GOOD);
        }
        partition = home;
        if (joinable != null) {
            join(joinable);
        } else if (file instanceof RawFile.Transaction) {
            stays(file, "it has rows of other tables, too");
        } else if (!formats.contains(file.format())) {
            stays(file, CompactionPlan.CSV);
        } else if (!isSettled(file)) {
            loadSettled &= !(file instanceof RawFile.Load);
            close(End.UNSETTLED);
            waiting.add(new CompactionPlan.Skipped(file, unsettled));
        } else if (file.stat().size() >= sizing.smallest()) {
            stays(file, large);
        } else {
            if (gap && segment.hasCompacted()) {
                close(End.FOR_GOOD);
            }
            List<MessageType> own = schemas.of(file);
            takeColumns(file, own);
            gap = false;
            segment.add(placed, estimate.of(file), own);
        }
    }

    private void join(SmallCompacted.Joinable joinable) {
        if (gap) {
            close(End.FOR_GOOD);
        }
        gap = false;
        joinedToPass = joinable.sources().size() - 1;
        List<MessageType> own = schemas.ofAll(joinable.sources());
        takeColumns(joinable.sources().get(0).file(), own);
        segment.add(joinable, !own.isEmpty(), own);
    }

    private void stays(RawFile file, String reason) {
        close(End.FOR_GOOD);
        leave(file, reason);
    }

    private void leave(RawFile file, String reason) {
        untouched.add(new CompactionPlan.Skipped(file, reason));
    }

    private boolean isSettled(RawFile file) {
        return options.settleTime().isZero()
                || !file.stat().lastModified().plus(options.settleTime()).isAfter(now);
    }

    /** A file whose columns cannot be joined with those of the files before it ends an output. By the rule that a task goes by. */
    private void takeColumns(RawFile file, List<MessageType> own) {
        if (own.isEmpty() || own.equals(lastColumns)) {
            return;
        }

        Optional<String> conflict = columns.conflict(own);
        if (conflict.isPresent()) {
            close(End.FOR_GOOD);
            schemaChange = "from " + file.key() + " on " + conflict.get();
        }
        columns = columns.joined(own).orElse(columns);
        lastColumns = own;
    }

    private void close(End end) {
        Segment ended = segment;
        segment = new Segment();
        String change = schemaChange;
        schemaChange = null;
        columns = ColumnUnion.none();
        lastColumns = List.of();
        if (ended.isEmpty()) {
            return;
        }

        CompactionPlan.Kind kind = CompactionPlan.Kind.of(ended.last().file());
        boolean measured = estimate.isMeasured(kind);
        // A tail of an open partition is not taken on the word of an estimate that may be wrong.
        long enough = measured ? sizing.smallest() + sizing.smallest() / 8 : sizing.target();
        if (ended.total() < enough && !isClosed(kind, end)) {
            ended.forEachRaw(file -> waiting.add(new CompactionPlan.Skipped(file.file(), tail)));
            return;
        }

        Segment taken = ended.isWorthRewriting(sizing.smallest()) ? ended : ended.ofRaw();
        if (taken.size() == 1) {
            taken.forEachRaw(file -> leave(file.file(), "it has no neighbour to be joined with"));
        } else if (!taken.isEmpty()) {
            groups.addAll(taken.groups(
                    kind,
                    folder(partition),
                    sizing,
                    measured ? OUTPUTS_OF_GROUP : OUTPUTS_OF_UNMEASURED_GROUP,
                    change));
        }
    }

    /** Whether no more files will come next to those at the end of a segment, or the caller does not wait for them. */
    private boolean isClosed(CompactionPlan.Kind kind, End end) {
        if (options.tail() == CompactionOptions.Tail.COMPACT
                || options.settleTime().isZero()) {
            return true;
        }
        if (end == End.UNSETTLED) {
            return false;
        }
        if (kind == CompactionPlan.Kind.LOAD) {
            // Rule S6: a load without new files for the settle time has ended, unless some are known to be missing.
            return loadSettled && timeline.state() != TableTimeline.State.HELD;
        }

        DatePartition folder = partition;
        return end == End.FOR_GOOD
                || (folder != null && !folder.end().plus(options.settleTime()).isAfter(now));
    }

    private static String folder(@Nullable DatePartition partition) {
        return partition == null ? "" : partition.folder();
    }
}
