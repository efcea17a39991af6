package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule of type {@code object-mapping}: the shape of records for DynamoDB, Kinesis and Kafka. Never for S3 targets; it is
 * modelled so that a document shared between targets survives. Immutable and thread-safe.
 *
 * @param targetTableName DynamoDB, also Kinesis; null if not given
 * @param kafkaTargetTopic Kafka; null if not given
 * @param parameters null if not given
 */
public record ObjectMappingRule(
        String id,
        String name,
        Action action,
        ObjectLocator locator,
        @Nullable String targetTableName,
        @Nullable String kafkaTargetTopic,
        @Nullable MappingParameters parameters,
        Map<String, String> otherKeys)
        implements Rule {
    /** What a rule of this type does. */
    public enum Action {
        MAP_RECORD_TO_RECORD,
        MAP_RECORD_TO_DOCUMENT;

        /** As AWS writes it, e.g. {@code map-record-to-record}. */
        public String wireValue() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public ObjectMappingRule {
        requireNonNull(id, "id");
        requireNonNull(name, "name");
        requireNonNull(action, "action");
        requireNonNull(locator, "locator");
        otherKeys = Map.copyOf(otherKeys);
    }

    @Override
    public ObjectMappingRule withId(String newId) {
        return new ObjectMappingRule(
                newId, name, action, locator, targetTableName, kafkaTargetTopic, parameters, otherKeys);
    }

    @Override
    public ObjectMappingRule withName(String newName) {
        return new ObjectMappingRule(
                id, newName, action, locator, targetTableName, kafkaTargetTopic, parameters, otherKeys);
    }
}
