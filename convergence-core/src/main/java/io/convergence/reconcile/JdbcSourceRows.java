package io.convergence.reconcile;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Spliterators;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A source table read over JDBC, its values passed through DMS's documented type mapping (DMS guide, "Source data types
 * for PostgreSQL"). Reads the driver's typed values, so it shares no code with anything that decodes a replication
 * stream. One read at a time; not thread-safe. Made for PostgreSQL.
 */
public final class JdbcSourceRows implements RowSource {
    private static final int FETCH_ROWS = 5_000;
    private static final int MICROSECOND_DIGITS = 6;
    private static final int MILLISECOND_DIGITS = 3;
    /** What DMS writes for {@code infinity} and {@code -infinity}. */
    private static final LocalDateTime INFINITY = LocalDateTime.of(9999, 12, 31, 23, 59, 59);

    private static final String UNDEFINED_COLUMN = "42703";
    private static final String UNDEFINED_TABLE = "42P01";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private static final LocalDateTime MINUS_INFINITY = LocalDateTime.of(-4712, 1, 1, 0, 0, 0);

    private final DataSource source;
    private final TableSchema schema;
    private final DataSize lobMaxSize;
    private final int timestampDigits;
    private final Map<Loss, Long> losses = new HashMap<>();

    private JdbcSourceRows(DataSource source, TableSchema schema, DataSize lobMaxSize, int timestampDigits) {
        this.source = requireNonNull(source, "source");
        this.schema = requireNonNull(schema, "schema");
        this.lobMaxSize = requireNonNull(lobMaxSize, "lobMaxSize");
        this.timestampDigits = timestampDigits;
    }

    /**
     * @param schema the table with DMS types; table and column names are the source's
     * @param lobMaxSize the task's LobMaxSize; DMS counts two bytes for each character of a text
     */
    public static JdbcSourceRows of(DataSource source, TableSchema schema, DataSize lobMaxSize) {
        return new JdbcSourceRows(source, schema, lobMaxSize, MICROSECOND_DIGITS);
    }

    /** For a task with {@code ParquetTimestampInMillisecond}: timestamps have three fraction digits. */
    public JdbcSourceRows timestampsInMilliseconds() {
        return new JdbcSourceRows(source, schema, lobMaxSize, MILLISECOND_DIGITS);
    }

    @Override
    public TableSchema schema() {
        return schema;
    }

    @Override
    public Map<Loss, Long> losses() {
        return Map.copyOf(losses);
    }

    @Override
    public Stream<List<@Nullable Object>> rows() {
        losses.clear();
        String columns =
                schema.columns().stream().map(column -> quoted(column.name())).collect(Collectors.joining(", "));
        String query = "SELECT " + columns + " FROM " + quoted(schema.table().schema()) + "."
                + quoted(schema.table().name());
        List<AutoCloseable> open = new ArrayList<>();
        try {
            Connection connection = source.getConnection();
            open.add(connection);
            // The driver streams with a cursor only inside a transaction.
            connection.setAutoCommit(false);
            Statement statement = connection.createStatement();
            open.add(statement);
            statement.setFetchSize(FETCH_ROWS);
            ResultSet result = statement.executeQuery(query);
            open.add(result);
            var rows = new Rows(result);
            return StreamSupport.stream(Spliterators.spliteratorUnknownSize(rows, 0), false)
                    .onClose(() -> close(open));
        } catch (SQLException e) {
            close(open);
            throw failed(e);
        }
    }

    private void close(List<AutoCloseable> open) {
        Collections.reverse(open);
        for (AutoCloseable resource : open) {
            try {
                resource.close();
            } catch (Exception e) {
                throw failed(e);
            }
        }
    }

    private ReconcileException failed(Exception cause) {
        return new ReconcileException(
                "Cannot read source table " + schema.table() + ": " + reason(cause) + ". " + fix(cause), cause);
    }

    /** The driver's words, which name the column or table, on one line. */
    private static String reason(Exception cause) {
        return String.valueOf(cause.getMessage()).strip().replaceAll("\\s+", " ");
    }

