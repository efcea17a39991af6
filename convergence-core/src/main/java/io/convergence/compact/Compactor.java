package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.change.Provenance;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.TableTimeline;
import io.convergence.store.ObjectKeys;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreException;
import io.convergence.store.StoreLocation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.parquet.schema.MessageType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces many small raw files of one table by few large ones that hold the same changes in the same order (rule
 * S18). Rows are copied as they are stored, columns are matched by name, and no value is converted. Each raw file is
 * read once; in memory are one row group of the output and at most 128 MB of the file being read. Raw files are never
 * written or deleted. What is written becomes part of the table by one commit of the ledger, after it was read again and
 * compared; whatever fails before leaves the table as it was, and files nothing refers to. Thread-safe as far as the
 * random generator is.
 */
public final class Compactor {
    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

    private final ObjectStore rawStore;
    private final ObjectStore lakeStore;
    private final Ledger ledger;
    private final String outputPrefix;
    private final CompactionOptions options;
    private final RandomGenerator random;

    private Compactor(
            ObjectStore rawStore,
            ObjectStore lakeStore,
            Ledger ledger,
            String outputPrefix,
            CompactionOptions options,
            RandomGenerator random) {
        this.rawStore = requireNonNull(rawStore, "rawStore");
        this.ledger = requireNonNull(ledger, "ledger");
        this.lakeStore = ledger.guarded(requireNonNull(lakeStore, "lakeStore"));
        this.outputPrefix = outputPrefix.isEmpty() || outputPrefix.endsWith("/") ? outputPrefix : outputPrefix + "/";
        this.options = requireNonNull(options, "options");
        this.random = requireNonNull(random, "random");
    }

    /**
     * A compactor of the ledger's table.
     *
     * @param rawStore where DMS's files are
     * @param lakeStore where compacted files go; may be the same
     * @param outputPrefix a folder of {@code lakeStore} outside the one DMS writes to (rule L4); empty for its root
     * @param random names the folders of outputs; it must differ between processes
     */
    public static Compactor create(
            ObjectStore rawStore,
            ObjectStore lakeStore,
            Ledger ledger,
            String outputPrefix,
            CompactionOptions options,
            RandomGenerator random) {
        return new Compactor(rawStore, lakeStore, ledger, outputPrefix, options, random);
    }

    /**
     * Plans without reading a file. A held or disputed table can be compacted too: compaction changes neither the order
     * nor the place of a change.
     *
     * @throws IllegalArgumentException if timeline and snapshot are not of the ledger's table
     */
    public CompactionPlan plan(TableTimeline timeline, LedgerSnapshot snapshot) {
        CompactionPlan plan = CompactionPlan.of(timeline, snapshot, options, rawStore.now());
        requireTable(plan);
        return plan;
    }

    /**
     * Writes the outputs, reads them again, and commits. Nothing to do is no error and no commit.
     *
     * @throws SourceChangedException if a raw file is not the planned one any more; nothing was committed
     * @throws CompactionException if a raw file cannot be copied, or an output is not what was read; nothing was committed
     * @throws io.convergence.ledger.CommitConflictException if another writer took the slot; plan again
     * @throws io.convergence.ledger.CommitStateUnknownException if it cannot be found out whether the commit took effect
     * @throws StoreException if a store fails; unless from the ledger, nothing was committed
     * @throws io.convergence.store.UnsafeStoreException if the lake's store ignores conditions of writes; nothing was
     *     written but the probe's object
     * @throws IllegalArgumentException if the plan is of another table, or outputs would lie among raw files
     */
    public CompactionResult execute(CompactionPlan plan, CompactionListener listener) {
        requireTable(plan);
        requireNonNull(listener, "listener");
        if (plan.isEmpty()) {
            return new CompactionResult(plan.table(), plan.base(), List.of(), 0, 0, 0, List.of());
        }

        String folder = newFolder(plan);
        requireOutsideRaw(plan, folder);
        var run = new Run(plan, folder, listener);
        try {
            run.write();
            run.checkSources();
        } catch (ObjectNotFoundException | PreconditionFailedException e) {
            throw run.sourceChanged(e);
        }

        var entry = new LedgerEntry.Compaction(ledger.newTransaction(), plan.base(), run.outputs);
        long slot = ledger.commit(entry).slot();
        List<PlacedFile> sources = plan.sources();
        var result = new CompactionResult(
                plan.table(), slot, run.outputs, sources.size(), plan.bytes(), plan.rows(), run.findings);
        LOG.info("{}", result);
        return result;
    }

    private void requireTable(CompactionPlan plan) {
        if (!plan.table().equals(ledger.table())) {
            throw new IllegalArgumentException(
                    "Cannot compact table " + plan.table() + " with the ledger of table " + ledger.table() + ".");
        }
    }

