package io.convergence.testkit.histories;

import static io.convergence.testkit.assertj.LakeAssertions.assertThatTable;
import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.compact.CompactionOptions;
import io.convergence.curated.CuratedReader;
import io.convergence.curated.LogColumns;
import io.convergence.curated.PartitionBy;
import io.convergence.curated.Partitioning;
import io.convergence.curated.SnapshotStyle;
import io.convergence.curated.SoftDeleteTable;
import io.convergence.curated.TableStyle;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.merge.RowCells;
import io.convergence.merge.Tombstone;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.Declaration;
import io.convergence.pipeline.Declarations;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableCheck;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.reconcile.RowSource;
import io.convergence.schema.DataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.target.DataFormat;
import io.convergence.target.MigrationType;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.TargetMetadata;
import io.convergence.target.TaskSettings;
import io.convergence.testkit.dms.DmsScript;
import io.convergence.testkit.dms.ExpectedTable;
import io.convergence.testkit.dms.ScriptReplay;
import io.convergence.testkit.store.CrashSignal;
import io.convergence.testkit.store.Fault;
import io.convergence.testkit.store.FaultPlan;
import io.convergence.testkit.store.FaultyObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A lake of one table with files, log and compaction, in memory: plays a history by {@link DmsScript} and merges on the way and at the end. */
final class FileLake implements Teller {
    static final String RENAMED = "alias";
    private static final TableId TABLE = TableId.of("public", "t");
    private static final CompactionOptions COMPACTION =
            CompactionOptions.builder().settled().build();

    /** Changes up to 10 minutes behind a load may have been read by it, as far as the pipeline knows. */
    private static final Duration LOAD_IS_LONG_OVER = Duration.ofMinutes(30);

    /** More than twice {@link #INTERVAL}, so that it shows in the names of files. */
    static final Duration STOPPED = Duration.ofMinutes(11);

    private static final Duration INTERVAL = Duration.ofMinutes(5);

    private static final int LOAD_FILE_ROWS = 2;

    /** A little before the hour that comes twice in Berlin. */
    private static final Instant AUTUMN = Instant.parse("2026-10-24T23:20:00Z");

    /** One of so many states is read whole. */
    private static final int CHECKED = 4;

    private final History history;
    private final ReplicationSpec spec;
    private final DmsScript script;
    private final InMemoryObjectStore store;
    private final Random random;
    private final Parts parts;
    private final TableStyle style;
    private final boolean renames;
    /** What a change log must hold, as long as no load is behind it but the first: operation, key and {@code a}. */
    private final List<String> logged = new ArrayList<>();

    private final SortedSet<Long> deleted = new TreeSet<>();
    /** Keys that a row went from, for whatever reason: a reload shows no more of it. */
    private final SortedSet<Long> left = new TreeSet<>();

    private boolean begunAnew;
    private Declarations declarations = Declarations.of(TABLE);
    private Declarations scripted = declarations;
    private boolean declares = true;
    private boolean columnGone;
    private boolean truncationDeclared;
    private String nameOfA = "a";
    private SortedMap<Long, Source.Row> committed = new TreeMap<>();
    private boolean halfLoad;
    private @Nullable List<Consumer<DmsScript>> meanwhile;
    private @Nullable String failure;
    private @Nullable TableResult last;
    private boolean loaded;
    private boolean columnAdded;
    private boolean columnUnseen;
    private final FiledChanges filed;
    private Optional<LedgerEntry.Merge> publishedBefore = Optional.empty();
    private boolean columnWent;
    private int withoutLate;
    private int replays;
    private int merges;
    private int compared;
    private int compactions;
    private int crashes;
    private int parted;
    private int halves;
    private int cuts;
    private int truncations;

