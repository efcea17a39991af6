package io.convergence.testkit.histories;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.curated.PartitionBy;
import io.convergence.curated.TableStyle;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableState;
import io.convergence.schema.Bytes;
import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.target.ReplicationSpec;
import io.convergence.testkit.dms.DmsScript;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DuckDB, which shares no code with us, reads what several merges published: all types, nulls and cells not known yet, as the script's source has them. */
class SnapshotInteropTest {
    private static final int SLICES = 20;
    private static final int SLICE = 200;

    private static final TableId TABLE = TableId.of("public", "everything");
    private static final int ROWS = 300;
    private static final int LOB = 9;

    private final ReplicationSpec spec = ReplicationSpec.lakeReady("bucket", "raw")
            .sourceSchema(SourceSchema.of(
                    SourceEngine.POSTGRESQL,
                    SourceTable.of(
                            TABLE,
                            List.of(
                                    SourceColumn.required("id", DataType.of(Kind.INT8)),
                                    SourceColumn.nullable("flag", DataType.of(Kind.BOOLEAN)),
                                    SourceColumn.nullable("small", DataType.of(Kind.INT2)),
                                    SourceColumn.nullable("whole", DataType.of(Kind.INT4)),
                                    SourceColumn.nullable("price", DataType.numeric(9, 2)),
                                    SourceColumn.nullable("wide", DataType.numeric(38, 10)),
                                    SourceColumn.nullable("single", DataType.of(Kind.REAL4)),
                                    SourceColumn.nullable("double", DataType.of(Kind.REAL8)),
                                    SourceColumn.nullable("name", DataType.wstring(20)),
                                    SourceColumn.nullable("body", DataType.of(Kind.NCLOB)),
                                    SourceColumn.nullable("bytes", DataType.of(Kind.BLOB)),
                                    SourceColumn.nullable("day", DataType.of(Kind.DATE)),
                                    SourceColumn.nullable("clock", DataType.time(3)),
                                    SourceColumn.nullable("at", DataType.datetime(6))),
                            List.of("id"),
                            RowImages.KEY_ONLY)))
            .tableMappings(mappings -> mappings.include("public", "%"))
            .build();
    private final Random random = new Random(7);
    private final DmsScript script = DmsScript.of(spec).loadFileRows(100);
    private final InMemoryObjectStore store = new InMemoryObjectStore(script.clock());

    @TempDir
    Path folder;

    private Object[] row(long id) {
        if (id % 7 == 0) {
            Object[] nulls = new Object[14];
            nulls[0] = id;
            return nulls;
        }
        return new Object[] {
            id,
            random.nextBoolean(),
            random.nextInt(65_536) - 32_768,
            random.nextInt(),
            BigDecimal.valueOf(random.nextInt(2_000_000_000) - 1_000_000_000, 2),
            new BigDecimal(random.nextLong()).movePointLeft(5).setScale(10),
            random.nextFloat(),
            random.nextGaussian(),
            "Straße " + random.nextInt(1000),
            "text \uD83D\uDE00 " + random.nextInt(),
            Bytes.of((byte) random.nextInt(), (byte) 0),
            LocalDate.ofEpochDay(random.nextInt(40_000) - 10_000),
            LocalTime.ofNanoOfDay(random.nextInt(86_400_000) * 1_000_000L),
            LocalDateTime.of(
                    1950 + random.nextInt(120), 1 + random.nextInt(12), 1, 2, 3, 4, random.nextInt(1_000_000) * 1000)
        };
    }

    @Test
    void s9DuckDbReadsWhatSeveralMergesPublishedAndUnknownCellsAsNull() throws Exception {
        readAfterSeveralMerges(MergeOptions.defaults());
    }

