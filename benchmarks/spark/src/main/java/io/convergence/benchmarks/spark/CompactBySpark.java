package io.convergence.benchmarks.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** Spark in local mode reads all files and writes them as one; it does not keep the order of their rows. */
public final class CompactBySpark {
    private CompactBySpark() {}

    /**
     * Compacts once.
     *
     * @param arguments the folder of files, the one of outputs
     */
    public static void main(String[] arguments) throws IOException {
        String[] files;
        try (Stream<Path> all = Files.walk(Path.of(arguments[0]))) {
            files = all.map(Path::toString)
                    .filter(file -> file.endsWith(".parquet"))
                    .sorted()
                    .toArray(String[]::new);
        }
        Path scratch = Files.createDirectories(Path.of(arguments[1], "scratch"));
        try (SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .appName("compaction")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.local.dir", scratch.toString())
                .config("spark.sql.warehouse.dir", scratch.toString())
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
                .config("spark.sql.parquet.compression.codec", "zstd")
                .getOrCreate()) {
            spark.read().parquet(files).coalesce(1).write().parquet(arguments[1] + "/written");
        }
    }
}
