package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.convergence.DataSize;
import io.convergence.compact.CompactionException;
import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionPlan;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.CompactionSource;
import io.convergence.compact.CompactionTask;
import io.convergence.compact.Compactor;
import io.convergence.compact.OutputColumn;
import io.convergence.compact.SourceChangedException;
import io.convergence.compact.TaskExecution;
import io.convergence.compact.TaskExecution.OnFailure;
import io.convergence.compact.TaskResult;
import io.convergence.ledger.CleanUp;
import io.convergence.ledger.CleanUpOptions;
import io.convergence.ledger.LakeFolders;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.RawSource;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.TableTimeline;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import io.convergence.testkit.store.CrashSignal;
import io.convergence.testkit.store.Fault;
import io.convergence.testkit.store.FaultPlan;
import io.convergence.testkit.store.FaultyObjectStore;
import io.convergence.testkit.store.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A plan's tasks, executed apart and committed together (rules L1, L3, L4, S18). */
class CompactionTasksTest {
    /** By which the store is tried before the first write; what they write is none of the table's. */
    private static final int PROBE_REQUESTS = 7;

    /** A plan of three tasks: files of six, nine and six rows. */
    private static final class Scene {
        private final InMemoryObjectStore raw = TypedFiles.memory();
        private final FaultyObjectStore lake = FaultyObjectStore.counting(raw);
        private final TestTable table = new TestTable(raw, TypedFiles.SHAPE);
        private final TableTimeline timeline;
        private final CompactionPlan plan;

        Scene() {
            var files = new TypedFiles(raw);
            for (int rows : new int[] {4, 2, 3, 3, 3, 5, 1}) {
                files.put(rows);
            }
            this.timeline = table.timeline();
            List<PlacedFile> placed = timeline.files();
            this.plan = new CompactionPlan(
                    TestTable.ID,
                    -1,
                    options(),
                    List.of(
                            CompactionPlan.Group.of(CompactionPlan.Kind.CDC, placed.subList(0, 2)),
                            CompactionPlan.Group.of(CompactionPlan.Kind.CDC, placed.subList(2, 5)),
                            CompactionPlan.Group.of(CompactionPlan.Kind.CDC, placed.subList(5, 7))),
                    List.of(),
                    List.of(),
                    0);
        }

        static CompactionOptions options() {
            return CompactionOptions.builder().settled().build();
        }

        Ledger ledger() {
            return Ledger.open(raw, "control/", TestTable.ID, new Random(9), Ledger.Backoff.none());
        }

        /** As another process would have it. */
        Compactor compactor(long seed) {
            Ledger ledger = Ledger.open(lake, "control/", TestTable.ID, new Random(seed), Ledger.Backoff.none());
            return Compactor.create(raw, lake, ledger, "compacted/", options(), new Random(seed));
        }

        List<TaskResult> runAll() {
            List<TaskResult> results = new ArrayList<>();
            for (CompactionTask task : plan.tasks()) {
                results.add(compactor(task.number()).run(task, CompactionListener.none()));
            }
            return results;
        }

        String source(int file) {
            return timeline.files().get(file).key();
        }

        List<String> compactedKeys() {
            return ledger().snapshot().compactedSources().stream()
                    .map(RawSource::key)
                    .toList();
        }

        void assertSameChanges() {
            assertThat(table.changes(raw, timeline, ledger().snapshot(), Set.of()))
                    .isEqualTo(table.rawChanges(timeline));
        }

        /** No data; that raw files changed stays in the log (rule L4). */
        void assertNothingCommitted() {
            assertThat(ledger().entries()).allMatch(LedgerEntry.Suspect.class::isInstance);
        }
    }

