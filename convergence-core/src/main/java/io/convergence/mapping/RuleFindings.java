package io.convergence.mapping;

import io.convergence.Finding;
import io.convergence.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Collects findings in the order of the rules; what one rule does to several objects becomes one finding that names them. Not thread-safe. */
final class RuleFindings {
    static final String NAME_COMPUTED = "NAME_COMPUTED";

    /** Where a message names the objects. */
    static final String OBJECTS = "{objects}";

    private static final int NAMED = 3;

    private final List<Placed> single = new ArrayList<>();
    private final Map<String, Grouped> grouped = new LinkedHashMap<>();

    /** A finding about the source or the document as a whole. */
    void add(Finding finding) {
        single.add(new Placed(-1, finding));
    }

    void error(int rule, String key, String code, String message, String fix) {
        single.add(new Placed(rule, Finding.error(code, path(rule, key), message, fix)));
    }

    void warning(int rule, String key, String code, String message, String fix) {
        single.add(new Placed(rule, Finding.warning(code, path(rule, key), message, fix)));
    }

    void info(int rule, String key, String code, String message, String fix) {
        single.add(new Placed(rule, Finding.info(code, path(rule, key), message, fix)));
    }

    /** A finding about one object; those of one code, place and message are put together. */
    void note(Severity severity, int rule, String key, String code, String message, String object, String fix) {
        Finding finding = new Finding(code, severity, path(rule, key), message, fix);
        grouped.computeIfAbsent(finding.toString(), text -> new Grouped(rule, finding, new ArrayList<>()))
                .objects()
                .add(object);
    }

    List<Finding> all() {
        return Stream.concat(single.stream(), grouped.values().stream().map(Grouped::placed))
                .sorted(Comparator.comparingInt(Placed::rule))
                .map(Placed::finding)
                .toList();
    }

    static String path(int rule, String key) {
        return "rules[" + rule + "]" + (key.isEmpty() ? "" : "." + key);
    }

    private record Placed(int rule, Finding finding) {}

    private record Grouped(int rule, Finding finding, List<String> objects) {
        Placed placed() {
            List<String> distinct = objects.stream().distinct().toList();
            String named = String.join(", ", distinct.subList(0, Math.min(NAMED, distinct.size())))
                    + (distinct.size() > NAMED ? " and " + (distinct.size() - NAMED) + " more" : "");
            return new Placed(
                    rule,
                    new Finding(
                            finding.code(),
                            finding.severity(),
                            finding.path(),
                            finding.message().replace(OBJECTS, named),
                            finding.fix()));
        }
    }
}
