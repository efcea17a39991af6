package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ReadCounts;
import io.convergence.curated.ChangeLogFiles;
import io.convergence.curated.SnapshotStyle;
import io.convergence.curated.SoftDeleteFiles;
import io.convergence.curated.SoftDeleteTable;
import io.convergence.curated.TableStyle;
import io.convergence.curated.WrittenSnapshot;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.merge.AppendResult;
import io.convergence.merge.ChangeLog;
import io.convergence.merge.ChangeMerger;
import io.convergence.merge.CommitMark;
import io.convergence.merge.KeyChanges;
import io.convergence.merge.LogEntry;
import io.convergence.merge.LoggedChanges;
import io.convergence.merge.MergeCounts;
import io.convergence.merge.MergeInput;
import io.convergence.merge.MergeInput.NewestTransaction;
import io.convergence.merge.MergeKey;
import io.convergence.merge.MergePolicy;
import io.convergence.merge.MergeResult;
import io.convergence.merge.StoredRow;
import io.convergence.merge.Tombstone;
import io.convergence.raw.FileContext;
import io.convergence.raw.PlacedFile;
import io.convergence.reconcile.RowSource;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.PreconditionFailedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run of a merge plan whose style is soft delete or a change log: reads, merges, writes, commits. The new changes, and
 * with soft delete the table, are held in memory; rows of a new load of a change log are not. Not thread-safe.
 */
final class StyledExecution {
    private final MergePlan plan;
    private final TableSetup setup;
    private final Landing landing;
    private final MergeOptions options;
    private final Basis basis;
    private final SourceCheck check;
    private final ProgressListener listener;
    private final List<Finding> told;
    /** Whether applied files were read again, so that their changes are committed again. */
    private boolean everyFileRead;

    private int examplesAsked = -1;
    private @Nullable ReloadPreview preview;
    private int filesRead;
    private long replayed;
    private ReadCounts counts = ReadCounts.NONE;

    StyledExecution(MergePlan plan, ProgressListener listener) {
        this.plan = plan;
        this.setup = plan.setup();
        this.landing = plan.landing();
        this.options = plan.options();
        this.basis = plan.basis();
        this.check = new SourceCheck(plan);
        this.listener = listener;
        this.everyFileRead = plan.basis() == Basis.ALL_FILES;
        this.told = new ArrayList<>(plan.findings());
    }

    /** What a merge came to that may be published. */
    private record Outcome(
            Set<String> heldFiles, Optional<Instant> completeThrough, MergeCounts counts, boolean changed) {}

    TableResult run() {
        TableState outlook = plan.outlook();
        check.suspectDdls();
        if (outlook == TableState.SUSPECT && !Basis.reloaded(landing)) {
            check.suspectVanished();
        }
        if (outlook != TableState.PUBLISHED) {
            return unpublished(outlook, null);
        }
        try {
            return options.style().kind() == SnapshotStyle.APPEND ? append() : softDelete();
        } catch (ObjectNotFoundException | PreconditionFailedException e) {
            List<RawSource> changed = check.changedWhenRead(e);
            if (changed.isEmpty()) {
                throw e;
            }
            check.suspect(changed);
            told.add(SourceCheck.vanished(changed));
            return unpublished(TableState.SUSPECT, null);
        }
    }

    /** The published table, if it goes on or is replaced in the same style. */
    private Optional<LedgerEntry.Merge> published() {
        return landing.snapshot()
                .published()
                .filter(merge ->
                        TableStyle.of(merge).note().equals(options.style().note()));
    }

