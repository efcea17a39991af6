package io.convergence.pipeline;

import io.convergence.ConvergenceException;
import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.change.ChangeReader;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ReadCounts;
import io.convergence.curated.CuratedTable;
import io.convergence.curated.CuratedTableWriter;
import io.convergence.curated.ParquetSnapshotWriter;
import io.convergence.curated.SnapshotStyle;
import io.convergence.curated.WrittenSnapshot;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.merge.ChangeMerger;
import io.convergence.merge.KeyChanges;
import io.convergence.merge.MergeCounts;
import io.convergence.merge.MergeInput;
import io.convergence.merge.MergeKey;
import io.convergence.merge.MergePolicy;
import io.convergence.merge.MergeResult;
import io.convergence.raw.DeclaredOrder;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a merge plan: reads, merges, writes, commits. Not thread-safe. */
final class MergeExecution {
    private static final Logger LOG = LoggerFactory.getLogger(MergeExecution.class);

    /** By how much the clocks of store and source may differ, as for rule S5. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);

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
    private final ProgressListener listener;

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
        this.listener = listener;
    }

    TableResult run() {
        TableState outlook = plan.outlook();
        if (outlook != TableState.PUBLISHED) {
            return unpublished(outlook, 0, null, ReadCounts.NONE, findings);
        }

        PublishedColumns columns = basis == Basis.RELOAD
                ? PublishedColumns.ofReload(setup)
                : PublishedColumns.goingOn(setup, landing.snapshot());
        Reading reading = read(sources, columns);
        List<Finding> told = new ArrayList<>(findings);
        if (doubtful(reading, basis == Basis.ALL_FILES, told)) {
            return unpublished(TableState.SUSPECT, sources.files(), null, reading.counts(), told);
        }

        TableSchema schema = columns.schema();
        List<ChangeRecord> changes = declared(reading, schema);
        CuratedTable published = published(schema);
        CuratedTable stored = basis == Basis.PUBLISHED ? published : CuratedTable.empty(schema);
        int filesRead = sources.files();
        MergeInput input = input(stored, changes);
        MergeResult result;
        try (Watch.Watched work = setup.watch().begin(WorkEvent.Step.MERGE)) {
            result = merger(schema).merge(input);
            work.rows(changes.size()).done();
        }
        if (result instanceof MergeResult.NeedsHistory needs) {
            Optional<Finding> lost = plan.historyGone(needs.keys().size() + " keys");
            if (lost.isPresent()) {
                told.add(lost.get());
                return unpublished(TableState.SUSPECT, filesRead, result.counts(), reading.counts(), told);
            }

            // Every other raw file is still there: a table with vanished ones is not merged.
            ChangeSources all = ChangeSources.of(landing.placedWithRows(), landing);
            filesRead += all.files();
            Reading history = read(all, columns);
            if (doubtful(history, true, told)) {
                return unpublished(
                        TableState.SUSPECT,
                        filesRead,
                        result.counts().plusReplayed(reading.replayed()),
                        reading.counts(),
                        told);
            }
            schema = columns.schema();
            stored = stored.evolve(schema);
            published = published.evolve(schema);
            result = mergeWithHistory(needs, stored, input, declared(history, schema));
            told.add(Finding.info(
                    "HISTORY_READ",
                    setup.table().toString(),
                    "Changes came late for keys whose newer state depends on them; the history of those keys was read again.",
                    "Nothing to do. Raise the settle time if this repeats."));
        }

        told.addAll(result.findings());
        if (!(result instanceof MergeResult.Merged merged)) {
            return unpublished(
                    TableState.DISPUTED,
                    filesRead,
                    result.counts().plusReplayed(reading.replayed()),
                    reading.counts(),
                    told);
        }

        return commit(published, stored, merged, filesRead, reading, told);
    }

    /** Merges with the history of the keys asked for, until it is closed over keys linked by key changes. */
    private MergeResult mergeWithHistory(
            MergeResult.NeedsHistory first, CuratedTable stored, MergeInput input, List<ChangeRecord> history) {
        ChangeMerger merger = merger(stored.schema());
        Set<String> newFiles = plan.rawFiles();
        Set<MergeKey> keys = first.keys();
        while (true) {
            var touching = merger.touching(keys);
            List<ChangeRecord> changes = history.stream()
                    .filter(change -> newFiles.contains(change.origin().key()) || touching.test(change))
                    .toList();
            MergeResult result =
                    merger.merge(new MergeInput(stored.storedRows(), changes, keys, input.newest(), input.previous()));
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

    private ChangeMerger merger(TableSchema schema) {
        KeyChanges keyChanges =
                setup.shape().beforeImagePrefix() == null ? KeyChanges.UNTRACKED : KeyChanges.BEFORE_IMAGES;
        MergePolicy policy = MergePolicy.of(schema)
                .withKeyColumns(setup.key())
                .withKeyChanges(keyChanges)
                .withKeyUniqueness(setup.keyUniqueness())
                .withRunsByCounter(runsByCounter());
        return ChangeMerger.of(loadEnd().map(policy::withLoadEnd).orElse(policy));
    }

    private Set<Instant> runsByCounter() {
        return landing.timeline().options().orders().entrySet().stream()
                .filter(order -> order.getValue() == DeclaredOrder.COUNTER)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** No row was read from the source after the last LOAD file was stored. */
    private Optional<Instant> loadEnd() {
        return landing.timeline().files().stream()
                .map(PlacedFile::file)
                .filter(RawFile.Load.class::isInstance)
                .map(file -> file.stat().lastModified().plus(CLOCKS_DIFFER))
                .max(Comparator.naturalOrder());
    }

    private MergeInput input(CuratedTable stored, List<ChangeRecord> changes) {
        MergeInput input = MergeInput.of(stored.storedRows(), changes);
        Optional<Instant> bound = complete.asPublished();
        if (plan.settled()
                || ((basis == Basis.ALL_FILES || basis == Basis.EMPTIED)
                        && bound.filter(this::isNewerThanAllFiles).isPresent())) {
            input = input.settled();
        }
        return basis == Basis.PUBLISHED && bound.isPresent() ? input.since(bound.get()) : input;
    }

    /** Then the newest transaction counted as whole when it was published, and a rebuild must not go back behind that. */
    private boolean isNewerThanAllFiles(Instant published) {
        return landing.timeline().files().stream()
                .filter(file -> file.file() instanceof RawFile.Changes)
                .flatMap(file -> file.evidence().largest().stream())
                .allMatch(published::isAfter);
    }

    private Reading read(ChangeSources from, PublishedColumns columns) {
        var reading = new Reading();
        try (Watch.Watched work = setup.watch().begin(WorkEvent.Step.READ)) {
            from.read(setup, rawReader, lakeReader, landing.timeline(), listener, reading);
            work.files(from.files())
                    .rows(reading.changes().size())
                    .bytes(from.bytes())
                    .done();
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

    private List<ChangeRecord> declared(Reading reading, TableSchema schema) {
        Map<String, List<Column>> columns = new LinkedHashMap<>(landing.columns());
        columns.putAll(reading.columns());
        return new DeclaredChanges(
                        setup.declarations(), schema, landing.timeline().files(), columns)
                .of(reading.changes());
    }

    /** What is published so far, in the columns to publish next. */
    private CuratedTable published(TableSchema schema) {
        Optional<LedgerEntry.Merge> merge =
                basis.replaces() ? Optional.empty() : landing.snapshot().published();
        if (merge.isEmpty()) {
            return CuratedTable.empty(schema);
        }

        Map<String, @Nullable Object> defaults = new LinkedHashMap<>();
        setup.declarations()
                .columnDefaults()
                .forEach((name, value) -> schema.column(name)
                        .ifPresent(column -> defaults.put(name, DeclaredValue.of(setup.table(), column, value))));
        return CuratedTable.load(setup.lakeStore(), merge.get())
                .renamed(setup.declarations().renames())
                .evolve(schema, defaults);
    }

    private TableResult commit(
            CuratedTable published,
            CuratedTable stored,
            MergeResult.Merged merged,
            int filesRead,
            Reading reading,
            List<Finding> told) {
        ReadCounts read = reading.counts();
        MergeCounts counts = merged.counts().plusReplayed(reading.replayed());
        Map<String, RawSource> applied = new LinkedHashMap<>();
        boolean held = false;
        for (PlacedFile file : unapplied) {
            held |= merged.heldFiles().contains(file.key());
            // What a replay repeats must be applied before it: alone it would be no replay.
            boolean waits = held && file.replayedRows() > 0;
            if (!waits && !merged.heldFiles().contains(file.key())) {
                applied.put(file.key(), RawSource.of(file.file().stat(), file.evidence()));
            }
        }
        CuratedTable table = stored.apply(merged, null);
        // Rows may have been computed anew: the history of a key whose file is held in part is read at each run.
        boolean nothingApplied =
                Landing.withRows(unapplied).stream().noneMatch(file -> applied.containsKey(file.key()));
        if (nothingApplied
                && !Landing.withRows(unapplied).isEmpty()
                && List.copyOf(table.entries()).equals(List.copyOf(published.entries()))) {
            return result(TableState.HELD, filesRead, counts, read, told, complete.asPublished());
        }

        listener.progress(setup.table(), ProgressListener.Step.WRITE, 0, table.rowCount());
        WrittenSnapshot written;
        try (Watch.Watched work = setup.watch().begin(WorkEvent.Step.WRITE)) {
            written = writer(SnapshotStyle.CURRENT).write(stored, merged, landing.snapshot().slot());
            work.files(written.data().size())
                    .rows(written.rows())
                    .bytes(written.bytes())
                    .done();
        }
        listener.progress(setup.table(), ProgressListener.Step.WRITE, written.rows(), table.rowCount());
        List<RawSource> changed = changedSinceListed();
        if (!changed.isEmpty()) {
            suspect(changed);
            told.add(Finding.error(
                    "RAW_FILE_VANISHED",
                    changed.get(0).key(),
                    "It was deleted or written anew while the table was merged: DMS does so when the source table is truncated, dropped or reloaded.",
                    "Reload the table, or restore the file; if a reload is going on, nothing."));
            return unpublished(TableState.SUSPECT, filesRead, counts, read, told);
        }
        String replays = ReplayNotes.encode(landing.timeline());
        if (!replays.isEmpty()) {
            written = written.with(ReplayNotes.NAME, replays);
        }
        LedgerSnapshot committed;
        try (Watch.Watched work = setup.watch().begin(WorkEvent.Step.COMMIT)) {
            committed = ledger.commit(written.toEntry(
                    ledger.newTransaction(),
                    landing.timeline().generation(),
                    List.copyOf(applied.values()),
                    merged.completeThrough().orElse(null)));
            work.done();
        }
        return new TableResult(
                setup.table(),
                TableState.PUBLISHED,
                committed.slot(),
                filesRead,
                written.rows(),
                counts,
                read,
                told,
                merged.completeThrough().orElse(null));
    }

    /** The seam between the pure merge and the files of a style. */
    private CuratedTableWriter writer(SnapshotStyle style) {
        return switch (style) {
            case CURRENT ->
                ParquetSnapshotWriter.create(setup.lakeStore(), setup.outputPrefix() + "tables/", setup.random());
            case SOFT_DELETE, APPEND ->
                throw new PipelineException(
                        "Cannot publish table " + setup.table() + " as " + style.label() + ": no writer takes it.", null);
        };
    }

    /** Rule L4: reads pinned by ETag do not see that DMS emptied the folder after them. */
    private List<RawSource> changedSinceListed() {
        Map<String, RawSource> expected = new TreeMap<>();
        landing.placedWithRows().stream()
                .map(file -> RawSource.of(file.file().stat(), file.evidence()))
                .filter(source -> !landing.snapshot().isRetired(source.stat())
                        && !landing.removed().contains(source.key()))
                .forEach(source -> expected.put(source.key(), source));
        RawFiles.list(setup)
                .all()
                .forEach(file -> expected.computeIfPresent(
                        file.key(), (key, source) -> source.same(file.stat()) ? null : source));
        return List.copyOf(expected.values());
    }

    /** The next merge must know, though the log has nothing else of a file that was never applied. */
    private void suspect(List<RawSource> changed) {
        try {
            ledger.suspect(
                    "raw files changed or vanished while they were merged",
                    landing.timeline().generation(),
                    changed);
        } catch (ConvergenceException e) {
            LOG.warn("The log of table {} does not say that raw files changed: {}", setup.table(), e.getMessage());
        }
    }

    private static long rows(LedgerEntry.Merge published) {
        return published.data().stream().mapToLong(file -> file.rows()).sum();
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