    private FileLake(History history, Parts parts, TableStyle style) {
        this.style = style;
        this.history = history;
        this.parts = parts;
        filed = new FiledChanges(history.wholeImages());
        random = new Random(history.seed());
        renames = history.steps().stream().anyMatch(Step.Rename.class::isInstance);
        boolean truncates = history.steps().stream().anyMatch(Step.Truncate.class::isInstance);
        boolean csv = Histories.isCsv(history.seed());
        boolean sequenced = Histories.isSequenced(history.seed());
        // Without a sequence nothing tells the two hours apart (rule S4).
        boolean berlin = random.nextInt(4) == 0 && sequenced;
        RowImages images = history.wholeImages() ? RowImages.FULL : RowImages.KEY_ONLY;
        SourceTable table = SourceTable.of(
                TABLE,
                List.of(
                        SourceColumn.required("id", DataType.of(DataType.Kind.INT8)),
                        SourceColumn.nullable("a", DataType.wstring(40)),
                        SourceColumn.nullable("b", DataType.of(DataType.Kind.INT4)),
                        SourceColumn.nullable("big", DataType.of(DataType.Kind.NCLOB))),
                List.of("id"),
                images);
        ReplicationSpec of = (sequenced ? ReplicationSpec.lakeReady("bucket", "raw") : withoutSequence())
                // PostgreSQL's TRUNCATE is not captured.
                .sourceSchema(SourceSchema.of(truncates ? SourceEngine.MYSQL : SourceEngine.POSTGRESQL, table))
                .tableMappings(mappings -> mappings.include("public", "t"))
                .settings(settings -> {
                    settings.dataFormat(csv ? DataFormat.CSV : DataFormat.PARQUET)
                            .csv(c -> c.nullValue("~"));
                    if (berlin) {
                        settings.datePartition(date -> date.timezone(ZoneId.of("Europe/Berlin")));
                    }
                })
                .build();
        spec = truncates
                ? of.toBuilder().taskSettings(TaskSettings.builder().build()).build()
                : of;
        script = DmsScript.of(spec).loadFileRows(LOAD_FILE_ROWS);
        if (berlin) {
            script.at(AUTUMN);
        }
        store = new InMemoryObjectStore(script.clock());
    }

    /** The preset but for its sequence column. */
    private static ReplicationSpec.Builder withoutSequence() {
        return ReplicationSpec.builder()
                .migrationType(MigrationType.FULL_LOAD_AND_CDC)
                .taskSettings(
                        TaskSettings.forS3().unset(TargetMetadata.LOB_MAX_SIZE).build())
                .tableMappings(mappings -> mappings.addBeforeImageColumns("before_"))
                .settings(settings -> settings.bucketName("bucket")
                        .bucketFolder("raw")
                        .includeOpForFullLoad()
                        .timestampColumnName("dms_timestamp")
                        .cdc(cdc -> cdc.maxBatchInterval(INTERVAL).minFileSize(DataSize.ofMegabytes(256)))
                        .datePartition(date -> {}));
    }

    /** What a history came to. */
    record Outcome(
            @Nullable String failure,
            boolean stopped,
            int merges,
            int compared,
            int compactions,
            int crashes,
            int parted,
            int halves,
            int cuts,
            int truncations,
            int withoutLate,
            int replays) {}

    /** Whether the table is partitioned, now and then otherwise than before. */
    enum Parts {
        NONE,
        SOME
    }

    static Outcome play(History history) {
        return play(history, Parts.NONE);
    }

    static Outcome play(History history, Parts parts) {
        return play(history, parts, TableStyle.current());
    }

    static Outcome play(History history, Parts parts, TableStyle style) {
        var lake = new FileLake(history, parts, style);
        try {
            SortedMap<Long, Source.Row> rows = Source.tell(history.steps(), lake);
            lake.end(rows);
        } catch (RuntimeException | AssertionError e) {
            lake.fail("it threw " + e);
        }
        TableResult last = lake.last;
        return new Outcome(
                lake.failure,
                last != null && !last.settled(),
                lake.merges,
                lake.compared,
                lake.compactions,
                lake.crashes,
                lake.parted,
                lake.halves,
                lake.cuts,
                lake.truncations,
                lake.withoutLate,
                lake.replays);
    }

    private void fail(String why) {
        failure = failure == null ? why : failure;
    }

    private void end(SortedMap<Long, Source.Row> rows) {
        mergeOnce();
        if (history.dispute() == null) {
            requireAsForetold("at the end");
            requireSameSource(rows);
            return;
        }

        TableResult result = requireNonNull(last);
        boolean said =
                result.findings().stream().map(Finding::code).anyMatch(requireNonNull(history.dispute())::equals);
        boolean stopped = result.state() == TableState.DISPUTED || result.state() == TableState.SUSPECT;
        if (!stopped || !said) {
            fail("it must stop with " + history.dispute() + ", and is " + result);
        }
    }

