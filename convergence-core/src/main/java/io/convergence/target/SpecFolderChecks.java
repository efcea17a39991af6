package io.convergence.target;

import io.convergence.mapping.MappedTable;
import io.convergence.mapping.NamingRule.Rename;
import io.convergence.mapping.RuleTarget;
import io.convergence.mapping.SelectionRule;
import io.convergence.mapping.Wildcard;
import java.util.Optional;

/** Whether what this library writes lies apart from what DMS writes and empties (rule L4). */
final class SpecFolderChecks {
    private final SpecContext spec;

    private SpecFolderChecks(SpecContext spec) {
        this.spec = spec;
    }

    static void check(SpecContext spec) {
        SpecFolderChecks checks = new SpecFolderChecks(spec);
        checks.prefix("controlPrefix", spec.parts().controlPrefix());
        checks.prefix("outputPrefix", spec.parts().outputPrefix());
        checks.apart(spec.parts().controlPrefix(), spec.parts().outputPrefix());
    }

    static boolean overlap(String a, String b) {
        return (a + "/").startsWith(b + "/") || (b + "/").startsWith(a + "/");
    }

    /** What lies in a folder that DMS empties on a reload or TRUNCATE is lost with it. */
    private void prefix(String name, String prefix) {
        String path = "$." + name;
        if (prefix.isEmpty()) {
            spec.error(
                    "PREFIX_NOT_OUTSIDE_DMS_FOLDER",
                    path,
                    "The " + name + " is empty: it would hold all that DMS writes and deletes (rule L4).",
                    "Give a prefix beside DMS's folder, e.g. \"convergence/" + name.replace("Prefix", "") + "\".");
            return;
        }

        String folder = spec.settings().bucketFolder();
        Optional<String> conflict =
                folder.isEmpty() ? tableFolder(prefix) : Optional.of(folder).filter(dms -> overlap(prefix, dms));
        Optional<String> transactions = spec.settings()
                .cdcPath()
                .map(cdc -> folder.isEmpty() ? cdc : folder + "/" + cdc)
                .filter(cdc -> overlap(prefix, cdc));
        conflict.or(() -> transactions)
                .ifPresent(dms -> spec.error(
                        "PREFIX_NOT_OUTSIDE_DMS_FOLDER",
                        path,
                        "The " + name + " '" + prefix + "' and DMS's folder '" + dms
                                + "' overlap: DMS deletes what lies in its folder when a table is reloaded or truncated (rule L4).",
                        "Choose a prefix beside '" + dms + "'."));
    }

    /** Without a bucket folder DMS owns one folder for each schema. */
    private Optional<String> tableFolder(String prefix) {
        String first = prefix.contains("/") ? prefix.substring(0, prefix.indexOf('/')) : prefix;
        if (!spec.mapped().isEmpty()) {
            return spec.mapped().stream()
                    .map(SpecFolderChecks::folder)
                    .filter(folder -> overlap(prefix, folder))
                    .findFirst();
        }

        boolean selected = spec.parts().mappings().rules().stream()
                .anyMatch(rule -> rule instanceof SelectionRule selection
                        && selection.action() != SelectionRule.Action.EXCLUDE
                        && mayMatch(selection.locator().schemaName(), first));
        boolean renamed = spec.parts().mappings().rules().stream()
                .anyMatch(rule -> rule instanceof Rename rename
                        && rename.target() == RuleTarget.SCHEMA
                        && first.equals(rename.value()));
        return selected || renamed ? Optional.of(first) : Optional.empty();
    }

    static String folder(MappedTable table) {
        return table.target().schema() + "/" + table.target().name();
    }

    private static boolean mayMatch(String pattern, String name) {
        try {
            return pattern.equals(name) || Wildcard.of(pattern).matches(name);
        } catch (IllegalArgumentException e) {
            // Reported with the rule; until it is corrected it may match anything.
            return true;
        }
    }

    private void apart(String control, String output) {
        if (!control.isEmpty() && overlap(control, output)) {
            spec.error(
                    "PREFIXES_OVERLAP",
                    "$.outputPrefix",
                    "The controlPrefix '" + control + "' and the outputPrefix '" + output
                            + "' overlap: files of the ledger could be taken for data, and data for the ledger.",
                    "Choose two prefixes of which neither contains the other.");
        }
    }
}
