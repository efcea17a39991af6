package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A rule of type {@code table-settings}: how one table is loaded (DMS guide, "Table and collection settings rules and
 * operations"). Its names are exact; a pattern fails the task. Immutable and thread-safe.
 *
 * @param parallelLoad null if not given
 * @param lobSettings null if not given; S3 targets do not support them
 */
public record TableSettingsRule(
        String id,
        String name,
        ObjectLocator locator,
        @Nullable ParallelLoad parallelLoad,
        @Nullable LobSettings lobSettings,
        Map<String, String> otherKeys)
        implements Rule {
    public TableSettingsRule {
        requireNonNull(id, "id");
        requireNonNull(name, "name");
        requireNonNull(locator.tableName(), "locator.tableName");
        otherKeys = Map.copyOf(otherKeys);
    }

    public Optional<ParallelLoad> parallel() {
        return Optional.ofNullable(parallelLoad);
    }

    public Optional<LobSettings> lobs() {
        return Optional.ofNullable(lobSettings);
    }

    @Override
    public TableSettingsRule withId(String newId) {
        return new TableSettingsRule(newId, name, locator, parallelLoad, lobSettings, otherKeys);
    }

    @Override
    public TableSettingsRule withName(String newName) {
        return new TableSettingsRule(id, newName, locator, parallelLoad, lobSettings, otherKeys);
    }
}
