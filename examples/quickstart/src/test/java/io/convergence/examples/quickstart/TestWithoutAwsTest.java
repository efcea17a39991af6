package io.convergence.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.reconcile.JdbcSourceRows;
import io.convergence.reconcile.Reconciler;
import io.convergence.source.SourceSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.target.ReplicationSpec;
import io.convergence.testkit.dms.DmsStandIn;
import io.convergence.testkit.dms.EmbeddedSource;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The test of the how-to "Test without AWS"; {@code DocumentedCodeTest} holds both to the same text. */
class TestWithoutAwsTest {
    // docs: test
    @Test
    void theLakeEqualsTheSource() throws Exception {
        try (var source = EmbeddedSource.start();
                var connection = source.dataSource().getConnection();
                var sql = connection.createStatement()) {
            sql.execute("CREATE TABLE orders (id bigint PRIMARY KEY, status varchar(6) NOT NULL, total numeric(10,2))");
            sql.execute("INSERT INTO orders SELECT i, 'new', i / 3.0 FROM generate_series(1, 100) i");
            var store = new InMemoryObjectStore(Clock.systemUTC());
            var spec = ReplicationSpec.lakeReady("my-bucket", "raw")
                    .sourceSchema(SourceSchema.fromJdbc(source.dataSource()))
                    .tableMappings(mappings -> mappings.include("public", "orders"))
                    .build();

            try (var dms = DmsStandIn.builder()
                    .spec(spec)
                    .database(source)
                    .store(store)
                    .build()) {
                dms.start();
                dms.awaitFullLoad(Duration.ofMinutes(1));
                sql.execute("UPDATE orders SET status = 'paid' WHERE id <= 10");
                sql.execute("DELETE FROM orders WHERE id = 5");
                sql.execute("UPDATE orders SET id = 1000 WHERE id = 7");
                dms.awaitCaptured(Duration.ofMinutes(1));
                dms.stop();
            }

            // Anew: the changes may have altered the table, and a comparison knows only the columns it is given.
            var schema = SourceSchema.fromJdbc(source.dataSource());
            var lake =
                    Convergence.builder().spec(spec).schema(schema).store(store).build();
            var orders = lake.table("public.orders");
            orders.merge(MergeOptions.defaults().declareComplete(), ProgressListener.none());

            var columns = schema.table(orders.id()).orElseThrow().toSchema();
            var answer = Reconciler.create()
                    .compare(JdbcSourceRows.of(source.dataSource(), columns, spec.lobMaxSize()), orders.published());
            assertThat(answer.differences()).isEmpty();
            assertThat(answer.notCompared()).isEmpty();
            assertThat(answer.lakeRows()).isEqualTo(99);
        }
    }
    // docs: end
}
