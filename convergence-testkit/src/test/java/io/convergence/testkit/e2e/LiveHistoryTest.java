package io.convergence.testkit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.merge.MergeCounts.What;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.Declarations;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.ReloadGuard;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.source.SourceSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.target.ReplicationSpec;
import io.convergence.testkit.dms.DmsStandIn;
import io.convergence.testkit.dms.EmbeddedSource;
import io.convergence.testkit.dms.StandInReport;
import io.convergence.testkit.e2e.Story.Landed;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * S19 with S3, S5, S6 and S14 on a real PostgreSQL: while applications go on, the task restarts and writes changes again, a column
 * with a default is added, and the table is reloaded. At each stop there is no difference, or the table is suspect until the
 * default is declared, and then there is none.
 */
class LiveHistoryTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration BATCH = Duration.ofMillis(30);
    private static final TableId TABLE = TableId.of("public", "accounts");
    private static final int TRANSACTIONS = 60;
    private static final int CONNECTIONS = 3;
    private static final int REPLAYED = 25;
    private static final long SEED = Long.getLong("convergence.seed", 20261126L);

    private static EmbeddedSource source;
    private static Story story;

    private final InMemoryObjectStore raw = new InMemoryObjectStore(Instant::now);
    private final InMemoryObjectStore lake = new InMemoryObjectStore(Instant::now);

    @BeforeAll
    static void start() {
        source = EmbeddedSource.start();
        story = new Story(source);
    }

    @AfterAll
    static void stop() {
        source.close();
    }

    /** Applications on connections of their own, whose transactions meet; they can be asked to wait between two of them. */
    private static final class Applications implements AutoCloseable {
        /** What PostgreSQL refuses because transactions met: a key taken meanwhile, a deadlock, a row changed meanwhile. */
        private static final Set<String> MET = Set.of("23505", "40P01", "40001");

        private final ReentrantReadWriteLock turn = new ReentrantReadWriteLock(true);
        private final List<Thread> threads = new ArrayList<>();
        private final AtomicLong transactions = new AtomicLong();
        private final AtomicLong next = new AtomicLong(1_000);
        private volatile boolean ended;
        private volatile @Nullable SQLException failure;

        void begin() {
            for (int i = 0; i < CONNECTIONS; i++) {
                Random random = new Random(SEED + i);
                var thread = new Thread(() -> run(random), "application " + i);
                threads.add(thread);
                thread.start();
            }
        }

        private void run(Random random) {
            try (Connection connection = source.dataSource().getConnection();
                    Statement sql = connection.createStatement()) {
                connection.setAutoCommit(false);
                while (!ended) {
                    turn.readLock().lock();
                    try {
                        transaction(connection, sql, random);
                    } finally {
                        turn.readLock().unlock();
                    }
                }
            } catch (SQLException e) {
                failure = e;
            }
        }

        private void transaction(Connection connection, Statement sql, Random random) throws SQLException {
            try {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    sql.execute(statement(random));
                }
                connection.commit();
                transactions.incrementAndGet();
            } catch (SQLException e) {
                connection.rollback();
                if (!MET.contains(e.getSQLState())) {
                    throw e;
                }
            }
        }

        /** Large objects are left alone, keys are changed to ones that never were, rows come back on their keys. */
        private String statement(Random random) {
            String any = "(SELECT id FROM accounts ORDER BY (id * " + (1 + random.nextInt(9999)) + ") % 7919 LIMIT 1)";
            return switch (random.nextInt(8)) {
                case 0, 1 ->
                    "INSERT INTO accounts (id, nick, total, bio) VALUES (" + next.incrementAndGet()
                            + ", 'new', 1.50, repeat('" + random.nextInt(10) + "', 2500))";
                case 2 -> "DELETE FROM accounts WHERE id = " + any + " AND (SELECT count(*) FROM accounts) > 20";
                case 3 -> "UPDATE accounts SET id = " + next.incrementAndGet() + " WHERE id = " + any;
                case 4 -> "UPDATE accounts SET bio = repeat(md5(id::text), 80) WHERE id = " + any;
                case 5 ->
                    "INSERT INTO accounts (id, nick, total, bio) SELECT i, 'back', 0, 'short' FROM generate_series(1, 3) i"
                            + " ON CONFLICT (id) DO NOTHING";
                default ->
                    "UPDATE accounts SET nick = 'n" + random.nextInt(1000) + "', total = total + 1.25 WHERE id = "
                            + any;
            };
        }

        /** So many transactions more. */
        void workOn(int more) throws SQLException {
            long until = transactions.get() + more;
            while (transactions.get() < until && threads.stream().allMatch(Thread::isAlive)) {
                Thread.yield();
            }
            rethrow();
        }

        void pause() {
            turn.writeLock().lock();
        }

        void goOn() {
            turn.writeLock().unlock();
        }

        private void rethrow() throws SQLException {
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void close() throws SQLException {
            ended = true;
            while (turn.isWriteLockedByCurrentThread()) {
                turn.writeLock().unlock();
            }
            try {
                for (Thread thread : threads) {
                    thread.join();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            rethrow();
        }
    }

    @Test
    void s19RestartsReplaysAnAlterAndAReloadDuringChangesLeaveNoDifference() throws SQLException {
        story.execute(
                "DROP TABLE IF EXISTS accounts",
                "CREATE TABLE accounts (id bigint PRIMARY KEY, nick varchar(6), total numeric(10,2) NOT NULL, bio text NOT NULL)",
                "ALTER TABLE accounts ALTER COLUMN bio SET STORAGE EXTERNAL",
                "INSERT INTO accounts SELECT i, 'n' || i, i / 3.0, repeat(md5(i::text), 80) FROM generate_series(1, 40) i");
        ReplicationSpec spec = ReplicationSpec.lakeReady("bucket", "raw")
                .sourceSchema(SourceSchema.fromJdbc(source.dataSource()))
                .tableMappings(mappings -> mappings.include("public", "accounts"))
                .build();

        try (var applications = new Applications()) {
            applications.begin();
            try (DmsStandIn dms = standIn(spec)) {
                dms.start();
                dms.awaitFullLoad(PATIENCE);
                applications.workOn(TRANSACTIONS);
                long replayed = 0;
                for (int restart = 0; restart < 2; restart++) {
                    applications.pause();
                    dms.awaitCaptured(PATIENCE);
                    dms.startNewRun(PATIENCE, REPLAYED);
                    applications.goOn();
                    applications.workOn(TRANSACTIONS);
                    applications.pause();
                    dms.awaitCaughtUp(PATIENCE);
                    TableResult result = Story.merge(table(spec, Declarations.of(TABLE)));
                    replayed += result.counts()
                            .map(counts -> counts.of(What.REPLAYED))
                            .orElse(0L);
                    requireNoDifference(spec, Declarations.of(TABLE), result);
                    applications.goOn();
                }
                assertThat(replayed).as("changes told to be replays").isGreaterThanOrEqualTo(2 * REPLAYED);

                applications.pause();
                story.execute("ALTER TABLE accounts ADD COLUMN note varchar(5) DEFAULT 'none'");
                applications.goOn();
                applications.workOn(TRANSACTIONS);
                applications.pause();
                dms.awaitCaughtUp(PATIENCE);
                TableResult suspect = Story.merge(table(spec, Declarations.of(TABLE)));
                assertThat(suspect.state()).as("%s", suspect).isEqualTo(TableState.SUSPECT);
                assertThat(suspect.findings()).extracting(Finding::code).contains("COLUMN_DEFAULT_UNKNOWN");
                Declarations declared = Declarations.of(TABLE).columnDefault("note", "none");
                requireNoDifference(spec, declared, Story.merge(table(spec, declared)));
                applications.goOn();
            }

            // The task begins anew over the files of before, while the applications go on.
            try (DmsStandIn dms = standIn(spec)) {
                dms.start();
                dms.awaitFullLoad(PATIENCE);
                applications.workOn(TRANSACTIONS);
                applications.pause();
                dms.awaitCaughtUp(PATIENCE);
                // The applications moved and deleted most of the keys of so small a table.
                MergeOptions options = MergeOptions.defaults().declareComplete().reloadGuard(ReloadGuard.none());
                TableResult reloaded = table(spec, Declarations.of(TABLE)).merge(options, ProgressListener.none());
                requireNoDifference(spec, Declarations.of(TABLE), reloaded);
                assertThat(reloaded.state()).isEqualTo(TableState.PUBLISHED);
            }
        }
    }

    private DmsStandIn standIn(ReplicationSpec spec) {
        return DmsStandIn.builder()
                .spec(spec)
                .database(source)
                .store(raw)
                .batchInterval(BATCH)
                .loadFileRows(15)
                .rememberChanges(REPLAYED)
                .build();
    }

    private LakeTable table(ReplicationSpec spec, Declarations declarations) {
        return Convergence.builder()
                .spec(spec)
                .schema(SourceSchema.fromJdbc(source.dataSource()))
                .store(raw)
                .lake(lake)
                .declare(declarations)
                .build()
                .table(TABLE);
    }

    private void requireNoDifference(ReplicationSpec spec, Declarations declarations, TableResult result)
            throws SQLException {
        assertThat(result.settled()).as("seed %d: %s", SEED, result).isTrue();
        SourceSchema schema = SourceSchema.fromJdbc(source.dataSource());
        var landed = new Landed(spec, schema, raw, new StandInReport(List.of(), List.of()));
        assertThat(story.compare(landed, table(spec, declarations)).differences())
                .as("seed %d: %s", SEED, result)
                .isEmpty();
    }
}
