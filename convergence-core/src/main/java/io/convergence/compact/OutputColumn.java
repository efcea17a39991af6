package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import io.convergence.store.internal.ParquetTypes;
import org.apache.parquet.schema.PrimitiveType;

/**
 * A column that the outputs of a task have, as far as the plan knows the files. Immutable.
 *
 * @param type as schemas of Parquet spell it, e.g. {@code int64 (TIMESTAMP(MICROS,true))}
 */
public record OutputColumn(String name, String type) {
    /** @throws IllegalArgumentException if Parquet has no such type */
    public OutputColumn {
        requireNonNull(name, "name");
        requireNonNull(type, "type");
        if (ParquetTypes.parse(name, type).isEmpty()) {
            throw new IllegalArgumentException("Cannot write column '" + name + "' as '" + type
                    + "': it is no type of a Parquet column such as int64 (TIMESTAMP(MICROS,true)).");
        }
    }

    static OutputColumn of(PrimitiveType type) {
        return new OutputColumn(type.getName(), ParquetTypes.text(type));
    }

    PrimitiveType primitive() {
        return ParquetTypes.parse(name, type).orElseThrow();
    }
}
