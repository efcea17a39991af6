package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * A rule of type {@code post-processing}, action {@code add-tag}: tags of the objects DMS writes to S3 (DMS guide, "Using
 * Amazon S3 object tagging"). Of several rules for one table the most exact locator wins, among equals the first of the
 * document; tags of two rules are not combined. Immutable and thread-safe.
 *
 * @param tags may hold <code>${schema-name}</code> and <code>${table-name}</code>
 */
public record PostProcessingRule(
        String id, String name, ObjectLocator locator, List<Tag> tags, Map<String, String> otherKeys) implements Rule {
    /** One tag of an S3 object. */
    public record Tag(String key, String value) {
        public Tag {
            requireNonNull(key, "key");
            requireNonNull(value, "value");
        }
    }

    public PostProcessingRule {
        requireNonNull(id, "id");
        requireNonNull(name, "name");
        requireNonNull(locator.tableName(), "locator.tableName");
        tags = List.copyOf(tags);
        otherKeys = Map.copyOf(otherKeys);
    }

    @Override
    public PostProcessingRule withId(String newId) {
        return new PostProcessingRule(newId, name, locator, tags, otherKeys);
    }

    @Override
    public PostProcessingRule withName(String newName) {
        return new PostProcessingRule(id, newName, locator, tags, otherKeys);
    }
}