    private TableResult append() {
        Optional<LedgerEntry.Merge> published = published();
        if (isNewLoad(published) && StoppedMerge.standing(plan).isPresent()) {
            // It would most likely stop again, and leave the rows of the load behind each time.
            var loads = new NewLoad(published, columnsOfLog(published), null);
            TableResult again = toAppend(published, loads).stopped();
            if (again != null) {
                return again;
            }
            told.clear();
            told.addAll(plan.findings());
        }
        ChangeLogFiles files = ChangeLogFiles.create(
                        setup.lakeStore(),
                        setup.outputPrefix() + "tables/",
                        options.style().logColumns(),
                        setup.random())
                .withTargetSize(options.snapshot().targetSize());
        try (ChangeLogFiles.Appending appending = files.begin(
                published.orElse(null), setup.table(), landing.snapshot().slot())) {
            var loads = new NewLoad(published, columnsOfLog(published), appending);
            ToAppend found = toAppend(published, loads);
            TableResult stopped = found.stopped();
            return stopped != null ? stopped : append(published, requireNonNull(found.appended()), loads, appending);
        }
    }

    private PublishedColumns columnsOfLog(Optional<LedgerEntry.Merge> published) {
        return PublishedColumns.ofLog(setup, landing.snapshot(), published.isPresent());
    }

    /**
     * Whether the log has no row of this load. Files of one that is logged in part may have been rewritten, which only a comparison
     * tells.
     */
    private boolean isNewLoad(Optional<LedgerEntry.Merge> published) {
        return published
                .map(LedgerEntry.Merge::generation)
                .filter(landing.timeline().generation()::equals)
                .isEmpty();
    }

    /** What a log is to be given, or why it is given nothing: one of them is null. */
    private record ToAppend(
            AppendResult.@Nullable Appended appended,
            @Nullable TableResult stopped) {}

    private ToAppend toAppend(Optional<LedgerEntry.Merge> published, NewLoad loads) {
        List<ChangeRecord> changes = new ArrayList<>();
        PublishedColumns columns = loads.columns;
        Reading reading = read(plan.sources(), columns, change -> {
            if (!loads.take(change)) {
                changes.add(change);
            }
        });
        if (doubtful(reading, false)) {
            return new ToAppend(null, stopped(TableState.SUSPECT, null));
        }

        TableSchema schema = columns.schema();
        published.map(LedgerEntry.Merge::schema).ifPresent(before -> requireSameKey(before, schema));
        LoggedChanges logged = published
                .<LoggedChanges>map(merge -> new LoggedInPlace(ChangeLogFiles.logged(setup.lakeStore(), merge), plan))
                .orElseGet(LoggedChanges::none);
        Instant previous =
                basis.replaces() ? null : plan.complete().asPublished().orElse(null);
        AppendResult result = ChangeLog.of(schema)
                .append(logged, changes, plan.settled() ? NewestTransaction.SETTLED : NewestTransaction.HOLD, previous);
        told.addAll(result.findings());
        return result instanceof AppendResult.Appended appended
                ? new ToAppend(appended, null)
                : new ToAppend(
                        null, stopped(TableState.DISPUTED, result.counts().plusLoaded(loads.rows)));
    }

    private TableResult append(
            Optional<LedgerEntry.Merge> published,
            AppendResult.Appended appended,
            NewLoad loads,
            ChangeLogFiles.Appending appending) {
        TableSchema schema = loads.columns.schema();
        long loaded = loads.rows;
        var outcome = new Outcome(
                appended.heldFiles(),
                appended.completeThrough(),
                appended.counts().plusLoaded(loaded),
                loaded > 0 || !appended.entries().isEmpty() || published.isEmpty());
        return commit(outcome, loaded + appended.entries().size(), () -> {
            appended.entries().forEach(entry -> appending.add(schema, entry));
            return appending.finish(schema);
        });
    }

    /**
     * Rows of a load that is not logged at all: no other delivery of them is there, they are not held and nothing orders them
     * against each other, so that they are written as they are read, however many they are.
     */
    private final class NewLoad {
        private final boolean isNew;
        private final Optional<LedgerEntry.Merge> published;
        private final PublishedColumns columns;
        private final ChangeLogFiles.@Nullable Appending appending;
        private long rows;
        private @Nullable List<Column> columnsOfFile;
        private @Nullable TableSchema schema;
        private @Nullable Function<ChangeRecord, LogEntry> entries;

