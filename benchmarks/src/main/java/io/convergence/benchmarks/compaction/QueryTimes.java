package io.convergence.benchmarks.compaction;

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
        Map<String, List<Double>> counts = new LinkedHashMap<>();
        Map<String, List<Double>> sums = new LinkedHashMap<>();
        try (Connection connection = CompactByDuckdb.connect(2);
                Statement statement = connection.createStatement()) {
            for (int round = -WARM_UP; round < ROUNDS; round++) {
                for (Map.Entry<String, List<Path>> one : files.entrySet()) {
                    String source = CompactByDuckdb.source(one.getValue());
                    double count = time(statement, "SELECT \"Op\", count(*) FROM " + source + " GROUP BY 1");
                    double sum =
                            time(statement, "SELECT o_orderpriority, sum(o_totalprice) FROM " + source + " GROUP BY 1");
                    if (round >= 0) {
                        counts.computeIfAbsent(one.getKey(), name -> new ArrayList<>())
                                .add(count);
                        sums.computeIfAbsent(one.getKey(), name -> new ArrayList<>())
                                .add(sum);
                    }
                }
            }
        }

        Map<String, QueryTimes> times = new LinkedHashMap<>();
        files.keySet()
                .forEach(name -> times.put(
                        name, new QueryTimes(Medians.median(counts.get(name)), Medians.median(sums.get(name)))));
        return times;
    }

    private static double time(Statement statement, String query) throws SQLException {
        long start = System.nanoTime();
        try (ResultSet result = statement.executeQuery(query)) {
            while (result.next()) {
                continue;
            }
        }

        return (System.nanoTime() - start) / 1e6;
    }
}
