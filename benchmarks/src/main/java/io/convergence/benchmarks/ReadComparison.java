package io.convergence.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The readers of {@link ReadBenchmark} taking turns in one process, so that whatever else the machine does meets all of
 * them. Prints the median time of each and, round by round, its ratio to parquet-avro giving the same values.
 */
public final class ReadComparison {
    private static final int WARM_UP = 15;

    private interface Reading {
        void read(Blackhole sink) throws IOException;
    }

    /** @param times in milliseconds, by round */
    private record Reader(String name, Reading reading, List<Double> times) {
        Reader(String name, Reading reading) {
            this(name, reading, new ArrayList<>());
        }
    }

    private ReadComparison() {}

    /** @param arguments the number of rounds */
    public static void main(String[] arguments) throws IOException, SQLException {
        int rounds = Integer.parseInt(arguments[0]);
        for (String codec : List.of("gzip", "uncompressed")) {
            var benchmark = new ReadBenchmark();
            benchmark.codec = codec;
            benchmark.write();
            try {
                compare(benchmark, rounds);
            } finally {
                benchmark.delete();
            }
        }
    }

    private static void compare(ReadBenchmark benchmark, int rounds) throws IOException {
        var base = new Reader("parquet-avro, same values", benchmark::parquetAvroSameValues);
        List<Reader> readers = List.of(
                base,
                new Reader("parquet-avro, its own values", benchmark::parquetAvro),
                new Reader("Convergence, columns", benchmark::convergenceColumns),
                new Reader("Convergence, rows", benchmark::convergenceRows));
        var sink = new Blackhole(
                "Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.");
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (int round = -WARM_UP; round < rounds; round++) {
            for (Reader reader : readers) {
                long start = threads.getCurrentThreadCpuTime();
                reader.reading().read(sink);
                double milliseconds = (threads.getCurrentThreadCpuTime() - start) / 1e6;
                if (round >= 0) {
                    reader.times().add(milliseconds);
                }
            }
        }

        System.out.printf(
                Locale.ROOT,
                "%n%s, %,d rows, %d rounds, CPU time of the reading thread%n",
                benchmark.codec,
                benchmark.rows,
                rounds);
        for (Reader reader : readers) {
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                ratios.add(reader.times().get(round) / base.times().get(round));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%-30s %7.1f ms   ratio %.2f (quartiles %.2f to %.2f)%n",
                    reader.name(),
                    quantile(reader.times(), 0.5),
                    quantile(ratios, 0.5),
                    quantile(ratios, 0.25),
                    quantile(ratios, 0.75));
        }
    }

    private static double quantile(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.round(share * (sorted.size() - 1)));
    }
}
