package io.convergence.cli;

import io.convergence.TableId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code schema.table} as an option's value. */
final class TableIdConverter implements ITypeConverter<TableId> {
    @Override
    public TableId convert(String value) {
        try {
            return TableId.parse(value);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
