package io.convergence.benchmarks.compaction;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What was measured of one set. Not thread-safe. */
final class Results {
    /** @param sameOrder whether it has the same rows in the same order as the files before */
    record Output(long bytes, long rowGroups, boolean sameOrder) {}

    private final NamedSet set;
    private final long rawBytes;
    private final long rawRows;
    private final Map<String, List<Usage>> usages = new LinkedHashMap<>();
    private final Map<String, Output> outputs = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();
    private final Map<String, QueryTimes> queries = new LinkedHashMap<>();

    Results(NamedSet set, ParquetContent raw) {
        this.set = set;
        this.rawBytes = raw.bytes();
        this.rawRows = raw.rows();
    }

    void add(String program, Usage usage) {
        usages.computeIfAbsent(program, name -> new ArrayList<>()).add(usage);
    }

    void add(String program, Output output) {
        outputs.put(program, output);
    }

    /** What was measured of the program before does not count. */
    void fail(String program, String why) {
        failures.put(program, why);
        usages.remove(program);
        outputs.remove(program);
    }

    Optional<String> failure(String program) {
        return Optional.ofNullable(failures.get(program));
    }

    void add(Map<String, QueryTimes> times) {
        queries.putAll(times);
    }

    NamedSet set() {
        return set;
    }

    long rawBytes() {
        return rawBytes;
    }

    long rawRows() {
        return rawRows;
    }

    boolean has(String program) {
        return usages.containsKey(program);
    }

    int rounds(String program) {
        return usages.getOrDefault(program, List.of()).size();
    }

    Optional<Output> output(String program) {
        return Optional.ofNullable(outputs.get(program));
    }

    Map<String, QueryTimes> queries() {
        return queries;
    }

    double median(String program, Function<Usage, Double> figure) {
        return Medians.median(figures(program, figure));
    }

    /** Empty unless both were measured. */
    Optional<Double> ratio(String program, String base, Function<Usage, Double> figure) {
        return has(program) && has(base)
                ? Optional.of(Medians.ratio(figures(program, figure), figures(base, figure)))
                : Optional.empty();
    }

    private List<Double> figures(String program, Function<Usage, Double> figure) {
        return usages.getOrDefault(program, List.of()).stream().map(figure).toList();
    }
}