    /** A folder no other run uses. The base lets clean-up tell what no later commit can refer to. */
    private String newFolder(CompactionPlan plan) {
        String name = String.format(Locale.ROOT, "gen-%d-%08x", plan.base() + 1, random.nextInt());
        return outputPrefix + ledger.tableFolder() + name + "/";
    }

    private void requireOutsideRaw(CompactionPlan plan, String folder) {
        StoreLocation outputs = StoreLocation.of(lakeStore, outputPrefix);
        StoreLocation target = StoreLocation.of(lakeStore, folder);
        StoreLocation rawRoot = StoreLocation.of(rawStore, "");
        // What lies at the root of the one store they share has no folder that could be compared.
        boolean oneRoot = rawRoot.equals(StoreLocation.of(lakeStore, ""));
        for (PlacedFile source : plan.sources()) {
            String home = source.key().substring(0, source.key().lastIndexOf('/') + 1);
            boolean amongRaw = !(oneRoot && home.isEmpty()) && target.isListedBy(StoreLocation.of(rawStore, home));
            boolean rawAmongOutputs = !outputPrefix.isEmpty()
                    && StoreLocation.of(rawStore, source.key()).isListedBy(outputs);
            if (amongRaw || rawAmongOutputs) {
                throw new IllegalArgumentException(
                        "Cannot compact into '" + folder + "': raw file '" + source.key()
                                + "' shares its folder, and DMS may empty its folders at any time (rule L4). Give an output prefix of its own.");
            }
        }
    }

    /** One execution. */
    private final class Run {
        private final CompactionPlan plan;
        private final String folder;
        private final CompactionListener listener;
        private final List<LedgerEntry.CompactedFile> outputs = new ArrayList<>();
        private final List<Finding> findings = new ArrayList<>();

        Run(CompactionPlan plan, String folder, CompactionListener listener) {
            this.plan = plan;
            this.folder = folder;
            this.listener = listener;
        }

        void write() {
            for (CompactionPlan.Group group : plan.groups()) {
                write(group);
            }
        }

        /**
         * An output's columns must be known before its first row is written, and a raw file is read only once. So a file
         * with a column that is new or of another type begins the next output.
         */
        private void write(CompactionPlan.Group group) {
            ColumnUnion columns = ColumnUnion.none();
            try (var sources = new SourceRows(rawStore, group.sources())) {
                boolean more = sources.next();
                while (more) {
                    columns = columnsFrom(columns, sources);
                    String key = folder + String.format(Locale.ROOT, "part-%05d.parquet", outputs.size());
                    try (var writer = CompactedWriter.open(ReencodedOutput::open, lakeStore, key, columns, options)) {
                        do {
                            writer.append(sources.source(), sources.opened());
                            listener.copied(sources.source());
                            more = sources.next();
                        } while (more
                                && columns.covers(sources.opened().schema())
                                && !isFull(writer, sources.bytesFromHere()));
                        finish(writer);
                    }
                }
            }
        }

        /** The columns of the output that begins with the file at hand: all so far, as later files may have them again. */
        private ColumnUnion columnsFrom(ColumnUnion columns, SourceRows sources) {
            MessageType schema = sources.opened().schema();
            Optional<String> conflict = columns.conflict(schema);
            if (conflict.isPresent()) {
                findings.add(Finding.info(
                        "COLUMN_TYPE_CHANGED",
                        sources.source().key(),
                        "From this file on " + conflict.get()
                                + "; a new compacted file begins here, no value is converted.",
                        "Nothing to do for compaction."));
                return ColumnUnion.of(schema);
            }

            ColumnUnion all = columns.with(schema);
            List<String> added = all.namesBeyond(columns);
            if (!columns.isEmpty() && !added.isEmpty()) {
                findings.add(Finding.info(
                        "COLUMN_ADDED",
                        sources.source().key(),
                        "From this file on there are new columns " + added + "; a new compacted file begins here.",
                        "Nothing to do for compaction."));
            }

            return all;
        }

        /** At the target's size, unless what is left would make a file below the band and still fits in. */
        private boolean isFull(CompactedWriter writer, long restOfSources) {
            long written = writer.bytes();
            if (written < options.targetSize().bytes()) {
                return false;
            }

            double ratio = written / (double) Math.max(1, writer.sourceBytes());
            double rest = restOfSources * ratio;
            return rest >= options.smallestOfBand().bytes()
                    || written + rest > options.largestOfBand().bytes();
        }

