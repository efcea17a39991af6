package io.convergence.cli;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.target.ChangeRate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code schema.table=rows-a-second:bytes-a-row} as an option's value, e.g. {@code public.orders=50:300B}. */
final class RateConverter implements ITypeConverter<ChangeRate> {
    private static final Pattern RATE =
            Pattern.compile("(?<table>.+)=(?<rows>\\d+(?:\\.\\d+)?)(?:/s)?:(?<bytes>\\d+ ?[A-Za-z]*)");

    @Override
    public ChangeRate convert(String value) {
        Matcher rate = RATE.matcher(value);
        if (!rate.matches()) {
            throw new TypeConversionException(
                    "Cannot understand rate '" + value
                            + "': it is not SCHEMA.TABLE=ROWS:BYTES. Write rows a second and the size of a row, e.g. public.orders=50:300B.");
        }

        try {
            String bytes = rate.group("bytes");
            DataSize size = DataSize.parse(Character.isDigit(bytes.charAt(bytes.length() - 1)) ? bytes + "B" : bytes);
            return ChangeRate.of(TableId.parse(rate.group("table")), Double.parseDouble(rate.group("rows")), size);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
