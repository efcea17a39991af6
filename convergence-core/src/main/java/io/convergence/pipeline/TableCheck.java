package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.compact.CompactedFileCheck;
import io.convergence.curated.PublishedFilesCheck;
import io.convergence.ledger.LakeFolders;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerCheck;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerException;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.ledger.SymlinkManifest;
import io.convergence.ledger.TableFiles;
import io.convergence.raw.Parsed;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawLayout;
import io.convergence.store.ConditionalWriteProbe;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoreLocation;
import io.convergence.target.RowShape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks a live table from its log to its rows, while others write it: what {@link LedgerCheck} checks, what is in the
 * files, what engines are shown, and what lies where it should not. Only reads. Immutable; thread-safe as far as what it
 * was given is.
 */
public final class TableCheck {
    /** How far it looks. Each looks at what the ones before it do. */
    public enum Depth {
        /** The log, and which objects there are: no data file is opened. */
        LEDGER,
        /** Footers of all live files, one or two requests each. */
        FOOTERS,
        /** Every row of all live files and of the raw files they were made of. */
        ROWS
    }

    /** A commit in between makes the manifest another; it is looked at again as often. */
    private static final int ATTEMPTS = 3;

    private static final Pattern OUTPUT = Pattern.compile(
            "(.*/)?(gen|log)-\\d{1,19}-[0-9a-f]+/(.*/)?(part|state|gone|index)-[^/]*\\.parquet", Pattern.DOTALL);
    private static final Pattern SLOT = Pattern.compile("(.*/)?log/\\d{20}\\.json", Pattern.DOTALL);

    private record Raw(
            ObjectStore store,
            Supplier<? extends Collection<ObjectStat>> listing,
            RawLayout layout,
            List<StoreLocation> lake) {
        Collection<ObjectStat> listed() {
            return listing.get();
        }

        /** Lists when it is first asked, and not again. */
        Raw once() {
            var seen = new AtomicReference<@Nullable Collection<ObjectStat>>();
            return new Raw(
                    store,
                    () -> requireNonNull(seen.updateAndGet(known -> known != null ? known : listing.get()), "listing"),
                    layout,
                    lake);
        }
    }

    private record Shown(SymlinkManifest manifest, Supplier<TableFiles> files) {}

    private final Ledger ledger;
    private final LakeFolders lake;
    private final @Nullable Raw raw;
    private final @Nullable RowShape shape;
    private final @Nullable Shown shown;

    private TableCheck(
            Ledger ledger, LakeFolders lake, @Nullable Raw raw, @Nullable RowShape shape, @Nullable Shown shown) {
        this.ledger = requireNonNull(ledger, "ledger");
        this.lake = requireNonNull(lake, "lake");
        this.raw = raw;
        this.shape = shape;
        this.shown = shown;
    }

    /** Of what is in the lake alone. */
    public static TableCheck of(Ledger ledger, LakeFolders lake) {
        return new TableCheck(ledger, lake, null, null, null);
    }

    /**
     * A check of the raw files, too: which are gone, whether compacted rows are theirs, and whether something of ours lies
     * among them.
     *
     * @param listing lists everything in DMS's folder, or in the table's; asked after the log is read, so that a file that comes
     *     meanwhile and is committed at once is not taken for gone
     * @param ownFolders where Convergence writes; what lies in them is not taken for something in DMS's folder, should one
     *     listing show both
     */
    public TableCheck withRaw(
            ObjectStore store,
            Supplier<? extends Collection<ObjectStat>> listing,
            RawLayout layout,
            List<StoreLocation> ownFolders) {
        return new TableCheck(
                ledger,
                lake,
                new Raw(
                        requireNonNull(store, "store"),
                        requireNonNull(listing, "listing"),
                        layout,
                        List.copyOf(ownFolders)),
                shape,
                shown);
    }

    /** A check that compares rows of CSV files, too. */
    public TableCheck withShape(RowShape rows) {
        return new TableCheck(ledger, lake, raw, requireNonNull(rows, "rows"), shown);
    }

