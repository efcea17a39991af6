package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import io.convergence.ConvergenceException;
import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReader;
import io.convergence.change.ReadCounts;
import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionPlan;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.CompactionSource;
import io.convergence.compact.Compactor;
import io.convergence.compact.Requests;
import io.convergence.compact.SourceChangedException;
import io.convergence.compact.TaskExecution;
import io.convergence.curated.ParquetSnapshotWriter;
import io.convergence.curated.SnapshotStyle;
import io.convergence.curated.TableStyle;
import io.convergence.ledger.CleanUp;
import io.convergence.ledger.CleanUpOptions;
import io.convergence.ledger.CommitConflictException;
import io.convergence.ledger.CommitStateUnknownException;
import io.convergence.ledger.LakeFolders;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerCheck;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.LedgerUndo;
import io.convergence.ledger.RawRetirement;
import io.convergence.ledger.RetirementOptions;
import io.convergence.ledger.SymlinkManifest;
import io.convergence.ledger.TableFiles;
import io.convergence.raw.DeclaredLoads;
import io.convergence.raw.Parsed;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.TableTimeline;
import io.convergence.reconcile.RowSource;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreLocation;
import io.convergence.store.internal.KeptObjects;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One table of the pipeline. Immutable but for a cache of what was read of raw files; thread-safe. */
public final class LakeTable {
    private static final Logger LOG = LoggerFactory.getLogger(LakeTable.class);

    /** Of what a merge may hold, for files that are looked into and read later. */
    private static final int SHARE_KEPT = 8;

    /** A compaction reads as much ahead. */
    private static final long KEPT_BY_COMPACTION = 16L << 20;

    private final TableSetup setup;
    private final KeptObjects raw;
    private final Ledger ledger;
    private final ChangeReader rawReader;
    private final ChangeReader lakeReader;
    private final Survey survey;

    LakeTable(TableSetup setup) {
        this(
                setup,
                Ledger.open(
                        setup.lakeStore(),
                        setup.controlPrefix(),
                        setup.table(),
                        setup.random(),
                        Ledger.Backoff.exponential()));
    }

    /** @param ledger of this table, on the lake's store */
    LakeTable(TableSetup given, Ledger ledger) {
        this.raw = new KeptObjects(given.rawStore());
        this.setup = given.reading(raw);
        this.ledger = ledger;
        this.rawReader = setup.reader(setup.rawStore());
        this.lakeReader = setup.reader(setup.lakeStore());
        this.survey = new Survey(setup, raw, rawReader, lakeReader, ledger);
    }

    public TableId id() {
        return setup.table();
    }

    /** How its rows are read. */
    public RowShape shape() {
        return setup.shape();
    }

    public Ledger ledger() {
        return ledger;
    }

    /**
     * What an engine opens that reads the table's changes as Parquet by one schema (rule L6): compacted files, and raw
     * files of the tail that have exactly the table's columns; others wait until they are compacted. After a reload these
     * are the files of the new load and its changes alone. Reads the footer of raw files it has not read before.
     */
    public TableFiles files() {
        Landing landing = asItStands(ProgressListener.none());
        LedgerSnapshot snapshot = landing.snapshot();
        Map<String, PlacedFile> placed = new LinkedHashMap<>();
        Landing.withRows(landing.timeline().files()).stream()
                .filter(file -> !snapshot.isRetired(file.file().stat())
                        && !landing.removed().contains(file.key()))
                .forEach(file -> placed.put(file.key(), file));
        Optional<TableSchema> schema = snapshot.schema().or(() -> setup.shape().tableSchema());
        List<ObjectStat> raw =
                placed.values().stream().map(file -> file.file().stat()).toList();
        return TableFiles.of(
                snapshot,
                output -> !isOfEarlierLoad(output, landing.timeline()),
                raw,
                stat -> schema.isPresent()
                        && fits(requireNonNull(placed.get(stat.key()), "placed file"), schema.get(), landing));
    }