    /** The script keeps the source's rows too, by another code. */
    private void requireSameSource(SortedMap<Long, Source.Row> rows) {
        SortedMap<Long, Object> scripted = new TreeMap<>();
        script.expected(TABLE).rows().forEach(row -> scripted.put((Long) row.get(0), row.get(1) + "|" + row.get(3)));
        SortedMap<Long, Object> own = new TreeMap<>();
        rows.forEach((id, row) -> own.put(id, row.a() + "|" + row.big()));
        if (!scripted.equals(own)) {
            fail("the script's source holds " + scripted + " instead of " + own);
        }
    }

    private void does(Consumer<DmsScript> step, Consumer<FiledChanges> change) {
        columnUnseen = false;
        Consumer<DmsScript> both = told -> {
            step.accept(told);
            // Changes of other columns begin another file.
            filed.filed(told.keys());
            change.accept(filed);
        };
        if (meanwhile != null) {
            meanwhile.add(both);
        } else {
            both.accept(script);
        }
    }

    private LakeTable table(ObjectStore through) {
        return Convergence.builder()
                .spec(spec)
                .schema(script.schema())
                .store(through)
                .declare(declarations)
                .keyUniqueness(history.uniqueness())
                .random(random)
                .sleeper(time -> {})
                .build()
                .table(TABLE);
    }

    private MergeOptions options() {
        MergeOptions options = MergeOptions.defaults().style(style).declareComplete();
        if (parts == Parts.NONE) {
            return options;
        }
        // Cells of big may be unknown, and b becomes wider.
        return switch (random.nextInt(8)) {
            case 0 ->
                renames
                        ? options.repartitionBy(PartitionBy.column("b"))
                        : options.repartitionBy(PartitionBy.column("b"), PartitionBy.column("a"));
            case 1 -> options.repartitionBy(PartitionBy.column("big"));
            case 2 -> options.repartitionBy(PartitionBy.column("b"));
            case 3 -> options.repartitionBy();
            default -> options;
        };
    }

    /** Once there are files that show what is to be declared. */
    private void declare() {
        if (declares && !columnUnseen) {
            scripted = script.declarations(TABLE);
            declarations = scripted;
            explain();
        }
    }

    private void explain() {
        if (columnGone && !declarations.columnDefaults().containsKey("added")) {
            declarations = declarations.columnDefault("added", null);
        }
    }

    private void mergeOnce() {
        writeFiles();
        declare();
        publishedBefore = table(store).ledger().snapshot().published();
        last = table(store).merge(options(), ProgressListener.none());
        merges++;
    }

    /** All that was changed is written; late files are not stored. */
    private void writeFiles() {
        script.writeTo(store);
        filed.filed(script.keys());
    }

    /** A process that dies at a request, before or after it took effect. */
    private void die(int crashAt, Consumer<LakeTable> work) {
        if (crashAt == 0) {
            return;
        }

        Fault fault = random.nextBoolean() ? Fault.CRASH_BEFORE_EFFECT : Fault.CRASH_AFTER_EFFECT;
        var faulty = new FaultyObjectStore(store, FaultPlan.once(request -> request.number() == crashAt, fault));
        try {
            work.accept(table(faulty));
        } catch (CrashSignal dead) {
            crashes++;
        }
    }

    private void requireAsForetold(String when) {
        requireHealthy(when);
        TableResult result = requireNonNull(last);
        if (script.lateFiles() > 0) {
            requireWithoutLateFiles(when);
            return;
        }

        List<ExpectedTable.Obstacle> standing = script.expected(TABLE).obstacles().stream()
                .filter(obstacle -> !isDeclared(obstacle.kind()))
                .toList();
        if (!standing.isEmpty() && columnUnseen) {
            // Nothing shows it yet.
            return;
        }
        if (!standing.isEmpty()) {
            boolean foretold = standing.stream()
                    .anyMatch(obstacle -> obstacle.kind()
                            .state()
                            .filter(result.state()::equals)
                            .isPresent());
            if (!foretold) {
                fail(when + " it must stop for " + standing + ", and is " + result);
            }
            return;
        }

        if (!result.settled()) {
            fail(when + " it must be published, and is " + result);
            return;
        }
        if (columnUnseen) {
            // The lake gets a column, or a wider type, with the first file that has it.
            return;
        }
        compared++;
        try {
            if (style.kind() == SnapshotStyle.APPEND) {
                requireLog(when);
                return;
            }
            assertThatTable(table(store)).equalsReplayOf(script);
            LedgerEntry.Merge published =
                    table(store).ledger().snapshot().published().orElseThrow();
            if (style.kind() == SnapshotStyle.SOFT_DELETE) {
                requireDeleted(published, when);
            } else {
                requireInFolders(published);
            }
        } catch (AssertionError different) {
            fail(when + " " + different.getMessage() + " after " + result);
        }
    }

