package io.convergence.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.convergence.Finding;
import io.convergence.Severity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a check found: for people grouped by code, worst first, for machines as it came.
 *
 * @param name of the document
 * @param complete whether all was looked at; a document that cannot be built is not looked at for what is merely doubtful
 * @param place where the text ceases to be JSON; empty if it is JSON
 */
record FindingReport(String name, List<Finding> findings, boolean complete, Optional<JsonSyntax.Place> place) {
    private static final String PLAIN = "\u001b[0m";

    FindingReport {
        findings = List.copyOf(findings);
    }

    static FindingReport of(String name, List<Finding> findings) {
        return new FindingReport(name, findings, true, Optional.empty());
    }

    long count(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    int exitCode() {
        return count(Severity.ERROR) > 0 ? ExitCode.DATA : ExitCode.DONE;
    }

    /** On stderr instead, for a command that cannot do its work on a document with errors. */
    int refuse(Console console) {
        findings.stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .forEach(finding -> console.refuse(("Cannot use '" + name + "': " + finding).strip()));
        return ExitCode.DATA;
    }

    void print(Console console) {
        Map<String, List<Finding>> groups = new LinkedHashMap<>();
        findings.stream()
                .sorted(Comparator.comparing(Finding::severity, Comparator.comparing(FindingReport::rank)))
                .forEach(finding -> groups.computeIfAbsent(
                                finding.severity() + " " + finding.code(), code -> new ArrayList<>())
                        .add(finding));
        groups.forEach((code, group) -> print(code, group, console));
        console.line(summary());
        if (!complete && place.isEmpty()) {
            console.line("Warnings are looked for once there are no errors.");
        }
    }

    /** A fix that is the same for the whole group is told once. */
    private static void print(String code, List<Finding> group, Console console) {
        Severity severity = group.get(0).severity();
        console.line(coloured(console, severity, code) + (group.size() > 1 ? " (" + group.size() + ")" : ""));
        Set<String> fixes = new LinkedHashSet<>();
        group.forEach(finding -> fixes.add(finding.fix()));
        for (Finding finding : group) {
            console.line("  " + finding.path() + ": " + finding.message());
            if (fixes.size() > 1) {
                fix("    ", finding.fix(), console);
            }
        }
        if (fixes.size() == 1) {
            fix("  ", fixes.iterator().next(), console);
        }
        console.line("");
    }

    private static void fix(String indent, String fix, Console console) {
        if (!fix.isBlank()) {
            console.line(indent + "Fix: " + fix);
        }
    }

    private static String coloured(Console console, Severity severity, String text) {
        if (!console.colours()) {
            return text;
        }

        String colour = switch (severity) {
            case ERROR -> "\u001b[1;31m";
            case WARNING -> "\u001b[33m";
            case INFO -> "\u001b[36m";
        };
        return colour + text + PLAIN;
    }

    private static int rank(Severity severity) {
        return switch (severity) {
            case ERROR -> 0;
            case WARNING -> 1;
            case INFO -> 2;
        };
    }

    private String summary() {
        return name + ": " + counted(count(Severity.ERROR), "error") + ", "
                + counted(count(Severity.WARNING), "warning") + ", " + counted(count(Severity.INFO), "note");
    }

    private static String counted(long number, String thing) {
        return String.format(Locale.ROOT, "%,d %s%s", number, thing, number == 1 ? "" : "s");
    }

    /** The fields of the documented JSON form. */
    void write(JsonGenerator json) throws IOException {
        json.writeStringField("file", name);
        json.writeNumberField("errors", count(Severity.ERROR));
        json.writeNumberField("warnings", count(Severity.WARNING));
        json.writeNumberField("notes", count(Severity.INFO));
        json.writeBooleanField("complete", complete);
        json.writeArrayFieldStart("findings");
        for (Finding finding : findings) {
            json.writeStartObject();
            json.writeStringField("code", finding.code());
            json.writeStringField("severity", finding.severity().name());
            json.writeStringField("path", finding.path());
            json.writeStringField("message", finding.message());
            json.writeStringField("fix", finding.fix());
            if (place.isPresent()) {
                json.writeNumberField("line", place.get().line());
                json.writeNumberField("column", place.get().column());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
