package io.convergence.pipeline;

import io.convergence.ConvergenceException;
import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeReader;
import io.convergence.change.ReadCounts;
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
import java.util.function.Consumer;
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
        List<Finding> told = new ArrayList<>(findings);
        Reading reading;
        SnapshotMerge.Result result;
        try (SnapshotMerge merge = begin(sources)) {
            reading = read(sources, columns, merge::add);
            if (doubtful(reading, basis == Basis.ALL_FILES, told)) {
                return unpublished(TableState.SUSPECT, sources.files(), null, reading.counts(), told);
            }
            result = merge(merge, columns.schema(), reading, Set.of());
        }
        int filesRead = sources.files();
        if (result instanceof SnapshotMerge.NeedsHistory needs) {
            // Every raw file is still there: a table with vanished ones is not merged.
            ChangeSources all = ChangeSources.of(landing.placedWithRows(), landing);
            Set<MergeKey> keys = needs.keys();
            while (result instanceof SnapshotMerge.NeedsHistory) {
                filesRead += all.files();
                try (SnapshotMerge merge = begin(all)) {
                    Set<String> newFiles = plan.rawFiles();
                    Set<MergeKey> wanted = keys;
                    Reading history = read(
                            all,
                            columns,
                            batch -> merge.add(
                                    batch,
                                    change -> newFiles.contains(change.origin().key()),
                                    wanted));
                    if (doubtful(history, true, told)) {
                        return unpublished(TableState.SUSPECT, filesRead, result.counts(), reading.counts(), told);
                    }
                    result = merge(merge, columns.schema(), history, keys);
                }
                keys = wider(keys, result);
            }
            told.add(Finding.info(
                    "HISTORY_READ",
                    setup.table().toString(),
                    "Changes came late for keys whose newer state depends on them; the history of those keys was read again.",
                    "Nothing to do. Raise the settle time if this repeats."));
        }

        told.addAll(result.findings());
        if (!(result instanceof SnapshotMerge.Written written)) {
            return unpublished(TableState.DISPUTED, filesRead, result.counts(), reading.counts(), told);
        }

        return commit(written, filesRead, reading.counts(), told);
    }

    private SnapshotMerge begin(ChangeSources from) {
        return SnapshotMerge.begin(
                setup.lakeStore(),
                setup.outputPrefix() + "tables/",
                setup.random(),
                options.snapshot(),
                stored(),
                setup.key(),
                setup.declarations()::nameNow,
                from.bytes(),
                new CommitMark(newest(), previous()));
    }

    private SnapshotMerge.Result merge(
            SnapshotMerge merge, TableSchema schema, Reading reading, Set<MergeKey> complete) {
        listener.progress(setup.table(), ProgressListener.Step.WRITE, 0, merge.changes());
        return merge.merge(task(schema, reading, complete));
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
                options.tombstoneRetention());
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
                .withKeyUniqueness(setup.keyUniqueness());
        policy = loadEnd().map(policy::withLoadEnd).orElse(policy);
        return stored().flatMap(SnapshotMerge::floor).map(policy::withFloor).orElse(policy);
    }

    /** No row was read from the source after the last LOAD file was stored. */
    private Optional<Instant> loadEnd() {
        return landing.timeline().files().stream()
                .map(PlacedFile::file)
                .filter(RawFile.Load.class::isInstance)
                .map(file -> file.stat().lastModified().plus(CLOCKS_DIFFER))
                .max(Comparator.naturalOrder());
    }

    private NewestTransaction newest() {
        boolean whole = plan.settled()
                || (basis == Basis.ALL_FILES
                        && complete.asPublished()
                                .filter(this::isNewerThanAllFiles)
                                .isPresent());
        return whole ? NewestTransaction.SETTLED : NewestTransaction.HOLD;
    }

    /** The completeness of what the merge starts from. */
    private @Nullable Instant previous() {
        return basis == Basis.PUBLISHED ? complete.asPublished().orElse(null) : null;
    }

    /** Then the newest transaction counted as whole when it was published, and a rebuild must not go back behind that. */
    private boolean isNewerThanAllFiles(Instant published) {
        return landing.timeline().files().stream()
                .filter(file -> file.file() instanceof RawFile.Changes)
                .flatMap(file -> file.evidence().largest().stream())
                .allMatch(published::isAfter);
    }

    private Reading read(ChangeSources from, PublishedColumns columns, Consumer<ChangeBatch> changes) {
        var reading = new Reading(changes);
        from.read(setup, rawReader, lakeReader, landing.timeline().contexts(), listener, reading);
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

    private TableResult commit(SnapshotMerge.Written merged, int filesRead, ReadCounts read, List<Finding> told) {
        Map<String, RawSource> applied = new LinkedHashMap<>();
        for (PlacedFile file : unapplied) {
            if (!merged.heldFiles().contains(file.key())) {
                applied.put(file.key(), RawSource.of(file.file().stat(), file.evidence()));
            }
        }
        // Rows may have been computed anew: the history of a key whose file is held in part is read at each run.
        boolean nothingApplied =
                Landing.withRows(unapplied).stream().noneMatch(file -> applied.containsKey(file.key()));
        WrittenSnapshot written = merged.snapshot();
        if (nothingApplied && !Landing.withRows(unapplied).isEmpty() && !differs(merged)) {
            return result(TableState.HELD, filesRead, merged.counts(), read, told, complete.asPublished());
        }

        listener.progress(setup.table(), ProgressListener.Step.WRITE, written.rows(), written.rows());
        List<RawSource> changed = changedSinceListed();
        if (!changed.isEmpty()) {
            suspect(changed);
            told.add(Finding.error(
                    "RAW_FILE_VANISHED",
                    changed.get(0).key(),
                    "It was deleted or written anew while the table was merged: DMS does so when the source table is truncated, dropped or reloaded.",
                    "Reload the table, or restore the file; if a reload is going on, nothing."));
            return unpublished(TableState.SUSPECT, filesRead, merged.counts(), read, told);
        }
        LedgerSnapshot committed = ledger.commit(written.toEntry(
                ledger.newTransaction(),
                landing.timeline().generation(),
                List.copyOf(applied.values()),
                merged.completeThrough().orElse(null)));
        return new TableResult(
                setup.table(),
                TableState.PUBLISHED,
                committed.slot(),
                filesRead,
                written.rows(),
                merged.counts(),
                read,
                told,
                merged.completeThrough().orElse(null));
    }

    private boolean differs(SnapshotMerge.Written merged) {
        if (!merged.changed() || basis == Basis.PUBLISHED) {
            return merged.changed();
        }

        LedgerEntry.Merge next =
                merged.snapshot().toEntry("not committed", landing.timeline().generation(), List.of(), null);
        return landing.snapshot()
                .published()
                .filter(published ->
                        basis == Basis.ALL_FILES && SnapshotMerge.sameRows(setup.lakeStore(), published, next))
                .isEmpty();
    }

    /** Rule L4: reads pinned by ETag do not see that DMS emptied the folder after them. */
    private List<RawSource> changedSinceListed() {
        Map<String, RawSource> expected = new TreeMap<>();
        landing.placedWithRows().stream()
                .map(file -> RawSource.of(file.file().stat(), file.evidence()))
                .filter(source -> !landing.snapshot().isRetired(source.stat()))
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
