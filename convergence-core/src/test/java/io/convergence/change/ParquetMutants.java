package io.convergence.change;

import static io.convergence.change.Mutations.demand;

import io.convergence.TableId;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.target.RowShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;

/**
 * Damaged Parquet files. Whatever comes out of one has the rows of the sound file, as many and in their places. Without checksums a
 * damaged page may give other values, but only in its own column; with them it gives none. Harmless changes change nothing.
 */
final class ParquetMutants implements Mutations.Mutants {
    private static final TableId TABLE = TableId.of("public", "t");
    private static final Instant FLUSHED = Instant.parse("2024-06-12T10:31:25.108Z");
    private static final String KEY = "public/t/20240612-103125108.parquet";
    private static final String FIELDS =
            "required binary Op (UTF8); optional int64 id; optional binary note (UTF8); optional boolean flag; optional fixed_len_byte_array(5) price (DECIMAL(10,2));"
                    + " optional int64 moment (TIMESTAMP_MICROS); optional binary raw; required int32 small (INT_16); optional double ratio;";
    private static final int[] EXTREMES = {Integer.MIN_VALUE, -1, 0, 1, 2, 7, 255, 65_536, 1 << 30, Integer.MAX_VALUE};

    /** A sound file and what it holds, by row and column. */
    private record Sound(byte[] bytes, boolean checked, List<List<Object>> rows, List<ParquetForge.Page> pages) {}

    private final List<Sound> files = new ArrayList<>();

    ParquetMutants() {
        long seed = 1;
        for (CompressionCodecName codec : List.of(
                CompressionCodecName.UNCOMPRESSED,
                CompressionCodecName.GZIP,
                CompressionCodecName.SNAPPY,
                CompressionCodecName.ZSTD,
                CompressionCodecName.LZ4_RAW)) {
            for (WriterVersion version : WriterVersion.values()) {
                for (boolean dictionary : List.of(true, false)) {
                    for (boolean checked : List.of(true, false)) {
                        byte[] bytes = write(new Random(seed++), codec, version, dictionary, checked);
                        files.add(new Sound(bytes, checked, read(bytes), ParquetForge.pages(bytes)));
                    }
                }
            }
        }
    }

