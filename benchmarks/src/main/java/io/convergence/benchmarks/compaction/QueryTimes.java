package io.convergence.benchmarks.compaction;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long DuckDB's warm queries of files take, in milliseconds, on two threads: the median of rounds in turns. */
record QueryTimes(double countByOperation, double sumByPriority) {
    private static final int WARM_UP = 3;
    private static final int ROUNDS = 15;

    /** @param files by name */
    static Map<String, QueryTimes> measure(Map<String, List<Path>> files) throws SQLException {
        Map<String, Samples> samples = new LinkedHashMap<>();
        files.keySet().forEach(name -> samples.put(name, new Samples(new ArrayList<>(), new ArrayList<>())));
        try (Connection connection = CompactByDuckdb.connect(2);
                Statement statement = connection.createStatement()) {
            for (int round = -WARM_UP; round < ROUNDS; round++) {
                for (Map.Entry<String, List<Path>> one : files.entrySet()) {
                    String source = CompactByDuckdb.source(one.getValue());
                    double count = time(statement, "SELECT \"Op\", count(*) FROM " + source + " GROUP BY 1");
                    double sum =
                            time(statement, "SELECT o_orderpriority, sum(o_totalprice) FROM " + source + " GROUP BY 1");
                    if (round >= 0) {
                        Samples taken = requireNonNull(samples.get(one.getKey()));
                        taken.counts().add(count);
                        taken.sums().add(sum);
                    }
                }
            }
        }

        Map<String, QueryTimes> times = new LinkedHashMap<>();
        samples.forEach((name, taken) ->
                times.put(name, new QueryTimes(Medians.median(taken.counts()), Medians.median(taken.sums()))));
        return times;
    }

    private record Samples(List<Double> counts, List<Double> sums) {}

    private static double time(Statement statement, String query) throws SQLException {
        long start = System.nanoTime();
        try (ResultSet result = statement.executeQuery(query)) {
            long rows = 0;
            while (result.next()) {
                rows++;
            }
            if (rows == 0) {
                throw new SQLException("No row came of: " + query);
            }
        }

        return (System.nanoTime() - start) / 1e6;
    }
}
