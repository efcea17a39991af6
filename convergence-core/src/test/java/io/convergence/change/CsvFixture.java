package io.convergence.change;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.convergence.TableId;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectStat;
import io.convergence.target.CsvForm;
import io.convergence.target.RowShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/** CSV files of one table, and what is read from them. */
final class CsvFixture {
    static final TableId TABLE = TableId.of("public", "orders");
    static final Instant FLUSHED = Instant.parse("2024-06-12T10:31:25.108Z");
    static final Instant LOADED = Instant.parse("2024-06-12T10:00:00Z");
    static final FileContext PLACE = new FileContext(LOADED, FLUSHED);
    static final String CDC_KEY = "public/orders/20240612-103125108.csv";
    static final String LOAD_KEY = "public/orders/LOAD00000001.csv";
    static final String TXN_KEY = "cdc/CDC_TXN-20240612103125108.csv";

    private final FileStore store = new FileStore();
    private ChangeReadOptions options = ChangeReadOptions.defaults();

    /** A table whose first column is its key. */
    static TableSchema schema(String... columns) {
        List<Column> all = new ArrayList<>();
        for (String column : columns) {
            String[] parts = column.split(" ", 2);
            String type = parts[1].replace(" not null", "");
            all.add(new Column(parts[0], DataType.parse(type), type.equals(parts[1])));
        }

        return new TableSchema(TABLE, all, List.of(all.get(0).name()));
    }

    static RowShape shape(TableSchema schema, Consumer<CsvForm.Builder> form) {
        return RowShape.plain().withSchema(schema).withCsv(CsvForm.of(form));
    }

    CsvFixture options(ChangeReadOptions changed) {
        options = changed;
        return this;
    }

    FileStore store() {
        return store;
    }

    RawFile.Cdc cdc(String content) {
        return cdc(content.getBytes(UTF_8));
    }

    RawFile.Cdc cdc(byte[] content) {
        return new RawFile.Cdc(TABLE, store.add(CDC_KEY, content, FLUSHED), RawFormat.CSV, FLUSHED);
    }

    RawFile.Cdc gzipCdc(byte[] content) {
        ObjectStat stat = store.add(CDC_KEY + ".gz", content, FLUSHED);
        return new RawFile.Cdc(TABLE, stat, RawFormat.CSV_GZIP, FLUSHED);
    }

    RawFile.Load load(String content) {
        ObjectStat stat = store.add(LOAD_KEY, content.getBytes(UTF_8), LOADED);
        return new RawFile.Load(TABLE, stat, RawFormat.CSV, "", 1);
    }

    RawFile.Transaction transactions(String name, String content, Instant instant) {
        ObjectStat stat = store.add("cdc/" + name, content.getBytes(UTF_8), instant);
        return new RawFile.Transaction(stat, RawFormat.CSV, instant);
    }

    ChangeReader reader(RowShape shape) {
        return ChangeReader.create(store, TABLE, shape, options);
    }

    List<ChangeRecord> read(RawFile file, RowShape shape) {
        try (ChangeCursor cursor = reader(shape).open(file, PLACE)) {
            return all(cursor);
        }
    }

    static List<ChangeRecord> all(ChangeCursor cursor) {
        List<ChangeRecord> records = new ArrayList<>();
        for (var batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
            batch.get().forEach(records::add);
        }

        return records;
    }

    /** Operation letter and cells, those without a value by their state. */
    static List<String> lines(List<ChangeRecord> changes) {
        return changes.stream()
                .map(change -> {
                    StringBuilder line =
                            new StringBuilder().append(change.operation().letter());
                    for (int i = 0; i < change.image().columns().size(); i++) {
                        CellState state = change.image().state(i);
                        line.append(" [")
                                .append(
                                        state == CellState.PRESENT
                                                ? change.image().value(i)
                                                : state)
                                .append(']');
                    }
                    return line.toString();
                })
                .toList();
    }

    static byte[] gzip(byte[] content) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return bytes.toByteArray();
    }
}
