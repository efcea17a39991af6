package io.convergence.testkit.dms;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.source.SourceEngine;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.target.DataFormat;
import io.convergence.target.ReplicationSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What DMS is known to write, shown on a real PostgreSQL; the files are read by DuckDB. */
class DmsStandInTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final TableId T = TableId.of("shop", "t");

    @RegisterExtension
    static final SharedSource source = new SharedSource();

    private ObjectStore store;
    private Landed landed;

    @BeforeEach
    void freshSchema() throws Exception {
        source.execute("DROP SCHEMA IF EXISTS shop CASCADE", "CREATE SCHEMA shop");
        store = new InMemoryObjectStore(InstantSource.system());
        landed = new Landed(store);
    }

    @AfterEach
    void closeFiles() throws Exception {
        landed.close();
    }

    private static ReplicationSpec.Builder spec() {
        return ReplicationSpec.builder()
                .sourceEngine(SourceEngine.POSTGRESQL)
                .tableMappings(
                        m -> m.include("shop", "%").addChangeSequence("seq").addBeforeImageColumns("before_"))
                .settings(s -> s.bucketName("lake")
                        .bucketFolder("raw")
                        .dataFormat(DataFormat.PARQUET)
                        .includeOpForFullLoad()
                        .timestampColumnName("ts"));
    }

    private DmsStandIn.Builder standIn(ReplicationSpec.Builder spec) {
        return DmsStandIn.builder()
                .spec(spec.build())
                .database(source.source())
                .store(store)
                .batchInterval(Duration.ofMillis(20));
    }

    private interface Workload {
        void run(DmsStandIn dms) throws Exception;
    }

    /** Full load, then the workload, then everything in files. */
    private DmsStandIn replicate(DmsStandIn.Builder builder, Workload workload) throws Exception {
        try (DmsStandIn dms = builder.build()) {
            dms.start();
            dms.awaitFullLoad(SOON);
            workload.run(dms);
            dms.awaitCaptured(SOON);
            dms.stop();
            return dms;
        }
    }

    private List<List<String>> changes(String columns) throws Exception {
        return landed.rows(landed.changeKeys("raw/shop/t/"), columns);
    }

    private List<List<String>> loads(String columns) throws Exception {
        return landed.rows(landed.loadKeys("raw/shop/t/"), columns);
    }

    @Test
    void loadAndChangesOfAnOrdinaryTable() throws Exception {
        source.execute(
                "CREATE TABLE shop.t (id int PRIMARY KEY, name varchar(20) NOT NULL)",
                "INSERT INTO shop.t VALUES (1,'a'),(2,'b')");

        replicate(standIn(spec()), dms -> {
            source.execute(
                    "INSERT INTO shop.t VALUES (3,'c')",
                    "UPDATE shop.t SET name = 'B' WHERE id = 2",
                    "DELETE FROM shop.t WHERE id = 1");
        });

        assertThat(loads("Op, id, name, seq, before_id"))
                .containsExactly(Arrays.asList("I", "1", "a", "", null), Arrays.asList("I", "2", "b", "", null));
        assertThat(changes("Op, id, name"))
                .containsExactly(List.of("I", "3", "c"), List.of("U", "2", "B"), Arrays.asList("D", "1", null));
    }
}
