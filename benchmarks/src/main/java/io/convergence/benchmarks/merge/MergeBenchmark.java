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
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Convergence's merge and DuckDB's take turns, each time in a cold process; their rows are compared. Prints a table for each case. */
public final class MergeBenchmark {
    private static final List<String> SHORT = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final String COLUMNS =
            "id, customer, status, price, ordered, updated, priority, clerk, shipping, quantity, comment";
    private static final String DUCKDB = "duckdb-1";
    private static final String DUCKDB_2 = "duckdb-2";
    private static final String OURS = "convergence-1";
    private static final String OURS_2 = "convergence-2";
    private static final String ARCHIVED = "convergence-cds-1";
    private static final String ARCHIVED_2 = "convergence-cds-2";

    private final Map<String, String> words;
    private final List<Case> cases = new ArrayList<>();

    private record Case(long rows, int percent, Map<String, List<Usage>> usages) {
        double median(String program, ToDoubleFunction<Usage> figure) {
            return Medians.median(usages.getOrDefault(program, List.of()).stream()
                    .map(figure::applyAsDouble)
                    .toList());
        }

        /** Of medians of the ratios in each round. */
        double ratio(String program, String base, ToDoubleFunction<Usage> figure) {
            return Medians.ratio(
                    usages.getOrDefault(program, List.of()).stream()
                            .map(figure::applyAsDouble)
                            .toList(),
                    usages.getOrDefault(base, List.of()).stream()
                            .map(figure::applyAsDouble)
                            .toList());
        }
    }

    private MergeBenchmark(Map<String, String> words) {
        this.words = words;
    }

    /**
     * Measures.
     *
     * @param arguments words: {@code rounds=3} (or one number for each of the rows), {@code rows=1000000,10000000},
     *     {@code percents=1,10,50}, {@code keys=spread} or {@code newest}, {@code memory=16MB} for changes, {@code heap=144m} of
     *     Convergence, {@code jvm=-Xmn20m} more flags of it, {@code only=} programs (of those named {@code convergence-cds-1} and
     *     {@code convergence-cds-2} the classes come from an archive; they are left out unless asked for), {@code work=} a folder
     *     for the files
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, SQLException {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("rounds", "3");
        words.put("rows", "1000000");
        words.put("percents", "1,10,50");
        words.put("keys", "spread");
        words.put("memory", "16MB");
        words.put("heap", "144m");
        words.put("jvm", "-Xmn20m");
        words.put("only", String.join(",", DUCKDB, OURS, DUCKDB_2, OURS_2));
        words.put("work", "target/merge");
        for (String word : String.join(" ", arguments).trim().split(" +")) {
            String[] parts = word.split("=", 2);
            if (parts.length == 2 && words.containsKey(parts[0])) {
                words.put(parts[0], parts[1]);
            } else if (!word.isEmpty()) {
                throw new IllegalArgumentException("Cannot measure with '" + word + "': the words are " + words + ".");
            }
        }
        new MergeBenchmark(words).run();
    }

    private String word(String name) {
        return Objects.requireNonNull(words.get(name), name);
    }

    private void run() throws IOException, InterruptedException, SQLException {
        double load = Machine.load();
        String[] sizes = word("rows").split(",");
        String[] rounds = word("rounds").split(",");
        for (int i = 0; i < sizes.length; i++) {
            long rows = Long.parseLong(sizes[i]);
            int count = Integer.parseInt(rounds[Math.min(i, rounds.length - 1)]);
            for (String percent : word("percents").split(",")) {
                var measured = new Case(rows, Integer.parseInt(percent), new LinkedHashMap<>());
                measure(measured, count);
                cases.add(measured);
                System.out.println(report(measured, count));
            }
        }
        if (sizes.length > 1) {
            System.out.println(growth(Long.parseLong(sizes[0])));
        }
        System.out.printf(Locale.ROOT, "%s Load before %.1f, after %.1f.%n", Machine.facts(), load, Machine.load());
    }

    private List<Program> programs() {
        List<String> jvm = new ArrayList<>(SHORT);
        jvm.add("-Xmx" + word("heap"));
        if (!word("jvm").isEmpty()) {
            jvm.addAll(List.of(word("jvm").split(",")));
        }
        String memory = word("memory");
        List<String> only = List.of(word("only").split(","));
        List<Program> all = new ArrayList<>(List.of(
                program(DUCKDB, "DuckDB, 1 thread", MergeByDuckdb.class, SHORT, "1"),
                program(OURS, "Convergence, 1 thread", MergeByConvergence.class, jvm, memory, "1"),
                program(DUCKDB_2, "DuckDB, 2 threads", MergeByDuckdb.class, SHORT, "2"),
                program(OURS_2, "Convergence, 2 threads", MergeByConvergence.class, jvm, memory, "2")));
        if (Programs.canArchive()) {
            all.add(archived(ARCHIVED, "Convergence, 1 thread, classes from an archive", jvm, memory, "1"));
            all.add(archived(ARCHIVED_2, "Convergence, 2 threads, classes from an archive", jvm, memory, "2"));
        }
        List<String> unknown = new ArrayList<>(only);
        unknown.removeAll(all.stream().map(Program::name).toList());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("Cannot measure " + unknown + ": the programs are "
                    + all.stream().map(Program::name).toList() + ".");
        }
        return all.stream().filter(program -> only.contains(program.name())).toList();
    }

    private static Program archived(String name, String title, List<String> jvm, String memory, String threads) {
        return new Program(
                name,
                title,
                MergeByConvergence.class.getName(),
                jvm,
                Programs.jarsOfClassPath(),
                List.of(memory, threads),
                true);
    }

    private static Program program(String name, String title, Class<?> main, List<String> jvm, String... arguments) {
        return new Program(name, title, main.getName(), jvm, Programs.classPath(), List.of(arguments));
    }

    private void measure(Case measured, int rounds) throws IOException, InterruptedException, SQLException {
        var keys = MergeData.Keys.valueOf(word("keys").toUpperCase(Locale.ROOT));
        Path folder = Path.of(word("work"))
                .toAbsolutePath()
                .resolve(measured.rows() + "-" + measured.percent() + "-" + word("keys"));
        MergeData data = MergeData.make(folder, measured.rows(), measured.percent(), keys);
        for (Program program : programs()) {
            data.restore();
            program.prepare(folder, folder.resolve("out"));
        }
        for (int round = 0; round < rounds; round++) {
            String content = "";
            for (Program program : programs()) {
                data.restore();
                Path output = folder.resolve("out");
                MergeData.delete(output);
                Files.createDirectories(output);
                measured.usages()
                        .computeIfAbsent(program.name(), any -> new ArrayList<>())
                        .add(program.run(folder, output));
                List<String> files = program.main().equals(MergeByConvergence.class.getName())
                        ? data.publishedFiles()
                        : List.of(output.resolve("merged.parquet").toString());
                String found = content(files);
                if (!content.isEmpty() && !found.equals(content)) {
                    throw new IllegalStateException(
                            program.name() + " comes to other rows (" + found + ") than others (" + content + ").");
                }
                content = found;
            }
        }
        data.restore();
    }

    /** Rows and a checksum of their cells that does not depend on their order. */
    private static String content(List<String> files) throws SQLException {
        String list = files.stream().map(file -> "'" + file + "'").collect(Collectors.joining(", ", "[", "]"));
        try (Connection connection = CompactByDuckdb.connect(2);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT count(*), sum(hash(" + COLUMNS + ")::HUGEINT) FROM read_parquet(" + list + ")")) {
            result.next();
            return result.getString(1) + " rows, " + result.getString(2);
        }
    }