        private void finish(CompactedWriter writer) {
            CompactedOutput.Finished finished = writer.finish();
            ObjectStat written = finished.stat();
            ObjectStat stat = lakeStore
                    .head(written.key())
                    .orElseThrow(() ->
                            CompactionException.wrong(written.key(), "it is not in the store after it was written"));
            if (!stat.etag().equals(written.etag()) || stat.size() != written.size()) {
                throw CompactionException.wrong(
                        written.key(),
                        "the store has " + stat.size() + " bytes with ETag "
                                + stat.etag().value() + ", not the " + written.size() + " bytes with ETag "
                                + written.etag().value() + " that were written");
            }

            verify(writer, finished.checks(), stat);
            long rows = new Provenance(writer.spans()).rows();
            LedgerFile file = LedgerFile.of(stat, rows);
            List<RawSource> sources = writer.sources().stream()
                    .map(source -> RawSource.of(source.file().stat(), source.evidence()))
                    .toList();
            outputs.add(new LedgerEntry.CompactedFile(file, sources));
            listener.written(file);
        }

        /** Reads the whole output again: what was copied must come out, cell by cell and in order. */
        private void verify(CompactedWriter writer, OutputChecks checks, ObjectStat stat) {
            try (OpenSource file = OpenSource.open(lakeStore, stat)) {
                if (!file.schema().equals(writer.columns().schema())) {
                    throw CompactionException.wrong(
                            stat.key(),
                            "its columns are " + file.schema() + " instead of "
                                    + writer.columns().schema());
                }

                Provenance expected = new Provenance(writer.spans());
                String json =
                        file.footer().getFileMetaData().getKeyValueMetaData().get(Provenance.FOOTER_KEY);
                if (json == null || !Provenance.parse(json).equals(expected)) {
                    throw CompactionException.wrong(
                            stat.key(), "its footer does not name the raw files its rows come from");
                }
                if (file.rows() != expected.rows()) {
                    throw CompactionException.wrong(
                            stat.key(),
                            "it has " + file.rows() + " rows, its raw files have " + expected.rows() + " together");
                }

                ColumnTally[] read = ReencodedOutput.tallies(writer.columns());
                try (FileRows rows = file.cells(writer.columns().feeds(file.schema()))) {
                    while (rows.next()) {
                        rows.take(read, null);
                    }
                }
                for (int i = 0; i < read.length; i++) {
                    OutputChecks.Column copied = checks.columns().get(i);
                    if (!read[i].same(copied)) {
                        throw CompactionException.wrong(
                                stat.key(),
                                "column '" + copied.name() + "' has " + read[i] + ", the raw files had "
                                        + copied.values() + " values and " + copied.nulls() + " nulls with checksum "
                                        + Long.toHexString(copied.read()));
                    }
                }
            }
        }

        /**
         * Lists the raw files again just before the commit. A read pinned by ETag does not see that DMS wrote the same
         * bytes anew, nor a file deleted after it was read (rules L3, L4).
         */
        void checkSources() {
            var expected = new TreeMap<String, PlacedFile>(ObjectKeys.order());
            plan.sources().forEach(source -> expected.put(source.key(), source));
            String last = expected.lastKey();
            try (Stream<ObjectStat> objects = rawStore.listAll(commonPrefix(expected.firstKey(), last))) {
                Iterator<ObjectStat> found = objects.iterator();
                while (found.hasNext() && !expected.isEmpty()) {
                    ObjectStat stat = found.next();
                    if (ObjectKeys.order().compare(stat.key(), last) > 0) {
                        break;
                    }

                    PlacedFile source = expected.remove(stat.key());
                    if (source != null
                            && !RawSource.of(source.file().stat(), source.evidence())
                                    .same(stat)) {
                        throw new SourceChangedException(
                                plan.table(),
                                stat.key(),
                                "was written anew " + stat.lastModified() + " (ETag "
                                        + stat.etag().value() + ")",
                                null);
                    }
                }
            }
            for (Map.Entry<String, PlacedFile> missing : expected.entrySet()) {
                throw new SourceChangedException(plan.table(), missing.getKey(), "vanished", null);
            }
        }

        private RuntimeException sourceChanged(StoreException e) {
            boolean raw =
                    plan.sources().stream().anyMatch(source -> source.key().equals(e.key()));
            if (!raw) {
                return e;
            }

            return new SourceChangedException(
                    plan.table(), e.key(), e instanceof ObjectNotFoundException ? "vanished" : "was written anew", e);
        }
    }

    private static String commonPrefix(String one, String other) {
        int length = Arrays.mismatch(one.toCharArray(), other.toCharArray());
        if (length < 0) {
            return one;
        }

        boolean halfCharacter = length > 0 && Character.isHighSurrogate(one.charAt(length - 1));
        return one.substring(0, halfCharacter ? length - 1 : length);
    }
}
