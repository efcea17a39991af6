package io.convergence.target;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.mapping.InvalidMappingException;
import io.convergence.mapping.MappedTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The checks behind {@link ReplicationSpec#validateTogether}: each pair of specs that write to one bucket. */
final class SpecTogetherChecks {
    private static final String OWN_PREFIXES = "Give each spec a controlPrefix and an outputPrefix of its own.";

    private final List<Finding> findings = new ArrayList<>();

    private SpecTogetherChecks() {}

    /**
     * A spec and where its tables lie.
     *
     * @param tables the folder of each table, by its name in the landing zone; empty if they are not known
     */
    private record Site(int place, ReplicationSpec spec, Map<TableId, String> tables) {
        static Site of(int place, ReplicationSpec spec) {
            Map<TableId, String> tables = new LinkedHashMap<>();
            for (MappedTable table : mapped(spec)) {
                tables.put(table.target(), root(spec) + SpecFolderChecks.folder(table));
            }
            return new Site(place, spec, tables);
        }

        private static List<MappedTable> mapped(ReplicationSpec spec) {
            try {
                return spec.sourceSchema().map(spec::mappedTables).orElse(List.of());
            } catch (InvalidMappingException e) {
                // The spec's own check says that its tables cannot be derived.
                return List.of();
            }
        }

        private static String root(ReplicationSpec spec) {
            String folder = spec.settings().bucketFolder();
            return folder.isEmpty() ? "" : folder + "/";
        }

        String path(String name) {
            return "$[" + place + "]." + name;
        }

        boolean known() {
            return !tables.isEmpty();
        }

        /** Whether one only loads what the other only captures. */
        boolean completes(Site other) {
            Set<MigrationType> types = new TreeSet<>();
            spec.migrationType().ifPresent(types::add);
            other.spec.migrationType().ifPresent(types::add);
            return types.equals(Set.of(MigrationType.FULL_LOAD, MigrationType.CDC));
        }

        /** A folder of DMS that this prefix overlaps. */
        Optional<String> folderAt(String prefix) {
            String folder = spec.settings().bucketFolder();
            if (!folder.isEmpty()) {
                return Optional.of(folder).filter(dms -> SpecFolderChecks.overlap(prefix, dms));
            }
            return tables.values().stream()
                    .filter(dms -> SpecFolderChecks.overlap(prefix, dms))
                    .findFirst();
        }
    }

    static List<Finding> findings(List<ReplicationSpec> specs) {
        List<Site> sites = new ArrayList<>();
        specs.forEach(spec -> sites.add(Site.of(sites.size(), spec)));
        SpecTogetherChecks checks = new SpecTogetherChecks();
        for (Site second : sites) {
            sites.subList(0, second.place()).stream()
                    .filter(first -> first.spec()
                            .settings()
                            .bucketName()
                            .equals(second.spec().settings().bucketName()))
                    .forEach(first -> checks.pair(first, second));
        }
        return List.copyOf(checks.findings);
    }

    private void pair(Site first, Site second) {
        TreeSet<TableId> common = new TreeSet<>(first.tables().keySet());
        common.retainAll(second.tables().keySet());
        boolean known = first.known() && second.known();
        boolean oneFolder = first.spec()
                .settings()
                .bucketFolder()
                .equals(second.spec().settings().bucketFolder());
        if (first.completes(second) && oneFolder) {
            apart(first, second, common, known);
        } else {
            folders(first, second, known);
            ledger(first, second, common, known);
        }
        prefixes(first, second);
        outside(first, second);
        outside(second, first);
    }

    /** S16. */
    private void folders(Site first, Site second, boolean known) {
        if (!known) {
            String a = first.spec().settings().bucketFolder();
            String b = second.spec().settings().bucketFolder();
            if (a.isEmpty() || b.isEmpty() || SpecFolderChecks.overlap(a, b)) {
                findings.add(Finding.warning(
                        "FOLDER_MAY_BE_SHARED",
                        second.path("s3Settings.BucketFolder"),
                        "It is '" + b + "', that of spec " + first.place() + " is '" + a
                                + "', and without a source schema in both it cannot be told whether a table lies in both: tasks that write one table to one place overwrite each other's files (rule S16).",
                        "Give each task its own BucketFolder, or both specs their source schema."));
            }
            return;
        }

        TreeSet<String> shared = new TreeSet<>(first.tables().values());
        shared.retainAll(second.tables().values());
        if (!shared.isEmpty()) {
            findings.add(Finding.error(
                    "TABLE_WRITTEN_TWICE",
                    second.path("s3Settings.BucketFolder"),
                    "Its task and that of spec " + first.place() + " both write to " + shared
                            + ": they overwrite each other's files, and rows of both are lost (rule S16).",
                    "Give each task its own BucketFolder, or rename the tables of one."));
        }
        nested(first, second);
        nested(second, first);
    }

    private void nested(Site outer, Site inner) {
        TreeSet<String> inside = new TreeSet<>();
        for (String folder : inner.tables().values()) {
            for (String around : outer.tables().values()) {
                if (folder.startsWith(around + "/")) {
                    inside.add(folder);
                }
            }
        }
        if (!inside.isEmpty()) {
            findings.add(Finding.error(
                    "TABLE_INSIDE_TABLE",
                    inner.path("s3Settings.BucketFolder"),
                    "Its folders " + inside + " lie in folders of tables of spec " + outer.place()
                            + ": DMS deletes them when those tables are reloaded or truncated, and readers take their files for those tables' own (rules L4 and S16).",
                    "Give each task its own BucketFolder."));
        }
    }

    /** S16: a load task and a task of changes share folders on purpose. */
    private void apart(Site first, Site second, Set<TableId> common, boolean known) {
        if (known && common.isEmpty()) {
            return;
        }

        boolean loadFirst = second.spec().migrationType().equals(Optional.of(MigrationType.CDC));
        Site load = loadFirst ? first : second;
        Site changes = loadFirst ? second : first;
        findings.add(Finding.warning(
                "LOAD_AND_CHANGES_APART",
                changes.path("migrationType"),
                "Its task captures changes of tables " + (known ? common + " " : "") + "that spec " + load.place()
                        + (known ? " loads" : " may load")
                        + ": changes between the load and a later start of this task are lost, and no file shows it (rule S16).",
                "Start this task at a time or position that is not after the start of the load."));
        if (!first.spec().rowShapeWithoutSchema().equals(second.spec().rowShapeWithoutSchema())) {
            findings.add(Finding.warning(
                    "LOAD_AND_CHANGES_READ_DIFFERENTLY",
                    second.path("s3Settings"),
                    "The files of spec " + first.place()
                            + " lie in the same folders, but timestamp column, change sequence, before-images or CSV differ: read by one of the specs, the files of the other are misread.",
                    "Give both tasks the same settings and the same rules that add columns."));
        }
    }

    /** L1: there is one log per table, found by the table's name. */
    private void ledger(Site first, Site second, Set<TableId> common, boolean known) {
        List<String> equal = new ArrayList<>();
        if (first.spec().controlPrefix().equals(second.spec().controlPrefix())) {
            equal.add("controlPrefix '" + first.spec().controlPrefix() + "'");
        }
        if (first.spec().outputPrefix().equals(second.spec().outputPrefix())) {
            equal.add("outputPrefix '" + first.spec().outputPrefix() + "'");
        }
        if (equal.isEmpty() || (known && common.isEmpty())) {
            return;
        }

        String message = "It has the " + String.join(" and the ", equal) + " of spec " + first.place();
        findings.add(
                known
                        ? Finding.error(
                                "LEDGER_SHARED",
                                second.path("controlPrefix"),
                                message + ", and both replicate tables named " + common
                                        + ": each would take the other's files for its own (rule L1).",
                                OWN_PREFIXES)
                        : Finding.warning(
                                "LEDGER_MAY_BE_SHARED",
                                second.path("controlPrefix"),
                                message
                                        + ", and without a source schema in both it cannot be told whether tables have the same names: each would take the other's files for its own (rule L1).",
                                OWN_PREFIXES));
    }

    private void prefixes(Site first, Site second) {
        if (SpecFolderChecks.overlap(first.spec().controlPrefix(), second.spec().outputPrefix())
                || SpecFolderChecks.overlap(
                        first.spec().outputPrefix(), second.spec().controlPrefix())) {
            findings.add(Finding.error(
                    "PREFIXES_OVERLAP",
                    second.path("outputPrefix"),
                    "The controlPrefix of one spec and the outputPrefix of the other overlap (spec " + first.place()
                            + ": '" + first.spec().controlPrefix() + "', '"
                            + first.spec().outputPrefix() + "'; here: '"
                            + second.spec().controlPrefix() + "', '"
                            + second.spec().outputPrefix()
                            + "'): files of the ledger could be taken for data, and data for the ledger.",
                    OWN_PREFIXES));
        }
    }

    /** L4. */
    private void outside(Site owner, Site other) {
        Map<String, String> prefixes = new LinkedHashMap<>();
        prefixes.put("controlPrefix", owner.spec().controlPrefix());
        prefixes.put("outputPrefix", owner.spec().outputPrefix());
        prefixes.forEach((name, prefix) -> other.folderAt(prefix)
                .filter(dms -> owner.folderAt(prefix).isEmpty())
                .ifPresent(dms -> findings.add(Finding.error(
                        "PREFIX_NOT_OUTSIDE_DMS_FOLDER",
                        owner.path(name),
                        "The " + name + " '" + prefix + "' and the folder '" + dms + "' of the task of spec "
                                + other.place()
                                + " overlap: DMS deletes what lies in its folder when a table is reloaded or truncated (rule L4).",
                        "Choose a prefix beside '" + dms + "'."))));
    }
}