    /** The folders are not looked at: the columns are in the files. */
    @Test
    void s9DuckDbReadsThePartitionsThatSeveralMergesPublished() throws Exception {
        readAfterSeveralMerges(MergeOptions.defaults().partitionBy(PartitionBy.year("at"), PartitionBy.column("name")));

        List<LedgerFile> files =
                table().ledger().snapshot().published().orElseThrow().data();
        assertThat(files).hasSizeGreaterThan(100);
        assertThat(files)
                .filteredOn(file -> file.key().contains("/at_year=19"))
                .allMatch(file -> file.key().matches(".*/at_year=19[5-9]\\d/name_partition=.*"))
                .isNotEmpty();
    }

    private void readAfterSeveralMerges(MergeOptions options) throws Exception {
        for (long id = 1; id <= ROWS; id++) {
            script.row(row(id));
        }
        script.load();
        merge(options);
        requireSame(script.expected(TABLE).rows());

        // The insert comes late: until then nobody knows the large object of the row it makes.
        script.pause(Duration.ofHours(1));
        for (long id = 3; id <= ROWS; id += 5) {
            script.update(id, "name", "changed", "whole", null);
        }
        script.commit().flush();
        script.lateFile().insert(row(1001)).commit().flush();
        script.update(1001, "name", "before its insert", "whole", 5)
                .delete(4)
                .update(8, "id", 1008)
                .commit()
                .flush();
        merge(options);
        List<String> early = read().stream()
                .filter(line -> line.get(0).equals("1001"))
                .findFirst()
                .orElseThrow();
        assertThat(early.get(LOB)).as("a cell that is not known yet").isNull();
        assertThat(early.get(8)).isEqualTo("before its insert");

        script.arrive().insert(row(1002)).commit();
        merge(options);
        requireSame(script.expected(TABLE).rows());
    }

    /** Row groups without a change are copied, tables of new columns are written anew, buckets split and stay as they are. */
    @Test
    void duckDbReadsCopiedPages() throws Exception {
        var story = new MergedStory(32_000, 20, TableStyle.current()).load();
        LedgerEntry.Merge loaded = story.published();
        LedgerEntry.Merge changed = story.change().published();
        // All is in one file, and what changes stands at its beginning.
        assertThat(loaded.data()).hasSize(1);
        assertThat(copiedSlices(story, loaded, changed)).isGreaterThan(SLICES / 5);
        requireRows(story, changed, "", story.rows());
    }

    @Test
    void s15DuckDbReadsNewAndWiderColumnsAndSplitBuckets() throws Exception {
        var story = new MergedStory(1_400, 1_000, TableStyle.current()).load().change();

        LedgerEntry.Merge split = story.addColumn().widen().published();
        assertThat(split.data()).hasSizeGreaterThanOrEqualTo(8);

        LedgerEntry.Merge last = story.changeFew().published();
        assertThat(last.data())
                .filteredOn(split.data()::contains)
                .hasSizeBetween(1, split.data().size() - 1);
        requireRows(story, last, "", story.rows());
    }

    @Test
    void duckDbReadsWhatSeveralMergesPublishedWithDeletedRows() throws Exception {
        var story = new MergedStory(150, 100, TableStyle.softDelete())
                .load()
                .change()
                .addColumn()
                .widen()
                .changeFew();

        List<List<Object>> expected = new ArrayList<>();
        story.rows().forEach(row -> expected.add(with(row, false)));
        story.deleted().forEach(row -> expected.add(with(row, true)));
        assertThat(story.deleted()).hasSize(2);
        requireRows(story, story.published(), ", _deleted", expected);
    }

    @Test
    void duckDbReadsTheChangeLogOfSeveralMerges() throws Exception {
        var story =
                new MergedStory(150, 100, TableStyle.append()).load().change().addColumn();

        List<List<Object>> expected = new ArrayList<>();
        story.log().forEach(entry -> expected.add(with(entry.subList(1, entry.size()), entry.get(0))));
        List<List<String>> read = read(story, story.published(), ", _op, _position");
        read.sort(Comparator.comparing(row -> row.get(row.size() - 1)));
        assertThat(read)
                .extracting(row -> row.subList(0, row.size() - 1))
                .as("in the order of the changes")
                .containsExactlyElementsOf(
                        expected.stream().map(SnapshotInteropTest::text).toList());
    }

