package io.convergence.benchmarks.compaction;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;
import org.apache.parquet.Version;

/** Where it was measured, in one sentence each. */
public final class Machine {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private Machine() {}

    public static String facts() throws IOException, SQLException {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        String duckdb;
        try (Connection connection = CompactByDuckdb.connect(1)) {
            DatabaseMetaData facts = connection.getMetaData();
            duckdb = facts.getDatabaseProductVersion();
        }

        return String.format(
                Locale.ROOT,
                "%d processors (%s), %.0f GiB, %s %s, JDK %s. %s, DuckDB %s, all files in the page cache of a local disk.",
                system.getAvailableProcessors(),
                processor(),
                system.getTotalMemorySize() / (double) (1L << 30),
                system.getName(),
                system.getVersion(),
                System.getProperty("java.version"),
                Version.FULL_VERSION.replaceAll(" \\(.*", ""),
                duckdb);
    }

    /** How many processes wanted a processor in the last minute; of a quiet machine little more than the benchmark's own. */
    public static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static String processor() throws IOException {
        if (!Files.isReadable(PROCESSORS)) {
            return System.getProperty("os.arch");
        }

        return Files.readAllLines(PROCESSORS).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElseGet(() -> System.getProperty("os.arch"));
    }
}
