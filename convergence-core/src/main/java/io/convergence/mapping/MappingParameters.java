package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code mapping-parameters} of an {@link ObjectMappingRule}. What is not given is null or empty. Immutable and thread-safe.
 *
 * @param partitionKeyValue the {@code value} of {@code partition-key}
 * @param sortKeyName DynamoDB
 * @param conditionExpression DynamoDB
 * @param otherKeys what else they hold: JSON text by key, kept as it was read
 */
public record MappingParameters(
        @Nullable PartitionKeyType partitionKeyType,
        @Nullable String partitionKeyName,
        @Nullable String partitionKeyValue,
        @Nullable String sortKeyName,
        List<String> excludeColumns,
        List<AttributeMapping> attributeMappings,
        @Nullable ConditionExpression conditionExpression,
        Map<String, String> otherKeys) {
    /** Where a record's partition key comes from. */
    public enum PartitionKeyType {
        SCHEMA_TABLE,
        TRANSACTION_ID,
        PRIMARY_KEY,
        CONSTANT,
        ATTRIBUTE_NAME;

        /** As AWS writes it, e.g. {@code schema-table}. */
        public String wireValue() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * One attribute of the record.
     *
     * @param targetAttributeName null where the rule says {@code attribute-name} in its place
     * @param attributeName the other spelling in AWS's examples; null where not given
     * @param attributeType {@code scalar} or {@code document}
     * @param attributeSubType e.g. {@code string}, {@code json}; AWS documents no complete list
     * @param valueJson a text that may hold <code>${column}</code>, or an object: JSON text
     * @param otherKeys what else it holds: JSON text by key, kept as it was read
     */
    public record AttributeMapping(
            @Nullable String targetAttributeName,
            @Nullable String attributeName,
            @Nullable String attributeType,
            @Nullable String attributeSubType,
            @Nullable String valueJson,
            Map<String, String> otherKeys) {
        public AttributeMapping {
            otherKeys = Map.copyOf(otherKeys);
        }
    }

    /**
     * When a record is written to DynamoDB.
     *
     * @param attributeValues JSON text of the list {@code expression-attribute-values}; null if not given
     * @param applyDuringCdc DMS's default is false
     * @param applyDuringFullLoad DMS's default is true
     * @param otherKeys what else it holds: JSON text by key, kept as it was read
     */
    public record ConditionExpression(
            String expression,
            @Nullable String attributeValues,
            @Nullable Boolean applyDuringCdc,
            @Nullable Boolean applyDuringFullLoad,
            Map<String, String> otherKeys) {
        public ConditionExpression {
            requireNonNull(expression, "expression");
            otherKeys = Map.copyOf(otherKeys);
        }
    }

    public MappingParameters {
        excludeColumns = List.copyOf(excludeColumns);
        attributeMappings = List.copyOf(attributeMappings);
        otherKeys = Map.copyOf(otherKeys);
    }
}
