package io.convergence.benchmarks.decoding;

import io.convergence.benchmarks.compaction.CompactByDuckdb;
import io.convergence.benchmarks.orders.OrderFiles;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;

/** DuckDB, one thread: one aggregate over every column. */
public final class ReadByDuckdb {
    private static final String COLUMNS = "sum(strlen(\"Op\")) + sum(strlen(dms_ts)) + sum(strlen(o_orderstatus))"
            + " + sum(strlen(o_orderpriority)) + sum(strlen(o_clerk)) + sum(strlen(o_comment)), "
            + "sum(o_orderkey) + sum(o_custkey) + sum(o_shippriority) + sum(o_quantity), "
            + "(sum(o_totalprice) * 100)::HUGEINT, max(o_orderdate) - DATE '1970-01-01', max(epoch_us(o_updated))";

    private ReadByDuckdb() {}

    /** @param arguments see {@link Totals#run} */
    public static void main(String[] arguments) throws Exception {
        OrderFiles files = OrderFiles.open(Path.of(arguments[0]));
        Totals.run(arguments, () -> {
            try (Connection connection = CompactByDuckdb.connect(1);
                    Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(
                            "SELECT count(*), " + COLUMNS + " FROM " + CompactByDuckdb.source(files.paths()))) {
                result.next();
                var totals = new Totals();
                totals.rows = result.getLong(1);
                totals.textBytes = result.getLong(2);
                totals.wholes = result.getLong(3);
                totals.unscaled = result.getLong(4);
                totals.lastDay = result.getLong(5);
                totals.lastMicros = result.getLong(6);
                return totals;
            }
        });
    }
}
