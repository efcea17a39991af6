package io.convergence.mapping;

import io.convergence.mapping.ParallelLoad.PartitionsAuto;
import io.convergence.mapping.ParallelLoad.PartitionsList;
import io.convergence.mapping.ParallelLoad.Ranges;
import io.convergence.mapping.PostProcessingRule.Tag;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rules of the types table-settings, post-processing and validation. */
final class SettingsChecks {
    private static final int RANGE_COLUMNS = 10;

    /** Amazon S3's own limits of object tags. */
    private static final int TAGS = 10;

    private static final int TAG_KEY_LENGTH = 128;
    private static final int TAG_VALUE_LENGTH = 256;

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");

    private final RuleFindings findings;

    private SettingsChecks(RuleFindings findings) {
        this.findings = findings;
    }

    static void check(TableMappings mappings, RuleFindings findings) {
        SettingsChecks checks = new SettingsChecks(findings);
        MappingChecks.each(mappings, TableSettingsRule.class, checks::tableSettings);
        MappingChecks.each(mappings, PostProcessingRule.class, checks::tags);
        MappingChecks.each(mappings, ValidationRule.class, checks::validation);
    }

    private void tableSettings(TableSettingsRule rule, int index) {
        exact("schema-name", rule.locator().schemaName(), index);
        exact("table-name", rule.locator().tableName(), index);
        if (rule.parallelLoad() == null && rule.lobSettings() == null) {
            findings.warning(
                    index,
                    "",
                    "TABLE_SETTINGS_EMPTY",
                    "The rule has neither parallel-load nor lob-settings: it sets nothing.",
                    "Give one of them, or remove the rule.");
        }
        ParallelLoad load = rule.parallelLoad();
        if (load instanceof PartitionsAuto auto) {
            notBelow("number-of-partitions", auto.numberOfPartitions(), 1, index);
            notBelow("max-records-skip-per-page", auto.maxRecordsSkipPerPage(), 1, index);
            notBelow("batch-size", auto.batchSize(), 0, index);
        } else if (load instanceof PartitionsList list
                && list.partitions().isEmpty()
                && list.subpartitions().isEmpty()) {
            findings.error(
                    index,
                    "parallel-load.partitions",
                    "PARTITIONS_MISSING",
                    "The rule loads listed partitions and lists none.",
                    "Name the partitions, or use partitions-auto.");
        } else if (load instanceof Ranges ranges) {
            ranges(ranges, index);
        }
        lobs(rule.lobSettings(), index);
    }

    private void exact(String key, @Nullable String name, int index) {
        if (name != null && (name.contains("%") || name.contains("["))) {
            findings.error(
                    index,
                    "object-locator." + key,
                    "WILDCARD_IN_TABLE_SETTINGS",
                    "The name '" + name
                            + "' holds a wildcard: DMS refuses it, \"Exact schema and table name required when using table settings rule\".",
                    "Write one rule for each table, with its exact name.");
        }
    }

    private void notBelow(String key, @Nullable Integer number, int least, int index) {
        if (number != null && number < least) {
            findings.error(
                    index,
                    "parallel-load." + key,
                    "PARALLEL_LOAD_NUMBER",
                    "The " + key + " is " + number + ": it must be " + least + " or more.",
                    "Give a larger number, or leave it out.");
        }
    }

    private void ranges(Ranges ranges, int index) {
        int columns = ranges.columns().size();
        if (columns == 0 || columns > RANGE_COLUMNS) {
            findings.error(
                    index,
                    "parallel-load.columns",
                    "RANGE_COLUMNS",
                    "Ranges are of " + columns + " columns: DMS takes 1 to " + RANGE_COLUMNS + ".",
                    "Name the columns whose values divide the table.");
        }
        if (ranges.boundaries().isEmpty()) {
            findings.error(
                    index,
                    "parallel-load.boundaries",
                    "RANGE_BOUNDARIES_MISSING",
                    "Ranges have no boundaries.",
                    "Give the upper bound of each segment but the last.");
        }
        for (int i = 0; i < ranges.boundaries().size(); i++) {
            boundary(ranges, i, index);
        }
        int segments = ranges.boundaries().size() + 1;
        if (!ranges.segmentNames().isEmpty() && ranges.segmentNames().size() != segments) {
            findings.error(
                    index,
                    "parallel-load.segment-names",
                    "SEGMENT_NAMES",
                    "There are " + ranges.segmentNames().size() + " segment-names and "
                            + ranges.boundaries().size() + " boundaries, which make " + segments + " segments.",
                    "Give " + segments + " names, or none.");
        }
        if (new HashSet<>(ranges.segmentNames()).size() < ranges.segmentNames().size()) {
            findings.error(
                    index,
                    "parallel-load.segment-names",
                    "SEGMENT_NAME_TWICE",
                    "Two segments have one name, and so one folder: their files overwrite each other.",
                    "Give each segment a name of its own.");
        }
        if (columns > 0) {
            findings.warning(
                    index,
                    "parallel-load.columns",
                    "RANGES_LOSE_NULLS",
                    "Rows with a null in one of " + String.join(", ", ranges.columns())
                            + " belong to no range: DMS does not load them.",
                    "Divide by columns that are never null.");
        }
    }

