package io.convergence.benchmarks.decoding;

import io.convergence.benchmarks.compaction.Machine;
import io.convergence.benchmarks.compaction.Medians;
import io.convergence.benchmarks.compaction.Program;
import io.convergence.benchmarks.compaction.Programs;
import io.convergence.benchmarks.compaction.Usage;
import io.convergence.benchmarks.orders.OrderFiles;
import io.convergence.benchmarks.orders.OrderSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Programs that read every cell of a set of files take turns: each time in a cold process that reads the set once, and once more in one
 * that reads it several times, of which the first is not counted. All must come to the same totals. Prints a table for each set.
 */
public final class DecodeBenchmark {
    private static final String AVRO = "avro";
    private static final String DUCKDB = "duckdb-1";
    private static final List<String> SHORT = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static final List<Program> ALWAYS = List.of(
            program(AVRO, "parquet-avro, GenericRecord", ReadByAvro.class, List.of()),
            program("avro-c1", "parquet-avro, GenericRecord, C1", ReadByAvro.class, SHORT),
            program(DUCKDB, "DuckDB, 1 thread", ReadByDuckdb.class, SHORT),
            program("rows", "Convergence, rows", ReadRows.class, List.of()),
            program("rows-c1", "Convergence, rows, C1", ReadRows.class, SHORT),
            program("columns", "Convergence, columns", ReadColumns.class, List.of()),
            program("columns-c1", "Convergence, columns, C1", ReadColumns.class, SHORT));

    private static final List<Program> PROGRAMS = Programs.canArchive()
            ? Stream.concat(
                            ALWAYS.stream(),
                            Stream.of(
                                    archived("rows-cds", "Convergence, rows, archive", ReadRows.class, List.of()),
                                    archived(
                                            "columns-cds",
                                            "Convergence, columns, C1, archive",
                                            ReadColumns.class,
                                            SHORT)))
                    .toList()
            : ALWAYS;

    /** @param CPU seconds of passes in a process that had read the set before */
    private record Runs(List<Usage> cold, List<Double> warm) {}

    private DecodeBenchmark() {}

    private static Program program(String name, String title, Class<?> main, List<String> jvm) {
        return new Program(name, title, main.getName(), jvm, Programs.classPath(), List.of());
    }

    private static Program archived(String name, String title, Class<?> main, List<String> jvm) {
        return new Program(name, title, main.getName(), jvm, Programs.jarsOfClassPath(), List.of(), true);
    }

    /**
     * Measures.
     *
     * @param arguments words: {@code rounds=5}, {@code passes=6} of the processes that are warm after half of them, 0 for none, {@code
     *     work=} a folder for the files, then sets as {@code mode=cpp/files=100}, see {@link OrderSet#parse}
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, java.sql.SQLException {
        int rounds = 5;
        int passes = 6;
        Path work = Path.of("target", "decoding");
        List<OrderSet> sets = new ArrayList<>();
        for (String word : String.join(" ", arguments).trim().split(" +")) {
            if (word.startsWith("rounds=")) {
                rounds = Integer.parseInt(word.substring("rounds=".length()));
            } else if (word.startsWith("passes=")) {
                passes = Integer.parseInt(word.substring("passes=".length()));
            } else if (word.startsWith("work=")) {
                work = Path.of(word.substring("work=".length()));
            } else {
                sets.add(OrderSet.parse(Arrays.asList(word.split("/"))));
            }
        }

        double load = Machine.load();
        for (OrderSet set : sets) {
            Path folder = work.toAbsolutePath()
                    .resolve(String.join("_", set.options()).replace('=', '-'));
            OrderFiles files = Files.exists(folder) ? OrderFiles.open(folder) : OrderFiles.write(folder, set);
            System.out.println(report(set, measure(files, folder.resolveSibling("out"), rounds, passes)));
        }
        System.out.printf(Locale.ROOT, "%s Load before %.1f, after %.1f.%n", Machine.facts(), load, Machine.load());
    }

    private static Map<String, Runs> measure(OrderFiles files, Path out, int rounds, int passes)
            throws IOException, InterruptedException {
        Map<String, Runs> runs = new LinkedHashMap<>();
        String totals = "";
        for (int round = 0; round < rounds; round++) {
            for (Program program : PROGRAMS) {
                Runs own = runs.computeIfAbsent(program.name(), name -> new Runs(new ArrayList<>(), new ArrayList<>()));
                Path output = Files.createDirectories(out.resolve(program.name()));
                if (round == 0) {
                    withPasses(program, 1).prepare(files.folder(), output);
                }
                own.cold().add(withPasses(program, 1).run(files.folder(), output));
                String found = Totals.left(output)[0];
                if (!totals.isEmpty() && !found.equals(totals)) {
                    throw new IllegalStateException(program.name() + " reads " + found + ", others " + totals + ".");
                }
                totals = found;

                if (passes > 1) {
                    withPasses(program, passes).run(files.folder(), output);
                    own.warm()
                            .add(Medians.median(Stream.of(Totals.left(output)[1].split(" "))
                                    .skip(passes / 2)
                                    .map(Double::parseDouble)
                                    .toList()));
                }
            }
        }

        return runs;
    }

    private static Program withPasses(Program program, int passes) {
        return new Program(
                program.name(),
                program.title(),
                program.main(),
                program.jvm(),
                program.classPath(),
                List.of(String.valueOf(passes)),
                program.archived());
    }

    private static String report(OrderSet set, Map<String, Runs> runs) {
        var text = new StringBuilder(set.options() + "\n\n| program | wall s | CPU s | peak MB | warm CPU s |"
                + " avro / it: wall, CPU, warm | it / DuckDB: wall, CPU, warm |\n|---|---|---|---|---|---|---|\n");
        for (Program program : PROGRAMS) {
            Runs own = of(runs, program.name());
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f | %.0f | %.2f | %s | %s |%n",
                    program.title(),
                    Medians.median(walls(own)),
                    Medians.median(cpus(own)),
                    Medians.median(own.cold().stream()
                            .map(usage -> usage.peakBytes() / (double) (1 << 20))
                            .toList()),
                    own.warm().isEmpty() ? Double.NaN : Medians.median(own.warm()),
                    ratios(of(runs, AVRO), own),
                    ratios(own, of(runs, DUCKDB))));
        }

        return text.toString();
    }

    private static Runs of(Map<String, Runs> runs, String program) {
        return Objects.requireNonNull(runs.get(program), program);
    }

    private static String ratios(Runs runs, Runs bases) {
        return String.format(
                Locale.ROOT,
                "%.2f, %.2f, %.2f",
                Medians.ratio(walls(runs), walls(bases)),
                Medians.ratio(cpus(runs), cpus(bases)),
                runs.warm().isEmpty() ? Double.NaN : Medians.ratio(runs.warm(), bases.warm()));
    }

    private static List<Double> walls(Runs runs) {
        return runs.cold().stream().map(Usage::wallSeconds).toList();
    }

    private static List<Double> cpus(Runs runs) {
        return runs.cold().stream().map(Usage::cpuSeconds).toList();
    }
}
