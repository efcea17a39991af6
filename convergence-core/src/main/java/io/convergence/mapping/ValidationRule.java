package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * A rule of type {@code validation}, action {@code override-validation-function}: how DMS's own validation compares one
 * column (DMS guide, "Data validation"). For S3 targets it works on Parquet only, through Athena, once a day. Immutable and
 * thread-safe.
 *
 * @param sourceFunction in the source's SQL; <code>${column-name}</code> is the column
 * @param targetFunction in the target's SQL; <code>${column-name}</code> is the column
 */
public record ValidationRule(
        String id,
        String name,
        ObjectLocator locator,
        String sourceFunction,
        String targetFunction,
        Map<String, String> otherKeys)
        implements Rule {
    public ValidationRule {
        requireNonNull(id, "id");
        requireNonNull(name, "name");
        requireNonNull(locator.columnName(), "locator.columnName");
        requireNonNull(sourceFunction, "sourceFunction");
        requireNonNull(targetFunction, "targetFunction");
        otherKeys = Map.copyOf(otherKeys);
    }

    @Override
    public ValidationRule withId(String newId) {
        return new ValidationRule(newId, name, locator, sourceFunction, targetFunction, otherKeys);
    }

    @Override
    public ValidationRule withName(String newName) {
        return new ValidationRule(id, newName, locator, sourceFunction, targetFunction, otherKeys);
    }
}