    /** By PostgreSQL's SQLSTATE codes. */
    private static String fix(Exception cause) {
        String state = cause instanceof SQLException failure ? String.valueOf(failure.getSQLState()) : "";
        return switch (state) {
            case UNDEFINED_COLUMN ->
                "The source no longer has a column the schema declares: take the source schema anew.";
            case UNDEFINED_TABLE -> "The source no longer has the table: take the source schema anew.";
            case INSUFFICIENT_PRIVILEGE -> "Grant the SELECT permission.";
            default -> "Check the connection.";
        };
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private @Nullable Object value(ResultSet result, int index, Column column) throws SQLException {
        Object value = read(result, index, column.type(), column.name());
        return result.wasNull() ? null : value;
    }

    private @Nullable Object read(ResultSet result, int index, DataType type, String column) throws SQLException {
        return switch (type.kind()) {
            case INT1, INT2, INT4, INT8, UINT1, UINT2, UINT4 -> result.getLong(index);
            case UINT8 -> {
                BigDecimal decimal = result.getBigDecimal(index);
                yield decimal == null ? BigInteger.ZERO : decimal.toBigIntegerExact();
            }
            case BOOLEAN -> result.getBoolean(index);
            case REAL4 -> result.getFloat(index);
            case REAL8 -> result.getDouble(index);
            case NUMERIC -> numeric(result, index, type, column);
            case STRING, WSTRING -> text(result, index, column);
            case CLOB, NCLOB -> lob(text(result, index, column), column);
            case BYTES -> binary(result.getBytes(index));
            case BLOB -> lob(result.getBytes(index), column);
            case DATE -> date(result, index, column);
            case TIME -> time(result, index, type, column);
            case DATETIME -> dateTime(result, index, type, column);
        };
    }

    private @Nullable BigDecimal numeric(ResultSet result, int index, DataType type, String column)
            throws SQLException {
        if (result.getMetaData().getColumnTypeName(index).equals("money")) {
            throw new ReconcileException(
                    "Cannot compare column '" + column + "' of " + schema.table()
                            + ": the driver gives money in the server's locale. Cast it to numeric in a view.",
                    null);
        }

        String text = result.getString(index);
        if (text == null) {
            return null;
        }
        if (text.endsWith("NaN") || text.endsWith("Infinity")) {
            lose(LossyCase.NUMERIC_NOT_FINITE, column);
            return null;
        }

        var decimal = new BigDecimal(text);
        BigDecimal rounded = decimal.setScale(type.scale(), RoundingMode.HALF_UP);
        if (rounded.precision() > type.precision()) {
            lose(LossyCase.NUMERIC_OUT_OF_RANGE, column);
            return null;
        }
        if (rounded.compareTo(decimal) != 0) {
            lose(LossyCase.NUMERIC_ROUNDED, column);
        }
        return rounded;
    }

    private @Nullable String text(ResultSet result, int index, String column) throws SQLException {
        int jdbcType = result.getMetaData().getColumnType(index);
        if (jdbcType == Types.BIT
                && result.getMetaData().getColumnTypeName(index).equals("bool")) {
            boolean value = result.getBoolean(index);
            if (result.wasNull()) {
                return null;
            }
            lose(LossyCase.BOOLEAN_AS_TEXT, column);
            return Boolean.toString(value);
        }

        return result.getString(index);
    }

    private @Nullable String lob(@Nullable String text, String column) {
        if (text == null || text.length() <= lobMaxSize.bytes() / 2) {
            return text;
        }

        lose(LossyCase.LOB_TRUNCATED, column);
        int end = (int) (lobMaxSize.bytes() / 2);
        // A character outside the basic plane is two, and half of one is none.
        boolean halved = end > 0 && Character.isHighSurrogate(text.charAt(end - 1));
        return text.substring(0, halved ? end - 1 : end);
    }

    private @Nullable Bytes lob(byte @Nullable [] bytes, String column) {
        if (bytes == null || bytes.length <= lobMaxSize.bytes()) {
            return binary(bytes);
        }

        lose(LossyCase.LOB_TRUNCATED, column);
        return Bytes.of(Arrays.copyOf(bytes, (int) lobMaxSize.bytes()));
    }

    private static @Nullable Bytes binary(byte @Nullable [] bytes) {
        return bytes == null ? null : Bytes.of(bytes);
    }

    private @Nullable LocalDate date(ResultSet result, int index, String column) throws SQLException {
        LocalDate date = result.getObject(index, LocalDate.class);
        boolean infinite = LocalDate.MAX.equals(date) || LocalDate.MIN.equals(date);
        if (!infinite) {
            return date;
        }

        lose(LossyCase.INFINITY_REPLACED, column);
        return (LocalDate.MAX.equals(date) ? INFINITY : MINUS_INFINITY).toLocalDate();
    }

    private @Nullable LocalTime time(ResultSet result, int index, DataType type, String column) throws SQLException {
        LocalTime time;
        if (result.getMetaData().getColumnTypeName(index).equals("timetz")) {
            OffsetTime offset = result.getObject(index, OffsetTime.class);
            if (offset != null && !offset.getOffset().equals(ZoneOffset.UTC)) {
                lose(LossyCase.TIME_ZONE_DROPPED, column);
            }
            time = offset == null ? null : offset.toLocalTime();
        } else {
            time = result.getObject(index, LocalTime.class);
        }
        if (time == null) {
            return null;
        }

        LocalTime cut = time.withNano(cutNanos(time.getNano(), type.scale()));
        if (!cut.equals(time)) {
            lose(LossyCase.FRACTION_CUT, column);
        }
        return cut;
    }

    private @Nullable LocalDateTime dateTime(ResultSet result, int index, DataType type, String column)
            throws SQLException {
        LocalDateTime value;
        if (result.getMetaData().getColumnTypeName(index).equals("timestamptz")) {
            OffsetDateTime offset = result.getObject(index, OffsetDateTime.class);
            if (offset == null) {
                return null;
            }
            value = utc(offset);
        } else {
            LocalDateTime local = result.getObject(index, LocalDateTime.class);
            if (local == null) {
                return null;
            }
            value = local;
        }

        if (value.equals(LocalDateTime.MAX) || value.equals(LocalDateTime.MIN)) {
            lose(LossyCase.INFINITY_REPLACED, column);
            return value.equals(LocalDateTime.MAX) ? INFINITY : MINUS_INFINITY;
        }

        LocalDateTime cut = value.truncatedTo(ChronoUnit.SECONDS)
                .withNano(cutNanos(value.getNano(), Math.min(type.scale(), timestampDigits)));
        if (!cut.equals(value)) {
            lose(LossyCase.FRACTION_CUT, column);
        }
        return cut;
    }

    /** The driver stands for the infinities by the ends of the type's range, which cannot change their offset. */
    private static LocalDateTime utc(OffsetDateTime offset) {
        if (offset.equals(OffsetDateTime.MAX)) {
            return LocalDateTime.MAX;
        }
        if (offset.equals(OffsetDateTime.MIN)) {
            return LocalDateTime.MIN;
        }

        return offset.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
    }

    private static int cutNanos(int nanos, int digits) {
        int unit = 1;
        for (int i = digits; i < 9; i++) {
            unit *= 10;
        }

        return nanos - nanos % unit;
    }

    private void lose(LossyCase lossyCase, String column) {
        losses.merge(new Loss(lossyCase, column), 1L, Long::sum);
    }

    private final class Rows implements Iterator<List<@Nullable Object>> {
        private final ResultSet result;
        private boolean advanced;
        private boolean ended;

        Rows(ResultSet result) {
            this.result = result;
        }

        @Override
        public boolean hasNext() {
            if (!advanced && !ended) {
                try {
                    ended = !result.next();
                    advanced = true;
                } catch (SQLException e) {
                    throw failed(e);
                }
            }

            return !ended;
        }

        @Override
        public List<@Nullable Object> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }

            advanced = false;
            try {
                @Nullable Object[] row = new Object[schema.columns().size()];
                for (int i = 0; i < row.length; i++) {
                    row[i] = value(result, i + 1, schema.columns().get(i));
                }
                return Collections.unmodifiableList(Arrays.asList(row));
            } catch (SQLException e) {
                throw failed(e);
            }
        }
    }
}