    /**
     * Whether a newer load replaced all its raw files (rule S5). Not said of loads without their first file, whose start is
     * not known.
     */
    private boolean isOfEarlierLoad(LedgerEntry.CompactedFile output, TableTimeline timeline) {
        boolean begins = timeline.files().stream()
                .anyMatch(placed -> placed.file() instanceof RawFile.Load load && load.number() == 1);
        Instant changesFrom = timeline.loadStart().orElse(timeline.generation());
        DeclaredLoads.Beginning declared = timeline.beginning().orElse(null);
        return (begins || declared != null)
                && output.sources().stream().allMatch(source -> {
                    if (!(setup.layout().parse(source.stat()) instanceof Parsed.Data data)) {
                        return false;
                    }

                    if (declared != null && data.file() instanceof RawFile.Changes changes) {
                        return !declared.holdsAny(changes.instant(), source.evidence());
                    }

                    return data.file() instanceof RawFile.Changes changes
                            ? changes.instant().isBefore(changesFrom)
                            : source.lastModified().isBefore(timeline.generation());
                });
    }

    private boolean fits(PlacedFile file, TableSchema schema, Landing landing) {
        if (file.file().format() != RawFormat.PARQUET || file.file() instanceof RawFile.Transaction) {
            return false;
        }

        List<Column> columns = landing.columns().get(file.key());
        return signature(columns == null ? columnsOf(file) : columns).equals(signature(schema.columns()));
    }

    private List<Column> columnsOf(PlacedFile file) {
        try (ChangeCursor cursor = rawReader.open(file.file(), file.context())) {
            return cursor.columns();
        }
    }

    private static List<String> signature(List<Column> columns) {
        return columns.stream()
                .map(column -> column.name() + " " + column.type())
                .toList();
    }

    /**
     * A symlink manifest for {@link #files}, by which Athena and Trino read the table's changes; show it by {@code
     * manifest.show(table::files)} after each commit.
     *
     * @param prefix of the lake's store, outside every other folder; the manifest lies in a folder of the table below it
     * @throws PipelineException if the prefix and the raw files or the outputs lie within each other (rule L4)
     */
    public SymlinkManifest symlinkManifest(String prefix) {
        SymlinkManifest manifest = SymlinkManifest.of(
                ledger, setup.lakeStore(), setup.rawStore(), setup.lakeStore(), prefix, Ledger.Backoff.exponential());
        String key = manifest.key();
        StoreLocation place = StoreLocation.of(setup.lakeStore(), key.substring(0, key.lastIndexOf('/') + 1));
        List<StoreLocation> others = new ArrayList<>();
        others.add(StoreLocation.of(setup.rawStore(), setup.rawPrefix()));
        others.add(StoreLocation.of(setup.lakeStore(), setup.controlPrefix()));
        folders().folders().forEach(folder -> others.add(StoreLocation.of(setup.lakeStore(), folder)));
        for (StoreLocation other : others) {
            if (place.overlaps(other)) {
                throw new PipelineException(
                        "Cannot keep the manifest of table " + id() + " in '" + place + "': it and '" + other
                                + "' lie within each other. Give it a prefix of its own.",
                        null);
            }
        }

        return manifest;
    }

    /** Where its outputs lie, for clean-up and checks. */
    public LakeFolders folders() {
        return folders(setup.lakeStore(), setup.outputPrefix(), ledger);
    }

    /** Where the outputs of a ledger's table lie if they are written under this prefix, empty or with its slash. */
    public static LakeFolders folders(ObjectStore lakeStore, String outputPrefix, Ledger ledger) {
        List<String> folders = new ArrayList<>();
        folders.add(outputPrefix + "compacted/" + ledger.tableFolder());
        folders.addAll(ParquetSnapshotWriter.folders(outputPrefix + "tables/", ledger.table()));
        return new LakeFolders(lakeStore, folders);
    }

    /** Clean-up of what its runs left behind; tell it of a manifest by {@code shownBy}. */
    public CleanUp cleanUp(CleanUpOptions options) {
        return CleanUp.of(ledger, folders(), options);
    }

    /** Undo of its newest compaction or merge. */
    public LedgerUndo undo() {
        return LedgerUndo.of(ledger, setup.rawStore(), setup.lakeStore());
    }

    /** Retirement of raw files whose rows are compacted; nothing else asks for it. Tell it of a manifest by {@code shownBy}. */
    public RawRetirement retirement(RetirementOptions options) {
        return RawRetirement.of(ledger, setup.rawStore(), setup.lakeStore(), setup.layout(), options);
    }

    /** Checks what its ledger promises; lists the raw files and reads the whole log, and no content of files: {@link #fullCheck} does. */
    public LedgerCheck.Report check() {
        return LedgerCheck.of(ledger, folders())
                .run(() ->
                        RawFiles.list(setup).all().stream().map(RawFile::stat).toList());
    }

