package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReader;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.TableTimeline;
import io.convergence.schema.Column;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a merge of one table will do: which raw files are new, where their changes are read from, and whether the table
 * may be published. Its text is the dry run. Immutable; thread-safe. Execution holds the table and the new changes in memory.
 */
public final class MergePlan {
    /** From so many on, transaction files without changes of the table are recorded for their own sake, so that they are not read again. */
    private static final int FILES_OF_OTHERS = 100;

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
    private final TableState obstacle;
    private final boolean settled;
    private final List<LedgerSnapshot.At<LedgerEntry.Suspect>> standing;
    private final List<Finding> findings;

    private MergePlan(
            TableSetup setup,
            Ledger ledger,
            ChangeReader rawReader,
            ChangeReader lakeReader,
            Landing landing,
            MergeOptions options,
            Basis basis,
            List<PlacedFile> unapplied,
            CompleteThrough complete,
            TableState obstacle,
            boolean settled,
            List<LedgerSnapshot.At<LedgerEntry.Suspect>> standing,
            List<Finding> findings) {
        this.setup = setup;
        this.ledger = ledger;
        this.rawReader = rawReader;
        this.lakeReader = lakeReader;
        this.landing = landing;
        this.options = options;
        this.basis = basis;
        this.unapplied = List.copyOf(unapplied);
        this.complete = complete;
        this.sources = ChangeSources.of(
                Landing.withRows(basis == Basis.ALL_FILES ? landing.timeline().files() : unapplied), landing);
        this.obstacle = obstacle;
        this.settled = settled;
        this.standing = List.copyOf(standing);
        this.findings = List.copyOf(findings);
    }

    static MergePlan of(
            TableSetup configured,
            Ledger ledger,
            ChangeReader rawReader,
            ChangeReader lakeReader,
            Landing landing,
            MergeOptions options) {
        TableSetup setup = configured.declaring(LoggedDeclarations.with(configured.declarations(), landing.snapshot()));
        LedgerSnapshot snapshot = landing.snapshot();
        TableTimeline timeline = landing.timeline();
        List<Finding> findings = new ArrayList<>(landing.findings());
        findings.addAll(timeline.findings());
        Basis basis = Basis.of(landing);
        List<PlacedFile> unapplied = timeline.files().stream()
                .filter(file ->
                        basis.replaces() || !snapshot.isApplied(file.file().stat()))
                .toList();
        CompleteThrough complete = CompleteThrough.of(snapshot, basis.replaces() ? List.of() : unapplied);
        complete.finding(setup.table()).ifPresent(findings::add);
        if (basis == Basis.ALL_FILES) {
            findings.add(Finding.info(
                    "TABLE_REBUILT",
                    setup.table().toString(),
                    "A file that came late moves files that are applied to another run, so the table is built again from all "
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
        boolean suspect = assessment.obstacle() == TableState.PUBLISHED && (columns.suspect() || lost.isPresent());
        // Renames declared in the log are known only now.
        boolean renamed =
                !setup.declarations().renames().equals(configured.declarations().renames());
        return new MergePlan(
                setup,
                ledger,
                renamed ? setup.reader(setup.rawStore()) : rawReader,
                renamed ? setup.reader(setup.lakeStore()) : lakeReader,
                landing,
                options,
                basis,
                unapplied,
                complete,
                suspect ? TableState.SUSPECT : assessment.obstacle(),
                assessment.settled(),
                assessment.standing(),
                findings);
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
        return new MergeExecution(this, listener).run();
    }

    TableSetup setup() {
        return setup;
    }

    Ledger ledger() {
        return ledger;
    }

    Basis basis() {
        return basis;
    }

    /** In position order. */
    List<PlacedFile> unapplied() {
        return unapplied;
    }

    CompleteThrough complete() {
        return complete;
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
                "merge of %s at slot %d: %s\n  %,d raw files to apply (%,d LOAD, %,d CDC) with %,d rows; read from %,d raw and %,d compacted files, %,d bytes\n",
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
        findings.stream()
                .sorted(Comparator.comparing(Finding::severity).reversed())
                .forEach(finding -> text.append("  ").append(finding).append('\n'));
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
