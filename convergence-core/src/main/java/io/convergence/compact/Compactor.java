package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import io.convergence.ConvergenceException;
import io.convergence.TableId;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.RawFormat;
import io.convergence.raw.TableTimeline;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoreLocation;
import io.convergence.store.internal.ReadAhead;
import io.convergence.store.internal.ReadAheadStore;
import io.convergence.target.RowShape;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces many small files of one table by few large ones that hold the same changes in the same order (rule S18).
 * Columns are matched by name. Each file is read once; in memory are, for each task that runs, one row group of the output
 * and at most 128 MB of the file being read, an eighth of the heap if that is less. Raw files are never written or deleted. What is written becomes part of the
 * table by one commit of the ledger, after it was checked; whatever fails before leaves the table as it was, and files
 * nothing refers to in a folder of their own, {@code gen-<slot>-<random>}, which clean-up may delete once that slot is
 * taken.
 *
 * <p>{@link #execute} does a plan as a whole. To spread it over processes, give each {@linkplain CompactionPlan#tasks task}
 * as text to one that calls {@link #run}, and hand all results to {@link #commit}. Thread-safe as far as the random
 * generator is.
 */
public final class Compactor {
    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

    private final ObjectStore rawStore;
    private final ObjectStore lakeStore;
    private final Ledger ledger;
    private final String outputPrefix;
    private final CompactionOptions options;
    private final RandomGenerator random;
    private final @Nullable RowShape shape;
    private final boolean reencoding;
    private final ReadAhead readAhead;

    private Compactor(
            ObjectStore rawStore,
            ObjectStore lakeStore,
            Ledger ledger,
            String outputPrefix,
            CompactionOptions options,
            RandomGenerator random,
            @Nullable RowShape shape,
            boolean reencoding,
            ReadAhead readAhead) {
        this.rawStore = requireNonNull(rawStore, "rawStore");
        this.ledger = requireNonNull(ledger, "ledger");
        this.lakeStore = ledger.guarded(requireNonNull(lakeStore, "lakeStore"));
        this.outputPrefix = outputPrefix.isEmpty() || outputPrefix.endsWith("/") ? outputPrefix : outputPrefix + "/";
        this.options = requireNonNull(options, "options");
        this.random = requireNonNull(random, "random");
        this.shape = shape;
        this.reencoding = reencoding;
        this.readAhead = readAhead;
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
        return new Compactor(rawStore, lakeStore, ledger, outputPrefix, options, random, null, false, ReadAhead.none());
    }

    /**
     * A compactor that makes Parquet of CSV files, too: their columns, types and markers are those of the shape. CSV files
     * stay as they are if it has neither a schema nor layouts, so that no type is made up.
     */
    public Compactor withShape(RowShape rows) {
        return new Compactor(
                rawStore,
                lakeStore,
                ledger,
                outputPrefix,
                options,
                random,
                requireNonNull(rows, "rows"),
                reencoding,
                readAhead);
    }

    /** A compactor that decodes every cell and encodes it anew: slow, and what the way without it is compared with. */
    Compactor reencoding() {
        return new Compactor(rawStore, lakeStore, ledger, outputPrefix, options, random, shape, true, readAhead);
    }

    /**
     * A compactor that fetches raw Parquet files of up to 8 MB before their rows are copied, in each task several at the same
     * time and at most 16 MB of them, which pays where each request takes its time, as on S3.
     *
     * @param executor fetches; it may be the one that runs the tasks, and is not shut down. What it has not begun when its
     *     turn comes, the task fetches itself
     * @param files of a task at the same time, at least 1, which is no reading ahead
     */
    public Compactor withReadAhead(Executor executor, int files) {
        return new Compactor(
                rawStore,
                lakeStore,
                ledger,
                outputPrefix,
                options,
                random,
                shape,
                reencoding,
                new ReadAhead(executor, files));
    }

    /**
     * Plans without reading a file. A held or disputed table can be compacted too: compaction changes neither the order
     * nor the place of a change.
     *
     * @throws IllegalArgumentException if timeline and snapshot are not of the ledger's table
     */
    public CompactionPlan plan(TableTimeline timeline, LedgerSnapshot snapshot) {
        return plan(timeline, snapshot, SourceFacts.none());
    }

    /**
     * Plans with what is known of files from reading them for something else: sizes are estimated better, and it shows
     * where columns change.
     *
     * @throws IllegalArgumentException if timeline and snapshot are not of the ledger's table
     */
    public CompactionPlan plan(TableTimeline timeline, LedgerSnapshot snapshot, SourceFacts facts) {
        CompactionPlan plan = CompactionPlan.of(timeline, snapshot, options, rawStore.now(), formats(), facts);
        requireTable(plan.table());
        return plan;
    }

    /**
     * Executes a plan on the caller's thread; the first failure ends it.
     *
     * @see #execute(CompactionPlan, CompactionListener, TaskExecution)
     */
    public CompactionResult execute(CompactionPlan plan, CompactionListener listener) {
        return execute(plan, listener, TaskExecution.defaults());
    }

    /**
     * Writes the outputs of all tasks, checks them, and commits those that were finished, at once. Nothing to do is no error
     * and no commit. Returns or throws only when no task runs any more.
     *
     * @throws SourceChangedException if a raw file is not the planned one any more; nothing was committed
     * @throws CompactionException if a file cannot be copied, or an output is not what was read; nothing was committed
     * @throws io.convergence.ledger.CommitConflictException if another writer took the slot; plan again
     * @throws io.convergence.ledger.CommitStateUnknownException if it cannot be found out whether the commit took effect
     * @throws io.convergence.store.StoreException if a store fails; unless from the ledger, nothing was committed
     * @throws io.convergence.store.UnsafeStoreException if the lake's store ignores conditions of writes; nothing was
     *     written but the probe's object
     * @throws IllegalArgumentException if the plan is of another table, or outputs would lie among raw files
     */
    public CompactionResult execute(CompactionPlan plan, CompactionListener listener, TaskExecution execution) {
        requireTable(plan.table());
        requireNonNull(listener, "listener");
        List<CompactionTask> tasks = plan.tasks();
        List<TaskRun> prepared = tasks.stream()
                .map(task -> newRun(task, OneAtATime.of(listener), execution))
                .toList();
        var runs = new TaskRuns(execution);
        for (int i = 0; i < tasks.size(); i++) {
            runs.add(tasks.get(i), prepared.get(i));
        }

        List<TaskResult> finished;
        try {
            finished = runs.await();
        } catch (ConvergenceException e) {
            Set<String> keys = Stream.concat(Stream.of(e), Arrays.stream(e.getSuppressed()))
                    .filter(SourceChangedException.class::isInstance)
                    .map(cause -> ((SourceChangedException) cause).key())
                    .collect(Collectors.toSet());
            suspect(places(plan, keys));
            throw e;
        }

        return commit(plan, finished, runs.failures());
    }

    /**
     * Executes one task here; what it writes is not part of the table before {@link #commit}. If a raw file is not the planned one
     * any more the result says so and nothing else: hand it to the commit, too, which keeps it in the log (rule L4).
     *
     * @throws CompactionException if a file cannot be copied, or an output is not what was read
     * @throws io.convergence.store.StoreException if a store fails
     * @throws IllegalArgumentException if the task is of another table, or outputs would lie among raw files
     */
    public TaskResult run(CompactionTask task, CompactionListener listener) {
        return run(task, listener, TaskExecution.defaults());
    }

    /**
     * Executes one task on the caller's thread, with help of the execution's column workers.
     *
     * @see #run(CompactionTask, CompactionListener)
     */
    public TaskResult run(CompactionTask task, CompactionListener listener, TaskExecution execution) {
        requireTable(task.table());
        TaskRun run = newRun(task, requireNonNull(listener, "listener"), execution);
        try {
            return run.run();
        } catch (SourceChangedException e) {
            List<RawSource> changed = task.origins().stream()
                    .filter(source -> source.key().equals(e.key()))
                    .toList();
            LOG.warn("Task {} of table {} wrote nothing: {}", task.number(), task.table(), e.getMessage());
            return TaskResult.ofChanged(task, changed);
        }
    }

    /**
     * Makes what tasks of a plan wrote part of the table, in one commit. Results of some tasks will do; the files of the
     * others stay as they are. No result is no commit. The raw files of all results are looked at once more: that one changed or
     * vanished, then or when its task ran, is kept in the log as a suspicion, and nothing is committed (rule L4).
     *
     * @throws SourceChangedException if a raw file is not the planned one any more; nothing was committed, plan again
     * @throws io.convergence.ledger.CommitConflictException if another writer took the slot; plan again
     * @throws io.convergence.ledger.CommitStateUnknownException if it cannot be found out whether the commit took effect
     * @throws io.convergence.store.StoreException if a store fails; unless from the ledger, nothing was committed
     * @throws IllegalArgumentException if the plan is of another table, or a result is of none of its tasks, of one that
     *     has another result, or does not hold what the task is to copy
     */
    public CompactionResult commit(CompactionPlan plan, List<TaskResult> results) {
        requireTable(plan.table());
        return commit(plan, results, List.of());
    }

    /** @param given tasks that were given up before */
    private CompactionResult commit(CompactionPlan plan, List<TaskResult> results, List<TaskFailure> given) {
        var commit = new TaskCommit(plan, results);
        Map<String, String> now = new RawSourceCheck(rawStore, commit.rawFiles()).changed();
        Map<CompactionTask, SourceChangedException> changed = changed(commit, now);
        Set<String> keys = new HashSet<>(now.keySet());
        commit.changed().values().stream()
                .flatMap(List::stream)
                .map(RawSource::key)
                .forEach(keys::add);
        SourceChangedException first = changed.values().stream().findFirst().orElse(null);
        for (TaskFailure failure : given) {
            if (failure.cause() instanceof SourceChangedException cause) {
                keys.add(cause.key());
                first = first == null ? cause : first;
            }
        }
        if (first != null) {
            // Before any commit, which a crash could leave without it.
            suspect(places(plan, keys));
            throw first;
        }

        return commit(commit, given);
    }

    /** The tasks whose raw files are not those that were planned, when they were read or by now. */
    private Map<CompactionTask, SourceChangedException> changed(TaskCommit commit, Map<String, String> now) {
        Map<CompactionTask, SourceChangedException> changed = new LinkedHashMap<>();
        commit.changed()
                .forEach((task, files) -> changed.put(
                        task,
                        new SourceChangedException(task.table(), files.get(0).key(), "changed or vanished", null)));
        for (CompactionTask task : commit.tasks()) {
            task.sources().stream()
                    .map(CompactionSource::key)
                    .filter(now::containsKey)
                    .findFirst()
                    .ifPresent(key -> changed.putIfAbsent(
                            task, new SourceChangedException(task.table(), key, requireNonNull(now.get(key)), null)));
        }

        return changed;
    }

    /** Those of the plan with such a key. */
    private static List<RawSource> places(CompactionPlan plan, Set<String> wanted) {
        return wanted.isEmpty()
                ? List.of()
                : plan.tasks().stream()
                        .flatMap(task -> task.origins().stream())
                        .filter(source -> wanted.contains(source.key()))
                        .toList();
    }

    /** Rule L4: that raw files changed under a plan stays in the log, whatever becomes of the plan. */
    private void suspect(List<RawSource> places) {
        if (places.isEmpty()) {
            return;
        }

        try {
            ledger.suspect("raw files changed or vanished while they were compacted", null, places);
        } catch (ConvergenceException e) {
            LOG.warn("The log of table {} does not say that raw files changed: {}", ledger.table(), e.getMessage());
        }
    }

    private CompactionResult commit(TaskCommit commit, List<TaskFailure> failures) {
        if (commit.isEmpty()) {
            return commit.unchanged(failures);
        }

        long slot = ledger.commit(commit.entry(ledger.newTransaction())).slot();
        CompactionResult result = commit.result(slot, failures);
        LOG.info("{}", result);
        return result;
    }

    private TaskRun newRun(CompactionTask task, CompactionListener listener, TaskExecution execution) {
        String folder = newFolder(task.base());
        requireOutsideRaw(task, folder);
        var ahead = new ReadAheadStore(rawStore, rawParquet(task), readAhead);
        var opener = new FileOpener(ahead, lakeStore, task, new CsvConversion(rawStore, task.table(), shape));
        var workers = new ColumnWorkers(execution.executor(), execution.columnWorkers());
        CompactedOutput.Maker maker = reencoding ? ReencodedOutput::open : StitchedOutput.maker(workers);
        return new TaskRun(task, opener, lakeStore, folder, maker, listener);
    }

    /** Those that are read whole. */
    private static List<ObjectStat> rawParquet(CompactionTask task) {
        return task.sources().stream()
                .filter(source -> source instanceof CompactionSource.Raw raw && raw.format() == RawFormat.PARQUET)
                .map(CompactionSource::stat)
                .toList();
    }

    private Set<RawFormat> formats() {
        RowShape rows = shape;
        return rows != null && CsvConversion.isDeclared(rows)
                ? EnumSet.allOf(RawFormat.class)
                : EnumSet.of(RawFormat.PARQUET);
    }

    private void requireTable(TableId table) {
        if (!table.equals(ledger.table())) {
            throw new IllegalArgumentException(
                    "Cannot compact table " + table + " with the ledger of table " + ledger.table() + ".");
        }
    }

    /** A folder no other run uses. The base lets clean-up tell what no later commit can refer to. */
    private String newFolder(long base) {
        String name = String.format(Locale.ROOT, "gen-%d-%08x", base + 1, random.nextInt());
        return outputPrefix + ledger.tableFolder() + name + "/";
    }

    private void requireOutsideRaw(CompactionTask task, String folder) {
        StoreLocation outputs = StoreLocation.of(lakeStore, outputPrefix);
        StoreLocation target = StoreLocation.of(lakeStore, folder);
        StoreLocation rawRoot = StoreLocation.of(rawStore, "");
        // What lies at the root of the one store they share has no folder that could be compared.
        boolean oneRoot = rawRoot.equals(StoreLocation.of(lakeStore, ""));
        for (CompactionSource source : task.sources()) {
            if (source instanceof CompactionSource.Compacted) {
                continue;
            }

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

    /** Passes on what tasks tell from several threads. */
    private record OneAtATime(CompactionListener listener) implements CompactionListener {
        static CompactionListener of(CompactionListener listener) {
            return new OneAtATime(listener);
        }

        @Override
        public void copied(CompactionSource source) {
            synchronized (listener) {
                listener.copied(source);
            }
        }

        @Override
        public void written(LedgerFile output) {
            synchronized (listener) {
                listener.written(output);
            }
        }
    }
}