    /**
     * A check of all that the table promises, from its log to its rows; add what engines are shown with {@code
     * check.withManifest(manifest, table::files)}.
     */
    public TableCheck fullCheck() {
        List<StoreLocation> own = Stream.of(
                        setup.controlPrefix(), setup.outputPrefix() + "compacted/", setup.outputPrefix() + "tables/")
                .map(prefix -> StoreLocation.of(setup.lakeStore(), prefix))
                .toList();
        return TableCheck.of(ledger, folders())
                .withRaw(setup.rawStore(), this::listed, setup.layout(), own)
                .withShape(setup.shape());
    }

    private List<ObjectStat> listed() {
        List<ObjectStat> listed = new ArrayList<>(listed(setup.rawPrefix()));
        setup.layout()
                .transactionPrefix()
                .filter(prefix -> !prefix.startsWith(setup.rawPrefix()))
                .ifPresent(prefix -> listed.addAll(listed(prefix)));
        return listed;
    }

    private List<ObjectStat> listed(String prefix) {
        try (Stream<ObjectStat> objects = setup.rawStore().listAll(prefix)) {
            return objects.toList();
        }
    }

    /** Lists the raw files and puts them in order; reads those that were not read before. */
    public Landing survey(ProgressListener listener) {
        return survey.take(ledger.snapshot(), listener, Survey.Replays.COMPARED);
    }

    private Landing asItStands(ProgressListener listener) {
        return survey.take(ledger.snapshot(), listener, Survey.Replays.UNREAD);
    }

    /**
     * What a compaction would do now; nothing is written.
     *
     * @throws PipelineException if a raw file changed or vanished after it was listed
     */
    public CompactionPlan planCompaction(CompactionOptions options) {
        return planCompaction(options, ProgressListener.none());
    }

    /**
     * What a compaction would do now, telling how far the look into new files is; nothing is written.
     *
     * @throws PipelineException if a raw file changed or vanished after it was listed
     */
    public CompactionPlan planCompaction(CompactionOptions options, ProgressListener listener) {
        Landing landing = asItStands(listener);
        if (!landing.unread().isEmpty()) {
            throw changedSinceListed(landing);
        }
        return planCompaction(options, landing);
    }

    private CompactionPlan planCompaction(CompactionOptions options, Landing landing) {
        return compactor(options).plan(landing.readable(), landing.snapshot(), survey.facts());
    }

    /** The next run does not list what is gone, and would not know that it ever was there (rule L4). */
    private void requireRead(Landing landing) {
        if (landing.unread().isEmpty()) {
            return;
        }

        try {
            ledger.suspect("raw files changed or vanished while they were compacted", null, landing.unread());
        } catch (ConvergenceException e) {
            LOG.warn("The log of table {} does not say that raw files changed: {}", id(), e.getMessage());
        }
        throw changedSinceListed(landing);
    }

    private PipelineException changedSinceListed(Landing landing) {
        return new PipelineException(
                "Cannot compact table " + id() + ": its raw file '"
                        + landing.unread().get(0).key()
                        + "' changed or vanished after it was listed. Nothing was committed; find out whether DMS reloaded"
                        + " or truncated the table, then compact again.",
                null);
    }

    /**
     * Compacts.
     *
     * @throws CommitConflictException if another writer committed since the plan was made; plan again
     * @throws ConvergenceException if a source has changed or cannot be read, or the store does not honour conditional
     *     writes; nothing was committed
     */
    public CompactionResult compact(CompactionOptions options, ProgressListener listener) {
        return compact(options, listener, TaskExecution.defaults()).result();
    }

    /**
     * Plans and compacts; once more, if a file that was not listed is not as it was taken to be, or if tasks are to go on though
     * one fails and a raw file changed meanwhile.
     *
     * @return the plan that was executed last, and what came of it
     * @throws CommitConflictException if another writer committed since the plan was made; plan again
     * @throws ConvergenceException if a source has changed or vanished since it was listed or cannot be read, or the store does
     *     not honour conditional writes; nothing was committed
     */
    public CompactionRun compact(CompactionOptions options, ProgressListener listener, TaskExecution execution) {
        boolean again = execution.onFailure() == TaskExecution.OnFailure.GO_ON;
        return listingAllIfNeeded(again, () -> {
            KeptObjects.Period kept = raw.run(KEPT_BY_COMPACTION);
            try (kept) {
                Landing landing = asItStands(listener);
                requireRead(landing);
                CompactionPlan plan = planCompaction(options, landing);
                return new CompactionRun(plan, compact(plan, listener, execution));
            }
        });
    }