    /** Ends of ranges, unsigned numbers, bytes, NaN, infinities and the negative zero. */
    @Test
    void duckDbReadsEveryTypeThatDmsHas() throws Exception {
        var story = new TypedStory().play();

        requireRows(
                story, story.published().data().stream().map(LedgerFile::key).toList(), "", story.rows());
        assertThat(story.rows()).hasSize(127);
    }

    @Test
    void duckDbReadsEveryTypeFromPartitions() throws Exception {
        var story = new TypedStory(PartitionBy.year("day"), PartitionBy.column("groups")).play();
        List<LedgerFile> files = story.published().data();

        requireRows(story, files.stream().map(LedgerFile::key).toList(), "", story.rows());
        assertThat(files).extracting(LedgerFile::key).anyMatch(key -> key.contains("/groups_partition=a%2Fb c/"));
    }

    /** L6: the files of a table's changes that a symlink manifest names, compacted ones and the raw tail. */
    @Test
    void l6DuckDbReadsEachChangeOnceByTheManifest() throws Exception {
        var story = new TypedStory().play();
        List<String> named = story.manifest();

        assertThat(named).anyMatch(key -> key.startsWith("raw/")).anyMatch(key -> key.contains("/compacted/"));
        List<List<Object>> expected = new ArrayList<>();
        story.changes().forEach(change -> expected.add(with(change.subList(1, change.size()), change.get(0))));
        requireRows(story, named, ", \"Op\"", expected);
    }

    private void requireRows(TypedStory story, List<String> keys, String more, List<List<Object>> rows)
            throws SQLException, IOException {
        List<Path> files = new ArrayList<>();
        for (String key : keys) {
            Path copy = folder.resolve(key);
            Files.createDirectories(copy.getParent());
            Files.write(copy, story.content(key));
            files.add(copy);
        }
        String columns = story.columns().stream()
                .map(column -> '"' + column.name() + '"')
                .collect(Collectors.joining(", "));
        assertThat(read(files, columns + more))
                .extracting(SnapshotInteropTest::withoutZone)
                .containsExactlyInAnyOrderElementsOf(
                        rows.stream().map(SnapshotInteropTest::text).toList());
    }

    /** DMS calls its times UTC, and raw and compacted files keep that. */
    private static List<String> withoutZone(List<String> line) {
        List<String> local = new ArrayList<>();
        for (String cell : line) {
            if (cell != null && cell.matches("\\d\\d:\\d\\d.*Z")) {
                LocalTime time = LocalTime.parse(cell.substring(0, cell.length() - 1));
                local.add(String.format("%tT.%03d", time, time.getNano() / 1_000_000));
            } else {
                boolean instant = cell != null && cell.matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
                local.add(instant ? cell.substring(0, cell.length() - 1) : cell);
            }
        }
        return local;
    }

    private static List<Object> with(List<Object> row, Object more) {
        List<Object> all = new ArrayList<>(row);
        all.add(more);
        return all;
    }

    /** Of slices spread over the files of before, how many stand in the files of after, where pages were copied. */
    private static int copiedSlices(MergedStory story, LedgerEntry.Merge before, LedgerEntry.Merge after)
            throws IOException {
        List<String> written = new ArrayList<>();
        for (LedgerFile file : after.data()) {
            assertThat(before.data()).doesNotContain(file);
            written.add(new String(story.content(file.key()), ISO_8859_1));
        }
        int copied = 0;
        for (LedgerFile file : before.data()) {
            String content = new String(story.content(file.key()), ISO_8859_1);
            for (int slice = 0; slice < SLICES; slice++) {
                int from = (int) ((long) slice * (content.length() - SLICE) / SLICES);
                String wanted = content.substring(from, from + SLICE);
                copied += written.stream().anyMatch(text -> text.contains(wanted)) ? 1 : 0;
            }
        }

        return copied;
    }