    /** It is the source as the files that are there tell it, or stops for what may come of their gaps and stays as it was. */
    private void requireWithoutLateFiles(String when) {
        TableResult result = requireNonNull(last);
        FiledChanges.Rows wanted = filed.rows(this::isStored, Integer.MAX_VALUE);
        withoutLate++;
        if (result.settled()) {
            if (style.kind() != SnapshotStyle.APPEND) {
                requireRows(when + " without late files", List.of(wanted.rows()), result);
            }
            return;
        }

        Set<String> mayStop = new HashSet<>();
        if (history.dispute() != null) {
            mayStop.add(history.dispute());
        }
        if (filed.replayed()) {
            mayStop.addAll(Set.of("ORDER_DISPUTED", "REPLAY_HELD"));
        }
        if (wanted.onto()) {
            mayStop.add("KEY_COLLISION");
        }
        if (columnWent) {
            mayStop.add("RENAME_SUSPECTED");
        }
        boolean said = result.findings().stream().map(Finding::code).anyMatch(mayStop::contains);
        boolean waits = result.state() == TableState.DISPUTED
                || result.state() == TableState.SUSPECT
                || result.state() == TableState.HELD;
        if (!said || !waits) {
            fail(when + " without late files it may stop for " + mayStop + " only, and is " + result);
        }
        if (!table(store).ledger().snapshot().published().equals(publishedBefore)) {
            fail(when + " it stopped without late files, and what was published did not stay: " + result);
        }
    }

    private boolean isStored(String key) {
        return store.get(key).isPresent();
    }

    /** Whatever became of the table, what was committed is as it was committed. */
    private void requireHealthy(String when) {
        if ((history.seed() + merges) % CHECKED != 0) {
            return;
        }

        List<Finding> broken = table(store).fullCheck().run(TableCheck.Depth.ROWS).findings().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList();
        if (!broken.isEmpty()) {
            fail(when + " the check of the table finds " + broken);
        }
    }

    /** Each change stands in the log once; until the table begins anew, in the order in which the source made them. */
    private void requireLog(String when) {
        LogColumns names = LogColumns.defaults();
        RowSource log = table(store).changeLog();
        int a = log.schema().indexOf("a");
        int renamed = log.schema().indexOf(RENAMED);
        Set<Object> ids = new HashSet<>();
        SortedMap<String, String> changes = new TreeMap<>();
        try (Stream<List<@Nullable Object>> rows = log.rows()) {
            rows.forEach(row -> {
                Object id = requireNonNull(row.get(log.schema().indexOf(names.changeId())));
                if (!ids.add(id)) {
                    fail(when + " the change " + id + " stands in the log twice");
                }
                if ("cdc".equals(row.get(log.schema().indexOf(names.source())))) {
                    Object value = a < 0 ? null : row.get(a);
                    Object now = renamed < 0 ? null : row.get(renamed);
                    changes.put(
                            String.valueOf(row.get(log.schema().indexOf(names.position()))),
                            row.get(log.schema().indexOf(names.operation())) + " "
                                    + row.get(log.schema().indexOf("id")) + " " + (now == null ? value : now));
                }
            });
        }
        if (!begunAnew && !List.copyOf(changes.values()).equals(logged)) {
            fail(when + " the source made the changes " + logged + " and the log has " + changes.values());
        }
    }

    /** Rows that were deleted, and did not come again, are there as deleted ones; after a reload none but these. */
    private void requireDeleted(LedgerEntry.Merge published, String when) {
        SortedSet<Long> shown = new TreeSet<>();
        SoftDeleteTable.load(store, published).entries().forEach(row -> {
            if (row instanceof Tombstone tombstone && tombstone.deletedRow().isPresent()) {
                shown.add((Long) row.key().values().get(0));
            }
        });
        boolean right = begunAnew ? left.containsAll(shown) : deleted.equals(shown);
        if (!right) {
            fail(when + " the source deleted the rows " + deleted + " and the lake keeps " + shown);
        }
    }