    /**
     * Once more, and with a listing of everything, if a file that was not listed is not as it was taken to be.
     *
     * @param again whether also if everything was listed
     */
    private <T> T listingAllIfNeeded(boolean again, Supplier<T> work) {
        T result;
        try {
            result = work.get();
        } catch (ObjectNotFoundException | PreconditionFailedException | SourceChangedException changed) {
            boolean lost = changed instanceof SourceChangedException source && !isSuspected(source.key());
            // Once more the file would not be listed, and nobody would know that it was there (rule L4).
            if (lost || (!survey.lister().listAllNext() && !again)) {
                throw changed;
            }

            result = work.get();
        }
        survey.lister().keepAudit();
        return result;
    }

    private boolean isSuspected(String key) {
        return ledger.snapshot().suspicions().stream()
                .flatMap(at -> at.entry().places().stream())
                .anyMatch(place -> place.key().equals(key));
    }

    /**
     * Executes a plan of this table. The log is not told when its raw files were listed if there is nothing to compact, and nothing
     * is done again, as it is without a plan of one's own.
     *
     * @throws CommitConflictException if another writer committed since the plan was made; plan again
     * @throws ConvergenceException if a source has changed or cannot be read, or the store does not honour conditional
     *     writes; nothing was committed
     */
    public CompactionResult compact(CompactionPlan plan, ProgressListener listener, TaskExecution execution) {
        long total = plan.rows();
        CompactionListener progress = new CompactionListener() {
            private long done;

            @Override
            public void copied(CompactionSource source) {
                done += source.rows();
                listener.progress(id(), ProgressListener.Step.COMPACT, done, total);
            }
        };
        try (Watch.Watched work = setup.watch().begin(WorkEvent.Step.COMPACT)) {
            CompactionResult result = compactor(plan.options()).execute(plan, progress, execution);
            Requests requests = plan.requests();
            setup.watch()
                    .requests(
                            WorkEvent.Step.COMPACT,
                            requests.list() + requests.head() + requests.get() + requests.put());
            work.files(result.filesBefore())
                    .rows(result.rowsBefore())
                    .bytes(result.bytesBefore())
                    .done("COMPACTED");
            return result;
        }
    }

    private Compactor compactor(CompactionOptions options) {
        return Compactor.create(
                        setup.rawStore(),
                        setup.lakeStore(),
                        ledger,
                        setup.outputPrefix() + "compacted/",
                        options,
                        setup.random())
                .withShape(setup.shape())
                .withReadAhead(setup.readAhead().executor(), setup.readAhead().files());
    }

    /** What a merge would read and whether it may publish; nothing is written. */
    public MergePlan planMerge(MergeOptions options) {
        return planMerge(options, ProgressListener.none());
    }

    /** {@link #planMerge(MergeOptions)} that tells how far the reading of new raw files is. */
    public MergePlan planMerge(MergeOptions options, ProgressListener listener) {
        if (setup.key().isEmpty() && options.style().kind() != SnapshotStyle.APPEND) {
            throw new PipelineException(
                    "Cannot merge table " + setup.table()
                            + ": it has no key. Give its schema a primary key, name the key columns, or keep an"
                            + " append-only change log of it (MergeOptions.style(TableStyle.append())).",
                    null);
        }

        MergePlan plan = look(survey.take(ledger.snapshot(), listener, replays(options)), options);
        plan.requireSameStyle();
        plan.requireSamePartitions();
        return plan;
    }

    /** As the table is kept: how it stands does not depend on how it would be merged. */
    private static MergeOptions inItsStyle(MergeOptions options, LedgerSnapshot snapshot) {
        return snapshot.published()
                .map(published -> options.style(TableStyle.of(published)))
                .orElse(options);
    }

    private static Survey.Replays replays(MergeOptions options) {
        return options.style().kind() == SnapshotStyle.APPEND
                ? Survey.Replays.COMPARED_FOR_LOG
                : Survey.Replays.COMPARED;
    }

    private MergePlan look(Landing landing, MergeOptions options) {
        return MergePlan.of(setup, ledger, rawReader, lakeReader, landing, survey.lister(), options);
    }