        /** @param appending null if they are only read */
        NewLoad(
                Optional<LedgerEntry.Merge> published,
                PublishedColumns columns,
                ChangeLogFiles.@Nullable Appending appending) {
            this.published = published;
            this.columns = columns;
            this.appending = appending;
            this.isNew = isNewLoad(published);
        }

        /** Whether the change was such a row, and is written. */
        boolean take(ChangeRecord change) {
            if (!isNew || !(change.position() instanceof ChangePosition.Load)) {
                return false;
            }

            TableSchema known = schema;
            Function<ChangeRecord, LogEntry> making = entries;
            List<Column> ofFile = change.image().columns();
            if (known == null || making == null || (ofFile != columnsOfFile && !ofFile.equals(columnsOfFile))) {
                columnsOfFile = ofFile;
                columns.addOfFile(ofFile);
                TableSchema now = columns.schema();
                if (known == null || making == null || !now.equals(known)) {
                    published.map(LedgerEntry.Merge::schema).ifPresent(before -> requireSameKey(before, now));
                    known = now;
                    schema = now;
                    making = ChangeLog.of(now).entries();
                    entries = making;
                }
            }
            LogEntry entry = making.apply(change);
            if (appending != null) {
                appending.add(known, entry);
            }
            rows++;
            return true;
        }
    }

    private void requireSameKey(TableSchema before, TableSchema now) {
        if (!before.primaryKey().equals(now.primaryKey())) {
            throw new PipelineException(
                    "Cannot go on with the change log of table " + setup.table() + ": its key was "
                            + before.primaryKey() + " and is " + now.primaryKey()
                            + ", and its files are not written anew. Keep the key, or keep a new log under other"
                            + " output and control prefixes.",
                    null);
        }
    }

    private TableResult softDelete() {
        PublishedColumns columns = basis == Basis.RELOAD
                ? PublishedColumns.ofReload(setup)
                : PublishedColumns.goingOn(setup, landing.snapshot());
        List<ChangeRecord> read = new ArrayList<>();
        Reading reading = read(plan.sources(), columns, read);
        if (doubtful(reading, basis == Basis.ALL_FILES)) {
            return stopped(TableState.SUSPECT, null);
        }

        TableSchema schema = columns.schema();
        SoftDeleteTable published = published(schema);
        SoftDeleteTable stored = basis == Basis.ALL_FILES ? kept(published) : published;
        List<ChangeRecord> changes = declared(read, reading, schema);
        MergeInput input = input(stored, changes);
        MergeResult result = merge(merger(schema), input);
        if (result instanceof MergeResult.NeedsHistory needs) {
            Optional<Finding> lost = plan.historyGone(needs.keys().size() + " keys");
            if (lost.isPresent()) {
                told.add(lost.get());
                return stopped(TableState.SUSPECT, result.counts());
            }

            everyFileRead = true;
            List<ChangeRecord> all = new ArrayList<>();
            Reading history = read(ChangeSources.of(plan.allFiles(), landing), columns, all);
            if (doubtful(history, true)) {
                return stopped(TableState.SUSPECT, result.counts());
            }
            schema = columns.schema();
            stored = stored.evolve(schema, Map.of());
            published = published.evolve(schema, Map.of());
            result = mergeWithHistory(needs, stored, input, declared(all, history, schema));
            told.add(Finding.info(
                    "HISTORY_READ",
                    setup.table().toString(),
                    "Changes came late for keys whose newer state depends on them; the history of those keys was read"
                            + " again.",
                    "Nothing to do. Raise the settle time if this repeats."));
        }

        told.addAll(result.findings());
        if (!(result instanceof MergeResult.Merged merged)) {
            return stopped(TableState.DISPUTED, result.counts());
        }

        boolean loaded = !landing.timeline().generation().equals(FileContext.NO_LOAD);
        told.addAll(merger(schema).findings(merged.counts(), input.previous(), loaded));
        SoftDeleteTable next = stored.apply(merged, null);
        if (basis == Basis.RELOAD && refused(next)) {
            return stopped(TableState.SUSPECT, merged.counts());
        }
        boolean changed = !List.copyOf(next.entries()).equals(List.copyOf(published.entries()));
        var outcome = new Outcome(merged.heldFiles(), merged.completeThrough(), merged.counts(), changed);
        SoftDeleteFiles files = SoftDeleteFiles.create(
                setup.lakeStore(),
                setup.outputPrefix() + "tables/",
                options.style().deletedColumns(),
                setup.random());
        return commit(
                outcome,
                next.entries().stream().filter(StyledExecution::hasRow).count(),
                () -> files.write(next.withNullsAllowed(), landing.snapshot().slot()));
    }