    private void requireRows(MergedStory story, LedgerEntry.Merge merge, String more, List<List<Object>> rows)
            throws SQLException, IOException {
        assertThat(read(story, merge, more))
                .containsExactlyInAnyOrderElementsOf(
                        rows.stream().map(SnapshotInteropTest::text).toList());
    }

    private List<List<String>> read(MergedStory story, LedgerEntry.Merge merge, String more)
            throws SQLException, IOException {
        List<Path> files = new ArrayList<>();
        for (LedgerFile file : merge.data()) {
            Path copy = folder.resolve(file.key().replace('/', '_'));
            Files.write(copy, story.content(file.key()));
            files.add(copy);
        }
        String columns = story.columns().stream()
                .map(column -> '"' + column.name() + '"')
                .collect(Collectors.joining(", "));
        return read(files, columns + more);
    }

    private LakeTable table() {
        return Convergence.builder()
                .spec(spec)
                .store(store)
                .random(random)
                .build()
                .table(TABLE);
    }

    private void merge(MergeOptions options) {
        script.writeTo(store);
        var result = table().merge(options.declareComplete(), ProgressListener.none());
        assertThat(result.state()).as("%s", result).isEqualTo(TableState.PUBLISHED);
    }

    private void requireSame(List<List<@Nullable Object>> rows) throws SQLException, IOException {
        assertThat(read())
                .containsExactlyInAnyOrderElementsOf(
                        rows.stream().map(SnapshotInteropTest::text).toList());
    }

    private List<List<String>> read() throws SQLException, IOException {
        List<Path> files = new ArrayList<>();
        for (LedgerFile file :
                table().ledger().snapshot().published().orElseThrow().data()) {
            Path copy = folder.resolve(file.key());
            Files.createDirectories(copy.getParent());
            Files.write(copy, store.get(file.key()).orElseThrow().content());
            files.add(copy);
        }
        return read(
                files,
                spec.sourceSchema().orElseThrow().table(TABLE).orElseThrow().toSchema().columnNames().stream()
                        .map(name -> '"' + name + '"')
                        .collect(Collectors.joining(", ")));
    }

    private static List<List<String>> read(List<Path> files, String columns) throws SQLException {
        String names = files.stream()
                .map(file -> "'" + file.toString().replace("'", "''") + "'")
                .collect(Collectors.joining(", ", "[", "]"));
        List<List<String>> lines = new ArrayList<>();
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                ResultSet results = statement.executeQuery("SELECT " + columns + " FROM read_parquet(" + names
                        + ", hive_partitioning = false, union_by_name = true)")) {
            int width = results.getMetaData().getColumnCount();
            while (results.next()) {
                List<String> line = new ArrayList<>();
                for (int i = 1; i <= width; i++) {
                    line.add(text(results, i));
                }
                lines.add(line);
            }
        }
        return lines;
    }

    private static @Nullable String text(ResultSet results, int column) throws SQLException {
        Object value = results.getObject(column);
        if (value instanceof java.sql.Blob blob) {
            return Bytes.of(blob.getBytes(1, (int) blob.length())).toBase64();
        }
        if (value instanceof java.sql.Timestamp) {
            return results.getObject(column, LocalDateTime.class).toString();
        }
        return value == null ? null : value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    }

    private static List<String> text(List<@Nullable Object> row) {
        List<String> line = new ArrayList<>();
        for (Object value : row) {
            if (value == null) {
                line.add(null);
            } else if (value instanceof Bytes bytes) {
                line.add(bytes.toBase64());
            } else if (value instanceof BigDecimal decimal) {
                line.add(decimal.toPlainString());
            } else if (value instanceof LocalTime time) {
                line.add(String.format("%tT.%03d", time, time.getNano() / 1_000_000));
            } else {
                line.add(value.toString());
            }
        }
        return line;
    }
}
