package io.convergence.mapping;

import io.convergence.Finding;
import java.nio.charset.StandardCharsets;

/** The document as a whole. */
final class DocumentChecks {
    /** The service says 2 MB; whether that is 2,000,000 or 2,097,152 bytes is not known. */
    private static final int SIZE_WARNING = 2_000_000;

    private static final int SIZE_ERROR = 2_097_152;

    private DocumentChecks() {}

    static void check(TableMappings mappings, RuleFindings findings) {
        if (mappings.rules().stream().noneMatch(DocumentChecks::selects)) {
            findings.add(Finding.error(
                    "NO_SELECTION",
                    "rules",
                    "No rule selects a table: the task fails when it starts.",
                    "Add a selection rule with the action include, e.g. include(\"public\", \"%\")."));
        }

        int size = mappings.toJson().getBytes(StandardCharsets.UTF_8).length;
        if (size > SIZE_ERROR) {
            findings.add(Finding.error(
                    "DOCUMENT_TOO_LARGE",
                    "rules",
                    "The document takes " + size + " bytes, DMS allows 2 MB.",
                    "Split the tables over several tasks."));
        } else if (size > SIZE_WARNING) {
            findings.add(Finding.warning(
                    "DOCUMENT_TOO_LARGE",
                    "rules",
                    "The document takes " + size
                            + " bytes; DMS allows 2 MB and does not say whether that is 2,000,000 bytes.",
                    "Split the tables over several tasks."));
        }

        mappings.otherKeys().keySet().stream()
                .sorted()
                .forEach(key -> findings.add(Finding.info(
                        "UNKNOWN_KEY",
                        key,
                        "The document holds '" + key + "' beside 'rules', which DMS does not document.",
                        "Nothing, if it is a note; it is kept.")));
    }

    /** A selection that cannot be read is reported with its rule, and may be the one that is meant. */
    private static boolean selects(Rule rule) {
        return (rule instanceof SelectionRule selection && selection.action() != SelectionRule.Action.EXCLUDE)
                || (rule instanceof UnmodelledRule unmodelled
                        && unmodelled.type().equals("selection"));
    }
}