    private void log(char operation, long id, @Nullable String a) {
        logged.add(operation + " " + id + " " + a);
    }

    private boolean isDeclared(ExpectedTable.Kind kind) {
        return switch (kind) {
            case COLUMN_DEFAULT_UNKNOWN, RENAME_SUSPECTED -> scripted.equals(script.declarations(TABLE));
            case FOLDER_EMPTIED -> truncationDeclared;
            default -> false;
        };
    }

    /** What is published must be the source as it was before the transaction that goes on (rule S7). */
    private void requireCommittedRows(TableResult result) {
        if (!result.settled() || history.dispute() != null || style.kind() == SnapshotStyle.APPEND) {
            return;
        }
        cuts++;
        if (script.lateFiles() == 0) {
            requireRows("while a transaction goes on", List.of(committed), result);
            return;
        }

        // The one that goes on may be wholly in the late file, and the one before it was published or held.
        int open = filed.transaction();
        int newest = filed.newest(this::isStored);
        requireRows(
                "while a transaction goes on, without late files",
                List.of(
                        filed.rows(this::isStored, open).rows(),
                        filed.rows(this::isStored, Math.min(open, newest)).rows()),
                result);
    }

    /** @param any what the lake may show */
    private void requireRows(String when, List<SortedMap<Long, Source.Row>> any, TableResult result) {
        List<SortedMap<Long, String>> wanted = new ArrayList<>();
        for (SortedMap<Long, Source.Row> rows : any) {
            SortedMap<Long, String> texts = new TreeMap<>();
            rows.forEach((id, row) -> texts.put(id, row.a() + "|" + row.b() + "|" + row.big()));
            wanted.add(texts);
        }
        SortedMap<Long, String> shown = new TreeMap<>();
        RowSource published = table(store).published();
        // The file that shows the new name may be late.
        int renamed = published.schema().indexOf(RENAMED);
        int a = renamed < 0 ? published.schema().indexOf("a") : renamed;
        try (Stream<List<@Nullable Object>> rows = published.rows()) {
            rows.forEach(row -> {
                String b = String.valueOf(row.get(published.schema().indexOf("b")));
                shown.put(
                        (Long) row.get(published.schema().indexOf("id")),
                        row.get(a) + "|" + (b.endsWith(".00") ? b.substring(0, b.length() - 3) : b) + "|"
                                + row.get(published.schema().indexOf("big")));
            });
        }
        if (!wanted.contains(shown)) {
            fail(when + " the lake must show " + wanted + " and shows " + shown + " after " + result);
        }
    }

    /** Each file of a partitioned table has the rows whose values its folders say. */
    private void requireInFolders(LedgerEntry.Merge published) {
        Partitioning partitioning = Partitioning.of(published);
        for (LedgerFile file : published.data()) {
            var alone = new LedgerEntry.Merge(
                    published.transaction(),
                    published.base(),
                    published.schema(),
                    published.generation(),
                    List.of(),
                    List.of(file),
                    List.of(),
                    null,
                    Map.of());
            try (CuratedReader reader = CuratedReader.open(store, alone)) {
                for (Optional<RowCells> row = reader.next(); row.isPresent(); row = reader.next()) {
                    StringBuilder folders = new StringBuilder("/");
                    for (PartitionBy by : partitioning.by()) {
                        Object value = row.get().published(row.get().indexOf(by.column()));
                        folders.append(by.column()).append("_partition=");
                        folders.append(value == null || value.equals("") ? "__HIVE_DEFAULT_PARTITION__" : value)
                                .append('/');
                    }
                    parted += partitioning.isPartitioned() ? 1 : 0;
                    if (!file.key().replaceAll("/gen-[^/]+/", "/gen/").contains("/gen" + folders + "part-")) {
                        fail("a row stands in '" + file.key() + "' instead of '" + folders + "'");
                    }
                }
            }
        }
    }

    private List<Object> pairs(Source.Row row, boolean lob, boolean added) {
        List<Object> pairs = new ArrayList<>();
        pairs.add(nameOfA);
        pairs.add(row.a());
        pairs.add("b");
        pairs.add(row.b());
        if (lob) {
            pairs.add("big");
            pairs.add(row.big());
        }
        if (added) {
            pairs.add("added");
            pairs.add(row.added());
        }
        return pairs;
    }

