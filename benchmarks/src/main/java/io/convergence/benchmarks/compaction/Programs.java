package io.convergence.benchmarks.compaction;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The programs that take turns. */
public final class Programs {
    static final String CONVERGENCE = "convergence-1";
    static final String CONVERGENCE_2 = "convergence-2";
    static final String DUCKDB = "duckdb-1";
    static final String DUCKDB_2 = "duckdb-2";
    static final String AVRO = "avro";
    static final String SPARK = "spark";
    static final String ARCHIVED = "convergence-cds-1";
    static final String ARCHIVED_2 = "convergence-cds-2";
    static final String SMALL_HEAP = "convergence-128m";

    static final String DUCKDB_LARGE_GROUPS = "duckdb-large-1";
    static final String DUCKDB_LARGE_GROUPS_2 = "duckdb-large-2";

    /** DuckDB's default. It is faster than larger ones and needs less memory; what it writes has more row groups. */
    private static final String ROW_GROUP_ROWS = "122880";

    /** As ours have at most. */
    private static final String LARGE_GROUP_ROWS = "1000000";

    /** What suits a process of a few seconds whose work is done by native code. */
    private static final List<String> SHORT = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static final List<String> DEFAULTS = List.of();

    private static final List<String> SMALL = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m");

    private Programs() {}

    /** @param sparkClassPath a file with the class path that {@code benchmarks/spark} wrote; without it there is no Spark */
    static List<Program> all(Path sparkClassPath) throws IOException {
        List<Program> programs = new ArrayList<>(List.of(
                program("copy", "bytes copied (no Parquet)", CopyBytes.class, SHORT),
                program(CONVERGENCE, "Convergence, 1 thread", CompactByConvergence.class, SHORT, "1"),
                program(DUCKDB, "DuckDB, 1 thread", CompactByDuckdb.class, SHORT, "1", ROW_GROUP_ROWS),
                program(CONVERGENCE_2, "Convergence, 2 threads", CompactByConvergence.class, SHORT, "2"),
                program(DUCKDB_2, "DuckDB, 2 threads", CompactByDuckdb.class, SHORT, "2", ROW_GROUP_ROWS),
                program(
                        DUCKDB_LARGE_GROUPS,
                        "DuckDB, 1 thread, row groups of 1 M rows",
                        CompactByDuckdb.class,
                        SHORT,
                        "1",
                        LARGE_GROUP_ROWS),
                program(
                        DUCKDB_LARGE_GROUPS_2,
                        "DuckDB, 2 threads, row groups of 1 M rows",
                        CompactByDuckdb.class,
                        SHORT,
                        "2",
                        LARGE_GROUP_ROWS),
                program(
                        "convergence-jvm",
                        "Convergence, 1 thread, JVM's default flags",
                        CompactByConvergence.class,
                        DEFAULTS,
                        "1"),
                program(SMALL_HEAP, "Convergence, 1 thread, -Xmx128m", CompactByConvergence.class, SMALL, "1"),
                program("rewriter", "ParquetRewriter (keeps row groups)", CompactByRewriter.class, SHORT),
                program(AVRO, "parquet-avro", CompactByAvro.class, DEFAULTS)));
        if (canArchive()) {
            programs.add(archived(ARCHIVED, "Convergence, 1 thread, classes from an archive", "1"));
            programs.add(archived(ARCHIVED_2, "Convergence, 2 threads, classes from an archive", "2"));
        }
        if (Files.exists(sparkClassPath)) {
            programs.add(new Program(
                    SPARK,
                    "Spark local[2], coalesce(1)",
                    "io.convergence.benchmarks.spark.CompactBySpark",
                    List.of(
                            "-Xmx4g",
                            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                            "--add-opens=java.base/java.nio=ALL-UNNAMED",
                            "--add-opens=java.base/java.lang=ALL-UNNAMED",
                            "--add-opens=java.base/java.util=ALL-UNNAMED"),
                    String.join(
                            File.pathSeparator,
                            sparkClassPath.resolveSibling("classes").toString(),
                            ownClasses(),
                            Files.readString(sparkClassPath).trim()),
                    List.of()));
        }

        return programs;
    }

    private static Program program(String name, String title, Class<?> main, List<String> jvm, String... arguments) {
        return new Program(name, title, main.getName(), jvm, classPath(), List.of(arguments));
    }

    private static Program archived(String name, String title, String threads) {
        return new Program(
                name, title, CompactByConvergence.class.getName(), SHORT, jarsOfClassPath(), List.of(threads), true);
    }

    /** Whether programs can have an archive of their classes: class data sharing takes no folders of classes, as tests have. */
    public static boolean canArchive() {
        return Arrays.stream(jarsOfClassPath().split(File.pathSeparator)).allMatch(entry -> entry.endsWith(".jar"));
    }

    /** The class path with this project's jar in place of its classes, if it was made. */
    public static String jarsOfClassPath() {
        return classPath().replace(ownClasses(), ownJar());
    }

    private static String ownJar() {
        Path target = Path.of(ownClasses()).toAbsolutePath().getParent();
        if (target == null) {
            return ownClasses();
        }
        try (Stream<Path> files = Files.list(target)) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith(".jar"))
                    .min(Comparator.comparingInt(String::length))
                    .orElse(ownClasses());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without the AWS SDK, whose hundred jars take time to open and which none of these programs needs. */
    public static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("software") && !entry.contains("netty"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String ownClasses() {
        return Path.of(Programs.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
    }
}