    /** Deleted rows are written as well; tombstones of rows that are not kept have none. */
    private static boolean hasRow(StoredRow row) {
        return !(row instanceof Tombstone gone) || gone.deletedRow().isPresent();
    }

    /** How a reload would change the table; empty if this is none, or its outcome is open. Nothing is written. */
    Optional<ReloadPreview> preview(int examples) {
        if (plan.outlook() != TableState.PUBLISHED
                || basis != Basis.RELOAD
                || options.style().kind() == SnapshotStyle.APPEND) {
            return Optional.empty();
        }
        examplesAsked = examples;
        softDelete();
        return Optional.ofNullable(preview);
    }

    /** Whether the table must not be replaced. */
    private boolean refused(SoftDeleteTable next) {
        Optional<RowSource> before = plan.replaced();
        if (before.isEmpty()) {
            return examplesAsked >= 0;
        }
        if (examplesAsked < 0 && !options.reloadGuard().guards()) {
            return false;
        }
        int examples = examplesAsked < 0 ? ReloadPreview.DEFAULT_EXAMPLES : examplesAsked;
        preview = new ReloadComparison(before.get(), new LiveRows(next), examples).preview();
        if (options.reloadGuard().refuses(preview)) {
            told.add(options.reloadGuard().refusal(setup.table(), preview));
            return true;
        }
        return examplesAsked >= 0;
    }

    private record LiveRows(SoftDeleteTable table) implements RowSource {
        @Override
        public TableSchema schema() {
            return table.schema();
        }

        @Override
        public Stream<List<@Nullable Object>> rows() {
            return table.rows().map(row -> {
                List<@Nullable Object> cells = new ArrayList<>();
                for (int i = 0; i < row.cells().layout().size(); i++) {
                    cells.add(row.cells().published(i));
                }
                return cells;
            });
        }
    }

    /** What is published so far, in the columns to publish next; if another load replaces it, every row of it as deleted. */
    private SoftDeleteTable published(TableSchema schema) {
        Optional<LedgerEntry.Merge> merge = published();
        if (merge.isEmpty()) {
            return SoftDeleteTable.empty(schema);
        }

        SoftDeleteTable table = SoftDeleteTable.load(setup.lakeStore(), merge.get())
                .renamed(setup.declarations().renames());
        if (basis.replaces()) {
            return table.replacedBy(landing.timeline().generation(), schema);
        }

        Map<String, @Nullable Object> defaults = new LinkedHashMap<>();
        setup.declarations()
                .columnDefaults()
                .forEach((name, value) -> schema.column(name)
                        .ifPresent(column -> defaults.put(name, DeclaredValue.of(setup.table(), column, value))));
        return table.evolve(schema, defaults);
    }

    /** Of a table that is built again from all files: what no file of this load tells. */
    private static SoftDeleteTable kept(SoftDeleteTable published) {
        return published.ofEarlierLoads();
    }

    /** Merges with the history of the keys asked for, until it is closed over keys linked by key changes. */
    private MergeResult mergeWithHistory(
            MergeResult.NeedsHistory first, SoftDeleteTable stored, MergeInput input, List<ChangeRecord> history) {
        ChangeMerger merger = merger(stored.schema());
        Set<String> newFiles = plan.rawFiles();
        Set<MergeKey> keys = first.keys();
        while (true) {
            var touching = merger.touching(keys);
            List<ChangeRecord> changes = history.stream()
                    .filter(change -> newFiles.contains(change.origin().key()) || touching.test(change))
                    .toList();
            MergeResult result =
                    merge(merger, new MergeInput(stored.storedRows(), changes, keys, input.newest(), input.previous()));
            if (!(result instanceof MergeResult.NeedsHistory more)) {
                return result;
            }
            if (keys.containsAll(more.keys())) {
                throw new IllegalStateException(
                        "Cannot merge table " + setup.table() + ": it asks again for the history of " + keys.size()
                                + " keys it was given. Please report this.");
            }

            var wider = new HashSet<>(keys);
            wider.addAll(more.keys());
            keys = wider;
        }
    }