    /**
     * How the table stands: its state, what stands against publishing and what would end that, by its files and its log.
     * Lists the raw files; reads those that were not read before, and no rows; nothing is written.
     */
    public TableStatus show(MergeOptions options) {
        LedgerSnapshot snapshot = ledger.snapshot();
        MergeOptions own = inItsStyle(options, snapshot);
        return TableStatus.of(look(survey.take(snapshot, ProgressListener.none(), replays(own)), own));
    }

    /**
     * What a declaration would change; nothing is written.
     *
     * @throws PipelineException if it contradicts what is there
     */
    public DeclarationPlan planDeclaration(Declaration declaration, MergeOptions merge) {
        LedgerSnapshot snapshot = ledger.snapshot();
        MergeOptions options = inItsStyle(merge, snapshot);
        Survey.Replays replays = replays(options);
        Landing landing = survey.take(snapshot, ProgressListener.none(), replays);
        MergePlan before = look(landing, options);
        String text = new DeclarationCheck(setup, landing, declaration).text();
        LedgerEntry.Declared entry = new LedgerEntry.Declared(
                ledger.newTransaction(), landing.snapshot().slot(), declaration.what(), text, List.of());
        MergePlan after = look(survey.take(ledger.preview(entry), ProgressListener.none(), replays), options);
        List<Long> resolves = DeclarationCheck.resolves(before.standing(), after.standing());
        if (!resolves.isEmpty()) {
            entry = new LedgerEntry.Declared(entry.transaction(), entry.base(), entry.what(), text, resolves);
            after = look(survey.take(ledger.preview(entry), ProgressListener.none(), replays), options);
        }
        return new DeclarationPlan(ledger, entry, TableStatus.of(before), TableStatus.of(after));
    }

    /**
     * Plans and executes, again if another writer commits in between, after a pause of random length; gives up after
     * several such attempts.
     *
     * @throws CommitConflictException if another writer was first each time; nothing was published
     * @throws ConvergenceException if the table cannot be read or written; nothing was published
     */
    public TableResult merge(MergeOptions options, ProgressListener listener) {
        return listingAllIfNeeded(false, () -> {
            KeptObjects.Period kept = raw.run(options.snapshot().memory().bytes() / SHARE_KEPT);
            try (kept;
                    Watch.Watched run = setup.watch().begin(WorkEvent.Step.RUN)) {
                TableResult result = new Retries(setup.sleeper(), setup.random())
                        .run(() -> planMerge(options, listener).execute(listener));
                setup.watch().result(result, setup.rawStore().now());
                run.files(result.filesRead())
                        .rows(Math.max(0, result.rows()))
                        .done(result.state().name());
                return result;
            }
        });
    }

    TableResult tryMerge(MergeOptions options, ProgressListener listener) {
        try {
            return merge(options, listener);
        } catch (CommitStateUnknownException e) {
            return failed(
                    e,
                    "COMMIT_STATE_UNKNOWN",
                    "Run again: it finds out whether the new state was published. Delete nothing.");
        } catch (RuntimeException e) {
            // Whatever stopped this table, a fault of our own included, must not stop the others.
            return failed(e, "TABLE_FAILED", "Mend the cause and run again; the published table stands.");
        } catch (OutOfMemoryError e) {
            // What this table needed is free again, and the others may need less.
            return failed(
                    e,
                    "TABLE_FAILED",
                    "Give the process more memory, or the merge less (MergeOptions.memory); the published table stands.");
        }
    }

    private TableResult failed(Throwable e, String code, String fix) {
        LOG.error("Table {} failed", id(), e);
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        Finding finding = Finding.error(code, id().toString(), message, fix);
        return new TableResult(
                id(), TableState.FAILED, LedgerSnapshot.NONE, 0, -1, null, ReadCounts.NONE, List.of(finding), null);
    }

    /**
     * The rows of the published table at this moment; with soft delete, those that are not deleted.
     *
     * @throws PipelineException if nothing was published yet, or a change log
     */
    public RowSource published() {
        return PublishedRows.of(setup, ledger.snapshot());
    }

    /**
     * The published change log at this moment: a row for each change, in the order in which they were logged. Its columns are
     * those of {@link io.convergence.curated.LogColumns}, then the table's own.
     *
     * @throws PipelineException if nothing was published yet, or in another style
     */
    public RowSource changeLog() {
        return PublishedRows.ofLog(setup, ledger.snapshot());
    }
}
