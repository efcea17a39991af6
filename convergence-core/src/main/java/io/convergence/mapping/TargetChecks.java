package io.convergence.mapping;

import io.convergence.mapping.ParallelLoad.SubpartitionsAuto;
import io.convergence.mapping.TransformationRule.DefinePrimaryKey;

/** Rules that S3 targets do not take, or take in their own way. */
final class TargetChecks {
    private TargetChecks() {}

    static void check(TableMappings mappings, RuleFindings findings) {
        MappingChecks.each(
                mappings,
                ObjectMappingRule.class,
                (rule, index) -> findings.error(
                        index,
                        "rule-type",
                        "OBJECT_MAPPING_NOT_FOR_S3",
                        "Object-mapping rules are for DynamoDB, Kinesis and Kafka targets, not for S3.",
                        "Remove the rule; change columns with transformation rules."));
        MappingChecks.each(mappings, TransformationRule.class, (rule, index) -> {
            if (rule.target() == RuleTarget.TABLE_TABLESPACE || rule.target() == RuleTarget.INDEX_TABLESPACE) {
                findings.warning(
                        index,
                        "rule-target",
                        "TABLESPACE_NOT_FOR_S3",
                        "Tablespaces are changed from Oracle to Oracle only; files on S3 have none.",
                        "Remove the rule.");
            }
        });
        MappingChecks.each(
                mappings,
                DefinePrimaryKey.class,
                (rule, index) -> findings.warning(
                        index,
                        "rule-action",
                        "PRIMARY_KEY_NOT_FOR_S3",
                        "A key is defined for '" + rule.locator()
                                + "': files on S3 have no keys, and rows of deletes are sure to hold the source's key only.",
                        "Remove the rule, or give the source table its key."));
        MappingChecks.each(
                mappings,
                MaskingRule.class,
                (rule, index) -> findings.info(
                        index,
                        "rule-action",
                        "MASKING_UNVERIFIED_ON_S3",
                        "Masking needs engine version 3.5.4 or later, and DMS does not say whether S3 targets take it.",
                        "Look at a file before you rely on it."));
        MappingChecks.each(mappings, TableSettingsRule.class, (rule, index) -> settings(rule, index, findings));
        MappingChecks.each(
                mappings,
                ValidationRule.class,
                (rule, index) -> findings.info(
                        index,
                        "rule-type",
                        "VALIDATION_ON_S3",
                        "For S3 targets DMS validates Parquet files only, through Athena, changes once a day; and only with EnableValidation.",
                        "Set ValidationSettings.EnableValidation, and the data format to Parquet."));
    }

    private static void settings(TableSettingsRule rule, int index, RuleFindings findings) {
        if (rule.parallelLoad() instanceof SubpartitionsAuto) {
            findings.error(
                    index,
                    "parallel-load.type",
                    "PARALLEL_LOAD_NOT_FOR_S3",
                    "The parallel-load is subpartitions-auto: S3 targets take partitions-auto, partitions-list and ranges.",
                    "Use partitions-auto or partitions-list.");
        }
        if (rule.lobSettings() != null) {
            findings.warning(
                    index,
                    "lob-settings",
                    "LOB_SETTINGS_NOT_FOR_S3",
                    "DMS documents lob-settings of a table for some databases as targets, not for S3.",
                    "Set the LOB mode in the task settings.");
        }
    }
}
