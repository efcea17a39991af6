package io.convergence.benchmarks.compaction;

import io.convergence.benchmarks.orders.OrderSet;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A set of files to be compacted.
 *
 * @param goal how many times DuckDB's time Convergence may take; 0 if none was set
 * @param programs names of those that a goal or a question needs on this set; empty for all
 */
record NamedSet(String name, OrderSet set, double goal, List<String> programs) {
    private static final List<String> COMPARED = List.of(
            "copy",
            Programs.CONVERGENCE,
            Programs.DUCKDB,
            Programs.CONVERGENCE_2,
            Programs.DUCKDB_2,
            Programs.ARCHIVED,
            Programs.ARCHIVED_2,
            Programs.AVRO);

    private static final List<String> WITH_SMALL_HEAP =
            Stream.concat(COMPARED.stream(), Stream.of(Programs.SMALL_HEAP)).toList();

    NamedSet {
        programs = List.copyOf(programs);
    }

    /** The sets of the goals, and others that DMS may leave. */
    static List<NamedSet> standard() {
        return List.of(
                of("plain-gzip-1MB", 0.35, WITH_SMALL_HEAP, "mode=plain", "size=1MB", "files=200"),
                of("java-gzip-1MB", 0.30, COMPARED, "mode=java", "size=1MB", "files=200"),
                of("cpp-gzip-1MB", 0.65, List.of(), "mode=cpp", "size=1MB", "files=200"),
                of("cpp-gzip-50KB", 0.65, WITH_SMALL_HEAP, "mode=cpp", "size=50KB", "files=2000"),
                of("cpp-gzip-10MB", 0.65, COMPARED, "mode=cpp", "size=10MB", "files=20"),
                of("cpp-snappy-1MB", 0.65, COMPARED, "mode=cpp", "codec=snappy", "size=1MB", "files=100"),
                of("cpp-zstd-1MB", 0.65, COMPARED, "mode=cpp", "codec=zstd", "size=1MB", "files=100"),
                of(
                        "plain-none-1MB",
                        0,
                        List.of(Programs.CONVERGENCE, Programs.DUCKDB),
                        "mode=plain",
                        "codec=none",
                        "size=1MB",
                        "files=100"));
    }

    /** @param text a standard set's name, or {@code <name>:<option>/<option>…} with the options of {@link OrderSet#parse} */
    static NamedSet parse(String text) {
        int colon = text.indexOf(':');
        if (colon > 0) {
            return new NamedSet(
                    text.substring(0, colon),
                    OrderSet.parse(Arrays.asList(text.substring(colon + 1).split("/"))),
                    0,
                    List.of());
        }

        return standard().stream()
                .filter(set -> set.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Cannot find set '" + text + "': there are "
                        + standard().stream().map(NamedSet::name).toList()
                        + ", or write <name>:mode=cpp/codec=gzip/size=1MB/files=10."));
    }

    private static NamedSet of(String name, double goal, List<String> programs, String... options) {
        return new NamedSet(name, OrderSet.parse(List.of(options)), goal, programs);
    }
}