    @Test
    @DisplayName(
            "S18: tasks that went as text to other processes, in any order, are committed as one entry in the plan's order")
    void tasksAreExecutedAnywhereAndCommittedAtOnce() {
        var scene = new Scene();
        List<String> texts =
                scene.plan.tasks().stream().map(CompactionTask::toJson).toList();

        List<String> results = new ArrayList<>();
        for (int i : new int[] {2, 0, 1}) {
            CompactionTask task = CompactionTask.parse(texts.get(i));
            results.add(scene.compactor(i).run(task, CompactionListener.none()).toJson());
        }
        scene.assertNothingCommitted();
        CompactionResult result = scene.compactor(7)
                .commit(scene.plan, results.stream().map(TaskResult::parse).toList());

        assertThat(scene.ledger().entries()).hasSize(1);
        assertThat(result.outputs()).extracting(output -> output.file().rows()).containsExactly(6L, 9L, 6L);
        assertThat(scene.compactedKeys())
                .isEqualTo(scene.plan.sources().stream().map(PlacedFile::key).toList());
        assertThat(result.filesBefore()).isEqualTo(7);
        assertThat(result.rowsBefore()).isEqualTo(21);
        scene.assertSameChanges();
    }

    @Test
    void textsOfTasksAndResultsAreReadAsTheyWereWritten() {
        var scene = new Scene();
        List<TaskResult> results = scene.runAll();
        scene.compactor(7).commit(scene.plan, results);
        LedgerEntry.CompactedFile small = scene.ledger().snapshot().compacted().get(0);
        var again = new CompactionTask(
                TestTable.ID,
                0,
                5,
                CompactionPlan.Kind.CDC,
                List.of(new CompactionSource.Compacted(small)),
                scene.plan.options().toBuilder()
                        .verification(CompactionOptions.Verification.VERIFY_ROWS)
                        .rowGroupRows(77)
                        .build());

        assertThat(scene.plan.tasks())
                .allSatisfy(
                        task -> assertThat(CompactionTask.parse(task.toJson())).isEqualTo(task));
        assertThat(results)
                .allSatisfy(
                        result -> assertThat(TaskResult.parse(result.toJson())).isEqualTo(result));
        assertThat(CompactionTask.parse(again.toJson())).isEqualTo(again);
        assertThat(CompactionTask.parse(again.toJson()).toJson()).isEqualTo(again.toJson());
    }

