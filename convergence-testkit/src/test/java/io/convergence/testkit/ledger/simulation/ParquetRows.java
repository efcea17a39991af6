package io.convergence.testkit.ledger.simulation;

import io.convergence.raw.RawLayout;
import io.convergence.target.DatePartitionDelimiter;
import io.convergence.target.DatePartitionSequence;
import io.convergence.testkit.ledger.simulation.RawHistory.RawFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.DelegatingPositionOutputStream;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.Type;

/**
 * Real Parquet files as DMS would write them, with three versions of the table's columns, and the rows of such files as
 * texts: what parquet-java reads, without what is null.
 */
final class ParquetRows {
    /** How often the table's columns may change, and once more. */
    static final int VERSIONS = 3;

    /** With date folders, as late files of closed ones are of interest. */
    static final RawLayout LAYOUT = RawLayout.builder()
            .bucketFolder("raw")
            .datePartition(DatePartitionSequence.YYYYMMDD, DatePartitionDelimiter.SLASH)
            .build();

    /** Declared: there are no LOAD files. */
    static final Instant LOAD_START = Instant.parse("2026-01-01T00:00:00Z");

    private static final String CONTROL_COLUMNS =
            "optional binary Op (UTF8); required binary ts (UTF8); required binary seq (UTF8); ";

    /** Columns come, one of them becomes wider, and their order changes. */
    private static final List<MessageType> TYPES = List.of(
            type("required int64 id; optional binary note (UTF8);"),
            type("required int64 id; optional binary note (UTF8); optional int32 qty; optional binary extra (UTF8);"),
            type("optional int64 qty; required int64 id; optional binary extra (UTF8); optional binary note (UTF8);"));

    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmssSSS", Locale.ROOT);
    private static final DateTimeFormatter COMMITTED =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final DateTimeFormatter SEQUENCE = DateTimeFormatter.ofPattern("yyyyMMddHHmmssSS", Locale.ROOT);

    /** So few that files change and delete each other's rows. */
    private static final int KEYS = 6;

    /** Files of DMS, made once: writing one costs more than the rest of a schedule. */
    private static final Map<Kind, Encoded> FILES = new ConcurrentHashMap<>();

    private ParquetRows() {}

    /** @param again whether it stands in the place of another file of that name */
    private record Kind(String name, int version, int rows, boolean again) {}

    record Encoded(byte[] bytes, RawFile file) {}

    private static MessageType type(String columns) {
        return MessageTypeParser.parseMessageType("message schema { " + CONTROL_COLUMNS + columns + " }");
    }

    /** The file DMS would write under this name. */
    static Encoded file(String key, int version, int rows, boolean again) {
        String name = key.substring(key.lastIndexOf('/') + 1, key.lastIndexOf('.'));
        return FILES.computeIfAbsent(new Kind(name, version, rows, again), ParquetRows::encode);
    }

    private static Encoded encode(Kind kind) {
        MessageType type = TYPES.get(kind.version());
        var bytes = new ByteArrayOutputStream();
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new Target(bytes))
                .withConf(new PlainParquetConfiguration())
                .withType(type)
                .withCompressionCodec(CompressionCodecName.SNAPPY)
                .build()) {
            for (int i = 0; i < kind.rows(); i++) {
                writer.write(row(kind, type, i));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] content = bytes.toByteArray();
        return new Encoded(content, new RawFile(decode(content), columns(content), read(content)));
    }

    private static Group row(Kind kind, MessageType type, int number) {
        LocalDateTime stored = LocalDateTime.parse(kind.name(), NAME);
        LocalDateTime committed = stored.minusNanos(1_000_000L - 1_000L * number);
        int millis = Integer.parseInt(kind.name().substring(kind.name().length() - 3));
        // The source's counter goes on from day to day.
        long counter = stored.getDayOfMonth() == 1 ? 1_000_000 : 500_000;
        counter += millis * 10L + number + (kind.again() ? 5 : 0);
        Group row = new SimpleGroup(type);
        // Keys of a file differ; the same key comes again in others.
        int draw = Math.floorMod((int) (counter * 0x9E3779B97F4A7C15L >>> 40), 8);
        row.add("Op", draw < 2 ? "I" : draw < 7 ? "U" : "D");
        row.add("ts", COMMITTED.format(committed));
        row.add("seq", SEQUENCE.format(committed) + String.format(Locale.ROOT, "%019d", counter));
        row.add("id", (long) ((millis + number) % KEYS));
        if (draw == 7) {
            return row;
        }

        if (draw != 5) {
            row.add("note", Secrets.SECRET + " " + counter);
        }
        if (type.containsField("qty") && draw != 6) {
            if (kind.version() == 1) {
                row.add("qty", (int) counter);
            } else {
                row.add("qty", counter + (1L << 40));
            }
        }
        if (type.containsField("extra") && millis % 2 == 0) {
            row.add("extra", Secrets.SECRET + " extra " + counter);
        }
        return row;
    }

    /** A line for each row: its cells that are not null, by the names of their columns. */
    static String decode(byte[] content) {
        var rows = new StringBuilder();
        read(content).forEach(row -> rows.append(row).append('\n'));
        return rows.toString();
    }

    /** The cells that are not null, by the names of their columns; lists and structures are left out. */
    static List<SortedMap<String, String>> read(byte[] content) {
        List<SortedMap<String, String>> rows = new ArrayList<>();
        try (ParquetReader<Group> reader = new Reading(new Source(content)).build()) {
            for (Group row = reader.read(); row != null; row = reader.read()) {
                rows.add(cells(row));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    private static SortedMap<String, String> cells(Group row) {
        SortedMap<String, String> cells = new TreeMap<>();
        GroupType type = row.getType();
        for (int i = 0; i < type.getFieldCount(); i++) {
            if (type.getType(i).isPrimitive() && row.getFieldRepetitionCount(i) > 0) {
                cells.put(type.getFieldName(i), row.getValueToString(i, 0));
            }
        }
        return cells;
    }

    /** The names of the columns, whether or not a row has a value of them. */
    static Set<String> columns(byte[] content) {
        Set<String> names = new HashSet<>();
        try (ParquetFileReader reader = ParquetFileReader.open(
                new Source(content),
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build())) {
            MessageType type = reader.getFooter().getFileMetaData().getSchema();
            type.getFields().stream().map(Type::getName).forEach(names::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }

    private static final class Reading extends ParquetReader.Builder<Group> {
        Reading(InputFile file) {
            super(file, new PlainParquetConfiguration());
        }

        @Override
        protected ReadSupport<Group> getReadSupport() {
            return new GroupReadSupport();
        }
    }

    private record Source(byte[] content) implements InputFile {
        @Override
        public long getLength() {
            return content.length;
        }

        @Override
        public SeekableInputStream newStream() {
            var stream = new Seekable(content);
            return new DelegatingSeekableInputStream(stream) {
                @Override
                public long getPos() {
                    return stream.position();
                }

                @Override
                public void seek(long position) {
                    stream.position((int) position);
                }
            };
        }
    }

    private static final class Seekable extends ByteArrayInputStream {
        Seekable(byte[] content) {
            super(content);
        }

        int position() {
            return pos;
        }

        void position(int position) {
            pos = position;
        }
    }

    private record Target(ByteArrayOutputStream bytes) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSizeHint) {
            return new DelegatingPositionOutputStream(bytes) {
                @Override
                public long getPos() {
                    return bytes.size();
                }
            };
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSizeHint) {
            return create(blockSizeHint);
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }
}
