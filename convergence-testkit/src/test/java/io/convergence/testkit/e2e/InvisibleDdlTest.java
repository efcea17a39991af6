package io.convergence.testkit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.Declarations;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.source.SourceSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.target.ReplicationSpec;
import io.convergence.testkit.dms.DmsStandIn;
import io.convergence.testkit.dms.EmbeddedSource;
import io.convergence.testkit.e2e.Story.Landed;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** S14: DDL that leaves no rows in a real PostgreSQL's log is never published as if nothing had happened. */
class InvisibleDdlTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final TableId TABLE = TableId.of("public", "ddl");
    private static EmbeddedSource source;
    private static Story story;

    @BeforeAll
    static void start() {
        source = EmbeddedSource.start();
        story = new Story(source);
    }

    @AfterAll
    static void stop() {
        source.close();
    }

    private static Landed replicate(String... changes) throws SQLException {
        story.execute(
                "DROP TABLE IF EXISTS ddl",
                "CREATE TABLE ddl (id int PRIMARY KEY, w varchar(9))",
                "INSERT INTO ddl SELECT i, 'w' || i FROM generate_series(1, 9) i");
        ReplicationSpec spec = ReplicationSpec.lakeReady("bucket", "raw")
                .sourceSchema(SourceSchema.fromJdbc(source.dataSource()))
                .tableMappings(mappings -> mappings.include("public", "ddl"))
                .build();
        var store = new InMemoryObjectStore(Instant::now);
        try (DmsStandIn dms =
                DmsStandIn.builder().spec(spec).database(source).store(store).build()) {
            dms.start();
            dms.awaitFullLoad(PATIENCE);
            story.execute(changes);
            dms.awaitCaptured(PATIENCE);
            dms.stop();
            return new Landed(spec, SourceSchema.fromJdbc(source.dataSource()), store, dms.report());
        }
    }

    private static LakeTable table(Landed landed, Declarations declarations) {
        return Convergence.builder()
                .spec(landed.spec())
                .schema(landed.schema())
                .store(landed.raw())
                .lake(new InMemoryObjectStore(Instant::now))
                .declare(declarations)
                .build()
                .table(TABLE);
    }

    @Test
    void anAddedColumnWithDefaultIsSuspectUntilTheDefaultIsDeclaredAndThenTheLakeEqualsTheSource() throws SQLException {
        Landed landed = replicate(
                "ALTER TABLE ddl ADD COLUMN paid int DEFAULT 7",
                "UPDATE ddl SET paid = 8 WHERE id = 1",
                "INSERT INTO ddl VALUES (10, 'new', NULL)");

        TableResult suspect = Story.merge(table(landed, Declarations.of(TABLE)));
        LakeTable declared = table(landed, Declarations.of(TABLE).columnDefault("paid", 7));
        TableResult published = Story.merge(declared);

        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
        assertThat(suspect.findings()).extracting(Finding::code).containsExactly("COLUMN_DEFAULT_UNKNOWN");
        assertThat(published.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(story.compare(landed, declared).differences()).isEmpty();
    }

    @Test
    void aRenamedColumnIsSuspectUntilTheRenameIsDeclaredAndThenTheLakeEqualsTheSource() throws SQLException {
        Landed landed = replicate(
                "ALTER TABLE ddl RENAME COLUMN w TO v",
                "UPDATE ddl SET v = 'changed' WHERE id = 1",
                "INSERT INTO ddl VALUES (10, 'new')");

        TableResult suspect = Story.merge(table(landed, Declarations.of(TABLE)));
        LakeTable declared = table(landed, Declarations.of(TABLE).renamed("w", "v"));
        TableResult published = Story.merge(declared);

        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
        assertThat(suspect.findings()).extracting(Finding::code).containsExactly("RENAME_SUSPECTED");
        assertThat(published.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(declared.published().schema().columnNames()).isEqualTo(List.of("id", "v"));
        assertThat(story.compare(landed, declared).differences()).isEmpty();
    }
}