    @Test
    @DisplayName(
            "a text of a version that did not plan columns is read, one of a column that Parquet does not have is refused")
    void plannedColumnsAreInTheText() {
        CompactionTask task = new Scene().plan.tasks().get(0);
        var planned = new CompactionTask(
                task.table(),
                task.base(),
                task.number(),
                task.kind(),
                task.sources(),
                task.options(),
                List.of(
                        new OutputColumn("a (b)", "fixed_len_byte_array(9) (DECIMAL(20,4))"),
                        new OutputColumn("c", "int96")));

        assertThat(CompactionTask.parse(planned.toJson())).isEqualTo(planned);
        assertThat(CompactionTask.parse(task.toJson().replace("\"columns\":[],", "")))
                .isEqualTo(task);
        assertThatThrownBy(() -> CompactionTask.parse(planned.toJson().replace("int96", "int97")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "at $.columns[1].type: Cannot write column 'c' as 'int97': it is no type of a Parquet column such as");
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of("\"format\":1", "\"format\":2", "at $.format: it is 2, this version reads 1"),
                Arguments.of("\"kind\":\"CDC\"", "\"kind\":\"X\"", "at $.kind: it is 'X', none of [LOAD, CDC]"),
                Arguments.of("\"rows\":2", "\"rows\":\"2\"", "at $.sources[1].rows: it is no whole number of 64 bits"),
                Arguments.of("\"rows\":2", "\"rows\":-2", "at $.sources[1]: Cannot describe a file of -2 rows."),
                Arguments.of("\"etag\":", "\"e\":", "at $.sources[0].etag: it is missing"),
                Arguments.of("\"PARQUET\"}]", "\"ORC\"}]", "at $.sources[1].format: it is 'ORC', none of"),
                Arguments.of(
                        "2026-03-02T00:00:00Z",
                        "yesterday",
                        "at $.sources[0].lastModified: it is no instant like 2026-01-31T12:00:00Z"),
                Arguments.of(
                        "\"rowGroupRows\":1000000", "\"rowGroupRows\":0", "at $.options: Cannot write row groups of"),
                Arguments.of("\"sources\":[", "\"sources\":[1,", "at $.sources[0].rows: it is missing"),
                Arguments.of("{\"format\"", "[{\"format\"", "it is no JSON ("));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("broken")
    void aTextThatIsNoTaskIsRefusedAndTheErrorSaysWhere(String text, String instead, String message) {
        String json = new Scene().plan.tasks().get(0).toJson();
        assertThat(json).contains(text);
        int at = json.indexOf(text);
        String broken = json.substring(0, at) + instead + json.substring(at + text.length());

        assertThatThrownBy(() -> CompactionTask.parse(broken))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot read compaction task: " + message)
                .hasMessageEndingWith(". Give the text that the same version of Convergence wrote.");
    }

    @Test
    @DisplayName("L1: results of some tasks commit, the files of the others stay as they are")
    void someResultsCommitAlone() {
        var scene = new Scene();
        TaskResult second = scene.compactor(1).run(scene.plan.tasks().get(1), CompactionListener.none());

        CompactionResult result = scene.compactor(2).commit(scene.plan, List.of(second));

        assertThat(result.filesBefore()).isEqualTo(3);
        assertThat(scene.compactedKeys()).containsExactly(scene.source(2), scene.source(3), scene.source(4));
        scene.assertSameChanges();
    }

    static Stream<Arguments> foreign() {
        return Stream.of(
                Arguments.of("there is another result of this task", (BiConsumer<Scene, List<TaskResult>>)
                        (scene, results) -> results.add(results.get(0))),
                Arguments.of("it holds other files than the task was to copy", (BiConsumer<Scene, List<TaskResult>>)
                        (scene, results) -> results.set(0, changed(results.get(0), -1, 1))),
                Arguments.of("the plan is of table public.orders on slot -1", (BiConsumer<Scene, List<TaskResult>>)
                        (scene, results) -> results.set(0, changed(results.get(0), 3, 0))),
                Arguments.of("the plan has 3 tasks", (BiConsumer<Scene, List<TaskResult>>)
                        (scene, results) -> results.set(0, changed(results.get(0), -1, 3))));
    }

    private static TaskResult changed(TaskResult result, long base, int task) {
        return new TaskResult(
                result.table(),
                base,
                task,
                result.outputs(),
                result.replaced(),
                result.left(),
                result.bytes(),
                result.findings());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("foreign")
    void resultsThatAreNotThePlansAreRefused(String why, BiConsumer<Scene, List<TaskResult>> change) {
        var scene = new Scene();
        List<TaskResult> results = scene.runAll();
        results.remove(1);
        change.accept(scene, results);

        assertThatThrownBy(() -> scene.compactor(7).commit(scene.plan, results))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
        scene.assertNothingCommitted();
    }

    @Test
    @DisplayName(
            "S18: tasks on several threads, with columns on others, give the same table as on one, and listeners hear one thing at a time")
    void tasksRunOnAnExecutor() {
        var scene = new Scene();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        CompactionListener listener = new CompactionListener() {
            @Override
            public void copied(CompactionSource source) {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                inside.decrementAndGet();
            }
        };

        CompactionResult result;
        try {
            result = scene.compactor(3)
                    .execute(
                            scene.plan,
                            listener,
                            TaskExecution.defaults().withExecutor(threads).withColumnWorkers(2));
        } finally {
            threads.shutdown();
        }

        assertThat(most).hasValue(1);
        assertThat(result.failures()).isEmpty();
        assertThat(result.outputs()).extracting(output -> output.file().rows()).containsExactly(6L, 9L, 6L);
        scene.assertSameChanges();
    }

    @Test
    void anExecutorThatTakesNoTaskEndsTheExecution() {
        var scene = new Scene();
        TaskExecution full = TaskExecution.defaults().withExecutor(task -> {
            throw new RejectedExecutionException("full");
        });

        assertThatThrownBy(() -> scene.compactor(3).execute(scene.plan, CompactionListener.none(), full))
                .isInstanceOf(RejectedExecutionException.class);
        scene.assertNothingCommitted();
    }

    /** What can happen to a raw file between its plan and its task. */
    static Stream<Arguments> damages() {
        return Stream.of(
                Arguments.of("truncated", CompactionException.class, "its footer cannot be read", (Damage)
                        (scene, key) ->
                                rewrite(scene, key, content -> Arrays.copyOf(content, content.length - 9), true)),
                Arguments.of("damaged page", CompactionException.class, "a page has the checksum", (Damage)
                        (scene, key) -> rewrite(scene, key, CompactionTasksTest::damagePages, true)),
                Arguments.of("vanished", SourceChangedException.class, "vanished after the plan was made", (Damage)
                        (scene, key) -> {
                            scene.raw.delete(key);
                            return scene.plan;
                        }),
                Arguments.of("rewritten", SourceChangedException.class, "was written anew", (Damage)
                        (scene, key) -> rewrite(scene, key, content -> new byte[] {1, 2, 3}, false)));
    }

    private interface Damage {
        /** @return the plan to execute */
        CompactionPlan to(Scene scene, String key);
    }

    private static byte[] damagePages(byte[] content) {
        byte[] damaged = content.clone();
        // Behind the magic and the first page header lies what gzip packed.
        Arrays.fill(damaged, 40, 60, (byte) 0xFF);
        return damaged;
    }

    /** @param known whether the plan knows the object as it is now, and only its content is bad */
    private static CompactionPlan rewrite(Scene scene, String key, UnaryOperator<byte[]> change, boolean known) {
        byte[] content = scene.raw.get(key).orElseThrow().content();
        scene.raw.put(key, change.apply(content), WriteCondition.none());
        if (!known) {
            return scene.plan;
        }

        var stat = TestTable.stat(scene.raw, key);
        List<CompactionPlan.Group> groups = scene.plan.groups().stream()
                .map(group -> CompactionPlan.Group.of(
                        group.kind(),
                        group.sources().stream()
                                .map(source -> source.key().equals(key) ? withStat(source, stat) : source)
                                .toList()))
                .toList();
        return new CompactionPlan(
                scene.plan.table(), scene.plan.base(), scene.plan.options(), groups, List.of(), List.of(), 0);
    }

    private static PlacedFile withStat(PlacedFile placed, ObjectStat stat) {
        var cdc = (RawFile.Cdc) placed.file();
        return new PlacedFile(
                new RawFile.Cdc(cdc.table(), stat, cdc.format(), cdc.instant()), placed.evidence(), placed.context());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    @DisplayName(
            "L4: bad input in the middle of a task commits nothing of any, unless the others are to go on; a file that changed does in any case")
    void badInputAbortsItsTask(String what, Class<? extends RuntimeException> type, String message, Damage damage) {
        var stopping = new Scene();
        String victim = stopping.source(3);
        CompactionPlan plan = damage.to(stopping, victim);

        Throwable stopped = catchThrowable(() -> stopping.compactor(1).execute(plan, CompactionListener.none()));
        assertThat(stopped)
                .isInstanceOf(type)
                .hasMessageContaining(victim)
                .hasMessageContaining(message)
                .hasMessageContaining("Nothing was committed");
        stopping.assertNothingCommitted();
        assertThat(stopping.ledger().entries()).hasSize(stopped instanceof SourceChangedException ? 1 : 0);

        var scene = new Scene();
        CompactionPlan damaged = damage.to(scene, victim);
        TaskExecution goingOn = TaskExecution.defaults().withOnFailure(OnFailure.GO_ON);
        if (stopped instanceof SourceChangedException) {
            assertThatThrownBy(() -> scene.compactor(2).execute(damaged, CompactionListener.none(), goingOn))
                    .isInstanceOf(SourceChangedException.class)
                    .hasMessageContaining(victim);
            scene.assertNothingCommitted();
            assertThat(scene.ledger().entries()).singleElement().isInstanceOf(LedgerEntry.Suspect.class);
            return;
        }

        CompactionResult result = scene.compactor(2).execute(damaged, CompactionListener.none(), goingOn);
        assertThat(result.failures()).hasSize(1);
        assertThat(result.failures().get(0).task().number()).isEqualTo(1);
        assertThat(result.failures().get(0).cause()).isInstanceOf(type).hasMessageContaining(victim);
        assertThat(result.outputs()).extracting(output -> output.file().rows()).containsExactly(6L, 6L);
        assertThat(scene.compactedKeys())
                .containsExactly(scene.source(0), scene.source(1), scene.source(5), scene.source(6));
        assertThat(scene.raw.listAll("compacted/"))
                .as("all of it lies where clean-up collects")
                .allSatisfy(object ->
                        assertThat(object.key()).matches("compacted/public/orders/gen-0-[0-9a-f]{8}/part-.*"));
    }

    @Test
    @DisplayName("L3, L4: a file that changed after its task was finished leaves a suspicion, and no commit before it")
    void aChangeBeforeTheCommitIsLoggedAndNothingIsCommitted() {
        var scene = new Scene();
        CompactionListener wipe = new CompactionListener() {
            @Override
            public void written(LedgerFile output) {
                scene.raw.delete(scene.source(0));
            }
        };

        assertThatThrownBy(() -> scene.compactor(2)
                        .execute(scene.plan, wipe, TaskExecution.defaults().withOnFailure(OnFailure.GO_ON)))
                .isInstanceOf(SourceChangedException.class)
                .hasMessageContaining("'" + scene.source(0) + "' vanished");

        scene.assertNothingCommitted();
        assertThat(scene.ledger().entries()).singleElement().isInstanceOf(LedgerEntry.Suspect.class);
    }

    @Test
    @DisplayName("L4: that a raw file vanished stays in the log, also if another writer was first")
    void aChangeIsLoggedThoughAnotherWriterWasFirst() {
        var scene = new Scene();
        CompactionListener wipe = new CompactionListener() {
            @Override
            public void written(LedgerFile output) {
                scene.raw.delete(scene.source(0));
                Ledger other = scene.ledger();
                if (other.snapshot().slot() < 0) {
                    other.commit(new LedgerEntry.Fence("other", -1));
                }
            }
        };

        assertThatThrownBy(() -> scene.compactor(2)
                        .execute(scene.plan, wipe, TaskExecution.defaults().withOnFailure(OnFailure.GO_ON)))
                .isInstanceOf(SourceChangedException.class);

        assertThat(scene.ledger().snapshot().suspicions())
                .singleElement()
                .satisfies(suspicion -> assertThat(suspicion.entry().places())
                        .extracting(RawSource::key)
                        .containsExactly(scene.source(0)));
    }

    @Test
    @DisplayName("L4: the commit of results refuses when a raw file has changed since")
    void theCommitChecksRawFilesAgain() {
        var scene = new Scene();
        List<TaskResult> results = scene.runAll();
        scene.raw.delete(scene.source(6));

        assertThatThrownBy(() -> scene.compactor(7).commit(scene.plan, results))
                .isInstanceOf(SourceChangedException.class)
                .hasMessageContaining(scene.source(6));
        scene.assertNothingCommitted();
    }

    @Test
    @DisplayName(
            "L4: a task elsewhere that meets a changed file says so in its result, and the commit keeps it in the log")
    void aTaskElsewhereTellsThatAFileChanged() {
        var scene = new Scene();
        List<String> texts =
                scene.plan.tasks().stream().map(CompactionTask::toJson).toList();
        scene.raw.delete(scene.source(3));
        List<TaskResult> results = new ArrayList<>();
        for (String text : texts) {
            TaskResult result =
                    scene.compactor(results.size()).run(CompactionTask.parse(text), CompactionListener.none());
            assertThat(TaskResult.parse(result.toJson())).isEqualTo(result);
            results.add(TaskResult.parse(result.toJson()));
        }
        // Found by the commit, not by the task.
        scene.raw.delete(scene.source(4));
        scene.raw.delete(scene.source(6));

        assertThat(results.get(1).outputs()).isEmpty();
        assertThat(results.get(1).changed()).extracting(RawSource::key).containsExactly(scene.source(3));
        assertThat(results.get(1).toString()).endsWith("raw file '" + scene.source(3) + "' had changed or vanished");
        Compactor committing = scene.compactor(7);
        assertThatThrownBy(() -> committing.commit(scene.plan, results))
                .isInstanceOf(SourceChangedException.class)
                .hasMessageContaining("'" + scene.source(3) + "' changed or vanished after the plan was made");
        scene.assertNothingCommitted();
        assertThat(scene.ledger().snapshot().suspicions())
                .singleElement()
                .satisfies(suspicion -> assertThat(suspicion.entry().places())
                        .extracting(RawSource::key)
                        .containsExactly(scene.source(3), scene.source(4), scene.source(6)));
    }

    @Test
    @DisplayName("L4: the only result is of a task whose file changed: its suspicion is all that is written")
    void aChangedFileAloneIsCommittedAsASuspicion() {
        var scene = new Scene();
        CompactionTask task = scene.plan.tasks().get(0);
        scene.raw.delete(scene.source(1));
        TaskResult result = scene.compactor(1).run(task, CompactionListener.none());

        assertThatThrownBy(() -> scene.compactor(2).commit(scene.plan, List.of(result)))
                .isInstanceOf(SourceChangedException.class);

        assertThat(scene.ledger().entries()).singleElement().isInstanceOf(LedgerEntry.Suspect.class);
    }

    @ParameterizedTest(name = "{0} threads, {1} tasks at once")
    @CsvSource({"1,1", "1,3", "2,100"})
    @DisplayName("a caller on the executor's own threads, even its only one, gets to its end")
    void theCallerMayBeAThreadOfTheExecutor(int threads, int tasks) throws Exception {
        var scene = new Scene();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            Compactor compactor = scene.compactor(3).withReadAhead(executor, 2);
            TaskExecution execution = TaskExecution.defaults()
                    .withExecutor(executor)
                    .withColumnWorkers(2)
                    .withTasksAtOnce(tasks);
            Future<CompactionResult> result =
                    executor.submit(() -> compactor.execute(scene.plan, CompactionListener.none(), execution));

            assertThat(result.get(1, TimeUnit.MINUTES).outputs()).hasSize(3);
        } finally {
            executor.shutdownNow();
        }
        scene.assertSameChanges();
    }

    @Test
    void noMoreTasksRunAtOnceThanAskedFor() {
        var scene = new Scene();
        List<Runnable> asked = new ArrayList<>();
        TaskExecution execution =
                TaskExecution.defaults().withExecutor(asked::add).withTasksAtOnce(2);

        CompactionResult result = scene.compactor(3).execute(scene.plan, CompactionListener.none(), execution);

        assertThat(asked).as("one beside the caller").hasSize(1);
        assertThat(result.outputs()).hasSize(3);
        // A helper that comes late finds nothing to do.
        asked.get(0).run();
        scene.assertSameChanges();
    }

    @Test
    void whatAListenerThrowsEndsTheExecutionEvenIfTasksAreToGoOn() {
        var scene = new Scene();
        CompactionListener broken = new CompactionListener() {
            @Override
            public void copied(CompactionSource source) {
                throw new IllegalStateException("enough");
            }
        };

        assertThatThrownBy(() -> scene.compactor(1)
                        .execute(scene.plan, broken, TaskExecution.defaults().withOnFailure(OnFailure.GO_ON)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("enough");
        scene.assertNothingCommitted();
    }

    @Test
    @DisplayName("L1: a crash at any request of a task leaves nothing committed, and the task runs again elsewhere")
    void aTaskThatCrashedRunsAgain() {
        long requests = requestsOfATask();
        for (Fault fault : List.of(Fault.CRASH_BEFORE_EFFECT, Fault.CRASH_AFTER_EFFECT, Fault.TIMEOUT_AFTER_EFFECT)) {
            for (long n = PROBE_REQUESTS + 1; n <= requests; n++) {
                long at = n;
                var scene = new Scene();
                CompactionTask task = scene.plan.tasks().get(1);
                scene.lake.plan(FaultPlan.once(request -> request.number() == at, fault));

                Throwable failure = catchThrowable(() -> scene.compactor(1).run(task, CompactionListener.none()));
                scene.lake.plan(FaultPlan.none());

                if (fault != Fault.TIMEOUT_AFTER_EFFECT) {
                    assertThat(failure).as("%s at %d", fault, n).isInstanceOf(CrashSignal.class);
                }
                scene.assertNothingCommitted();
                TaskResult again = scene.compactor(2).run(task, CompactionListener.none());
                scene.compactor(3).commit(scene.plan, List.of(again));
                scene.assertSameChanges();
            }
        }
        assertThat(requests).isGreaterThan(PROBE_REQUESTS + 1);
    }

    private static long requestsOfATask() {
        var scene = new Scene();
        scene.compactor(1).run(scene.plan.tasks().get(1), CompactionListener.none());
        return scene.lake.log().requests().size();
    }

    @Test
    @DisplayName("L4: bad input after parts of an output were uploaded aborts the upload, and the object never appears")
    void badInputAbortsTheUpload() {
        var raw = TypedFiles.memory();
        BulkyFiles.write(raw, 3, 6);
        List<String> keys =
                raw.listAll(TestTable.RAW).map(object -> object.key()).toList();
        var lake = FaultyObjectStore.counting(raw);
        Ledger ledger = Ledger.open(lake, "control/", TestTable.ID, new Random(1), Ledger.Backoff.none());
        CompactionOptions options = CompactionOptions.builder()
                .settled()
                .rowGroupSize(DataSize.ofMegabytes(4))
                .build();
        Compactor compactor = Compactor.create(raw, lake, ledger, "compacted/", options, new Random(1));
        CompactionPlan plan = compactor.plan(new TestTable(raw, BulkyFiles.SHAPE).timeline(), ledger.snapshot());
        raw.delete(keys.get(2));

        assertThatThrownBy(() -> compactor.execute(plan, CompactionListener.none()))
                .isInstanceOf(SourceChangedException.class)
                .hasMessageContaining(keys.get(2));

        Map<Operation, Long> uploads = lake.log().requests().stream()
                .filter(request -> request.key().startsWith("compacted/"))
                .collect(Collectors.groupingBy(request -> request.operation(), Collectors.counting()));
        assertThat(uploads).containsKeys(Operation.START_MULTIPART, Operation.UPLOAD_PART, Operation.ABORT_MULTIPART);
        assertThat(uploads).doesNotContainKey(Operation.COMPLETE_MULTIPART);
        assertThat(raw.listAll("compacted/")).isEmpty();
        assertThat(ledger.entries()).singleElement().isInstanceOf(LedgerEntry.Suspect.class);
    }

    @Test
    @DisplayName("L3, L4: clean-up deletes all that a compaction left which failed in the middle, and nothing else")
    void cleanUpDeletesWhatAFailedCompactionLeft() {
        Instant[] now = {TypedFiles.AFTER_ALL};
        var store = new InMemoryObjectStore(() -> now[0]);
        var files = new TypedFiles(store);
        for (int rows : new int[] {4, 2, 3, 3}) {
            files.put(rows);
        }
        List<PlacedFile> placed =
                new TestTable(store, TypedFiles.SHAPE).timeline().files();
        Ledger ledger = Ledger.open(store, "control/", TestTable.ID, new Random(1), Ledger.Backoff.none());
        var plan = new CompactionPlan(
                TestTable.ID,
                -1,
                Scene.options(),
                List.of(
                        CompactionPlan.Group.of(CompactionPlan.Kind.CDC, placed.subList(0, 2)),
                        CompactionPlan.Group.of(CompactionPlan.Kind.CDC, placed.subList(2, 4))),
                List.of(),
                List.of(),
                0);
        Compactor compactor = Compactor.create(store, store, ledger, "compacted/", Scene.options(), new Random(1));
        String last = placed.get(3).key();
        store.put(last, new byte[] {1, 2, 3}, WriteCondition.none());

        assertThatThrownBy(() -> compactor.execute(plan, CompactionListener.none()))
                .isInstanceOf(SourceChangedException.class)
                .hasMessageContaining(last);

        List<String> rest = store.listAll("")
                .map(ObjectStat::key)
                .filter(key -> key.startsWith(TestTable.RAW))
                .toList();
        assertThat(store.listAll("compacted/"))
                .as("what the first task had written")
                .isNotEmpty();
        assertThat(rest).hasSize(4);
        now[0] = now[0].plus(Duration.ofDays(3));
        CleanUp cleanUp = CleanUp.of(
                ledger,
                new LakeFolders(store, List.of("compacted/" + ledger.tableFolder())),
                CleanUpOptions.defaults());
        CleanUp.Plan left = cleanUp.plan();
        CleanUp.Result result = cleanUp.execute(left);

        assertThat(left.findings()).isEmpty();
        assertThat(result.findings()).isEmpty();
        assertThat(store.listAll("compacted/")).isEmpty();
        assertThat(cleanUp.plan().isEmpty()).isTrue();
        assertThat(store.listAll("").map(ObjectStat::key).filter(key -> key.startsWith(TestTable.RAW)))
                .containsExactlyElementsOf(rest);
    }
}