    private @Nullable Object[] values(long id, Source.Row row) {
        return columnAdded
                ? new @Nullable Object[] {id, row.a(), row.b(), row.big(), row.added()}
                : new @Nullable Object[] {id, row.a(), row.b(), row.big()};
    }

    @Override
    public void row(Step.Row step, Source.Row row) {
        script.row(values(step.id(), row));
    }

    @Override
    public void loadBegins(Step.Load step, boolean first) {
        begunAnew |= !first;
        meanwhile = new ArrayList<>();
    }

    @Override
    public void loadEnds(Step.Load step, SortedMap<Long, Source.Row> rows) {
        List<Consumer<DmsScript>> during = requireNonNull(meanwhile);
        meanwhile = null;
        filed.begin(rows);
        columnWent = false;
        Consumer<DmsScript> all = loading -> during.forEach(change -> change.accept(loading));
        if (loaded) {
            script.reload(step.form(), all);
        } else {
            script.load(all);
        }
        loaded = true;
        columnGone = false;
        if (rows.isEmpty()) {
            fail("it loads no row, of which DMS writes no file: no such history is to be drawn");
        }
        committed = new TreeMap<>(rows);
        if (halfLoad) {
            halfLoad = false;
            mergeHalf(rows.size());
        }
        script.pause(LOAD_IS_LONG_OVER);
    }

    @Override
    public void insert(Step.Insert step, Source.Row row) {
        deleted.remove(step.id());
        log('I', step.id(), row.a());
        @Nullable Object[] values = values(step.id(), row);
        does(told -> told.insert(values), changes -> changes.insert(step.id(), row));
    }

    @Override
    public void update(Step.Update step, Source.Row row) {
        log('U', step.id(), row.a());
        Object[] pairs = pairs(row, step.lob(), columnAdded).toArray();
        does(told -> told.update(step.id(), pairs), changes -> changes.update(step.id(), step.id(), row, step.lob()));
    }

    @Override
    public void delete(Step.Delete step, Source.Row row) {
        deleted.add(step.id());
        left.add(step.id());
        log('D', step.id(), history.wholeImages() ? row.a() : null);
        does(told -> told.delete(step.id()), changes -> changes.delete(step.id()));
    }

    @Override
    public void move(Step.Move step, Source.Row before, Source.Row row) {
        deleted.remove(step.to());
        left.add(step.id());
        log('U', step.to(), row.a());
        List<Object> pairs = step.value() == 0 ? new ArrayList<>() : pairs(row, step.lob(), columnAdded);
        pairs.add("id");
        pairs.add(step.to());
        does(
                told -> told.update(step.id(), pairs.toArray()),
                changes -> changes.update(step.id(), step.to(), row, step.lob()));
    }

    @Override
    public void swap(Step.Swap step, Source.Row ofOne, Source.Row ofOther) {
        log('U', step.other(), ofOne.a());
        log('U', step.one(), ofOther.a());
        does(
                told -> told.swapKeys(step.one(), step.other()),
                changes -> changes.swap(step.one(), ofOne, step.other(), ofOther));
    }

    @Override
    public void twins(Step.SwapTwins step, Source.Row one, Source.Row other) {
        does(
                told -> told.update(step.one(), pairs(one, true, columnAdded).toArray())
                        .update(step.other(), pairs(other, true, columnAdded).toArray())
                        .commit()
                        .swapKeys(step.one(), step.other()),
                changes -> {
                    changes.update(step.one(), step.one(), one, true);
                    changes.update(step.other(), step.other(), other, true);
                    changes.commit();
                    changes.swap(step.one(), one, step.other(), other);
                });
    }

    /** The load's last file is not there yet: what was published before stays (rule S6). */
    private void mergeHalf(int rows) {
        List<String> loads =
                script.keys().stream().filter(key -> key.contains("/LOAD")).toList();
        if (loads.size() < 2 || loads.size() != (rows + LOAD_FILE_ROWS - 1) / LOAD_FILE_ROWS) {
            return;
        }

        Optional<LedgerEntry.Merge> before = table(store).ledger().snapshot().published();
        writeFiles();
        String key = loads.get(loads.size() - 1);
        byte[] last = store.get(key).orElseThrow().content();
        store.delete(key);
        TableResult result =
                table(store).merge(MergeOptions.defaults().style(style).fullLoadRows(rows), ProgressListener.none());
        store.put(key, last, WriteCondition.none());
        halves++;
        boolean stands = table(store).ledger().snapshot().published().equals(before);
        if (result.settled() || !stands) {
            fail("with half a load the table must stay as it was, and it is " + result);
        }
    }