    private void boundary(Ranges ranges, int row, int index) {
        List<String> values = ranges.boundaries().get(row);
        String path = "parallel-load.boundaries[" + row + "]";
        if (values.size() != ranges.columns().size()) {
            findings.error(
                    index,
                    path,
                    "RANGE_BOUNDARY_SIZE",
                    "The boundary " + values + " has " + values.size() + " values for "
                            + ranges.columns().size() + " columns.",
                    "Give one value for each column.");
        } else if (row > 0 && descending(ranges.boundaries().get(row - 1), values)) {
            findings.error(
                    index,
                    path,
                    "RANGE_BOUNDARIES_DESCEND",
                    "The boundary " + values + " is not above "
                            + ranges.boundaries().get(row - 1) + ", the one before it.",
                    "Give boundaries in ascending order.");
        }
    }

    /** As far as numbers tell; how the source orders texts is not known here. */
    private static boolean descending(List<String> before, List<String> after) {
        for (int i = 0; i < after.size(); i++) {
            boolean numbers = before.size() > i && number(before.get(i)) && number(after.get(i));
            if (!numbers) {
                return false;
            }
            int order = new BigDecimal(before.get(i)).compareTo(new BigDecimal(after.get(i)));
            if (order != 0) {
                return order > 0;
            }
        }
        return true;
    }

    private static boolean number(String text) {
        return text.matches("-?\\d{1,30}(\\.\\d{1,30})?");
    }

    private void lobs(@Nullable LobSettings lobs, int index) {
        if (lobs == null) {
            return;
        }
        Integer size = lobs.bulkMaxSize();
        boolean none = size == null || size == 0;
        if (lobs.mode() == LobSettings.Mode.LIMITED && none) {
            findings.error(
                    index,
                    "lob-settings.bulk-max-size",
                    "LOB_SIZE_MISSING",
                    "The mode is limited and bulk-max-size is " + (size == null ? "not given" : "0") + ".",
                    "Give the largest size in KB, e.g. \"64\".");
        } else if (size != null && size < 0) {
            findings.error(
                    index,
                    "lob-settings.bulk-max-size",
                    "LOB_SIZE_MISSING",
                    "The bulk-max-size is " + size + ".",
                    "Give the largest size in KB, e.g. \"64\".");
        }
    }

    private void tags(PostProcessingRule rule, int index) {
        if (rule.tags().isEmpty() || rule.tags().size() > TAGS) {
            findings.error(
                    index,
                    "tag-set",
                    "TAG_COUNT",
                    "The rule has " + rule.tags().size() + " tags: an object on S3 takes 1 to " + TAGS + ".",
                    "Give as many, or remove the rule.");
        }
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < rule.tags().size(); i++) {
            Tag tag = rule.tags().get(i);
            String path = "tag-set[" + i + "]";
            if (!keys.add(tag.key())) {
                findings.error(
                        index,
                        path + ".key",
                        "TAG_KEY_TWICE",
                        "The tag '" + tag.key() + "' is given twice.",
                        "Give each tag once.");
            }
            if (tag.key().isEmpty()
                    || tag.key().length() > TAG_KEY_LENGTH
                    || tag.value().length() > TAG_VALUE_LENGTH) {
                findings.error(
                        index,
                        path,
                        "TAG_LENGTH",
                        "The tag '" + tag.key() + "' has a key of " + tag.key().length() + " and a value of "
                                + tag.value().length() + " characters: S3 takes 1 to " + TAG_KEY_LENGTH + " and up to "
                                + TAG_VALUE_LENGTH + ".",
                        "Shorten it.");
            }
            placeholders(tag.key() + tag.value(), path, index);
        }
    }

    private void placeholders(String text, String path, int index) {
        Matcher matcher = PLACEHOLDER.matcher(text);
        while (matcher.find()) {
            if (!Set.of("schema-name", "table-name").contains(matcher.group(1))) {
                findings.warning(
                        index,
                        path,
                        "TAG_PLACEHOLDER_UNKNOWN",
                        "The tag uses " + matcher.group() + ": DMS knows ${schema-name} and ${table-name}.",
                        "Use these, or a fixed text.");
            }
        }
    }

    private void validation(ValidationRule rule, int index) {
        function("source-function", rule.sourceFunction(), index);
        function("target-function", rule.targetFunction(), index);
    }

    private void function(String key, String function, int index) {
        if (!function.contains("${column-name}")) {
            findings.warning(
                    index,
                    key,
                    "FUNCTION_WITHOUT_COLUMN",
                    "The " + key + " '" + function
                            + "' does not use ${column-name}: it compares something else than the column.",
                    "Write ${column-name} where the column's value belongs.");
        }
    }
}
