package io.convergence.raw;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last part of a raw file's key. Accepts what DMS writes today (8 hex digits, 9 digits of time) and what its older
 * guides show ({@code LOAD001}, {@code LOAD00001}, 10 digits of time whose last four are a fraction of a second).
 */
sealed interface RawFileName {
    Pattern LOAD = Pattern.compile("(?:SEGMENT(\\d+)_)?LOAD([0-9A-Fa-f]{3,8})\\.(parquet|csv|csv\\.gz)");
    Pattern CDC = Pattern.compile("(\\d{8})-(\\d{6})(\\d{3,4})\\.(parquet|csv|csv\\.gz)");
    Pattern TRANSACTION = Pattern.compile("CDC_TXN-(\\d{8})(\\d{6})(\\d{3})\\.(csv|csv\\.gz)");

    /** @param segment {@code SEGMENTn} or empty */
    record Load(String segment, long number, RawFormat format) implements RawFileName {}

    /** @param local in the zone of {@code DatePartitionTimezone} */
    record Cdc(LocalDateTime local, RawFormat format) implements RawFileName {}

    record Transaction(LocalDateTime local, RawFormat format) implements RawFileName {}

    /** @param reason a clause, e.g. "it is no name DMS writes" */
    record Other(String reason) implements RawFileName {}

    static RawFileName parse(String name) {
        Matcher load = LOAD.matcher(name);
        if (load.matches()) {
            long number = Long.parseLong(load.group(2), 16);
            if (number == 0) {
                return new Other("load files are numbered from 1, this one is number 0");
            }

            return new Load(load.group(1) == null ? "" : "SEGMENT" + load.group(1), number, format(load.group(3)));
        }

        Matcher cdc = CDC.matcher(name);
        Matcher transaction = TRANSACTION.matcher(name);
        try {
            if (cdc.matches()) {
                return new Cdc(time(cdc), format(cdc.group(4)));
            }
            if (transaction.matches()) {
                return new Transaction(time(transaction), format(transaction.group(4)));
            }
        } catch (DateTimeException e) {
            return new Other("its name holds no valid date and time");
        }

        return new Other("it is no name DMS writes for data");
    }

    static String loadName(long number, RawFormat format) {
        return String.format(Locale.ROOT, "LOAD%08X", number) + extension(format);
    }

    static String cdcName(LocalDateTime local, RawFormat format) {
        return String.format(
                        Locale.ROOT, "%04d%02d%02d-", local.getYear(), local.getMonthValue(), local.getDayOfMonth())
                + timeOfDay(local)
                + extension(format);
    }

    static String transactionName(LocalDateTime local, RawFormat format) {
        return String.format(
                        Locale.ROOT,
                        "CDC_TXN-%04d%02d%02d",
                        local.getYear(),
                        local.getMonthValue(),
                        local.getDayOfMonth())
                + timeOfDay(local)
                + extension(format);
    }

    private static String timeOfDay(LocalDateTime local) {
        return String.format(
                Locale.ROOT,
                "%02d%02d%02d%03d",
                local.getHour(),
                local.getMinute(),
                local.getSecond(),
                local.getNano() / 1_000_000);
    }

    private static LocalDateTime time(Matcher matcher) {
        String date = matcher.group(1);
        String time = matcher.group(2);
        String fraction = matcher.group(3);
        int nanos = Integer.parseInt(fraction) * (fraction.length() == 3 ? 1_000_000 : 100_000);
        return LocalDateTime.of(
                LocalDate.of(number(date, 0, 4), number(date, 4, 6), number(date, 6, 8)),
                LocalTime.of(number(time, 0, 2), number(time, 2, 4), number(time, 4, 6), nanos));
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    private static RawFormat format(String extension) {
        return switch (extension) {
            case "parquet" -> RawFormat.PARQUET;
            case "csv" -> RawFormat.CSV;
            default -> RawFormat.CSV_GZIP;
        };
    }

    private static String extension(RawFormat format) {
        return switch (format) {
            case PARQUET -> ".parquet";
            case CSV -> ".csv";
            case CSV_GZIP -> ".csv.gz";
        };
    }
}
