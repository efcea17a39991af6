package io.convergence.benchmarks.merge;

import io.convergence.benchmarks.compaction.CompactByDuckdb;
import io.convergence.benchmarks.compaction.Machine;
import io.convergence.benchmarks.compaction.Medians;
import io.convergence.benchmarks.compaction.Program;
import io.convergence.benchmarks.compaction.Programs;
import io.convergence.benchmarks.compaction.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Convergence's merge and DuckDB's take turns, each time in a cold process; their rows are compared. Prints a table for each case. */
public final class MergeBenchmark {
    private static final List<String> SHORT = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final String COLUMNS =
            "id, customer, status, price, ordered, updated, priority, clerk, shipping, quantity, comment";

    private MergeBenchmark() {}

    private static List<Program> programs(String memory, String heap) {
        List<String> jvm = new ArrayList<>(SHORT);
        jvm.add("-Xmx" + heap);
        return List.of(
                program("duckdb-1", "DuckDB, 1 thread", MergeByDuckdb.class, SHORT, "1"),
                program("duckdb-2", "DuckDB, 2 threads", MergeByDuckdb.class, SHORT, "2"),
                program("convergence", "Convergence, 1 thread", MergeByConvergence.class, jvm, memory));
    }

    private static Program program(String name, String title, Class<?> main, List<String> jvm, String... arguments) {
        return new Program(name, title, main.getName(), jvm, Programs.classPath(), List.of(arguments));
    }

    /**
     * Measures.
     *
     * @param arguments words: {@code rounds=3}, {@code rows=1000000,10000000}, {@code percents=1,10,50}, {@code memory=128MB} for changes,
     *     {@code heap=512m} of Convergence, {@code work=} a folder for the files
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, SQLException {
        Map<String, String> words = new LinkedHashMap<>(Map.of(
                "rounds",
                "3",
                "rows",
                "1000000",
                "percents",
                "1,10,50",
                "memory",
                "128MB",
                "heap",
                "512m",
                "work",
                "target/merge"));
        for (String word : String.join(" ", arguments).trim().split(" +")) {
            String[] parts = word.split("=", 2);
            if (parts.length == 2) {
                words.put(parts[0], parts[1]);
            }
        }
        double load = Machine.load();
        for (String rows : word(words, "rows").split(",")) {
            for (String percent : word(words, "percents").split(",")) {
                Path folder = Path.of(word(words, "work")).toAbsolutePath().resolve(rows + "-" + percent);
                MergeData data = MergeData.make(folder, Long.parseLong(rows), Integer.parseInt(percent));
                System.out.println(report(
                        rows + " rows, " + percent + " % of keys",
                        measure(
                                data,
                                folder,
                                Integer.parseInt(word(words, "rounds")),
                                programs(word(words, "memory"), word(words, "heap")))));
            }
        }
        System.out.printf(Locale.ROOT, "%s Load before %.1f, after %.1f.%n", Machine.facts(), load, Machine.load());
    }

    private static String word(Map<String, String> words, String name) {
        return Objects.requireNonNull(words.get(name), name);
    }

    private static Map<Program, List<Usage>> measure(MergeData data, Path folder, int rounds, List<Program> programs)
            throws IOException, InterruptedException, SQLException {
        Map<Program, List<Usage>> usages = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            String content = "";
            for (Program program : programs) {
                data.restore();
                Path output = folder.resolve("out");
                MergeData.delete(output);
                Files.createDirectories(output);
                usages.computeIfAbsent(program, any -> new ArrayList<>()).add(program.run(folder, output));
                String files = program.main().equals(MergeByConvergence.class.getName())
                        ? parts(folder)
                        : "'" + output.resolve("merged.parquet") + "'";
                String found = content(files);
                if (!content.isEmpty() && !found.equals(content)) {
                    throw new IllegalStateException(
                            program.name() + " comes to other rows (" + found + ") than others (" + content + ").");
                }
                content = found;
            }
        }
        data.restore();
        return usages;
    }

    /** The files of the newest commit: each of its buckets was written by it, as all have changes. */
    private static String parts(Path folder) {
        return "'" + folder.resolve("zone/lake/output/tables/public/orders") + "/gen-1-*/*.parquet'";
    }

    /** Rows and a checksum of their cells that does not depend on their order. */
    private static String content(String files) throws SQLException {
        try (Connection connection = CompactByDuckdb.connect(2);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT count(*), sum(hash(" + COLUMNS + ")::HUGEINT) FROM read_parquet(" + files + ")")) {
            result.next();
            return result.getString(1) + " rows, " + result.getString(2);
        }
    }

    private static String report(String title, Map<Program, List<Usage>> usages) {
        var text = new StringBuilder(title
                + "\n\n| program | wall s | CPU s | peak MB | wall / DuckDB 1, 2 | CPU / DuckDB 1, 2 | peak / DuckDB 1, 2 |\n"
                + "|---|---|---|---|---|---|---|\n");
        List<List<Usage>> all = new ArrayList<>(usages.values());
        usages.forEach((program, own) -> text.append(String.format(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %.0f | %.2f, %.2f | %.2f, %.2f | %.2f, %.2f |%n",
                program.title(),
                wall(own),
                cpu(own),
                peak(own),
                wall(own) / wall(all.get(0)),
                wall(own) / wall(all.get(1)),
                cpu(own) / cpu(all.get(0)),
                cpu(own) / cpu(all.get(1)),
                peak(own) / peak(all.get(0)),
                peak(own) / peak(all.get(1)))));
        return text.toString();
    }

    private static double wall(List<Usage> usages) {
        return Medians.median(usages.stream().map(Usage::wallSeconds).toList());
    }

    private static double cpu(List<Usage> usages) {
        return Medians.median(usages.stream().map(Usage::cpuSeconds).toList());
    }

    private static double peak(List<Usage> usages) {
        return Medians.median(usages.stream()
                .map(usage -> usage.peakBytes() / (double) (1 << 20))
                .toList());
    }
}
