package io.convergence.target;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.mapping.InvalidMappingException;
import io.convergence.mapping.MappedTable;
import io.convergence.mapping.MappingEvaluation;
import io.convergence.source.SourceSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The checks behind {@link ReplicationSpec#validate()}: those of the parts, then those that need more than one of them. */
final class ReplicationSpecChecks {
    /** What an evaluation says of mappings that select no table; for a spec it is an error. */
    private static final String NOTHING_SELECTED = "NOTHING_SELECTED";

    private ReplicationSpecChecks() {}

    static List<Finding> findings(ReplicationSpecParts parts) {
        List<Finding> ofMapping = new ArrayList<>();
        List<MappedTable> mapped = mapped(parts, ofMapping);
        SpecContext spec = new SpecContext(parts, parts.settings().values(), mapped);
        parts(spec);
        taskSettings(spec);
        source(spec);
        ofMapping.forEach(spec::add);
        SpecNameChecks.check(spec);
        SpecOrderChecks.check(spec);
        SpecFolderChecks.check(spec);
        SpecNullChecks.check(spec);
        SpecLossChecks.check(spec);
        SpecConsumerChecks.check(spec);
        return spec.findings();
    }

    static Finding within(String path, Finding finding) {
        String inner = finding.path();
        boolean ofRules = path.equals("$.tableMappings") && !inner.startsWith("$");
        String apart = ofRules ? "." : " ";
        String joined = inner.startsWith("$") ? path + inner.substring(1) : path + apart + inner;
        return new Finding(finding.code(), finding.severity(), joined, finding.message(), finding.fix());
    }

    private static void parts(SpecContext spec) {
        ReplicationSpecParts parts = spec.parts();
        spec.selected()
                .ifPresent(schema -> schema.validate().forEach(finding -> spec.add(within("$.sourceSchema", finding))));
        parts.mappings().validate().forEach(finding -> spec.add(within("$.tableMappings", finding)));
        spec.settings().validate(surroundings(spec)).forEach(finding -> spec.add(within("$.s3Settings", finding)));
        spec.task().ifPresent(task -> {
            MigrationType type = parts.migrationType();
            List<Finding> findings = type == null ? task.validate() : task.validate(type);
            findings.forEach(finding -> spec.add(within("$.taskSettings", finding)));
        });
    }

    private static TargetSurroundings surroundings(SpecContext spec) {
        return TargetSurroundings.of(surroundings -> {
            surroundings.consumer(spec.parts().consumer());
            if (spec.parts().versionedBucket()) {
                surroundings.versionedBucket();
            }
            spec.task().ifPresent(surroundings::taskSettings);
            spec.selected().ifPresent(surroundings::sourceSchema);
        });
    }

    private static void taskSettings(SpecContext spec) {
        Optional<TaskSettings> task = spec.task();
        DataSize given = spec.parts().givenLobMaxSize();
        if (task.isPresent() && given != null && !given.equals(task.get().lobMaxSize())) {
            spec.error(
                    "LOB_MAX_SIZE_CONTRADICTS",
                    "$.lobMaxSizeKb",
                    "It is " + given.toKilobytes() + " KB, but LobMaxSize in the task settings is "
                            + task.get().lobMaxSize().toKilobytes() + " KB.",
                    "Leave lobMaxSizeKb out: the task settings say it.");
        }
        if (task.isEmpty() && spec.captures()) {
            spec.warning(
                    "TASK_SETTINGS_MISSING",
                    "$.taskSettings",
                    "The spec holds no task settings: with DMS's own, a DROP or TRUNCATE of the source deletes the table's files and their history (rule S14).",
                    "Give them, e.g. TaskSettings.forS3().");
        }
    }

    private static void source(SpecContext spec) {
        SourceSchema schema = spec.parts().schema();
        if (spec.engine() == null) {
            spec.error(
                    "SOURCE_ENGINE_MISSING",
                    "$.sourceEngine",
                    "Neither a source engine nor a source schema is given.",
                    "Give one, e.g. \"postgresql\".");
        } else if (schema != null && schema.engine() != spec.engine()) {
            spec.error(
                    "SOURCE_ENGINE_MISMATCH",
                    "$.sourceEngine",
                    "The source engine is " + spec.engine() + ", but the source schema was read from " + schema.engine()
                            + ".",
                    "Leave the source engine out: the schema names it.");
        }
        if (schema == null) {
            spec.warning(
                    "SOURCE_SCHEMA_MISSING",
                    "$.sourceSchema",
                    "Without a source schema tables, keys and types cannot be checked, nulls in updates are taken as real, and a column of the source that is named like a before-image is taken for one (rules S8 and S10).",
                    "Give it: SourceSchema.fromJdbc(dataSource), or by hand.");
        }
    }

    private static List<MappedTable> mapped(ReplicationSpecParts parts, List<Finding> findings) {
        SourceSchema schema = parts.schema();
        if (schema == null) {
            return List.of();
        }

        MappingEvaluation evaluation = parts.mappings().evaluate(schema);
        evaluation.findings().stream()
                .filter(finding -> !finding.code().equals(NOTHING_SELECTED))
                .forEach(finding -> findings.add(within("$.tableMappings", finding)));
        if (evaluation.selected().isEmpty()) {
            findings.add(Finding.error(
                    "NO_TABLE_SELECTED",
                    "$.tableMappings",
                    "The mappings select none of the " + schema.tables().size() + " tables of the source schema.",
                    "Compare the names, in upper and lower case, with "
                            + schema.tables().stream()
                                    .limit(5)
                                    .map(table -> table.id().toString())
                                    .toList() + "."));
            return List.of();
        }

        try {
            return evaluation.mappedTables();
        } catch (InvalidMappingException e) {
            if (e.findings().stream().noneMatch(finding -> finding.severity() == Severity.ERROR)) {
                findings.add(Finding.warning(
                        "MAPPINGS_NOT_EVALUATED",
                        "$.tableMappings",
                        String.valueOf(e.getMessage()),
                        "Until then the tables this spec writes cannot be derived from it."));
            }
            return List.of();
        }
    }
}
