package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the large objects of one table are loaded: {@code lob-settings}. Not for S3 targets. Immutable and thread-safe.
 *
 * @param bulkMaxSize in KB; null if not given. More than 0 with {@link Mode#LIMITED}; 0 with {@link Mode#UNLIMITED} is full LOB mode
 * @param otherKeys what else it holds: JSON text by key, kept as it was read
 */
public record LobSettings(Mode mode, @Nullable Integer bulkMaxSize, Map<String, String> otherKeys) {
    /** DMS's modes. */
    public enum Mode {
        /** The default: values are cut at {@code bulk-max-size}. */
        LIMITED,
        UNLIMITED,
        /** As the task settings say. */
        NONE;

        /** As AWS writes it, e.g. {@code limited}. */
        public String wireValue() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public LobSettings {
        requireNonNull(mode, "mode");
        otherKeys = Map.copyOf(otherKeys);
    }

    public static LobSettings of(Mode mode, int bulkMaxSizeInKb) {
        return new LobSettings(mode, bulkMaxSizeInKb, Map.of());
    }
}