    /** A check of what engines are shown, too. @param files those it should show, asked for when it is looked at */
    public TableCheck withManifest(SymlinkManifest manifest, Supplier<TableFiles> files) {
        return new TableCheck(ledger, lake, raw, shape, new Shown(manifest, files));
    }

    /**
     * What was found.
     *
     * @param log what is about the log and which objects there are; its findings are among these
     * @param filesOpened live files whose footer or rows were read
     * @param rowsRead of compacted and published files
     * @param rowsCompared of compacted files, which were the same in their raw files
     * @param sourcesUncompared raw files that were not compared: gone, written anew, or CSV of undeclared types
     * @param findings errors break a promise; warnings cost time or space, or need a person
     */
    public record Report(
            LedgerCheck.Report log,
            int filesOpened,
            long rowsRead,
            long rowsCompared,
            int sourcesUncompared,
            List<Finding> findings) {
        public Report {
            requireNonNull(log, "log");
            findings = List.copyOf(findings);
        }

        /** Whether every promise that was looked at is kept. */
        public boolean holds() {
            return count(Severity.ERROR) == 0;
        }

        public long count(Severity severity) {
            return findings.stream()
                    .filter(finding -> finding.severity() == severity)
                    .count();
        }
    }

    /**
     * Checks.
     *
     * @throws io.convergence.ConvergenceException if a store fails
     */
    public Report run(Depth depth) {
        LedgerCheck check = LedgerCheck.of(ledger, lake);
        Raw there = raw == null ? null : raw.once();
        LedgerCheck.Report log = there == null ? check.run() : check.run(there::listed);
        var run = new Run(log, there);
        run.amongRaw();
        if (depth == Depth.LEDGER && shown == null) {
            return run.report();
        }

        LedgerSnapshot snapshot;
        try {
            snapshot = ledger.snapshot();
        } catch (LedgerException e) {
            run.findings.add(Finding.error(
                    "FILES_NOT_CHECKED",
                    ledger.logPrefix(),
                    "Which files are live cannot be told: " + e.getMessage(),
                    "Mend the log as the findings about it say, and check again."));
            return run.report();
        }
        if (depth != Depth.LEDGER) {
            run.compacted(snapshot, depth);
            snapshot.published().ifPresent(published -> run.published(published, depth));
        }
        if (shown != null) {
            run.manifest(shown);
        }
        return run.report();
    }

    private final class Run {
        private final LedgerCheck.Report log;
        private final @Nullable Raw there;
        private final List<Finding> findings;

        /** Objects about which something is known already. */
        private final Set<String> told;

        private int opened;
        private long read;
        private long compared;
        private int uncompared;

        Run(LedgerCheck.Report log, @Nullable Raw there) {
            this.log = log;
            this.there = there;
            this.findings = new ArrayList<>(log.findings());
            this.told = log.findings().stream()
                    .filter(finding -> finding.code().equals("LIVE_FILE_GONE")
                            || finding.code().equals("LIVE_FILE_CHANGED"))
                    .map(Finding::path)
                    .collect(Collectors.toSet());
        }

        Report report() {
            return new Report(log, opened, read, compared, uncompared, findings);
        }

        /** I8: DMS empties its folder when a table is reloaded, and what lies there is taken for data. */
        void amongRaw() {
            if (there == null) {
                return;
            }

            for (ObjectStat object : there.listed()) {
                boolean ours = OUTPUT.matcher(object.key()).matches()
                        || SLOT.matcher(object.key()).matches()
                        || object.key().endsWith(ConditionalWriteProbe.PROBE_NAME);
                StoreLocation place = StoreLocation.of(there.store(), object.key());
                if (ours && there.lake().stream().noneMatch(place::isListedBy)) {
                    findings.add(
                            Finding.error(
                                    "OUTPUT_AMONG_RAW",
                                    object.key(),
                                    "It is named as Convergence names what it writes, and lies in DMS's folder, which DMS empties when it reloads a table.",
                                    "Find out which run had its lake there; move it out, and give runs a place beside DMS's folder (rule L4)."));
                }
            }
        }