    /** What is applied is not held again, also where the table is less complete than that. */
    private MergeResult merge(ChangeMerger merger, MergeInput input) {
        CommitMark mark = plan.mark(input.newest());
        Set<String> newFiles = plan.rawFiles();
        input.changes().stream()
                .filter(change -> !(change.position() instanceof ChangePosition.Load))
                .forEach(change -> {
                    mark.see(change);
                    if (basis == Basis.PUBLISHED
                            && !newFiles.contains(change.origin().key())) {
                        mark.seeApplied(change);
                    }
                });
        return merger.mergePart(input, mark);
    }

    private ChangeMerger merger(TableSchema schema) {
        KeyChanges keyChanges =
                setup.shape().beforeImagePrefix() == null ? KeyChanges.UNTRACKED : KeyChanges.BEFORE_IMAGES;
        MergePolicy policy = MergePolicy.of(schema)
                .withKeyColumns(setup.key())
                .withKeyChanges(keyChanges)
                .withKeyUniqueness(setup.keyUniqueness())
                .withRunsByCounter(MergeExecution.runsByCounter(landing))
                .keepingDeletedRows();
        return ChangeMerger.of(
                MergeExecution.loadEnd(landing).map(policy::withLoadEnd).orElse(policy));
    }

    private MergeInput input(SoftDeleteTable stored, List<ChangeRecord> changes) {
        MergeInput input = MergeInput.of(stored.storedRows(), changes);
        Optional<Instant> bound = plan.complete().asPublished();
        if (plan.settled()
                || ((basis == Basis.ALL_FILES || basis == Basis.EMPTIED) && MergeExecution.newestIsPublished(plan))) {
            input = input.settled();
        }
        return basis == Basis.PUBLISHED && bound.isPresent() ? input.since(bound.get()) : input;
    }

    private Reading read(ChangeSources from, PublishedColumns columns, List<ChangeRecord> into) {
        return read(from, columns, into::add);
    }

    private Reading read(ChangeSources from, PublishedColumns columns, Consumer<ChangeRecord> into) {
        var taken = new long[1];
        // A log's rows say what the files say, whatever is declared.
        Declarations declared =
                options.style().kind() == SnapshotStyle.APPEND ? Declarations.of(setup.table()) : setup.declarations();
        var reading = new Reading(
                declared,
                (batch, belongs) -> batch.forEach(change -> {
                    if (belongs.test(change)) {
                        taken[0]++;
                        into.accept(change);
                    }
                }));
        try (Watch.Watched work = setup.watch().begin(WorkEvent.Step.READ)) {
            from.read(setup, plan.rawReader(), plan.lakeReader(), landing.timeline(), listener, reading);
            work.files(from.files()).rows(taken[0]).bytes(from.bytes()).done();
        }
        reading.columns().values().forEach(columns::addOfFile);
        replayed = filesRead == 0 ? reading.replayed() : replayed;
        filesRead += from.files();
        counts = counts == ReadCounts.NONE ? reading.counts() : counts;
        return reading;
    }

