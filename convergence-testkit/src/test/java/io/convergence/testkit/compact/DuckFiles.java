package io.convergence.testkit.compact;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;

/** DuckDB as a writer of raw files and as a reader of compacted ones. It shares no code with either side. */
final class DuckFiles implements AutoCloseable {
    private static final List<String> CODECS = List.of("UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD");

    private final Connection connection;
    private final Path folder;
    private int files;

    DuckFiles(Path folder) {
        this.folder = folder;
        try {
            connection = DriverManager.getConnection("jdbc:duckdb:");
            execute("SET threads = 1");
            execute("SET TimeZone = 'UTC'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same rows in a file of DuckDB's making; some types become others. */
    byte[] rewrite(byte[] parquet, Random random) {
        Path from = store(parquet);
        Path to = folder.resolve("duck-" + files++ + ".parquet");
        execute("COPY (SELECT * FROM read_parquet('" + from + "')) TO '" + to + "' (FORMAT parquet, CODEC "
                + CODECS.get(random.nextInt(CODECS.size())) + ", ROW_GROUP_SIZE " + (2048 + random.nextInt(3000))
                + ", PARQUET_VERSION " + (random.nextBoolean() ? "V1" : "V2") + ")");
        try {
            byte[] written = Files.readAllBytes(to);
            Files.delete(from);
            Files.delete(to);
            return written;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What DuckDB finds in a file, in the order of its rows. */
    List<Meaning[]> rows(byte[] parquet, MessageType schema) {
        Path file = store(parquet);
        List<PrimitiveType> types = schema.getFields().stream()
                .map(field -> field.asPrimitiveType())
                .toList();
        String list = types.stream().map(DuckFiles::expression).collect(Collectors.joining(", "));
        List<Meaning[]> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT " + list + " FROM read_parquet('" + file + "')")) {
            while (result.next()) {
                Meaning[] row = new Meaning[types.size()];
                for (int i = 0; i < row.length; i++) {
                    row[i] = meaning(Meaning.sort(types.get(i)), result, i + 1);
                }
                rows.add(row);
            }
            Files.delete(file);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return rows;
    }

    private static String expression(PrimitiveType type) {
        String name = '"' + type.getName() + '"';
        return switch (Meaning.sort(type)) {
            case BOOLEAN, FLOATING, TEXT -> name;
            case NUMBER -> name + "::VARCHAR";
            case BYTES -> "lower(hex(" + name + "))";
            case UUID -> "replace(" + name + "::VARCHAR, '-', '')";
            case DATE -> "(" + name + " - DATE '1970-01-01')::VARCHAR";
            case TIME -> "epoch_ns(" + name + ")::VARCHAR";
            case INSTANT, LOCAL_TIMESTAMP, INT96_TIMESTAMP -> "epoch_ns(" + name + ")::VARCHAR";
        };
    }

    private static Meaning meaning(Meaning.Sort sort, ResultSet result, int column) throws SQLException {
        Object value = result.getObject(column);
        if (value == null) {
            return null;
        }

        return new Meaning(
                sort,
                switch (sort) {
                    case BOOLEAN -> (Boolean) value;
                    case NUMBER -> number(new BigDecimal((String) value));
                    case FLOATING -> ((Number) value).doubleValue();
                    case TEXT -> value.toString();
                    case BYTES, UUID -> (String) value;
                    case DATE, TIME, INSTANT, LOCAL_TIMESTAMP, INT96_TIMESTAMP -> new BigInteger((String) value);
                });
    }

    private static BigDecimal number(BigDecimal number) {
        return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    }

    private Path store(byte[] parquet) {
        Path file = folder.resolve("file-" + files++ + ".parquet");
        try {
            Files.write(file, parquet);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return file;
    }

    private void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