    private static byte[] write(
            Random random, CompressionCodecName codec, WriterVersion version, boolean dictionary, boolean checked) {
        List<ParquetFixture.Row> rows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int cells = random.nextInt(64);
            long id = i;
            byte[] raw = new byte[random.nextInt(12)];
            random.nextBytes(raw);
            rows.add(row -> {
                row.append("Op", "IUD".substring(cells % 3, cells % 3 + 1))
                        .append("id", id)
                        .append("small", (int) id % 5);
                if ((cells & 1) != 0) {
                    row.append("note", "note ä " + cells % 7);
                }
                if ((cells & 2) != 0) {
                    row.append("flag", cells > 30);
                }
                if ((cells & 4) != 0) {
                    row.append("price", Binary.fromConstantByteArray(new byte[] {0, 0, 1, (byte) cells, 2}));
                }
                if ((cells & 8) != 0) {
                    row.append("moment", 1_718_188_227_362_108L + cells);
                }
                if ((cells & 16) != 0) {
                    row.append("raw", Binary.fromConstantByteArray(raw));
                }
                if ((cells & 32) != 0) {
                    row.append("ratio", cells / 7.0);
                }
            });
        }
        return ParquetFixture.of(FIELDS)
                .with(builder -> builder.withCompressionCodec(codec)
                        .withWriterVersion(version)
                        .withDictionaryEncoding(dictionary)
                        .withPageWriteChecksumEnabled(checked)
                        .withRowGroupRowCountLimit(15)
                        .withPageRowCountLimit(6))
                .write(rows);
    }

    @Override
    public String name() {
        return "parquet";
    }

    @Override
    public Mutations.Outcome next(Random random) {
        Sound sound = files.get(random.nextInt(files.size()));
        return switch (random.nextInt(10)) {
            case 0, 1 -> judge(sound, inPage(sound, random));
            case 2, 3 -> judge(sound, anyRows(anywhere(sound.bytes(), random)));
            case 4 -> judge(sound, anyRows(inFooter(sound.bytes(), random)));
            case 5 -> judge(sound, anyRows(cut(sound.bytes(), random)));
            case 6 -> judge(sound, anyRows(ParquetForge.withFooter(sound.bytes(), footer -> lie(footer, random))));
            case 7, 8 -> judge(sound, anyRows(lyingHeader(sound, random)));
            default -> judge(sound, harmless(sound.bytes(), random));
        };
    }

    /**
     * A damaged file.
     *
     * @param column the only one whose values may differ; -1 for all, and the columns may be others
     * @param mayRead whether anything may come out
     * @param mayFail whether it may be refused
     */
    private record Mutant(byte[] bytes, int column, boolean mayRead, boolean mayFail) {}

    private static Mutant anyRows(byte[] bytes) {
        return new Mutant(bytes, -1, true, true);
    }

    private static Mutations.Outcome judge(Sound sound, Mutant mutant) {
        List<List<Object>> rows;
        try {
            rows = read(mutant.bytes());
        } catch (RawFileException e) {
            Mutations.demandTyped(e);
            if (!mutant.mayFail()) {
                throw new AssertionError("a harmless change is refused", e);
            }
            return Mutations.Outcome.REFUSED;
        }

        demand(mutant.mayRead(), "a damaged page is read although it has a checksum");
        demand(
                rows.size() == sound.rows().size(),
                rows.size() + " rows instead of " + sound.rows().size());
        for (int row = 0; row < rows.size(); row++) {
            demand(
                    rows.get(row).get(0).equals((long) row),
                    "row " + row + " stands at " + rows.get(row).get(0));
            for (int cell = 1; mutant.column() >= 0 && cell < rows.get(row).size(); cell++) {
                // The row's number and its operation, which is the file's column 0, stand first.
                boolean own = cell == mutant.column() + 1;
                demand(
                        own
                                || rows.get(row)
                                        .get(cell)
                                        .equals(sound.rows().get(row).get(cell)),
                        "row " + row + " cell " + cell + " is " + rows.get(row).get(cell) + " instead of "
                                + sound.rows().get(row).get(cell));
            }
        }

        return Mutations.Outcome.READ;
    }

    /** Damages the bytes of one page behind its header. */
    private static Mutant inPage(Sound sound, Random random) {
        ParquetForge.Page page = sound.pages().get(random.nextInt(sound.pages().size()));
        byte[] bytes = sound.bytes().clone();
        if (page.end() == page.data()) {
            return new Mutant(bytes, page.column(), true, false);
        }
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = page.data() + random.nextInt(page.end() - page.data());
            bytes[at] = (byte) (random.nextBoolean() ? bytes[at] ^ 1 << random.nextInt(8) : random.nextInt(256));
        }

        boolean changed = !Arrays.equals(bytes, sound.bytes());
        return new Mutant(bytes, page.column(), !(sound.checked() && changed), true);
    }

    private static byte[] anywhere(byte[] sound, Random random) {
        byte[] bytes = sound.clone();
        int from = random.nextInt(bytes.length);
        int length = Math.min(bytes.length - from, 1 + random.nextInt(random.nextInt(8) == 0 ? 200 : 6));
        switch (random.nextInt(4)) {
            case 0 -> Arrays.fill(bytes, from, from + length, (byte) 0);
            case 1 -> Arrays.fill(bytes, from, from + length, (byte) 0xFF);
            case 2 -> System.arraycopy(sound, random.nextInt(bytes.length - length + 1), bytes, from, length);
            default -> {
                for (int i = from; i < from + length; i++) {
                    bytes[i] = (byte) random.nextInt(256);
                }
            }
        }

        return bytes;
    }

    private static byte[] inFooter(byte[] sound, Random random) {
        byte[] bytes = sound.clone();
        int start = ParquetForge.footerStart(sound);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = start + random.nextInt(bytes.length - start);
            bytes[at] = (byte) (random.nextBoolean() ? bytes[at] ^ 1 << random.nextInt(8) : random.nextInt(256));
        }

        return bytes;
    }

    private static byte[] cut(byte[] sound, Random random) {
        int at = random.nextInt(sound.length);
        int length = Math.min(sound.length - at, 1 + random.nextInt(50));
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(sound, at);
            case 1 -> joined(Arrays.copyOf(sound, at), Arrays.copyOfRange(sound, at + length, sound.length));
            case 2 -> joined(Arrays.copyOf(sound, at + length), Arrays.copyOfRange(sound, at, sound.length));
            default -> {
                byte[] bytes = sound.clone();
                ByteBuffer.wrap(bytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(bytes.length - 8, EXTREMES[random.nextInt(EXTREMES.length)] + random.nextInt(3) - 1);
                yield bytes;
            }
        };
    }

    private static byte[] joined(byte[] one, byte[] other) {
        return ByteBuffer.allocate(one.length + other.length)
                .put(one)
                .put(other)
                .array();
    }

    /** Makes a sound footer say something else in one point. */
    private static void lie(FileMetaData footer, Random random) {
        int extreme = EXTREMES[random.nextInt(EXTREMES.length)];
        int group = random.nextInt(footer.getRow_groupsSize());
        int column = random.nextInt(footer.getRow_groups().get(group).getColumnsSize());
        ColumnMetaData chunk = ParquetForge.chunk(footer, group, column);
        SchemaElement element = footer.getSchema().get(1 + random.nextInt(footer.getSchemaSize() - 1));
        switch (random.nextInt(18)) {
            case 0 -> footer.setNum_rows(extreme);
            case 1 -> footer.getRow_groups().get(group).setNum_rows(extreme);
            case 2 -> footer.getRow_groups().remove(group);
            case 3 -> footer.getRow_groups().add(footer.getRow_groups().get(group));
            case 4 -> chunk.setNum_values(extreme);
            case 5 -> chunk.setData_page_offset(chunk.getData_page_offset() + extreme);
            case 6 -> chunk.setDictionary_page_offset(extreme);
            case 7 -> chunk.setTotal_compressed_size(extreme);
            case 8 -> chunk.setTotal_uncompressed_size(extreme);
            case 9 -> chunk.setCodec(CompressionCodec.values()[random.nextInt(CompressionCodec.values().length)]);
            case 10 -> chunk.setType(Type.values()[random.nextInt(Type.values().length)]);
            case 11 -> element.setType(Type.values()[random.nextInt(Type.values().length)]);
            case 12 -> element.setType_length(extreme);
            case 13 -> element.setNum_children(extreme);
            case 14 -> {
                element.unsetLogicalType();
                element.setConverted_type(ConvertedType.values()[random.nextInt(ConvertedType.values().length)]);
                element.setScale(random.nextInt(9)).setPrecision(extreme);
            }
            case 15 -> element.setName(footer.getSchema().get(1).getName());
            case 16 -> chunk.setPath_in_schema(List.of("nowhere"));
            default -> footer.getRow_groups().get(group).getColumns().remove(column);
        }
    }

    /** A page whose header says something else in one point. */
    private static byte[] lyingHeader(Sound sound, Random random) {
        ParquetForge.Page page = sound.pages().get(random.nextInt(sound.pages().size()));
        int extreme = EXTREMES[random.nextInt(EXTREMES.length)];
        Encoding encoding = Encoding.values()[random.nextInt(Encoding.values().length)];
        return ParquetForge.withHeader(sound.bytes(), page, header -> {
            switch (random.nextInt(6)) {
                case 0 -> header.setCompressed_page_size(extreme);
                case 1 -> header.setUncompressed_page_size(extreme);
                case 2 -> header.setType(PageType.values()[random.nextInt(PageType.values().length)]);
                default -> lie(header, encoding, extreme, random);
            }
        });
    }

    private static void lie(PageHeader header, Encoding encoding, int extreme, Random random) {
        if (header.isSetDictionary_page_header()) {
            if (random.nextBoolean()) {
                header.getDictionary_page_header().setNum_values(extreme);
            } else {
                header.getDictionary_page_header().setEncoding(encoding);
            }
        } else if (header.isSetData_page_header()) {
            switch (random.nextInt(3)) {
                case 0 -> header.getData_page_header().setNum_values(extreme);
                case 1 -> header.getData_page_header().setEncoding(encoding);
                default -> header.getData_page_header().setDefinition_level_encoding(encoding);
            }
        } else {
            switch (random.nextInt(6)) {
                case 0 -> header.getData_page_header_v2().setNum_values(extreme);
                case 1 -> header.getData_page_header_v2().setEncoding(encoding);
                case 2 -> header.getData_page_header_v2().setNum_nulls(extreme);
                case 3 -> header.getData_page_header_v2().setNum_rows(extreme);
                case 4 -> header.getData_page_header_v2().setDefinition_levels_byte_length(extreme);
                default -> header.getData_page_header_v2().setRepetition_levels_byte_length(extreme);
            }
        }
    }

    private static Mutant harmless(byte[] sound, Random random) {
        byte[] bytes = ParquetForge.withFooter(sound, footer -> {
            switch (random.nextInt(6)) {
                case 0 -> footer.setCreated_by("somebody else version " + random.nextInt(9));
                case 1 -> footer.addToKey_value_metadata(new KeyValue("note " + random.nextInt()));
                case 2 -> footer.unsetColumn_orders();
                case 3 -> footer.setVersion(random.nextInt(4));
                case 4 ->
                    footer.getRow_groups()
                            .forEach(group ->
                                    group.getColumns().forEach(column -> column.setFile_offset(random.nextInt())));
                default ->
                    footer.getRow_groups()
                            .forEach(group -> group.getColumns()
                                    .forEach(column -> column.getMeta_data().unsetStatistics()));
            }
        });
        return new Mutant(bytes, Integer.MAX_VALUE - 1, true, false);
    }

    private static List<List<Object>> read(byte[] bytes) {
        FileStore store = new FileStore();
        RawFile.Cdc file = new RawFile.Cdc(TABLE, store.add(KEY, bytes, FLUSHED), RawFormat.PARQUET, FLUSHED);
        ChangeReader reader = ChangeReader.create(
                store, TABLE, RowShape.plain(), ChangeReadOptions.defaults().withBatchRows(7));
        List<List<Object>> rows = new ArrayList<>();
        try (ChangeCursor cursor = reader.open(file, new FileContext(FileContext.NO_LOAD, FLUSHED))) {
            for (ChangeRecord change : CsvFixture.all(cursor)) {
                List<Object> row = new ArrayList<>();
                row.add(change.origin().row());
                row.add(change.operation());
                RowImage image = change.image();
                for (int i = 0; i < image.columns().size(); i++) {
                    CellState state = image.state(i);
                    row.add(state == CellState.PRESENT ? image.value(i) : state);
                }
                rows.add(row);
            }
        }

        return rows;
    }
}
