package io.convergence.cli;

import io.convergence.DataSize;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code 256MB} as an option's value. */
final class DataSizeConverter implements ITypeConverter<DataSize> {
    @Override
    public DataSize convert(String value) {
        try {
            DataSize size = DataSize.parse(value);
            if (size.bytes() > 0) {
                return size;
            }
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }

        throw new TypeConversionException("Cannot use size '" + value + "': it is zero. Write e.g. 256MB.");
    }
}