    @Override
    public void commit(int no, SortedMap<Long, Source.Row> rows) {
        committed = new TreeMap<>(rows);
        does(DmsScript::commit, FiledChanges::commit);
    }

    @Override
    public void flush(int no) {
        script.flush();
        filed.filed(script.keys());
    }

    @Override
    public void newRun(int no) {
        script.restart();
        filed.filed(script.keys());
        filed.restart();
    }

    @Override
    public void replay(Step.Replay step) {
        script.flush();
        filed.filed(script.keys());
        if (!Histories.isSequenced(history.seed())) {
            // Without a pause nothing tells it from a transaction that was cut between equal rows (rule S3).
            script.pause(STOPPED);
        }
        script.restart(step.form(), step.changes());
        replays++;
        filed.replay(step.changes(), step.form() == ScriptReplay.NEW_SEQUENCE);
    }

    @Override
    public void addColumn(int no) {
        columnAdded = true;
        columnUnseen = true;
        script.addColumn(SourceColumn.nullable("added", DataType.wstring(20)));
    }

    @Override
    public void dropColumn(int no) {
        columnAdded = false;
        columnWent = true;
        columnUnseen = true;
        script.dropColumn("added");
        // The source's schema does not explain it any more, and its files are there.
        columnGone = true;
        explain();
    }

    @Override
    public void addDefault(Step.AddDefault step, String standing) {
        columnAdded = true;
        columnUnseen = true;
        declares &= step.declared();
        SourceColumn plain = SourceColumn.nullable("added", DataType.wstring(20));
        script.addColumn(
                new SourceColumn(
                        plain.name(), plain.type(), plain.nullable(), "", plain.maxBytes(), plain.fixedWidth(), true),
                standing);
    }

    @Override
    public void rename(Step.Rename step) {
        columnUnseen = true;
        declares &= step.declared();
        nameOfA = RENAMED;
        script.renameColumn("a", RENAMED);
    }

    @Override
    public void truncate(Step.Truncate step) {
        script.flush().arrive();
        filed.filed(script.keys());
        mergeOnce();
        requireAsForetold("before it is truncated");
        boolean known = requireNonNull(last).settled();
        begunAnew = true;
        // Rows that a TRUNCATE took may be kept as deleted.
        left.addAll(committed.keySet());
        script.pause(Duration.ofSeconds(5)).truncate().restart();
        committed = new TreeMap<>();
        filed.begin(committed);
        script.writeTo(store);
        if (!step.declared()) {
            return;
        }

        last = table(store).merge(options(), ProgressListener.none());
        if (known && last.state() != TableState.SUSPECT) {
            fail("when its files are gone it must be suspect, and is " + last);
        }
        table(store)
                .planDeclaration(Declaration.truncated(script.clock().instant()), options())
                .execute();
        truncationDeclared = true;
        truncations++;
        script.pause(Duration.ofSeconds(5));
    }

    @Override
    public void halfLoad(int no) {
        halfLoad = true;
    }

    @Override
    public void mergeCut(int no) {
        writeFiles();
        declare();
        requireCommittedRows(table(store).merge(MergeOptions.defaults().style(style), ProgressListener.none()));
    }

    @Override
    public void widen(int no) {
        columnUnseen = true;
        script.widenColumn("b", DataType.numeric(12, 2));
    }

    @Override
    public void clockBack(Step.ClockBack step) {
        script.stepClockBack(Duration.ofSeconds(step.seconds()));
    }

    @Override
    public void pause(Step.Pause step) {
        script.pause(Duration.ofMinutes(step.minutes()));
    }

    @Override
    public void lateFile(int no) {
        script.lateFile();
    }

    @Override
    public void arrive(int no) {
        script.flush().arrive();
        filed.filed(script.keys());
    }

    @Override
    public void merge(Step.Merge step) {
        writeFiles();
        die(step.crashAt(), table -> table.merge(options(), ProgressListener.none()));
        mergeOnce();
        requireAsForetold("on the way, merge " + step.no());
    }

    @Override
    public void compact(Step.Compact step) {
        writeFiles();
        die(step.crashAt(), table -> table.compact(COMPACTION, ProgressListener.none()));
        table(store).compact(COMPACTION, ProgressListener.none());
        compactions++;
    }
}
