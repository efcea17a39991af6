package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReader;
import io.convergence.curated.Partitioning;
import io.convergence.curated.SnapshotStyle;
import io.convergence.curated.TableStyle;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.merge.CommitMark;
import io.convergence.merge.MergeInput.NewestTransaction;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.TableTimeline;
import io.convergence.reconcile.RowSource;
import io.convergence.schema.Column;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a merge of one table will do: which raw files are new, where their changes are read from, and whether the table
 * may be published. Its text is the dry run. Immutable; thread-safe.
 * What execution holds in memory depends on the style, see {@link MergeOptions#memory} and {@link io.convergence.curated.SnapshotMerge}.
 */
public final class MergePlan {
    /** From so many on, transaction files without changes of the table are recorded for their own sake, so that they are not read again. */
    private static final int FILES_OF_OTHERS = 100;

    private final TableSetup setup;
    private final Ledger ledger;
    private final ChangeReader rawReader;
    private final ChangeReader lakeReader;
    private final Landing landing;
    private final RawFileLister lister;
    private final MergeOptions options;
    private final Basis basis;
    private final List<PlacedFile> unapplied;
    private final List<PlacedFile> setAside;
    private final CompleteThrough complete;
    private final QuarantineNote quarantined;
    private final ChangeSources sources;
    private final TableState obstacle;
    private final boolean settled;
    private final List<LedgerSnapshot.At<LedgerEntry.Suspect>> standing;
    private final DdlStatistic ddls;
    private final List<Finding> findings;

    private MergePlan(
            TableSetup setup,
            Ledger ledger,
            ChangeReader rawReader,
            ChangeReader lakeReader,
            Landing landing,
            RawFileLister lister,
            MergeOptions options,
            Basis basis,
            List<PlacedFile> unapplied,
            List<PlacedFile> setAside,
            CompleteThrough complete,
            QuarantineNote quarantined,
            TableState obstacle,
            boolean settled,
            List<LedgerSnapshot.At<LedgerEntry.Suspect>> standing,
            DdlStatistic ddls,
            List<Finding> findings) {
        this.setup = setup;
        this.ledger = ledger;
        this.rawReader = rawReader;
        this.lakeReader = lakeReader;
        this.landing = landing;
        this.lister = lister;
        this.options = options;
        this.basis = basis;
        this.unapplied = List.copyOf(unapplied);
        this.setAside = List.copyOf(setAside);
        this.complete = complete;
        this.quarantined = quarantined;
        this.sources =
                ChangeSources.of(basis == Basis.ALL_FILES ? allFiles() : Landing.withRows(this.unapplied), landing);
        this.obstacle = obstacle;
        this.settled = settled;
        this.standing =
                Stream.concat(standing.stream(), ddls.standing().stream()).toList();
        this.ddls = ddls;
        this.findings = List.copyOf(findings);
    }

    static MergePlan of(
            TableSetup configured,
            Ledger ledger,
            ChangeReader rawReader,
            ChangeReader lakeReader,
            Landing landing,
            RawFileLister lister,
            MergeOptions options) {
        Declarations declared = LoggedDeclarations.with(configured.declarations(), landing.snapshot());
        Set<String> publishedNames = landing.snapshot()
                .schema()
                .map(schema -> Set.copyOf(schema.columnNames()))
                .orElse(Set.of());
        TableSetup setup = configured.declaring(declared.withMapped(configured.mappedRenames(), publishedNames));
        boolean log = options.style().kind() == SnapshotStyle.APPEND;
        LedgerSnapshot snapshot = landing.snapshot();
        TableTimeline timeline = landing.timeline();
        List<Finding> findings = new ArrayList<>(landing.findings());
        findings.addAll(timeline.findings());
        Basis found = Basis.of(landing);
        // A log is never written anew.
        Basis basis = log && found == Basis.ALL_FILES ? Basis.PUBLISHED : found;
        // What a log has of an earlier load it has.
        List<PlacedFile> waiting = timeline.files().stream()
                .filter(file -> log
                        ? !snapshot.wasApplied(file.file().stat())
                        : basis.replaces() || !snapshot.isApplied(file.file().stat()))
                .toList();
        SchemaGate gate = SchemaGate.of(
                setup,
                landing,
                basis != Basis.RELOAD,
                waiting,
                options.schemaPolicy(),
                file -> columnsOf(rawReader, file));
        findings.addAll(gate.findings());
        List<PlacedFile> unapplied =
                waiting.stream().filter(file -> !gate.setsAside(file)).toList();
        List<PlacedFile> setAside = waiting.stream().filter(gate::setsAside).toList();
        CompleteThrough complete = CompleteThrough.of(snapshot, basis.replaces() ? List.of() : waiting);
        complete.finding(setup.table()).ifPresent(findings::add);
        // A table that is built anew meets them again, without a floor.
        QuarantineNote quarantined =
                basis == Basis.PUBLISHED ? QuarantineNote.published(snapshot) : QuarantineNote.NONE;
        quarantined.finding(setup.table()).ifPresent(findings::add);
        if (basis == Basis.ALL_FILES) {
            findings.add(Finding.info(
                    "TABLE_REBUILT",
                    setup.table().toString(),
                    "A file that came late moves files that are applied to another run, so the table is built again"
                            + " from all "
                            + timeline.files().size() + " files.",
                    "Nothing to do."));
        }
        var assessment = new Assessment(setup, landing, options, findings);
        Map<String, List<List<Column>>> rows = new LinkedHashMap<>();
        landing.columns().forEach((key, ofFile) -> rows.put(key, List.of(ofFile)));
        var columns = ColumnChanges.planned(setup, landing, basis, unapplied, rows, file -> columnsOf(rawReader, file));
        findings.addAll(columns.findings());
        Optional<Finding> lost = basis == Basis.ALL_FILES
                ? historyGone(setup.table(), landing, "the table, which is to be built again from all files,")
                : Optional.empty();
        lost.ifPresent(findings::add);
        var ddls = DdlStatistic.of(setup, declared, landing, basis, waiting, columns.dropped(), options);
        ddls.finding(setup).ifPresent(findings::add);
        TableState obstacle = assessment.obstacle();
        if (obstacle == TableState.PUBLISHED) {
            boolean suspect = columns.suspect() || lost.isPresent() || ddls.isSuspect();
            obstacle = gate.obstacle() == TableState.PUBLISHED && suspect ? TableState.SUSPECT : gate.obstacle();
        }
        // Renames declared in the log are known only now.
        boolean renamed = !declared.renames().equals(configured.declarations().renames());
        return new MergePlan(
                setup,
                ledger,
                renamed ? setup.reader(setup.rawStore()) : rawReader,
                renamed ? setup.reader(setup.lakeStore()) : lakeReader,
                landing,
                lister,
                options,
                basis,
                unapplied,
                setAside,
                complete,
                quarantined,
                obstacle,
                assessment.settled(),
                assessment.standing(),
                ddls,
                findings);
    }

    /** Half of a table in one style and half in another is none. */
    void requireSameStyle() {
        if (basis == Basis.RELOAD || landing.snapshot().published().isEmpty()) {
            return;
        }
        TableStyle published = TableStyle.of(landing.snapshot().published().get());
        if (!published.note().equals(options.style().note())) {
            throw new PipelineException(
                    "Cannot merge table " + setup.table() + " as '" + options.style() + "': it is published as '"
                            + published
                            + "'. Merge it in that style (MergeOptions.style), reload it, or give the other style"
                            + " output and control prefixes of its own.",
                    null);
        }
    }

    /** By what the files are parted. */
    Partitioning partitioning() {
        return options.partitions().wanted().map(this::renamed).orElseGet(this::publishedPartitioning);
    }

    private Partitioning publishedPartitioning() {
        return landing.snapshot()
                .published()
                .map(published -> renamed(Partitioning.of(published)))
                .orElse(Partitioning.none());
    }

    private Partitioning renamed(Partitioning partitioning) {
        return partitioning.renamed(
                landing.snapshot().published().map(LedgerEntry.Merge::schema),
                setup.declarations().renames());
    }

    /** Whether the published files are all written anew, because they are parted otherwise. */
    boolean repartitions() {
        return options.style().kind() == SnapshotStyle.CURRENT
                && basis != Basis.RELOAD
                && landing.snapshot().published().isPresent()
                && !publishedPartitioning().equals(partitioning());
    }

    /** A table is never parted otherwise without being asked for. */
    void requireSamePartitions() {
        if (repartitions() && options.partitions().change() == PartitionPolicy.Change.REFUSE) {
            throw new PipelineException(
                    "Cannot merge table " + setup.table() + " partitioned by " + partitioning()
                            + ": it is published partitioned by " + publishedPartitioning()
                            + ". Merge it as it is, let the merge write all its files anew"
                            + " (MergeOptions.repartitionBy), or reload it.",
                    null);
        }
    }

    /** Told if changes are wanted again and some are in no file any more (rule S11). */
    Optional<Finding> historyGone(String ofWhat) {
        return historyGone(setup.table(), landing, ofWhat);
    }

    private static Optional<Finding> historyGone(TableId table, Landing landing, String ofWhat) {
        return landing.rowsGone().stream()
                .min(Comparator.naturalOrder())
                .map(
                        first -> Finding.error(
                                "HISTORY_EXPIRED",
                                table.toString(),
                                "Changes came late, and what is right now depends on the history of " + ofWhat
                                        + ", of which "
                                        + landing.rowsGone().size() + " raw files are declared expired, the first is '"
                                        + first
                                        + "'.",
                                "Reload the table, or restore the files as they were. Compact before files expire: compacted files keep the history."));
    }

    static List<Column> columnsOf(ChangeReader reader, PlacedFile file) {
        try (ChangeCursor cursor = reader.open(file.file(), file.context())) {
            return cursor.columns();
        }
    }

    public TableId table() {
        return setup.table();
    }

    public Landing landing() {
        return landing;
    }

    /** {@link TableState#PUBLISHED} if nothing stands against publishing. */
    public TableState outlook() {
        boolean published = landing.snapshot().published().isPresent();
        boolean news = !Landing.withRows(unapplied).isEmpty()
                || basis == Basis.EMPTIED
                || repartitions()
                || (published && ddls.isNews())
                || (published && unapplied.size() >= FILES_OF_OTHERS);
        if (obstacle != TableState.PUBLISHED || news) {
            return obstacle;
        }

        boolean declaredEmpty = options.fullLoadRows().orElse(-1) == 0
                || landing.timeline().beginning().isPresent()
                || LoggedDeclarations.complete(
                        setup.table(), landing.snapshot(), landing.timeline().generation());
        if (published) {
            return TableState.UNCHANGED;
        }
        return declaredEmpty ? TableState.PUBLISHED : TableState.HELD;
    }

    public List<Finding> findings() {
        return findings;
    }

    /** The same without being told how far it is. */
    public TableResult execute() {
        return execute(ProgressListener.none());
    }

    /**
     * Reads, merges, writes and commits.
     *
     * @throws io.convergence.ledger.CommitConflictException if another writer committed since the plan was made; plan again
     * @throws io.convergence.ledger.CommitStateUnknownException if the outcome of the commit is open; nothing is deleted
     * @throws io.convergence.ConvergenceException if something cannot be read or written; nothing was published
     */
    public TableResult execute(ProgressListener listener) {
        return options.style().kind() == SnapshotStyle.CURRENT
                ? new MergeExecution(this, listener).run()
                : new StyledExecution(this, listener).run();
    }

    /**
     * How a reload would change the published table: the dry run of one. Reads and merges as execution does; the new table is
     * written to temporary files only.
     *
     * @param examples how many keys of each kind are named
     * @return empty if the plan is of no reload, or something stands against publishing it
     * @throws io.convergence.ConvergenceException if something cannot be read
     */
    public Optional<ReloadPreview> previewReload(int examples) {
        if (options.style().kind() != SnapshotStyle.CURRENT) {
            return new StyledExecution(this, ProgressListener.none()).preview(examples);
        }
        try (ScratchFolder scratch = ScratchFolder.create(options.snapshot().spillFolder())) {
            return new MergeExecution(this, ProgressListener.none()).preview(examples, scratch.store());
        }
    }

    /** Published rows that a reload replaces; empty if it is none, or replaces a change log. */
    Optional<RowSource> replaced() {
        return landing.snapshot()
                .published()
                .filter(merge -> basis == Basis.RELOAD && TableStyle.of(merge).kind() != SnapshotStyle.APPEND)
                .map(merge -> PublishedRows.of(setup.lakeStore(), merge));
    }

    TableSetup setup() {
        return setup;
    }

    RawFileLister lister() {
        return lister;
    }

    Ledger ledger() {
        return ledger;
    }

    Basis basis() {
        return basis;
    }

    DdlStatistic ddls() {
        return ddls;
    }

    /** In position order. */
    List<PlacedFile> unapplied() {
        return unapplied;
    }

    /** Those, and what the schema policy sets aside. */
    List<PlacedFile> notApplied() {
        List<PlacedFile> all = new ArrayList<>(unapplied);
        all.addAll(setAside);
        return all;
    }

    /** Every placed file with rows, but for those that the schema policy sets aside. */
    List<PlacedFile> allFiles() {
        return landing.placedWithRows().stream()
                .filter(file -> !setAside.contains(file))
                .toList();
    }

    /** When the oldest change of files that are set aside happened, by all that is known of them. */
    Optional<Instant> oldestSetAside() {
        return Landing.withRows(setAside).stream()
                .flatMap(file -> file.evidence().earliest().stream())
                .min(Comparator.naturalOrder());
    }

    /** Not later than the changes of files that are set aside: the table does not have them. */
    Optional<Instant> complete(Optional<Instant> merged) {
        Optional<Instant> oldest = Landing.withRows(setAside).stream()
                .flatMap(file -> file.evidence().smallest().stream())
                .min(Comparator.naturalOrder());
        return merged.map(time -> oldest.filter(time::isAfter).orElse(time));
    }

    /**
     * Up to where a file is applied, exclusive: what is applied is not held again (rule S13). Later than what is complete while
     * a file is set aside; empty if the table does not go on, or its completeness is not known.
     */
    private Optional<Instant> appliedThrough() {
        if (basis != Basis.PUBLISHED) {
            return Optional.empty();
        }
        return complete.asPublished()
                .map(published -> applied(FileEvidence::largest)
                        .filter(published::isBefore)
                        .orElse(published));
    }

    /** After the newest of what files that are applied tell by this; empty if there are none. */
    private Optional<Instant> applied(Function<FileEvidence, Optional<Instant>> newest) {
        return landing.timeline().files().stream()
                .filter(file -> file.file() instanceof RawFile.Changes
                        && landing.snapshot().isApplied(file.file().stat()))
                .flatMap(file -> newest.apply(file.evidence()).stream())
                .map(CommitMark::after)
                .max(Comparator.naturalOrder());
    }

    /** What is applied is not held again, also where it is not known how far the table is complete, or that is less far. */
    CommitMark mark(NewestTransaction newest) {
        Optional<Instant> applied =
                basis == Basis.PUBLISHED ? applied(FileEvidence::newestCommit) : Optional.empty();
        return new CommitMark(newest, appliedThrough().orElse(null), applied.orElse(null));
    }

    CompleteThrough complete() {
        return complete;
    }

    /** What the published table may lack. */
    QuarantineNote quarantined() {
        return quarantined;
    }

    ChangeSources sources() {
        return sources;
    }

    boolean settled() {
        return settled;
    }

    /** The suspicions of the log that stand. */
    List<LedgerSnapshot.At<LedgerEntry.Suspect>> standing() {
        return standing;
    }

    /**
     * Whether all that is new is of the newest transaction (rule S7), as far as files and log tell: a merge would publish
     * nothing. A file that also has older changes is held only once those are applied.
     */
    boolean holdsAll() {
        List<PlacedFile> news = Landing.withRows(unapplied);
        if (settled || news.isEmpty() || basis != Basis.PUBLISHED || repartitions()) {
            return false;
        }

        // A log goes by its completeness alone.
        Optional<Instant> applied =
                options.style().kind() == SnapshotStyle.APPEND ? Optional.empty() : applied(FileEvidence::newestCommit);
        Optional<Instant> newest = Stream.of(
                        complete.asPublished().stream(),
                        applied.stream(),
                        news.stream().flatMap(file -> file.evidence().newestCommit().stream()))
                .flatMap(Function.identity())
                .max(Comparator.naturalOrder());
        List<PlacedFile> waited = WaitingFiles.published(landing.snapshot()).among(news);
        return newest.isPresent()
                && news.stream()
                        .allMatch(file -> file.file() instanceof RawFile.Changes
                                && file.evidence().newestCommit().equals(newest)
                                && (oldest(file.evidence()).equals(newest) || waited.contains(file)));
    }

    private static Optional<Instant> oldest(FileEvidence evidence) {
        return evidence.smallest().or(evidence::earliest);
    }

    ChangeReader rawReader() {
        return rawReader;
    }

    ChangeReader lakeReader() {
        return lakeReader;
    }

    @Override
    public String toString() {
        long rows = unapplied.stream().mapToLong(file -> file.evidence().rows()).sum();
        long loads = unapplied.stream()
                .filter(file -> file.file() instanceof RawFile.Load)
                .count();
        var text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "merge of %s at slot %d: %s\n"
                        + "  %,d raw files to apply (%,d LOAD, %,d CDC) with %,d rows; read from %,d raw and %,d compacted"
                        + " files, %,d bytes\n",
                table(),
                landing.snapshot().slot(),
                outlook(),
                unapplied.size(),
                loads,
                unapplied.size() - loads,
                rows,
                sources.raw().size(),
                sources.compacted().size(),
                sources.bytes()));
        text.append("  newest transaction: ")
                .append(settled ? "settled" : "held until a later one shows")
                .append('\n');
        if (repartitions()) {
            text.append("  all files are written anew, partitioned by ")
                    .append(partitioning())
                    .append('\n');
        }
        findings.stream()
                .sorted(Comparator.comparing(Finding::severity).reversed())
                .forEach(finding -> text.append("  ").append(finding).append('\n'));
        if (outlook() == TableState.PUBLISHED) {
            StoppedMerge.standing(this)
                    .ifPresent(stopped ->
                            text.append("  ").append(stopped.finding(table())).append('\n'));
        }
        return text.toString();
    }

    /** Options are part of what the plan stands for. */
    public MergeOptions options() {
        return options;
    }

    /** Keys of the raw files that will be applied. */
    public Set<String> rawFiles() {
        return unapplied.stream().map(PlacedFile::key).collect(Collectors.toUnmodifiableSet());
    }
}
