package io.convergence.source;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which schemas to read, and the settings of the DMS source endpoint that change how its types arrive. Immutable and thread-safe.
 */
public sealed interface SourceOptions permits SourceOptionValues {
    /** Schemas to read; empty means all but the database's own and {@code awsdms_} tables. */
    List<String> schemas();

    /** Endpoint setting {@code MapBooleanAsBoolean}: false (DMS's default) makes booleans the text {@code true} and {@code false}. */
    boolean mapBooleanAsBoolean();

    /** Endpoint setting {@code MapJsonbAsClob}: JSONB as CLOB in place of NCLOB. */
    boolean mapJsonbAsClob();

    /** Endpoint setting {@code MapUnboundedNumericAsString}: NUMERIC without precision as text in place of NUMERIC(28,6). */
    boolean mapUnboundedNumericAsString();

    static SourceOptions defaults() {
        return builder().build();
    }

    static Builder builder() {
        return new Builder();
    }

    /** Not thread-safe. */
    final class Builder {
        private final Set<String> schemas = new LinkedHashSet<>();
        private boolean mapBooleanAsBoolean;
        private boolean mapJsonbAsClob;
        private boolean mapUnboundedNumericAsString;

        private Builder() {}

        /** Adds schemas to read; names are exact. */
        public Builder schemas(String... names) {
            schemas.addAll(List.of(names));
            return this;
        }

        public Builder mapBooleanAsBoolean() {
            mapBooleanAsBoolean = true;
            return this;
        }

        public Builder mapJsonbAsClob() {
            mapJsonbAsClob = true;
            return this;
        }

        public Builder mapUnboundedNumericAsString() {
            mapUnboundedNumericAsString = true;
            return this;
        }

        public SourceOptions build() {
            return new SourceOptionValues(
                    List.copyOf(schemas), mapBooleanAsBoolean, mapJsonbAsClob, mapUnboundedNumericAsString);
        }
    }
}
