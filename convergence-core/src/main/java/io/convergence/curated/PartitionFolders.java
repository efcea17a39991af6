package io.convergence.curated;

import io.convergence.merge.LiveRow;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The folder a row stands in: {@code NAME=VALUE/}, for each column of the partitioning. Values are escaped as Hive does: null and empty text
 * are {@code __HIVE_DEFAULT_PARTITION__}, and characters that are not safe in paths become {@code %XX}. A name that file systems would refuse
 * for its length ends in a digest of the value. The folder is the partition: values of the same folder share it. Immutable; thread-safe.
 */
final class PartitionFolders {
    static final String NULL = "__HIVE_DEFAULT_PARTITION__";

    /** Of the bytes of a folder's name: file systems take 255. */
    static final int LONGEST = 200;

    private static final int DIGEST_BYTES = 16;
    private static final String UNSAFE = "\"#%'*/:=?\\{[]^";

    private static final DateTimeFormatter DATE_TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendPattern(" HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT);

    private final Partitioning partitioning;
    private final int[] places;
    private final DataType[] types;

    /** @throws CuratedTableException if the table cannot be parted so */
    PartitionFolders(Partitioning partitioning, TableSchema schema) {
        this.partitioning = partitioning;
        this.places =
                partitioning.by().stream().mapToInt(by -> place(by, schema)).toArray();
        this.types = Arrays.stream(places)
                .mapToObj(place -> schema.columns().get(place).type())
                .toArray(DataType[]::new);
    }

    private static int place(PartitionBy by, TableSchema schema) {
        int place = schema.indexOf(by.column());
        if (place < 0) {
            throw unfit(schema, by, "there is no such column", "Name one of " + schema.columnNames() + ".");
        }
        DataType type = schema.columns().get(place).type();
        boolean fits = by.unit() == PartitionBy.Unit.VALUE
                ? !type.kind().binary() && type.kind() != DataType.Kind.REAL4 && type.kind() != DataType.Kind.REAL8
                : type.kind() == DataType.Kind.DATE || type.kind() == DataType.Kind.DATETIME;
        if (!fits) {
            throw unfit(
                    schema,
                    by,
                    "the column is of type " + type,
                    by.unit() == PartitionBy.Unit.VALUE
                            ? "Choose a column of text, whole numbers, decimals, booleans, dates or times."
                            : "Choose a column of dates or timestamps.");
        }
        return place;
    }

    /** @throws CuratedTableException if a folder has the name of a column, which Athena refuses */
    void requireOwnNames(TableSchema schema) {
        for (PartitionBy by : partitioning.by()) {
            for (Column column : schema.columns()) {
                if (column.name().equalsIgnoreCase(by.folder())) {
                    throw unfit(
                            schema,
                            by,
                            "its folders would have the name of column '" + column.name() + "'",
                            "Name them otherwise (PartitionBy.named).");
                }
            }
        }
    }

    private static CuratedTableException unfit(TableSchema schema, PartitionBy by, String why, String fix) {
        return CuratedTableException.partitioning(
                "Cannot partition table " + schema.table() + " by " + by + ": " + why + ". " + fix);
    }

    /** Of a row as it is published: an unknown cell is a null. */
    String of(LiveRow row) {
        return folder(i -> row.cells().published(places[i]));
    }

    /** Of a change. A cell it does not give is a null. */
    String of(FormMap form, byte[] change, int image) {
        return folder(i -> !form.has(places[i]) || form.cell(change, image, places[i]) < 0
                ? null
                : form.object(change, image, places[i]));
    }

    private String folder(IntFunction<@Nullable Object> values) {
        if (places.length == 1) {
            return folder(0, values.apply(0));
        }
        var all = new StringBuilder();
        for (int i = 0; i < places.length; i++) {
            all.append(i == 0 ? "" : "/").append(folder(i, values.apply(i)));
        }
        return all.toString();
    }

    private String folder(int number, @Nullable Object value) {
        PartitionBy by = partitioning.by().get(number);
        String name = escape(by.folder()) + "=";
        String text = value == null ? "" : text(by.unit(), types[number], value);
        return name + (text.isEmpty() ? NULL : shortened(escape(text), text, LONGEST - length(name)));
    }

    private static String text(PartitionBy.Unit unit, DataType type, Object value) {
        if (unit == PartitionBy.Unit.VALUE) {
            if (value instanceof BigDecimal decimal) {
                // What the column does not take is refused when it is written.
                return decimal.setScale(type.scale(), RoundingMode.HALF_UP).toPlainString();
            }
            return value instanceof LocalDateTime time ? DATE_TIME.format(time) : value.toString();
        }
        LocalDate day = value instanceof LocalDateTime time
                ? time.toLocalDate()
                : value instanceof LocalDate date ? date : null;
        if (day == null) {
            // A file's column may still have a narrower type than the table's; rows are told by the table's.
            return "";
        }
        return switch (unit) {
            case DAY -> day.toString();
            case MONTH -> YearMonth.from(day).toString();
            case YEAR -> String.format(Locale.ROOT, "%04d", day.getYear());
            case VALUE -> value.toString();
        };
    }

    /** As Hive's {@code FileUtils.escapePathName}. */
    static String escape(String text) {
        StringBuilder escaped = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean unsafe = c < ' ' || c == 0x7F || UNSAFE.indexOf(c) >= 0;
            if (unsafe && escaped == null) {
                escaped = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (escaped != null) {
                if (unsafe) {
                    escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
                } else {
                    escaped.append(c);
                }
            }
        }
        return escaped == null ? text : escaped.toString();
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** What is longer ends, after as much of it as there is room for, in a digest of all of it. */
    private static String shortened(String escaped, String text, int longest) {
        byte[] bytes = escaped.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= longest) {
            return escaped;
        }
        int end = Math.max(0, longest - 1 - 2 * DIGEST_BYTES);
        while (end > 0 && (bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        for (int back = 1; back <= 2 && end - back >= 0; back++) {
            if (bytes[end - back] == '%') {
                end -= back;
                break;
            }
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8) + "-" + digest(text);
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(digest, DIGEST_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }
}
