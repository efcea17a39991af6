package io.convergence.pipeline;

import io.convergence.change.ParquetFixture;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.store.internal.ParquetInput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.GroupValueSource;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;

/** Commits files in place of live ones that differ from them, as a writer with a fault would; the log agrees with itself. */
final class TamperedFiles {
    private final InMemoryObjectStore store;
    private final Ledger ledger;

    TamperedFiles(InMemoryObjectStore store, LakeTable table) {
        this.store = store;
        this.ledger = table.ledger();
    }

    /** The first live compacted file. */
    LedgerFile compacted() {
        return ledger.snapshot().compacted().get(0).file();
    }

    LedgerEntry.Merge published() {
        return ledger.snapshot().published().orElseThrow();
    }

    /** Another content in place of the first compacted file, with the rows it is said to have. */
    String replaceCompacted(UnaryOperator<byte[]> content) {
        LedgerSnapshot snapshot = ledger.snapshot();
        LedgerEntry.CompactedFile file = snapshot.compacted().get(0);
        LedgerFile other = copy(file.file(), content);
        ledger.commit(new LedgerEntry.Compaction(
                ledger.newTransaction(),
                snapshot.slot(),
                List.of(new LedgerEntry.CompactedFile(other, file.sources())),
                List.of(file.file())));
        return other.key();
    }

    /** Other contents in place of all published files. */
    void replacePublished(UnaryOperator<byte[]> data, UnaryOperator<byte[]> state) {
        LedgerSnapshot snapshot = ledger.snapshot();
        LedgerEntry.Merge merge = published();
        List<LedgerFile> newData =
                merge.data().stream().map(file -> copy(file, data)).toList();
        List<LedgerFile> newState =
                merge.state().stream().map(file -> copy(file, state)).toList();
        ledger.commit(new LedgerEntry.Merge(
                ledger.newTransaction(),
                snapshot.slot(),
                merge.schema(),
                merge.generation(),
                List.of(),
                newData,
                newState,
                merge.completeThrough(),
                merge.notes()));
    }

    /** Where the next commit's copy of a file lies. */
    String copyOf(String key) {
        return key.replaceFirst(
                "(gen|log)-\\d+-[0-9a-f]+", "$1-" + (ledger.snapshot().slot() + 1) + "-bad0");
    }

    private LedgerFile copy(LedgerFile file, UnaryOperator<byte[]> content) {
        String key = copyOf(file.key());
        byte[] before = store.get(file.key()).orElseThrow().content();
        return LedgerFile.of(store.put(key, content.apply(before), WriteCondition.ifAbsent()), file.rows());
    }

    /** The file with other rows, and the same entries in its footer. */
    static byte[] rows(byte[] file, UnaryOperator<List<Group>> change) {
        var settings =
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
        try (var reader = ParquetFileReader.open(ParquetInput.inMemory("file", file), settings)) {
            MessageType schema = reader.getFileMetaData().getSchema();
            List<Group> rows = new ArrayList<>();
            for (PageReadStore pages = reader.readNextRowGroup(); pages != null; pages = reader.readNextRowGroup()) {
                RecordReader<Group> groups = new ColumnIOFactory()
                        .getColumnIO(schema)
                        .getRecordReader(pages, new GroupRecordConverter(schema));
                for (long i = 0; i < pages.getRowCount(); i++) {
                    rows.add(groups.read());
                }
            }
            ParquetFixture fixture = ParquetFixture.of(schema)
                    .with(builder -> builder.withCompressionCodec(CompressionCodecName.SNAPPY));
            reader.getFileMetaData().getKeyValueMetaData().forEach(fixture::metadata);
            return fixture.write(change.apply(rows).stream()
                    .map(row -> (ParquetFixture.Row) group -> fill(schema, row, group))
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fill(MessageType schema, GroupValueSource from, Group to) {
        for (int i = 0; i < schema.getFieldCount(); i++) {
            if (from.getFieldRepetitionCount(i) == 0) {
                continue;
            }
            PrimitiveType type = schema.getType(i).asPrimitiveType();
            switch (type.getPrimitiveTypeName()) {
                case INT32 -> to.add(i, from.getInteger(i, 0));
                case INT64 -> to.add(i, from.getLong(i, 0));
                case BOOLEAN -> to.add(i, from.getBoolean(i, 0));
                case DOUBLE -> to.add(i, ((SimpleGroup) from).getDouble(i, 0));
                case FLOAT -> to.add(i, ((SimpleGroup) from).getFloat(i, 0));
                default -> to.add(i, from.getBinary(i, 0));
            }
        }
    }

    /** The row with another text in a column. */
    static Group with(Group row, String column, String text) {
        var copy = new SimpleGroup(((SimpleGroup) row).getType());
        MessageType schema = (MessageType) copy.getType();
        fill(schema, row, copy);
        int place = schema.getFieldIndex(column);
        var other = new SimpleGroup(schema);
        for (int i = 0; i < schema.getFieldCount(); i++) {
            if (i == place) {
                other.add(i, text);
            } else if (copy.getFieldRepetitionCount(i) > 0) {
                PrimitiveType type = schema.getType(i).asPrimitiveType();
                switch (type.getPrimitiveTypeName()) {
                    case INT64 -> other.add(i, copy.getLong(i, 0));
                    default -> other.add(i, copy.getBinary(i, 0));
                }
            }
        }
        return other;
    }

    /** The file with another footer. */
    static byte[] footer(byte[] file, Consumer<FileMetaData> change) {
        int length = ByteBuffer.wrap(file, file.length - 8, 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
        int start = file.length - 8 - length;
        try {
            FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(file, start, length));
            change.accept(footer);
            var bytes = new ByteArrayOutputStream();
            bytes.write(file, 0, start);
            Util.writeFileMetaData(footer, bytes);
            bytes.write(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(bytes.size() - start)
                    .array());
            bytes.write(file, file.length - 4, 4);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Entries of the footer. */
    static byte[] entry(byte[] file, String name, UnaryOperator<String> change) {
        return footer(
                file,
                footer -> footer.getKey_value_metadata().stream()
                        .filter(entry -> entry.getKey().equals(name))
                        .forEach(entry -> entry.setValue(change.apply(entry.getValue()))));
    }

    /** A byte of the footer is another. */
    static byte[] damagedFooter(byte[] file) {
        byte[] damaged = Arrays.copyOf(file, file.length);
        int length = ByteBuffer.wrap(file, file.length - 8, 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
        Arrays.fill(damaged, file.length - 8 - length, file.length - 8 - length + 20, (byte) 0xFF);
        return damaged;
    }
}