    private static double megabytes(Usage usage) {
        return usage.peakBytes() / (double) (1 << 20);
    }

    private String report(Case measured, int rounds) {
        var text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%,d rows, %d %% of keys changed (%s), medians of %d rounds in turns%n%n",
                measured.rows(),
                measured.percent(),
                word("keys"),
                rounds));
        text.append(
                "| program | time s | CPU s | peak MB | time ratio | CPU ratio | peak ratio |\n|---|---|---|---|---|---|---|\n");
        for (Program program : programs()) {
            String base = program.name().endsWith("-2") ? DUCKDB_2 : DUCKDB;
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f | %.0f |",
                    program.title(),
                    measured.median(program.name(), Usage::wallSeconds),
                    measured.median(program.name(), Usage::cpuSeconds),
                    measured.median(program.name(), MergeBenchmark::megabytes)));
            boolean compared = program.name().startsWith("convergence")
                    && measured.usages().containsKey(base);
            text.append(
                    compared
                            ? String.format(
                                    Locale.ROOT,
                                    " %.2f | %.2f | %.2f |%n",
                                    measured.ratio(program.name(), base, Usage::wallSeconds),
                                    measured.ratio(program.name(), base, Usage::cpuSeconds),
                                    measured.ratio(program.name(), base, MergeBenchmark::megabytes))
                            : " | | |\n");
        }
        return text.toString();
    }

    /** How much more each program takes of more rows. */
    private String growth(long least) {
        var text = new StringBuilder(
                "How each grows, by the medians\n\n| rows | changed | program | time | CPU | peak |\n|---|---|---|---|---|---|\n");
        for (Case large : cases) {
            if (large.rows() == least) {
                continue;
            }
            Case small = cases.stream()
                    .filter(other -> other.rows() == least && other.percent() == large.percent())
                    .findFirst()
                    .orElseThrow();
            for (Program program : programs()) {
                String name = program.name();
                text.append(String.format(
                        Locale.ROOT,
                        "| %.0fx | %d %% | %s | %.1fx | %.1fx | %.1fx |%n",
                        large.rows() / (double) least,
                        large.percent(),
                        program.title(),
                        large.median(name, Usage::wallSeconds) / small.median(name, Usage::wallSeconds),
                        large.median(name, Usage::cpuSeconds) / small.median(name, Usage::cpuSeconds),
                        large.median(name, MergeBenchmark::megabytes) / small.median(name, MergeBenchmark::megabytes)));
            }
        }
        return text.toString();
    }
}