    /**
     * Tells what was found while reading.
     *
     * @param everyFile whether applied files were read again: their columns must then be explained as they were before
     */
    private boolean doubtful(Reading reading, boolean everyFile) {
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
                            plan.unapplied(),
                            reading.widths(),
                            file -> MergePlan.columnsOf(plan.rawReader(), file));
            columns.findings().stream()
                    .filter(finding -> finding.severity() == Severity.ERROR && !told.contains(finding))
                    .forEach(told::add);
            doubtful |= columns.suspect();
        }
        return doubtful;
    }

    private List<ChangeRecord> declared(List<ChangeRecord> changes, Reading reading, TableSchema schema) {
        Map<String, List<Column>> columns = new LinkedHashMap<>(landing.columns());
        columns.putAll(reading.columns());
        var declared = new DeclaredChanges(
                setup.declarations(), schema, landing.timeline().files(), columns);
        return changes.stream().map(declared::of).toList();
    }

    /** @param rows to be told to the listener */
    private TableResult commit(Outcome outcome, long rows, Supplier<WrittenSnapshot> writing) {
        Map<String, RawSource> applied = MergeExecution.applied(plan.unapplied(), outcome.heldFiles(), plan);
        List<PlacedFile> withRows = Landing.withRows(plan.unapplied());
        boolean nothingApplied = withRows.stream().noneMatch(file -> applied.containsKey(file.key()));
        if (nothingApplied && !withRows.isEmpty() && !outcome.changed()) {
            return result(
                    TableState.HELD,
                    landing.snapshot().slot(),
                    rowsPublished(),
                    outcome.counts(),
                    plan.complete().asPublished());
        }

        listener.progress(setup.table(), ProgressListener.Step.WRITE, 0, rows);
        WrittenSnapshot written;
        try (Watch.Watched work = setup.watch().begin(WorkEvent.Step.WRITE)) {
            written = writing.get();
            work.files(written.data().size())
                    .rows(written.rows())
                    .bytes(written.bytes())
                    .done();
        }
        listener.progress(setup.table(), ProgressListener.Step.WRITE, rows, rows);
        List<RawSource> changed = check.changedSinceListed(everyFileRead);
        if (!changed.isEmpty()) {
            check.suspect(changed);
            told.add(SourceCheck.vanished(changed));
            return unpublished(TableState.SUSPECT, outcome.counts());
        }
        Optional<Instant> complete = plan.complete(outcome.completeThrough());
        String replays = ReplayNotes.encode(landing.timeline());
        if (!replays.isEmpty()) {
            written = written.with(ReplayNotes.NAME, replays);
        }
        String waiting =
                WaitingFiles.of(plan, applied.keySet(), outcome.heldFiles()).encode();
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
        LedgerSnapshot committed;
        try (Watch.Watched work = setup.watch().begin(WorkEvent.Step.COMMIT)) {
            committed = plan.ledger()
                    .commit(written.toEntry(
                            plan.ledger().newTransaction(),
                            landing.timeline().generation(),
                            List.copyOf(applied.values()),
                            complete.orElse(null)));
            work.done();
        }
        told.addAll(committed.findings());
        Optional<LedgerEntry.Merge> before = published().filter(merge -> basis != Basis.RELOAD);
        told.addAll(WidenedTypes.findings(before, written.schema(), setup.declarations()::nameNow));
        return result(TableState.PUBLISHED, committed.slot(), written.rows(), outcome.counts(), complete);
    }

    private long rowsPublished() {
        return landing.snapshot()
                .published()
                .map(merge ->
                        merge.data().stream().mapToLong(file -> file.rows()).sum())
                .orElse(-1L);
    }

    /** Not published because of what only the rows told. */
    private TableResult stopped(TableState state, @Nullable MergeCounts merged) {
        if (examplesAsked < 0) {
            StoppedMerge.note(plan, state, told);
        }
        return unpublished(state, merged);
    }

    private TableResult unpublished(TableState state, @Nullable MergeCounts merged) {
        return result(
                state,
                landing.snapshot().slot(),
                rowsPublished(),
                merged,
                plan.complete().withoutLate());
    }

    private TableResult result(
            TableState state, long slot, long rows, @Nullable MergeCounts merged, Optional<Instant> completeThrough) {
        return new TableResult(
                setup.table(),
                state,
                slot,
                filesRead,
                rows,
                merged == null ? null : merged.plusReplayed(replayed),
                counts,
                told,
                completeThrough.orElse(null));
    }
}