        void compacted(LedgerSnapshot snapshot, Depth depth) {
            ObjectStore rawStore = there == null ? lake.store() : there.store();
            CompactedFileCheck check = CompactedFileCheck.of(ledger.table(), rawStore, lake.store());
            CompactedFileCheck typed = shape == null ? check : check.withShape(shape);
            Map<String, ObjectStat> listed = new HashMap<>();
            if (there != null) {
                there.listed().forEach(stat -> listed.put(stat.key(), stat));
            }
            for (LedgerEntry.CompactedFile file : snapshot.compacted()) {
                if (told.contains(file.file().key())) {
                    continue;
                }

                opened++;
                List<Finding> footer = typed.footer(file);
                findings.addAll(footer);
                if (depth == Depth.ROWS && footer.isEmpty()) {
                    CompactedFileCheck.Rows rows = typed.rows(file, source -> rawFile(source, listed));
                    read += rows.rows();
                    compared += rows.compared();
                    uncompared += rows.uncompared();
                    findings.addAll(rows.findings());
                }
            }
        }

        private Optional<RawFile> rawFile(RawSource source, Map<String, ObjectStat> listed) {
            ObjectStat stat = listed.get(source.key());
            return there != null
                            && stat != null
                            && source.same(stat)
                            && there.layout().parse(stat) instanceof Parsed.Data data
                    ? Optional.of(data.file())
                    : Optional.empty();
        }

        void published(LedgerEntry.Merge published, Depth depth) {
            List<LedgerFile> files = new ArrayList<>(published.data());
            files.addAll(published.state());
            if (files.stream().anyMatch(file -> told.contains(file.key()))) {
                return;
            }

            PublishedFilesCheck check = PublishedFilesCheck.of(lake.store(), published);
            opened += files.size();
            List<Finding> footers = check.footers();
            findings.addAll(footers);
            if (depth == Depth.ROWS && footers.isEmpty()) {
                PublishedFilesCheck.Rows rows = check.rows();
                read += rows.rows();
                findings.addAll(rows.findings());
            }
        }

        void manifest(Shown projection) {
            SymlinkManifest.Difference difference = difference(projection);
            String key = projection.manifest().key();
            for (String other : difference.others()) {
                findings.add(Finding.error(
                        "MANIFEST_NOT_ALONE",
                        other,
                        "It lies in the folder of manifest '" + key + "', so that engines take it for a manifest, too.",
                        "Delete it, or find out who put it there."));
            }
            if (difference.missing().isEmpty() && difference.surplus().isEmpty()) {
                return;
            }

            boolean behind = difference.there() && difference.surplus().isEmpty() && !difference.missingCompacted();
            String what = !difference.there()
                    ? "It is not there, and would name " + difference.missing().size() + " files."
                    : "It lacks " + difference.missing().size() + " files" + first(difference.missing())
                            + " and names " + difference.surplus().size() + " that it should not"
                            + first(difference.surplus()) + ".";
            findings.add(
                    behind
                            ? Finding.warning(
                                    "MANIFEST_BEHIND",
                                    key,
                                    what + " All of them are raw files, which may have come since it was written.",
                                    "Show the table again (SymlinkManifest.show).")
                            : Finding.error(
                                    "MANIFEST_DIFFERS",
                                    key,
                                    what + " Engines miss rows, read rows twice, or fail.",
                                    "Show the table again (SymlinkManifest.show), which mends it; after each commit, if this is no accident."));
        }

        private SymlinkManifest.Difference difference(Shown projection) {
            for (int attempt = 1; ; attempt++) {
                TableFiles files = projection.files().get();
                SymlinkManifest.Difference difference = projection.manifest().difference(files);
                boolean current = difference.isEmpty()
                        || attempt == ATTEMPTS
                        || ledger.snapshot().slot() == files.slot();
                if (current) {
                    return difference;
                }
            }
        }

        private static String first(List<String> files) {
            return files.isEmpty() ? "" : " (first '" + files.get(0) + "')";
        }
    }
}
