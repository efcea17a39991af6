package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeReader;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ReadCounts;
import io.convergence.change.RowOrigin;
import io.convergence.curated.SnapshotMerge;
import io.convergence.curated.WrittenSnapshot;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.merge.CommitMark;
import io.convergence.merge.KeyChanges;
import io.convergence.merge.MergeCounts;
import io.convergence.merge.MergeInput.NewestTransaction;
import io.convergence.merge.MergeKey;
import io.convergence.merge.MergePolicy;
import io.convergence.raw.DeclaredOrder;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.reconcile.RowSource;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One run of a merge plan: reads, merges, writes, commits. Not thread-safe. */
final class MergeExecution {
    /** By how much the clocks of store and source may differ, as for rule S5. */
    static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);

    private final MergePlan plan;
    private final TableSetup setup;
    private final Ledger ledger;
    private final ChangeReader rawReader;
    private final ChangeReader lakeReader;
    private final Landing landing;
    private final MergeOptions options;
    private final Basis basis;
    private final List<PlacedFile> unapplied;
    private final CompleteThrough complete;
    private final ChangeSources sources;
    private final List<Finding> findings;
    private final SourceCheck check;
    private final ProgressListener listener;
    private @Nullable Preview preview;

    MergeExecution(MergePlan plan, ProgressListener listener) {
        this.plan = plan;
        this.setup = plan.setup();
        this.ledger = plan.ledger();
        this.rawReader = plan.rawReader();
        this.lakeReader = plan.lakeReader();
        this.landing = plan.landing();
        this.options = plan.options();
        this.basis = plan.basis();
        this.unapplied = plan.unapplied();
        this.complete = plan.complete();
        this.sources = plan.sources();
        this.findings = plan.findings();
        this.check = new SourceCheck(plan);
        this.listener = listener;
    }

    TableResult run() {
        TableState outlook = plan.outlook();
        check.suspectDdls();
        if (outlook == TableState.SUSPECT && !Basis.reloaded(landing)) {
            check.suspectVanished();
        }
        if (outlook != TableState.PUBLISHED) {
            return unpublished(outlook, 0, null, ReadCounts.NONE, findings);
        }

        try {
            return published();
        } catch (ObjectNotFoundException | PreconditionFailedException e) {
            List<RawSource> changed = preview == null ? check.changedWhenRead(e) : List.of();
            if (changed.isEmpty()) {
                throw e;
            }
            check.suspect(changed);
            List<Finding> told = new ArrayList<>(findings);
            told.add(SourceCheck.vanished(changed));
            return unpublished(TableState.SUSPECT, 0, null, ReadCounts.NONE, told);
        }
    }

    private TableResult published() {
        PublishedColumns columns = basis == Basis.RELOAD
                ? PublishedColumns.ofReload(setup)
                : PublishedColumns.goingOn(setup, landing.snapshot());
        List<Finding> told = new ArrayList<>(findings);
        Reading reading;
        SnapshotMerge.Result result;
        try (SnapshotMerge merge = begin(sources, plan.mark(newest()))) {
            reading = read(sources, columns, merge::add, merge::changes);
            if (doubtful(reading, basis == Basis.ALL_FILES, told)) {
                return stopped(TableState.SUSPECT, sources.files(), null, reading.counts(), told);
            }
            result = merge(merge, columns.schema(), reading, Set.of());
        }
        int filesRead = sources.files();
        boolean everyFileRead = basis == Basis.ALL_FILES;
        if (result instanceof SnapshotMerge.NeedsHistory needs) {
            Optional<Finding> lost = plan.historyGone(needs.keys().size() + " keys");
            if (lost.isPresent()) {
                told.add(lost.get());
                return stopped(TableState.SUSPECT, filesRead, result.counts(), reading.counts(), told);
            }

            // Every other raw file is still there: a table with vanished ones is not merged.
            ChangeSources all = ChangeSources.of(plan.allFiles(), landing);
            everyFileRead = true;
            Set<MergeKey> keys = needs.keys();
            while (result instanceof SnapshotMerge.NeedsHistory) {
                filesRead += all.files();
                CommitMark mark = plan.mark(newest());
                try (SnapshotMerge merge = begin(all, mark)) {
                    Set<String> newFiles = plan.rawFiles();
                    Set<MergeKey> wanted = keys;
                    Reading history = read(
                            all,
                            columns,
                            (batch, belongs) -> merge.add(
                                    batch,
                                    belongs,
                                    change -> newFiles.contains(change.origin().key()) || isApplied(change, mark),
                                    wanted),
                            merge::changes);
                    if (doubtful(history, true, told)) {
                        return stopped(
                                TableState.SUSPECT,
                                filesRead,
                                result.counts().plusReplayed(reading.replayed()),
                                reading.counts(),
                                told);
                    }
                    result = merge(merge, columns.schema(), history, keys);
                }
                keys = wider(keys, result);
            }
            told.add(Finding.info(
                    "HISTORY_READ",
                    setup.table().toString(),
                    "Changes came late for keys whose newer state depends on them; the history of those keys was read"
                            + " again.",
                    "Nothing to do. Raise the settle time if this repeats."));
        }

        told.addAll(result.findings());
        if (!(result instanceof SnapshotMerge.Written written)) {
            return stopped(
                    TableState.DISPUTED,
                    filesRead,
                    result.counts().plusReplayed(reading.replayed()),
                    reading.counts(),
                    told);
        }

        Optional<Finding> back = steppedBack(written.quarantined());
        if (back.isPresent()) {
            told.removeAll(result.findings());
            told.add(back.get());
            return stopped(
                    TableState.DISPUTED,
                    filesRead,
                    written.counts().plusReplayed(reading.replayed()),
                    reading.counts(),
                    told);
        }
        if (basis == Basis.RELOAD && !mayReplace(written, told)) {
            return stopped(
                    TableState.SUSPECT,
                    filesRead,
                    written.counts().plusReplayed(reading.replayed()),
                    reading.counts(),
                    told);
        }
        return commit(written, everyFileRead, filesRead, reading, told);
    }

    /**
     * A change below the floor (rule S12) comes late, or the source's clock stepped back by more than deleted keys are remembered. Of one
     * that came late a file stands behind it that is applied. Else its time says that it is old and its place that it is new,
     * which is a dispute (rule S2), though no other change of its key shows it.
     */
    private Optional<Finding> steppedBack(List<RowOrigin> quarantined) {
        if (quarantined.isEmpty()) {
            return Optional.empty();
        }

        Map<String, Integer> places = new HashMap<>();
        List<PlacedFile> files = landing.timeline().files();
        int lastApplied = -1;
        for (int i = 0; i < files.size(); i++) {
            places.put(files.get(i).key(), i);
            lastApplied = landing.snapshot().isApplied(files.get(i).file().stat()) ? i : lastApplied;
        }
        for (RowOrigin origin : quarantined) {
            Integer place = places.get(origin.key());
            if (place != null && place > lastApplied) {
                return Optional.of(
                        steppedBack(origin, files.get(place).context().run()));
            }
        }
        return Optional.empty();
    }

    private Finding steppedBack(RowOrigin origin, Instant run) {
        return Finding.error(
                "ORDER_DISPUTED",
                origin.toString(),
                "By its time this change is older than " + options.tombstoneRetention()
                        + ", for which deleted keys are remembered, but it stands behind files that are applied: the source's clock stepped back. Whether its key was deleted since is no longer known.",
                "Reload the table; or declare what decides in this run, the order '" + run + "="
                        + DeclaredOrder.COUNTER.label() + "' or '" + run + "=" + DeclaredOrder.FILES.label() + "'.");
    }

    /**
     * How a reload would change the table. Nothing is written but to the store given.
     *
     * @param scratch where the new table is written to be compared
     */
    Optional<ReloadPreview> preview(int examples, ObjectStore scratch) {
        if (plan.outlook() != TableState.PUBLISHED || basis != Basis.RELOAD) {
            return Optional.empty();
        }
        var asked = new Preview(examples, scratch, new ArrayList<>());
        preview = asked;
        run();
        return asked.found().stream().findFirst();
    }

    /** Asked for a preview alone. */
    private record Preview(int examples, ObjectStore store, List<ReloadPreview> found) {}

    /** Whether the published table may be replaced by what was written. */
    private boolean mayReplace(SnapshotMerge.Written written, List<Finding> told) {
        Optional<RowSource> before = plan.replaced();
        Preview asked = preview;
        if (before.isEmpty() || (asked == null && !options.reloadGuard().guards())) {
            return asked == null;
        }
        LedgerEntry.Merge next =
                written.snapshot().toEntry("not committed", landing.timeline().generation(), List.of(), null);
        RowSource after = PublishedRows.of(asked == null ? setup.lakeStore() : asked.store(), next);
        int examples = asked == null ? ReloadPreview.DEFAULT_EXAMPLES : asked.examples();
        ReloadPreview found = new ReloadComparison(before.get(), after, examples).preview();
        if (asked != null) {
            asked.found().add(found);
            return false;
        }
        if (options.reloadGuard().refuses(found)) {
            told.add(options.reloadGuard().refusal(setup.table(), found));
            return false;
        }
        return true;
    }

    /** Tells the mark a change that is applied; false, because it is read for its key alone. */
    private static boolean isApplied(ChangeRecord change, CommitMark mark) {
        if (!(change.position() instanceof ChangePosition.Load)) {
            mark.seeApplied(change);
        }
        return false;
    }

    private SnapshotMerge begin(ChangeSources from, CommitMark mark) {
        return SnapshotMerge.begin(
                preview == null ? setup.lakeStore() : preview.store(),
                setup.outputPrefix() + "tables/",
                setup.random(),
                options.snapshot(),
                stored(),
                setup.key(),
                setup.declarations()::nameNow,
                from.bytes(),
                mark,
                plan.partitioning());
    }

    private SnapshotMerge.Result merge(
            SnapshotMerge merge, TableSchema schema, Reading reading, Set<MergeKey> complete) {
        listener.progress(setup.table(), ProgressListener.Step.WRITE, 0, merge.changes());
        // Buckets are merged and written in one pass, so both steps take its time.
        try (Watch.Watched merging = setup.watch().begin(WorkEvent.Step.MERGE);
                Watch.Watched writing = setup.watch().begin(WorkEvent.Step.WRITE)) {
            SnapshotMerge.Result result = merge.merge(task(schema, reading, complete));
            if (result instanceof SnapshotMerge.Written written) {
                writing.files(written.snapshot().data().size())
                        .rows(written.snapshot().rows())
                        .bytes(written.snapshot().bytes());
            }
            writing.done();
            merging.rows(merge.changes()).done();
            return result;
        }
    }

    /** What the merge starts from: nothing if all changes are read again. */
    private Optional<LedgerEntry.Merge> stored() {
        return basis == Basis.PUBLISHED ? landing.snapshot().published() : Optional.empty();
    }

    private SnapshotMerge.Task task(TableSchema schema, Reading reading, Set<MergeKey> complete) {
        Map<String, List<Column>> columns = new LinkedHashMap<>(landing.columns());
        columns.putAll(reading.columns());
        var declared = new DeclaredChanges(
                setup.declarations(), schema, landing.timeline().files(), columns);
        Map<String, @Nullable Object> defaults = new LinkedHashMap<>();
        setup.declarations()
                .columnDefaults()
                .forEach((name, value) -> schema.column(name)
                        .ifPresent(column -> defaults.put(name, DeclaredValue.of(setup.table(), column, value))));
        return new SnapshotMerge.Task(
                policy(schema),
                setup.declarations().renames(),
                defaults,
                declared::of,
                newest(),
                previous(),
                complete,
                landing.snapshot().slot(),
                hasFloor() ? options.tombstoneRetention() : null,
                plan.oldestSetAside().orElse(null));
    }

    /** The keys asked for with those of before; the history is read again until it is closed over keys linked by key changes. */
    private Set<MergeKey> wider(Set<MergeKey> keys, SnapshotMerge.Result result) {
        if (!(result instanceof SnapshotMerge.NeedsHistory more)) {
            return keys;
        }
        if (keys.containsAll(more.keys())) {
            throw new IllegalStateException("Cannot merge table " + setup.table()
                    + ": it asks again for the history of " + keys.size() + " keys it was given. Please report this.");
        }

        var wider = new HashSet<>(keys);
        wider.addAll(more.keys());
        return wider;
    }

    private MergePolicy policy(TableSchema schema) {
        KeyChanges keyChanges =
                setup.shape().beforeImagePrefix() == null ? KeyChanges.UNTRACKED : KeyChanges.BEFORE_IMAGES;
        MergePolicy policy = MergePolicy.of(schema)
                .withKeyColumns(setup.key())
                .withKeyChanges(keyChanges)
                .withKeyUniqueness(setup.keyUniqueness())
                .withRunsByCounter(runsByCounter(landing));
        policy = loadEnd(landing).map(policy::withLoadEnd).orElse(policy);
        return hasFloor()
                ? stored().flatMap(SnapshotMerge::floor).map(policy::withFloor).orElse(policy)
                : policy;
    }

    /**
     * Whether tombstones may be given up by time. The changes of a run whose order was declared all stand at the time of its
     * start, however late they come, and would fall below any floor.
     */
    private boolean hasFloor() {
        return landing.timeline().options().orders().values().stream()
                .noneMatch(order -> order == DeclaredOrder.COUNTER || order == DeclaredOrder.FILES);
    }

    /** Runs of which it is declared that the counter decides. */
    static Set<Instant> runsByCounter(Landing landing) {
        return landing.timeline().options().orders().entrySet().stream()
                .filter(order -> order.getValue() == DeclaredOrder.COUNTER)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** No row was read from the source after the last LOAD file was stored. */
    static Optional<Instant> loadEnd(Landing landing) {
        return landing.timeline().files().stream()
                .map(PlacedFile::file)
                .filter(RawFile.Load.class::isInstance)
                .map(file -> file.stat().lastModified().plus(CLOCKS_DIFFER))
                .max(Comparator.naturalOrder());
    }

    private NewestTransaction newest() {
        boolean whole =
                plan.settled() || ((basis == Basis.ALL_FILES || basis == Basis.EMPTIED) && newestIsPublished(plan));
        return whole ? NewestTransaction.SETTLED : NewestTransaction.HOLD;
    }

    /** The completeness of what the merge starts from. */
    private @Nullable Instant previous() {
        return basis == Basis.PUBLISHED ? complete.asPublished().orElse(null) : null;
    }

    /**
     * Whether a file with the newest transaction is applied: it counted as whole then, and a rebuild must not take back what was
     * published (rule S13). How far the table is complete does not tell, where a file is set aside: its rows are not read.
     */
    static boolean newestIsPublished(MergePlan plan) {
        List<PlacedFile> changes = plan.allFiles().stream()
                .filter(file -> file.file() instanceof RawFile.Changes)
                .toList();
        Optional<Instant> newest = changes.stream()
                .flatMap(file -> file.evidence().newestCommit().stream())
                .max(Comparator.naturalOrder());
        return newest.isPresent()
                && changes.stream()
                        .anyMatch(file -> file.evidence().newestCommit().equals(newest)
                                && plan.landing()
                                        .snapshot()
                                        .isApplied(file.file().stat()));
    }

    private Reading read(
            ChangeSources from,
            PublishedColumns columns,
            BiConsumer<ChangeBatch, Predicate<ChangeRecord>> changes,
            LongSupplier taken) {
        var reading = new Reading(setup.declarations(), changes);
        try (Watch.Watched work = setup.watch().begin(WorkEvent.Step.READ)) {
            from.read(setup, rawReader, lakeReader, landing.timeline(), listener, reading);
            work.files(from.files()).rows(taken.getAsLong()).bytes(from.bytes()).done();
        }
        reading.columns().values().forEach(columns::addOfFile);
        return reading;
    }

    /**
     * Tells what was found while reading.
     *
     * @param everyFile whether applied files were read again: their columns must then be explained as they were before
     */
    private boolean doubtful(Reading reading, boolean everyFile, List<Finding> told) {
        List<Finding> read = reading.findings();
        read.stream().filter(finding -> !told.contains(finding)).forEach(told::add);
        boolean doubtful = Reading.incomplete(read) && options.input() == MergeOptions.Input.WHOLE;
        if (everyFile || reading.mixesWidths()) {
            ColumnChanges columns = everyFile
                    ? ColumnChanges.ofHistory(setup, landing.timeline().files(), reading.widths())
                    : ColumnChanges.planned(
                            setup,
                            landing,
                            basis,
                            unapplied,
                            reading.widths(),
                            file -> MergePlan.columnsOf(rawReader, file));
            columns.findings().stream()
                    .filter(finding -> finding.severity() == Severity.ERROR && !told.contains(finding))
                    .forEach(told::add);
            doubtful |= columns.suspect();
        }
        return doubtful;
    }

    /** What a commit says is applied now, by key. */
    static Map<String, RawSource> applied(List<PlacedFile> unapplied, Set<String> heldFiles, MergePlan plan) {
        requireNothingPublishedHeld(heldFiles, plan);
        Map<String, RawSource> applied = new LinkedHashMap<>();
        boolean held = false;
        for (PlacedFile file : unapplied) {
            held |= heldFiles.contains(file.key());
            // What a replay repeats must be applied before it: alone it would be no replay.
            boolean waits = held && file.replayedRows() > 0;
            if (!waits && !heldFiles.contains(file.key())) {
                applied.put(file.key(), RawSource.of(file.file().stat(), file.evidence()));
            }
        }
        return applied;
    }

    /** Files that are applied are not read again: what a rebuild left out of them would be lost (rule S13). */
    private static void requireNothingPublishedHeld(Set<String> heldFiles, MergePlan plan) {
        if (heldFiles.isEmpty()) {
            return;
        }
        for (PlacedFile file : plan.allFiles()) {
            if (heldFiles.contains(file.key())
                    && plan.landing().snapshot().isApplied(file.file().stat())) {
                throw new PipelineException(
                        "Cannot rebuild the table: changes of '" + file.key()
                                + "', which were published, would be held."
                                + " Nothing was written. Merge with the settle time over, and report this.",
                        null);
            }
        }
    }

    private TableResult commit(
            SnapshotMerge.Written merged, boolean everyFileRead, int filesRead, Reading reading, List<Finding> told) {
        ReadCounts read = reading.counts();
        MergeCounts counts = merged.counts().plusReplayed(reading.replayed());
        Map<String, RawSource> applied = applied(unapplied, merged.heldFiles(), plan);
        // Rows may have been computed anew: the history of a key whose file is held in part is read at each run.
        boolean nothingApplied =
                Landing.withRows(unapplied).stream().noneMatch(file -> applied.containsKey(file.key()));
        WrittenSnapshot written = merged.snapshot();
        if (nothingApplied && !Landing.withRows(unapplied).isEmpty() && !differs(merged)) {
            return result(TableState.HELD, filesRead, counts, read, told, complete.asPublished());
        }

        listener.progress(setup.table(), ProgressListener.Step.WRITE, written.rows(), written.rows());
        List<RawSource> changed = check.changedSinceListed(everyFileRead);
        if (!changed.isEmpty()) {
            check.suspect(changed);
            told.add(SourceCheck.vanished(changed));
            return unpublished(TableState.SUSPECT, filesRead, counts, read, told);
        }
        String replays = ReplayNotes.encode(landing.timeline());
        if (!replays.isEmpty()) {
            written = written.with(ReplayNotes.NAME, replays);
        }
        String waiting =
                WaitingFiles.of(plan, applied.keySet(), merged.heldFiles()).encode();
        if (!waiting.isEmpty()) {
            written = written.with(WaitingFiles.NAME, waiting);
        }
        String loads = LoadNotes.next(landing).encode();
        if (!loads.isEmpty()) {
            written = written.with(LoadNotes.NAME, loads);
        }
        Optional<String> ddls = plan.ddls().note();
        if (ddls.isPresent()) {
            written = written.with(DdlStatistic.NAME, ddls.get());
        }
        QuarantineNote quarantined = plan.quarantined()
                .plus(
                        merged.quarantined().stream()
                                .filter(origin -> applied.containsKey(origin.key()))
                                .toList(),
                        landing.timeline().files());
        if (quarantined.count() > 0) {
            written = written.with(QuarantineNote.NAME, quarantined.encode());
        }
        Optional<Instant> completeThrough = quarantined.complete(plan.complete(merged.completeThrough()));
        LedgerSnapshot committed;
        try (Watch.Watched work = setup.watch().begin(WorkEvent.Step.COMMIT)) {
            committed = ledger.commit(written.toEntry(
                    ledger.newTransaction(),
                    landing.timeline().generation(),
                    List.copyOf(applied.values()),
                    completeThrough.orElse(null)));
            work.done();
        }
        told.addAll(committed.findings());
        Optional<LedgerEntry.Merge> before = landing.snapshot().published().filter(merge -> basis != Basis.RELOAD);
        told.addAll(WidenedTypes.findings(before, written.schema(), setup.declarations()::nameNow));
        return new TableResult(
                setup.table(),
                TableState.PUBLISHED,
                committed.slot(),
                filesRead,
                written.rows(),
                counts,
                read,
                told,
                completeThrough.orElse(null));
    }

    private boolean differs(SnapshotMerge.Written merged) {
        if (basis == Basis.PUBLISHED || (basis == Basis.RELOAD && !merged.changed())) {
            return merged.changed() || plan.repartitions();
        }

        LedgerEntry.Merge next =
                merged.snapshot().toEntry("not committed", landing.timeline().generation(), List.of(), null);
        return landing.snapshot()
                .published()
                .filter(published ->
                        basis == Basis.ALL_FILES && SnapshotMerge.sameRows(setup.lakeStore(), published, next))
                .isEmpty();
    }

    private static long rows(LedgerEntry.Merge published) {
        return published.data().stream().mapToLong(file -> file.rows()).sum();
    }

    /** Not published because of what only the rows told. */
    private TableResult stopped(
            TableState state, int filesRead, @Nullable MergeCounts counts, ReadCounts read, List<Finding> told) {
        if (preview == null) {
            StoppedMerge.note(plan, state, told);
        }
        return unpublished(state, filesRead, counts, read, told);
    }

    private TableResult unpublished(
            TableState state, int filesRead, @Nullable MergeCounts counts, ReadCounts read, List<Finding> told) {
        return result(state, filesRead, counts, read, told, complete.withoutLate());
    }

    private TableResult result(
            TableState state,
            int filesRead,
            @Nullable MergeCounts counts,
            ReadCounts read,
            List<Finding> told,
            Optional<Instant> completeThrough) {
        return new TableResult(
                setup.table(),
                state,
                landing.snapshot().slot(),
                filesRead,
                landing.snapshot().published().map(MergeExecution::rows).orElse(-1L),
                counts,
                read,
                told,
                completeThrough.orElse(null));
    }
}
