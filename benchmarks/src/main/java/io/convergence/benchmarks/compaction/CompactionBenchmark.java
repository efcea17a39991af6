package io.convergence.benchmarks.compaction;

import io.convergence.benchmarks.orders.OrderFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Compacts sets of files by every program in turns, A B C A B C, each run a cold process, and writes {@code compaction.md} and
 * {@code compaction.svg}. Every output is read by DuckDB: its rows and their order must be those of the files before.
 */
public final class CompactionBenchmark {
    /** Names the files before in what was measured. */
    static final String RAW = "raw";

    private final Path work;
    private final List<Program> programs;
    private final boolean all;
    private final int rounds;

    /** @param all whether each set may choose among the programs */
    private CompactionBenchmark(Path work, List<Program> programs, boolean all, int rounds) {
        this.work = work;
        this.programs = programs;
        this.all = all;
        this.rounds = rounds;
    }

    /**
     * Measures, and prints the report.
     *
     * @param arguments any of {@code rounds=<n>}, {@code programs=<name>,<name>…} ({@code spark} among them if
     *     it was built), {@code work=<folder>} where files are made and
     *     results written, {@code spark=<file with a class path>}, and sets as {@link NamedSet#parse} takes them; the programs
     *     that each of the standard sets needs unless given
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, SQLException {
        Map<String, String> options = new LinkedHashMap<>(Map.of(
                "rounds", "5", "programs", "all", "work", "target/compaction", "spark", "spark/target/classpath.txt"));
        List<NamedSet> sets = new ArrayList<>();
        for (String argument : String.join(" ", arguments).trim().split("\\s+")) {
            int equals = argument.indexOf('=');
            if (equals > 0 && options.containsKey(argument.substring(0, equals))) {
                options.put(argument.substring(0, equals), argument.substring(equals + 1));
            } else if (!argument.equals("all") && !argument.isEmpty()) {
                sets.add(NamedSet.parse(argument));
            }
        }

        List<Program> programs = Programs.all(Path.of(options.getOrDefault("spark", "")));
        List<String> names =
                Arrays.asList(options.getOrDefault("programs", "all").split(","));
        var benchmark = new CompactionBenchmark(
                Path.of(options.getOrDefault("work", "")).toAbsolutePath(),
                names.contains("all")
                        ? programs
                        : programs.stream()
                                .filter(program -> names.contains(program.name()))
                                .toList(),
                names.contains("all"),
                Integer.parseInt(options.getOrDefault("rounds", "5")));
        benchmark.run(sets.isEmpty() ? NamedSet.standard() : sets);
    }

    private void run(List<NamedSet> sets) throws IOException, InterruptedException, SQLException {
        List<Results> all = new ArrayList<>();
        double load = Machine.load();
        for (NamedSet set : sets) {
            all.add(measure(set));
            String facts = String.format(
                    Locale.ROOT,
                    "%s. %s Load before %.1f, after %.1f. Medians of rounds in turns, each run a cold process.",
                    LocalDate.now(java.time.ZoneOffset.UTC),
                    Machine.facts(),
                    load,
                    Machine.load());
            Files.writeString(work.resolve("compaction.md"), Report.of(all, programs, facts));
            Files.writeString(work.resolve("compaction.svg"), Chart.of(all, programs));
        }

        System.out.print(Files.readString(work.resolve("compaction.md")));
    }

    private Results measure(NamedSet set) throws IOException, InterruptedException, SQLException {
        Path folder = work.resolve(set.name());
        if (Files.exists(folder) && !same(folder, set)) {
            delete(folder);
        }
        OrderFiles files = Files.exists(folder) ? OrderFiles.open(folder) : OrderFiles.write(folder, set.set());
        ParquetContent raw = ParquetContent.of(files.paths());
        var results = new Results(set, raw);
        for (int round = 0; round < rounds; round++) {
            for (Program program : programsOf(set)) {
                if (results.failure(program.name()).isEmpty()) {
                    run(program, folder, round, raw, results);
                }
            }
        }
        results.add(QueryTimes.measure(queried(files, results)));
        return results;
    }

    private List<Program> programsOf(NamedSet set) {
        return all && !set.programs().isEmpty()
                ? programs.stream()
                        .filter(program -> set.programs().contains(program.name()))
                        .toList()
                : programs;
    }

    private void run(Program program, Path folder, int round, ParquetContent raw, Results results)
            throws IOException, InterruptedException, SQLException {
        Path output = work.resolve("out").resolve(program.name());
        delete(output);
        Files.createDirectories(output);
        Usage usage;
        try {
            if (round == 0) {
                program.prepare(folder, output);
                delete(output);
                Files.createDirectories(output);
            }
            usage = program.run(folder, output);
        } catch (IOException e) {
            // Of one program; the others are worth measuring nevertheless.
            System.err.println(e.getMessage());
            results.fail(program.name(), "its process ended with an error");
            return;
        }

        results.add(program.name(), usage);
        System.err.printf(
                Locale.ROOT,
                "%s %s round %d: wall %.2f s, CPU %.2f s, peak %,d MB%n",
                results.set().name(),
                program.name(),
                round + 1,
                usage.wallSeconds(),
                usage.cpuSeconds(),
                usage.peakBytes() >> 20);
        List<Path> written = ParquetContent.files(output);
        if (round == 0 && !written.isEmpty()) {
            ParquetContent found = ParquetContent.of(written);
            boolean same = found.hash().equals(raw.hash()) && found.rows() == raw.rows();
            results.add(program.name(), new Results.Output(found.bytes(), found.rowGroups(), same));
        }
    }

    private Map<String, List<Path>> queried(OrderFiles files, Results results) throws IOException {
        Map<String, List<Path>> queried = new LinkedHashMap<>();
        queried.put(RAW, files.paths());
        for (String name : List.of(Programs.CONVERGENCE, Programs.DUCKDB)) {
            Path output = work.resolve("out").resolve(name);
            if (results.output(name).isPresent()) {
                queried.put(name, ParquetContent.files(output));
            }
        }

        return queried;
    }

    private static boolean same(Path folder, NamedSet set) throws IOException {
        return Files.exists(folder.resolve("set.txt"))
                && OrderFiles.open(folder).set().equals(set.set());
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }

        try (Stream<Path> files = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }
}
