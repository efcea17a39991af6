package io.convergence.curated;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.change.Operation;
import io.convergence.change.RowOrigin;
import io.convergence.ledger.LedgerEntry;
import io.convergence.merge.ChangeMerger;
import io.convergence.merge.CommitMark;
import io.convergence.merge.KeyBytes;
import io.convergence.merge.KeyChanges;
import io.convergence.merge.MergeCounts;
import io.convergence.merge.MergeCounts.What;
import io.convergence.merge.MergeInput;
import io.convergence.merge.MergeInput.NewestTransaction;
import io.convergence.merge.MergeKey;
import io.convergence.merge.MergePolicy;
import io.convergence.merge.MergeResult;
import io.convergence.merge.RowLayout;
import io.convergence.merge.StoredRow;
import io.convergence.merge.StoredRows;
import io.convergence.raw.FileContext;
import io.convergence.schema.TableSchema;
import io.convergence.store.GuardedObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.PageCodecs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Merges changes into a published snapshot, in memory that does not grow with either, but for key changes and late changes:
 * the changes are sorted by bucket and key, in files where they exceed the memory given, and each bucket they touch is read
 * and written once beside them. What comes of a key
 * is what {@link ChangeMerger} says. Keys of which each change gives every cell, without key changes and newer than what is stored, are decided
 * here in the same way, without an object for a cell; tests compare both. Keys that key changes link are resolved before the buckets: these keys are held, and one group of them at a time with its changes
 * and stored rows. Keys whose history is needed are held, too.
 *
 * <p>Use once: {@link #add} all changes, then {@link #merge}; then close it, which deletes the temporary files. Not thread-safe.
 */
public final class SnapshotMerge implements AutoCloseable {
    private static final long GROUP_BYTES = 16L << 20;
    private static final String FLOOR = "floor";
    private static final What[] WHATS = What.values();

    private final GuardedObjectStore store;
    private final String prefix;
    private final RandomGenerator random;
    private final SnapshotSettings settings;
    private final Optional<LedgerEntry.Merge> published;
    private final UnaryOperator<String> nameNow;
    private final SpillFolder folder;
    private int bits;
    private final ChangeSpool spool;
    private final PageCodecs codecs = new PageCodecs();
    private final ColumnThreads threads;
    private final long newBytes;
    private final Partitioning partitioning;
    private long plainKeys;
    private long exactKeys;

    private SnapshotMerge(
            ObjectStore store,
            String prefix,
            RandomGenerator random,
            SnapshotSettings settings,
            Optional<LedgerEntry.Merge> published,
            List<String> key,
            UnaryOperator<String> nameNow,
            long newBytes,
            CommitMark mark,
            Partitioning partitioning) {
        this.prefix = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
        this.store = GuardedObjectStore.of(store, this.prefix);
        this.random = random;
        this.settings = settings;
        this.published = published;
        this.nameNow = nameNow;
        this.folder = new SpillFolder(settings.spillFolder().orElse(null));
        this.newBytes = newBytes;
        this.partitioning = partitioning;
        this.bits = BucketCount.of(published, partitioning, newBytes, settings);
        this.threads = new ColumnThreads(settings.workers(), codecs);
        this.spool = new ChangeSpool(settings.memory().bytes(), folder, key, nameNow, bits, mark);
    }

    /**
     * Begins.
     *
     * @param prefix outside the folder DMS writes to (rule L4)
     * @param random makes folder names that no other writer uses; it must differ between processes
     * @param published what to merge into; empty for the first state of a generation
     * @param key names of the key's columns as they are published
     * @param nameNow the name a column of a file is published under
     * @param newBytes stored bytes of the files whose changes come, by which buckets are planned
     * @param mark has not seen the changes yet
     */
    public static SnapshotMerge begin(
            ObjectStore store,
            String prefix,
            RandomGenerator random,
            SnapshotSettings settings,
            Optional<LedgerEntry.Merge> published,
            List<String> key,
            UnaryOperator<String> nameNow,
            long newBytes,
            CommitMark mark) {
        return begin(store, prefix, random, settings, published, key, nameNow, newBytes, mark, Partitioning.none());
    }

    /**
     * Begins; files are parted.
     *
     * @param partitioning if the published table is parted otherwise, all of it is written anew
     */
    public static SnapshotMerge begin(
            ObjectStore store,
            String prefix,
            RandomGenerator random,
            SnapshotSettings settings,
            Optional<LedgerEntry.Merge> published,
            List<String> key,
            UnaryOperator<String> nameNow,
            long newBytes,
            CommitMark mark,
            Partitioning partitioning) {
        return new SnapshotMerge(
                store, prefix, random, settings, published, key, nameNow, newBytes, mark, partitioning);
    }

    /** The position below which tombstones of a published table were given up; empty while none was (rule S12). */
    public static Optional<ChangePosition> floor(LedgerEntry.Merge published) {
        return Optional.ofNullable(published.notes().get(FLOOR)).map(ChangePosition::parse);
    }

    /**
     * Whether two states have the same rows, bookkeeping and tombstones in the same buckets. Reads both.
     *
     * @throws CuratedTableException if a file is damaged
     */
    public static boolean sameRows(ObjectStore store, LedgerEntry.Merge one, LedgerEntry.Merge other) {
        Optional<SnapshotLayout> first = SnapshotLayout.of(one);
        Optional<SnapshotLayout> second = SnapshotLayout.of(other);
        boolean comparable = first.isPresent()
                && second.isPresent()
                && first.get().bits() == second.get().bits()
                && first.get().partitioning().equals(second.get().partitioning())
                && one.schema().equals(other.schema());
        if (!comparable) {
            return false;
        }
        RowLayout layout = RowLayout.of(one.schema().columns());
        try (var codecs = new PageCodecs()) {
            var places = new Places();
            for (int i = 0; i < first.get().buckets().size(); i++) {
                SnapshotLayout.Bucket a = first.get().buckets().get(i);
                SnapshotLayout.Bucket b = second.get().buckets().get(i);
                boolean same = PublishedTable.sameRows(
                        first.get().parts(a),
                        a,
                        second.get().parts(b),
                        b,
                        files -> new StoredBucket(store, files, one.schema(), layout, codecs, places));
                if (!same) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Takes changes, in the order of their files. */
    public void add(ChangeBatch batch) {
        add(batch, record -> true);
    }

    /** Takes those changes that belong to the table. */
    public void add(ChangeBatch batch, Predicate<ChangeRecord> belongs) {
        spool.add(batch, belongs, record -> true, Set.of());
    }

    /**
     * Of the changes that belong to the table takes those that are wanted, and those of the given keys, whether before or after the
     * change.
     */
    public void add(
            ChangeBatch batch, Predicate<ChangeRecord> belongs, Predicate<ChangeRecord> wanted, Set<MergeKey> keys) {
        Set<ByteKey> bytes = new HashSet<>();
        keys.forEach(key -> bytes.add(new ByteKey(KeyBytes.of(key))));
        spool.add(batch, belongs, wanted, bytes);
    }

    /** Takes one change. */
    public void add(ChangeRecord change) {
        spool.add(change);
    }

    /** How many changes were taken. */
    public long changes() {
        return spool.count();
    }

    /** Whether the changes exceeded the memory given. */
    public boolean spilled() {
        return spool.spilled();
    }

    /** Keys whose last change told all, so that no object was made of their cells. */
    public long plainKeys() {
        return plainKeys;
    }

    /** Keys, and groups of linked keys, that {@link ChangeMerger} decided. */
    public long exactKeys() {
        return exactKeys;
    }

    /**
     * What to merge the changes by.
     *
     * @param policy its schema is the one to publish, its floor that of the published table
     * @param renames of published columns, new names by old ones
     * @param defaults that published rows hold in new columns
     * @param declared puts declared renames and defaults into a change
     * @param newest whether the newest transaction is held
     * @param previous the {@code completeThrough} of the published table; null if there is none
     * @param complete keys of which every change is given; what is stored of them is computed anew
     * @param base the slot of the ledger the merge was planned on
     * @param tombstonesKept how long before the completeness of the next state tombstones are kept: the floor rises to that (rule S12); null to
     *     leave the floor where it is
     * @param waitingFrom time of the oldest change that is known and not given, above which the floor does not rise; null for none
     */
    public record Task(
            MergePolicy policy,
            Map<String, String> renames,
            Map<String, ? extends @Nullable Object> defaults,
            UnaryOperator<ChangeRecord> declared,
            NewestTransaction newest,
            @Nullable Instant previous,
            Set<MergeKey> complete,
            long base,
            @Nullable Duration tombstonesKept,
            @Nullable Instant waitingFrom) {
        /** All changes that are known are given. */
        public Task(
                MergePolicy policy,
                Map<String, String> renames,
                Map<String, ? extends @Nullable Object> defaults,
                UnaryOperator<ChangeRecord> declared,
                NewestTransaction newest,
                @Nullable Instant previous,
                Set<MergeKey> complete,
                long base,
                @Nullable Duration tombstonesKept) {
            this(policy, renames, defaults, declared, newest, previous, complete, base, tombstonesKept, null);
        }
    }

    /** What came of it. */
    public sealed interface Result {
        MergeCounts counts();

        List<Finding> findings();
    }

    /**
     * The next state is written.
     *
     * @param changed whether it differs from the published one
     * @param quarantined where the changes stand that were set aside (rule S12)
     */
    public record Written(
            WrittenSnapshot snapshot,
            boolean changed,
            Set<String> heldFiles,
            List<RowOrigin> quarantined,
            Optional<Instant> completeThrough,
            MergeCounts counts,
            List<Finding> findings)
            implements Result {}

    /** See {@link MergeResult.NeedsHistory}; what was written meanwhile is left for clean-up. */
    public record NeedsHistory(Set<MergeKey> keys, MergeCounts counts, List<Finding> findings) implements Result {}

    /** See {@link MergeResult.Disputed}; what was written meanwhile is left for clean-up. */
    public record Disputed(MergeCounts counts, List<Finding> findings) implements Result {}

    /**
     * Merges and writes; nothing becomes visible to readers.
     *
     * @throws CuratedTableException if a file is damaged, a value cannot be written exactly, or the rows cannot be partitioned so
     * @throws io.convergence.merge.UnmergeableChangeException if a change is not one of the table
     * @throws io.convergence.store.StoreException if the store fails; what was written stays for clean-up
     */
    public Result merge(Task task) {
        if (partitioning.isPartitioned() && BucketCount.isPlannedAnew(published, partitioning, task.renames())) {
            Run planning = new Run(task);
            bits = BucketCount.planned(
                    planning.folders,
                    planning.table,
                    spool,
                    form -> planning.forms[form],
                    newBytes,
                    published,
                    settings);
            spool.spread(bits, new SortedSpool(settings.memory().bytes(), folder));
        }
        return new Run(task).run();
    }

    /** Frees memory and deletes the temporary files. */
    @Override
    public void close() {
        try (folder;
                codecs;
                threads) {
            spool.close();
        }
    }

    private BucketWriter.Names names(TableId table, long base) {
        byte[] id = new byte[16];
        random.nextBytes(id);
        String own = ParquetSnapshotWriter.folder(table) + "gen-" + (base + 1) + "-"
                + java.util.HexFormat.of().formatHex(id) + "/";
        return new BucketWriter.Names(prefix + own, prefix + "_state/" + own);
    }

    /** One call of {@link #merge}. */
    private final class Run {
        private final Task task;
        private final MergePolicy policy;
        private final TableSchema schema;
        private final ChangeMerger merger;
        private final CommitMark mark = spool.mark();
        private final Places places = spool.places();
        /** By ordinal: counted for each change. */
        private final long[] counts = new long[WHATS.length];

        private final CappedFindings findings = new CappedFindings();
        private final CappedFindings disputes = new CappedFindings();
        private final Set<MergeKey> needed = new HashSet<>();
        private final Set<Integer> heldFiles = new HashSet<>();
        private final Set<String> heldOfParts = new HashSet<>();
        private final List<RowOrigin> quarantined = new ArrayList<>();
        private final FormMap[] forms;
        private final PublishedTable table;
        private final StoredRowBytes storedRows;
        private final LinkedKeys linked;
        private final PartitionFolders folders;
        private final boolean untracked;
        private final BitSet nulls = new BitSet();
        private final @Nullable ChangePosition nextFloor;
        private boolean changed;
        private boolean bucketChanged;

        Run(Task task) {
            this.task = task;
            this.policy = task.policy();
            this.schema = policy.schema();
            this.merger = ChangeMerger.of(policy);
            this.forms = new FormMap[spool.forms()];
            for (int i = 0; i < forms.length; i++) {
                forms[i] = new FormMap(spool.form(i), schema.columns(), nameNow);
            }
            this.table = new PublishedTable(
                    store,
                    published,
                    schema,
                    merger.layout(),
                    task.renames(),
                    task.defaults(),
                    partitioning,
                    bits,
                    codecs,
                    () -> new SortedSpool(settings.memory().bytes() / 4, folder));
            this.folders = new PartitionFolders(partitioning, schema);
            if (BucketCount.isPlannedAnew(published, partitioning, task.renames())) {
                folders.requireOwnNames(schema);
            }
            this.storedRows = new StoredRowBytes(merger.layout());
            this.linked = spool.linked();
            this.untracked = policy.keyChanges() == KeyChanges.UNTRACKED;
            this.nextFloor = nextFloor();
        }

        /** Never below the one before. */
        private @Nullable ChangePosition nextFloor() {
            ChangePosition floor = policy.floorPosition();
            Instant waiting = task.waitingFrom();
            Optional<ChangePosition> raised = Optional.ofNullable(task.tombstonesKept())
                    .flatMap(kept -> mark.completeThrough().map(through -> through.minus(kept)))
                    .map(time -> waiting != null && waiting.isBefore(time) ? waiting : time)
                    .flatMap(spool::firstFrom);
            boolean rises = raised.isPresent() && (floor == null || raised.get().compareTo(floor) > 0);
            return rises ? raised.get() : floor;
        }

        private void count(What what, long more) {
            counts[what.ordinal()] += more;
        }

        private MergeCounts counted() {
            Map<What, Long> all = new EnumMap<>(What.class);
            for (What what : WHATS) {
                all.put(what, counts[what.ordinal()]);
            }
            return MergeCounts.of(all);
        }

        private boolean stopped() {
            return !disputes.isEmpty() || !needed.isEmpty();
        }

        Result run() {
            contradictions();
            List<SnapshotLayout.Bucket> buckets = new ArrayList<>();
            try (SortedSpool outcomes = new SortedSpool(settings.memory().bytes() / 4, folder)) {
                if (!linked.isEmpty()) {
                    resolveLinked(outcomes);
                }
                List<byte[]> complete = new ArrayList<>();
                task.complete().forEach(key -> complete.add(KeyBytes.of(key)));
                Comparator<byte[]> order = Comparator.comparingInt(this::bucketOf);
                complete.sort(order.thenComparing(java.util.Arrays::compareUnsigned));
                var names = names(schema.table(), task.base());
                try (var keys = new KeyStream(
                        spool.open(),
                        outcomes.rows() == 0 ? null : outcomes.open(),
                        complete,
                        complete.stream().map(this::bucketOf).toList())) {
                    for (int bucket = 0; bucket < 1 << bits; bucket++) {
                        if (keys.nextBucket() != bucket && table.keepsFiles()) {
                            buckets.add(table.files(bucket));
                        } else {
                            buckets.add(mergeBucket(bucket, keys, names));
                        }
                    }
                }
            }
            return result(new SnapshotLayout(bits, partitioning, buckets));
        }

        private int bucketOf(byte[] key) {
            return KeyBytes.bucket(KeyBytes.hash(key, 0, key.length), bits);
        }

        private Result result(SnapshotLayout layout) {
            long received = spool.count();
            if (!disputes.isEmpty()) {
                Map<What, Long> withheld = new EnumMap<>(What.class);
                withheld.put(What.RECEIVED, received);
                withheld.put(What.WITHHELD, received);
                withheld.put(What.DISPUTED, disputes.count());
                return new Disputed(MergeCounts.of(withheld), disputes.toList());
            }
            if (!needed.isEmpty()) {
                needed.addAll(task.complete());
                return new NeedsHistory(Set.copyOf(needed), MergeCounts.of(Map.of(What.RECEIVED, received)), List.of());
            }
            count(What.RECEIVED, received);
            MergeCounts all = counted();
            boolean loaded = spool.generation()
                    .filter(generation -> !generation.equals(FileContext.NO_LOAD))
                    .isPresent();
            findings.addAll(merger.findings(all, task.previous(), loaded));
            heldFiles.forEach(file -> heldOfParts.add(spool.originFile(file)));
            var snapshot = new WrittenSnapshot(task.base(), table.withNulls(nulls), layout.data(), layout.state())
                    .with(SnapshotLayout.NOTE, layout.toNote());
            if (nextFloor != null) {
                snapshot = snapshot.with(FLOOR, nextFloor.encode());
            }
            return new Written(
                    snapshot,
                    changed,
                    Set.copyOf(heldOfParts),
                    List.copyOf(quarantined),
                    mark.completeThrough(),
                    all,
                    findings.toList());
        }

        /** What only changes of different keys tell together: order in files, and sequences that several changes carry. */
        private void contradictions() {
            for (ChangeRecord[] pair : spool.misplaced()) {
                take(merger.merge(MergeInput.of(StoredRows.none(), List.of(declared(pair[0]), declared(pair[1])))));
            }
            if (disputes.isEmpty() && spool.idsMayRepeat()) {
                compareIds();
            }
        }

        private ChangeRecord declared(ChangeRecord record) {
            return task.declared().apply(record);
        }

        private void take(MergeResult result) {
            if (result instanceof MergeResult.Disputed disputed) {
                disputes.addAll(disputed.findings());
            }
        }

        /** Sorts by identity; changes of one identity and different keys contradict each other. */
        private void compareIds() {
            try (var byId = new SortedSpool(settings.memory().bytes() / 4, folder)) {
                var row = new ByteSink(256);
                try (SortedSpool.Cursor all = spool.open()) {
                    while (all.next()) {
                        byte[] bytes = all.row();
                        int head = ChangeSpool.head(bytes, all.at());
                        int place = ByteSink.intAt(bytes, head + ChangeSpool.PLACE);
                        if (places.isSequenced(place)) {
                            StoredRowBytes.begin(
                                    row,
                                    0,
                                    places.runAndSequence(
                                            place,
                                            ByteSink.longAt(bytes, head + ChangeSpool.TIME),
                                            ByteSink.longAt(bytes, head + ChangeSpool.COUNTER)));
                            row.put(bytes, all.at(), SortedSpool.intAt(bytes, all.at()));
                            StoredRowBytes.end(row);
                            byId.add(row.bytes(), row.size());
                        }
                    }
                }
                try (SortedSpool.Cursor all = byId.open()) {
                    byte[] last = {};
                    int lastAt = 0;
                    while (all.next()) {
                        byte[] now = all.row();
                        int at = all.at();
                        if (last.length > 0 && SortedSpool.compareKeys(last, lastAt, now, at) == 0) {
                            int one = ChangeSpool.head(last, lastAt);
                            int other = ChangeSpool.head(now, at);
                            if (SortedSpool.compareKeys(last, one, now, other) != 0) {
                                take(merger.merge(MergeInput.of(
                                        StoredRows.none(),
                                        List.of(
                                                declared(spool.record(last, one)),
                                                declared(spool.record(now, other))))));
                            }
                        }
                        last = now;
                        lastAt = at;
                    }
                }
            }
        }

        private BucketWriter writer(int bucket, BucketWriter.Names names) {
            return new BucketWriter(
                    store,
                    names,
                    new BucketWriter.Sizes(2 * settings.targetSize().bytes(), GROUP_BYTES),
                    codecs,
                    threads,
                    schema,
                    bucket,
                    places,
                    nextFloor,
                    form -> forms[form]);
        }

        /** Writes the partitions of a bucket anew that something came into or went from, or all of them if its files cannot stay. */
        private SnapshotLayout.Bucket mergePartitions(int bucket, KeyStream keys, BucketWriter.Names names) {
            bucketChanged = false;
            boolean keeps = table.keepsFiles();
            SnapshotLayout.Bucket gone = keeps ? table.files(bucket).goneAlone() : SnapshotLayout.Bucket.EMPTY;
            List<SnapshotLayout.Part> parts = keeps ? table.parts(bucket) : List.of();
            try (var writer = new PartitionWriter(
                    parts,
                    folders,
                    places,
                    form -> forms[form],
                    storedRows,
                    new SortedSpool(settings.memory().bytes() / 4, folder))) {
                if (keeps) {
                    decideInBatches(bucket, keys, parts, gone, writer);
                } else {
                    decideAll(bucket, keys, writer);
                }
                if (stopped()) {
                    return SnapshotLayout.Bucket.EMPTY;
                }
                if (!bucketChanged && keeps) {
                    return table.files(bucket);
                }
                SnapshotLayout.Bucket files = writer.finish(
                        gone,
                        nextFloor != null && !gone.isEmpty(),
                        part -> table.open(part, places),
                        folder -> writer(bucket, names.in(folder)));
                nulls.or(writer.nulls());
                return files;
            }
        }

        private void decideInBatches(
                int bucket,
                KeyStream keys,
                List<SnapshotLayout.Part> parts,
                SnapshotLayout.Bucket gone,
                PartitionWriter writer) {
            try (var stored = new PartitionLookup(
                    parts,
                    table.open(gone, places),
                    files -> table.open(files, places),
                    storedRows,
                    () -> new SortedSpool(settings.memory().bytes() / 8, folder),
                    settings.memory().bytes() / 4,
                    !spool.spilled(),
                    writer::drop)) {
                while (stored.read(keys, bucket)) {
                    for (KeyStream.Entry key : stored.keys()) {
                        keys.show(key);
                        if (stored.advanceTo(key.key(), 0, key.key().length, null) && needsRow(keys, stored)) {
                            stored.want();
                        }
                    }
                    stored.fetch();
                    for (KeyStream.Entry key : stored.keys()) {
                        keys.show(key);
                        writer.at(key.key());
                        decide(keys, stored, stored.advanceTo(key.key(), 0, key.key().length, null), writer);
                    }
                }
            }
        }

        /** Whether a key's row is asked for. */
        private boolean needsRow(KeyStream keys, StoredSide stored) {
            return keys.outcome() != null || keys.isComplete() || !isPlain(keys, stored, true);
        }

        private void decideAll(int bucket, KeyStream keys, PartitionWriter writer) {
            try (StoredSide stored = table.objects(bucket, places, writer)) {
                while (keys.next(bucket)) {
                    byte[] key = keys.keyCopy();
                    boolean known = stored.advanceTo(key, 0, key.length, null);
                    writer.at(key);
                    decide(keys, stored, known, writer);
                }
                stored.finish(null);
            }
        }

        /** Writes a bucket anew, or leaves its files if every change was there before. */
        private SnapshotLayout.Bucket mergeBucket(int bucket, KeyStream keys, BucketWriter.Names names) {
            if (partitioning.isPartitioned()) {
                return mergePartitions(bucket, keys, names);
            }
            bucketChanged = false;
            try (StoredSide stored = table.open(bucket, places);
                    var writer = writer(bucket, names)) {
                while (keys.next(bucket)) {
                    if (stopped()) {
                        // What is stored is read on, into the memory that helpers still read from.
                        writer.abandon();
                    }
                    boolean known =
                            stored.advanceTo(keys.keyBytes(), keys.keyFrom(), keys.keyEnd(), stopped() ? null : writer);
                    decide(keys, stored, known, writer);
                }
                if (stopped()) {
                    return SnapshotLayout.Bucket.EMPTY;
                }
                if (!bucketChanged && table.keepsFiles()) {
                    return table.files(bucket);
                }
                stored.finish(writer);
                SnapshotLayout.Bucket files = writer.finish();
                nulls.or(writer.nulls());
                return files;
            }
        }

        private void decide(KeyStream keys, StoredSide stored, boolean known, RowTarget writer) {
            byte[] outcome = keys.outcome();
            if (outcome != null) {
                apply(storedRows.read(outcome, ChangeSpool.head(outcome, keys.outcomeAt())), stored, known, writer);
                return;
            }
            if (!linked.isEmpty() && linked.contains(new ByteKey(keys.keyCopy()))) {
                // Of a group that is disputed, needs history, or leaves the key as it is.
                return;
            }
            if (keys.isComplete() || !isPlain(keys, stored, known)) {
                decideExactly(keys, stored, known, writer);
            } else {
                decidePlainly(keys, stored, known, writer);
            }
        }

        /** Whether the last change tells all: see {@code Replay} for what else there is. */
        private boolean isPlain(KeyStream keys, StoredSide stored, boolean known) {
            boolean freed = false;
            boolean held = false;
            boolean live = known && !stored.isTombstone();
            int loads = 0;
            sort(keys);
            for (int i = 0; i < keys.count(); i++) {
                int change = order[i];
                byte[] row = keys.row(change);
                int head = ChangeSpool.head(row, keys.at(change));
                Operation operation = ChangeSpool.operation(row, head);
                if ((row[head + ChangeSpool.FLAGS] & ChangeSpool.KEY_CHANGED) != 0) {
                    return false;
                }
                int place = ByteSink.intAt(row, head + ChangeSpool.PLACE);
                boolean holds = !places.isLoad(place) && holds(row, head);
                if (held && !holds) {
                    // What is held is not there for what follows it.
                    return false;
                }
                held = holds;
                FormMap form = forms[ByteSink.intAt(row, head + ChangeSpool.FORM)];
                if (operation == Operation.INSERT && live) {
                    // It comes over a live row, which later changes must be able to tell.
                    return false;
                }
                live = operation != Operation.DELETE;
                if (operation == Operation.DELETE) {
                    freed = true;
                } else if (!form.complete() || !form.allGiven(row, head + ChangeSpool.IMAGE)) {
                    return false;
                }
                loads += places.isLoad(place) ? 1 : 0;
                if (i > 0 && !follows(keys, order[i - 1], change)) {
                    return false;
                }
            }
            if (loads > 1) {
                return false;
            }
            if (freed && keys.count() > 1 && mayMeetInTransaction(keys)) {
                return false;
            }
            if (known) {
                return isPlainOver(keys, stored, freed);
            }
            ChangePosition floor = policy.floorPosition();
            return floor == null || position(keys, order[0]).compareTo(floor) >= 0;
        }

        private boolean holds(byte[] row, int head) {
            return mark.holdsAny() && mark.holds(spool.commit(row, head));
        }

        private int[] order = new int[4];

        /** The changes of the key in position order. */
        private void sort(KeyStream keys) {
            int count = keys.count();
            if (order.length < count) {
                order = new int[Math.max(count, 2 * order.length)];
            }
            for (int i = 0; i < count; i++) {
                int at = i;
                while (at > 0 && compare(keys, order[at - 1], i) > 0) {
                    order[at] = order[at - 1];
                    at--;
                }
                order[at] = i;
            }
        }

        private int compare(KeyStream keys, int one, int other) {
            byte[] a = keys.row(one);
            byte[] b = keys.row(other);
            int headA = ChangeSpool.head(a, keys.at(one));
            int headB = ChangeSpool.head(b, keys.at(other));
            return places.compare(
                    ByteSink.intAt(a, headA + ChangeSpool.PLACE),
                    ByteSink.longAt(a, headA + ChangeSpool.TIME),
                    ByteSink.longAt(a, headA + ChangeSpool.COUNTER),
                    ByteSink.longAt(a, headA + ChangeSpool.ROW),
                    ByteSink.intAt(b, headB + ChangeSpool.PLACE),
                    ByteSink.longAt(b, headB + ChangeSpool.TIME),
                    ByteSink.longAt(b, headB + ChangeSpool.COUNTER),
                    ByteSink.longAt(b, headB + ChangeSpool.ROW));
        }

        private ChangePosition position(KeyStream keys, int change) {
            byte[] row = keys.row(change);
            int head = ChangeSpool.head(row, keys.at(change));
            return places.position(
                    ByteSink.intAt(row, head + ChangeSpool.PLACE),
                    ByteSink.longAt(row, head + ChangeSpool.TIME),
                    ByteSink.longAt(row, head + ChangeSpool.COUNTER),
                    ByteSink.longAt(row, head + ChangeSpool.ROW));
        }

        /** Whether the second is another change than the first, and time and counter agree that it came later. */
        private boolean follows(KeyStream keys, int first, int second) {
            byte[] a = keys.row(first);
            byte[] b = keys.row(second);
            int headA = ChangeSpool.head(a, keys.at(first));
            int headB = ChangeSpool.head(b, keys.at(second));
            int placeA = ByteSink.intAt(a, headA + ChangeSpool.PLACE);
            int placeB = ByteSink.intAt(b, headB + ChangeSpool.PLACE);
            if (places.isSequenced(placeA) && places.isSequenced(placeB)) {
                return places.sameRun(placeA, placeB)
                        ? Long.compareUnsigned(
                                        ByteSink.longAt(a, headA + ChangeSpool.COUNTER),
                                        ByteSink.longAt(b, headB + ChangeSpool.COUNTER))
                                < 0
                        : !places.runsBack(
                                placeA,
                                ByteSink.longAt(a, headA + ChangeSpool.TIME),
                                placeB,
                                ByteSink.longAt(b, headB + ChangeSpool.TIME));
            }
            return compare(keys, first, second) != 0;
        }

        /** Whether a change that frees the key may share its transaction with another change of the key. */
        private boolean mayMeetInTransaction(KeyStream keys) {
            for (int i = 0; i < keys.count(); i++) {
                byte[] row = keys.row(order[i]);
                int head = ChangeSpool.head(row, keys.at(order[i]));
                if (ChangeSpool.operation(row, head) != Operation.DELETE) {
                    continue;
                }
                Instant time = ChangeSpool.timestamp(row, head);
                for (int j = 0; j < i; j++) {
                    byte[] other = keys.row(order[j]);
                    int otherHead = ChangeSpool.head(other, keys.at(order[j]));
                    Instant otherTime = ChangeSpool.timestamp(other, otherHead);
                    if (time == null || otherTime == null || time.equals(otherTime)) {
                        return true;
                    }
                }
            }
            return false;
        }

        private boolean isPlainOver(KeyStream keys, StoredSide stored, boolean freed) {
            if (!stored.isPlain()) {
                return false;
            }
            int place = stored.place();
            long time = stored.time();
            long counter = stored.counter();
            for (int i = 0; i < keys.count(); i++) {
                byte[] row = keys.row(order[i]);
                int head = ChangeSpool.head(row, keys.at(order[i]));
                int own = ByteSink.intAt(row, head + ChangeSpool.PLACE);
                long ownTime = ByteSink.longAt(row, head + ChangeSpool.TIME);
                long ownCounter = ByteSink.longAt(row, head + ChangeSpool.COUNTER);
                if (!places.generation(own).equals(places.generation(place))) {
                    return false;
                }
                int newer = places.compare(
                        own,
                        ownTime,
                        ownCounter,
                        ByteSink.longAt(row, head + ChangeSpool.ROW),
                        place,
                        time,
                        counter,
                        stored.rowNumber());
                boolean sequenced = places.isSequenced(own) && places.isSequenced(place);
                boolean back = sequenced
                        && (places.sameRun(own, place)
                                ? Long.compareUnsigned(ownCounter, counter) <= 0
                                : places.runsBack(own, ownTime, place, time));
                if (newer <= 0 || back) {
                    return false;
                }
                Operation operation = ChangeSpool.operation(row, head);
                boolean sameMoment = sequenced ? ownTime == time : places.sameInstant(own, place);
                if (freed && operation == Operation.DELETE && sameMoment && !stored.isTombstone()) {
                    return false;
                }
            }
            return true;
        }

        private void decidePlainly(KeyStream keys, StoredSide stored, boolean known, RowTarget writer) {
            plainKeys++;
            boolean live = known && !stored.isTombstone();
            boolean ofUpdates = false;
            int last = -1;
            for (int i = 0; i < keys.count(); i++) {
                byte[] row = keys.row(order[i]);
                int head = ChangeSpool.head(row, keys.at(order[i]));
                boolean load = places.isLoad(ByteSink.intAt(row, head + ChangeSpool.PLACE));
                if (!load && holds(row, head)) {
                    count(What.HELD, 1);
                    heldFiles.add(ByteSink.intAt(row, head + ChangeSpool.ORIGIN_FILE));
                    continue;
                }
                if (last >= 0) {
                    count(What.SUPERSEDED, 1);
                }
                last = order[i];
                Instant previous = task.previous();
                if (!load && previous != null && ChangeSpool.isBefore(row, head, previous)) {
                    count(What.LATE, 1);
                }
                switch (ChangeSpool.operation(row, head)) {
                    case INSERT -> {
                        ofUpdates = false;
                        live = true;
                    }
                    case UPDATE -> {
                        if (!live) {
                            count(What.UPDATE_OF_ABSENT, 1);
                            if (untracked) {
                                count(What.ORPHAN_POSSIBLE, 1);
                            }
                            ofUpdates = true;
                            live = true;
                        }
                    }
                    case DELETE -> {
                        if (!live) {
                            count(What.DELETE_OF_ABSENT, 1);
                        }
                        ofUpdates = false;
                        live = false;
                    }
                }
            }
            if (last < 0) {
                return;
            }
            count(What.APPLIED, 1);
            changed = true;
            bucketChanged = true;
            if (ofUpdates) {
                count(What.ROW_OF_UPDATES, 1);
            }
            if (stopped()) {
                return;
            }
            if (known) {
                stored.drop();
            }
            byte[] row = keys.row(last);
            int head = ChangeSpool.head(row, keys.at(last));
            if (live) {
                writer.put(row, head);
            } else {
                writer.gone(
                        keys.keyCopy(),
                        ByteSink.intAt(row, head + ChangeSpool.PLACE),
                        ByteSink.longAt(row, head + ChangeSpool.TIME),
                        ByteSink.longAt(row, head + ChangeSpool.COUNTER),
                        ByteSink.longAt(row, head + ChangeSpool.ROW),
                        null);
            }
        }

        private void decideExactly(KeyStream keys, StoredSide stored, boolean known, RowTarget writer) {
            MergeKey key = KeyBytes.parse(keys.keyCopy());
            StoredRow row = known ? stored.row() : null;
            List<ChangeRecord> changes = new ArrayList<>(keys.count());
            for (int i = 0; i < keys.count(); i++) {
                changes.add(declared(spool.record(keys.row(i), keys.at(i))));
            }
            StoredRows of = wanted -> wanted.equals(key) ? Optional.ofNullable(row) : Optional.empty();
            Set<MergeKey> complete = keys.isComplete() ? Set.of(key) : Set.of();
            MergeResult result = part(of, changes, complete);
            if (result instanceof MergeResult.Merged merged) {
                List<StoredRow> outcome = outcomes(merged);
                if (outcome.size() > 1) {
                    throw new IllegalStateException("A key without key changes came to " + outcome.size() + " rows.");
                }
                if (!outcome.isEmpty()) {
                    apply(outcome.get(0), stored, known, writer);
                }
            }
        }

        private MergeResult part(StoredRows stored, List<ChangeRecord> changes, Set<MergeKey> complete) {
            exactKeys++;
            MergeResult result =
                    merger.mergePart(new MergeInput(stored, changes, complete, task.newest(), task.previous()), mark);
            if (result instanceof MergeResult.Disputed disputed) {
                disputes.addAll(disputed.findings());
            } else if (result instanceof MergeResult.NeedsHistory needs) {
                needed.addAll(needs.keys());
            } else if (result instanceof MergeResult.Merged merged) {
                merged.counts().toMap().forEach((what, number) -> {
                    if (what != What.RECEIVED) {
                        count(what, number);
                    }
                });
                findings.addAll(merged.findings());
                heldOfParts.addAll(merged.heldFiles());
                quarantined.addAll(merged.quarantined());
            }
            return result;
        }

        private static List<StoredRow> outcomes(MergeResult.Merged merged) {
            List<StoredRow> all = new ArrayList<>(merged.upserts());
            all.addAll(merged.tombstones());
            return all;
        }

        private void apply(StoredRow outcome, StoredSide stored, boolean known, RowTarget writer) {
            if (known && stored.row().equals(outcome)) {
                return;
            }
            changed = true;
            bucketChanged = true;
            if (stopped()) {
                return;
            }
            if (known) {
                stored.drop();
            }
            writer.put(outcome);
        }

        /** Decides keys that key changes link, each group with all its changes and stored rows, however many buckets they are in. */
        private void resolveLinked(SortedSpool outcomes) {
            try (var groups = new SortedSpool(settings.memory().bytes() / 4, folder)) {
                var row = new ByteSink(256);
                try (SortedSpool.Cursor all = spool.open()) {
                    while (all.next()) {
                        byte[] bytes = all.row();
                        int from = all.at() + SortedSpool.KEY;
                        var key = new ByteKey(
                                java.util.Arrays.copyOfRange(bytes, from, ChangeSpool.head(bytes, all.at())));
                        if (linked.contains(key)) {
                            StoredRowBytes.begin(row, 0, linked.root(key).bytes());
                            row.put(CHANGE[0]);
                            row.put(bytes, all.at(), SortedSpool.intAt(bytes, all.at()));
                            StoredRowBytes.end(row);
                            groups.add(row.bytes(), row.size());
                        }
                    }
                }
                addStored(groups, row);
                try (SortedSpool.Cursor all = groups.open()) {
                    boolean more = all.next();
                    while (more) {
                        byte[] first = all.row();
                        int firstAt = all.at();
                        Map<MergeKey, StoredRow> stored = new HashMap<>();
                        List<ChangeRecord> changes = new ArrayList<>();
                        do {
                            int at = ChangeSpool.head(all.row(), all.at());
                            if (all.row()[at] == CHANGE[0]) {
                                changes.add(declared(spool.record(all.row(), at + 1)));
                            } else {
                                StoredRow known = storedRows.read(all.row(), at + 1);
                                stored.put(known.key(), known);
                            }
                            more = all.next();
                        } while (more && SortedSpool.compareKeys(first, firstAt, all.row(), all.at()) == 0);
                        resolve(stored, changes, outcomes, row);
                    }
                }
            }
        }

        private void resolve(
                Map<MergeKey, StoredRow> stored, List<ChangeRecord> changes, SortedSpool outcomes, ByteSink row) {
            Set<MergeKey> complete = new HashSet<>();
            if (!task.complete().isEmpty()) {
                stored.keySet().stream().filter(task.complete()::contains).forEach(complete::add);
                for (MergeKey key : keysOf(changes)) {
                    if (task.complete().contains(key)) {
                        complete.add(key);
                    }
                }
            }
            if (part(StoredRows.of(stored), changes, complete) instanceof MergeResult.Merged merged) {
                for (StoredRow outcome : outcomes(merged)) {
                    byte[] key = KeyBytes.of(outcome.key());
                    StoredRowBytes.begin(row, bucketOf(key), key);
                    storedRows.write(outcome, row);
                    StoredRowBytes.end(row);
                    outcomes.add(row.bytes(), row.size());
                }
            }
        }

        private Set<MergeKey> keysOf(List<ChangeRecord> changes) {
            Set<MergeKey> keys = new HashSet<>();
            changes.forEach(change -> keys.addAll(merger.keys(change)));
            return keys;
        }

        /** What is stored of linked keys. */
        private void addStored(SortedSpool groups, ByteSink row) {
            Map<Integer, TreeSet<ByteKey>> byBucket = new HashMap<>();
            linked.keys()
                    .forEach(key -> byBucket.computeIfAbsent(bucketOf(key.bytes()), any -> new TreeSet<>())
                            .add(key));
            byBucket.forEach((bucket, keys) -> table.find(bucket, keys, places, stored -> {
                var key = new ByteKey(KeyBytes.of(stored.key()));
                StoredRowBytes.begin(row, 0, linked.root(key).bytes());
                row.put(STORED[0]);
                storedRows.write(stored, row);
                StoredRowBytes.end(row);
                groups.add(row.bytes(), row.size());
            }));
        }
    }

    private static final byte[] CHANGE = {1};
    private static final byte[] STORED = {2};
}
