package io.convergence.target;

import io.convergence.mapping.MappedTable;
import io.convergence.mapping.Rule;
import io.convergence.mapping.TransformationRule.AddColumn;
import io.convergence.schema.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Whether names of columns, tables and folders say to readers what they say to DMS. */
final class SpecNameChecks {
    private static final String RENAME_COLUMN = "Give it another name by a rename rule in the table mappings.";

    private final SpecContext spec;
    private final S3TargetSettings settings;

    private SpecNameChecks(SpecContext spec) {
        this.spec = spec;
        this.settings = spec.settings();
    }

    static void check(SpecContext spec) {
        SpecNameChecks checks = new SpecNameChecks(spec);
        checks.timestampColumn();
        checks.reserved("BucketFolder", checks.settings.bucketFolder());
        checks.settings.cdcPath().ifPresent(path -> checks.reserved("CdcPath", path));
        if (spec.mapped().isEmpty()) {
            checks.addedColumns();
        }
        for (MappedTable table : spec.mapped()) {
            checks.columns(table);
            checks.slash(table);
            checks.reserved(table);
        }
    }

    private void timestampColumn() {
        if (settings.timestampColumnName().filter(RowShape.OP_COLUMN::equals).isPresent()) {
            spec.error(
                    "TIMESTAMP_COLUMN_NAMED_OP",
                    "$.s3Settings.TimestampColumnName",
                    "TimestampColumnName is 'Op', the name of the column in which DMS writes the operation: readers cannot tell the two apart.",
                    "Choose another name, e.g. \"dms_timestamp\".");
        }
    }

    /** Where the tables are not known, the rules at least are. */
    private void addedColumns() {
        for (Rule rule : spec.parts().mappings().rules()) {
            if (rule instanceof AddColumn added) {
                String column = "Added column '" + added.columnName() + "' (rule '" + rule.id() + "')";
                unlikeDmssOwn(added.columnName(), column, "$.tableMappings", "Give the added column another name.");
            }
        }
    }

    private void columns(MappedTable table) {
        List<String> names = new ArrayList<>(
                table.schema().columns().stream().map(Column::name).toList());
        table.sequence().ifPresent(names::add);
        table.beforeImages()
                .ifPresent(
                        image -> table.columnsWithBeforeImage().forEach(column -> names.add(image.columnFor(column))));
        for (String name : names) {
            String column = "Column '" + name + "' of " + table.source().id();
            unlikeDmssOwn(name, column, SpecContext.path(table, name), RENAME_COLUMN);
        }
    }

    private void unlikeDmssOwn(String name, String column, String path, String fix) {
        Map<String, String> dmssOwn = new LinkedHashMap<>();
        dmssOwn.put(RowShape.OP_COLUMN, "the operation");
        settings.timestampColumnName().ifPresent(own -> dmssOwn.put(own, "the time (TimestampColumnName)"));
        dmssOwn.forEach((own, meaning) -> {
            if (name.equals(own)) {
                spec.error(
                        "COLUMN_NAMED_LIKE_DMSS_OWN",
                        path,
                        column + " has the name of the column in which DMS writes " + meaning
                                + ": readers cannot tell the two apart, and no file of the table can be merged.",
                        fix);
            } else if (name.equalsIgnoreCase(own) && spec.parts().consumer() != RawConsumer.LIBRARY) {
                spec.warning(
                        "COLUMN_NAMED_LIKE_DMSS_OWN",
                        path,
                        column + " and DMS's column '" + own + "' differ in case only, which " + consumer()
                                + " ignores: of the two it shows one, or none.",
                        fix);
            }
        });
    }

    private String consumer() {
        String name = spec.parts().consumer().name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }

    /** Folders are all that keys tell of schema and table. What DMS makes of a slash in a name is UNVERIFIED. */
    private void slash(MappedTable table) {
        String folder = table.target().schema() + "/" + table.target().name();
        String[] read = folder.split("/", -1);
        if (read.length > 2) {
            spec.error(
                    "TABLE_NAME_WITH_SLASH",
                    SpecContext.path(table),
                    "Table " + table.source().id() + " would be written to the folder '" + root() + folder
                            + "/': readers take that for a part of table " + read[0] + "." + read[1]
                            + ", so that its rows are counted there, or nowhere.",
                    "Give schema or table a name without '/' by a rename rule, or exclude the table.");
        }
    }

    private String root() {
        return settings.bucketFolder().isEmpty() ? "" : settings.bucketFolder() + "/";
    }

    private void reserved(String attribute, String folder) {
        for (String part : folder.split("/", -1)) {
            DmsFolders.reserved(part)
                    .ifPresent(reason -> spec.error(
                            "FOLDER_SKIPPED_BY_READERS",
                            "$.s3Settings." + attribute,
                            "By its name the part '" + part + "' of " + attribute + " " + reason
                                    + ": readers skip all that lies below it, so that every table would seem empty.",
                            "Choose another name."));
        }
    }

    private void reserved(MappedTable table) {
        for (String part : List.of(table.target().schema(), table.target().name())) {
            Optional<String> reason = DmsFolders.reserved(part);
            if (reason.isPresent()) {
                spec.error(
                        "FOLDER_SKIPPED_BY_READERS",
                        SpecContext.path(table),
                        "By its name the folder '" + part + "' of "
                                + table.source().id() + " " + reason.get()
                                + ": readers skip all that lies below it, so that the table would seem empty.",
                        "Exclude the table, or rename it.");
                return;
            }
        }
    }
}
