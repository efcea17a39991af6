package io.convergence.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An ISO 8601 time with zone as an option's value. */
final class InstantConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String value) {
        try {
            return OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeException e) {
            throw new TypeConversionException("Cannot parse time '" + value
                    + "': it is no ISO 8601 date and time with zone. Write e.g. 2026-03-01T10:00:00Z.");
        }
    }
}
