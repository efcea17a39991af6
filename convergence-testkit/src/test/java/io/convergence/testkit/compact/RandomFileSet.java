package io.convergence.testkit.compact;

import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.RowShape;
import io.convergence.testkit.dms.DmsFiles;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/**
 * Raw files of one table, made from a seed, with the rows that were put into them. Any types, encodings, page versions, sizes of pages
 * and row groups, codecs, patterns of nulls, repetitions of values and schema changes; by four writers.
 */
final class RandomFileSet {
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmssSSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SEQUENCE =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmssSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Of a file; more of them test nothing new and take all the time. */
    static final int MOST_GROUPS = 8;

    /** Of a column in a row group. */
    static final int MOST_PAGES = 30;

    /** How large the files are. Pages of few rows are never copied, so some sets have large ones, of few columns. */
    enum Size {
        SMALL,
        /** Several thousand rows a file. */
        LARGE,
        /** More rows than one page of an output takes. */
        HUGE
    }

    enum Writer {
        PARQUET_JAVA,
        ODD,
        STAND_IN,
        DUCK_DB
    }

    /** A raw file and what it must be read as. */
    record TrueFile(String key, Writer writer, String how, MessageType schema, List<Object[]> rows, byte[] bytes) {
        @Override
        public String toString() {
            return "'" + key + "' (" + rows.size() + " rows, " + how + ")";
        }
    }

    private final long seed;
    private final Random random;
    private final DuckFiles duck;
    private final Map<String, Integer> coverage;
    private final List<RandomColumn> columns = new ArrayList<>();
    private final List<RandomColumn> dropped = new ArrayList<>();
    private final boolean sequence;
    private final boolean timestamp;
    private final boolean beforeImage;
    private final boolean oneStyle;
    private final Size size;
    private final Map<String, TrueFile> files = new LinkedHashMap<>();
    private Writer writer;
    private JavaWriter.Style javaStyle;
    private OddWriter.Style oddStyle;
    private Instant now = Instant.parse("2026-03-01T10:00:00Z");
    private long counter = 1000;

    /** @param coverage counts what the sets turned out to hold, by name */
    RandomFileSet(long seed, DuckFiles duck, Map<String, Integer> coverage) {
        this(seed, duck, coverage, seed % 60 == 7 ? Size.HUGE : seed % 8 == 3 ? Size.LARGE : Size.SMALL);
    }

    RandomFileSet(long seed, DuckFiles duck, Map<String, Integer> coverage, Size size) {
        // Neighbouring seeds give neighbouring first numbers.
        this.seed = seed;
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.duck = duck;
        this.coverage = coverage;
        this.sequence = random.nextInt(4) > 0;
        this.timestamp = sequence || random.nextBoolean();
        this.beforeImage = random.nextInt(3) == 0;
        this.oneStyle = random.nextInt(5) > 1;
        this.size = size;
        columns.add(RandomColumn.of("id", CellKind.INT64, random.nextBoolean(), random));
        int count = 1 + random.nextInt(size == Size.SMALL ? 9 : 3);
        for (int i = 0; i < count; i++) {
            columns.add(newColumn("c" + i));
        }
        newStyle();
        write();
    }

    private RandomColumn newColumn(String name) {
        CellKind kind = random.nextInt(3) == 0
                ? CellKind.DRIFTS.get(random.nextInt(CellKind.DRIFTS.size())).get(0)
                : CellKind.ALL.get(random.nextInt(CellKind.ALL.size()));
        count("type " + kind.primitive() + " " + kind.annotation());
        RandomColumn column = RandomColumn.of(name, kind, random.nextInt(5) == 0, random);
        return size == Size.SMALL || random.nextInt(3) == 0 ? column : column.withoutRepeats();
    }

    private void newStyle() {
        int choice = random.nextInt(20);
        writer = choice < 8
                ? Writer.ODD
                : choice < 15 ? Writer.PARQUET_JAVA : choice < 18 ? Writer.STAND_IN : Writer.DUCK_DB;
        javaStyle = JavaWriter.Style.random(random);
        oddStyle = OddWriter.Style.random(random);
        if (size != Size.SMALL && random.nextInt(8) > 0) {
            int pageRows = random.nextBoolean() ? 100_000 : 2_100 + random.nextInt(900);
            javaStyle = javaStyle.large(pageRows, random);
            oddStyle = oddStyle.large(pageRows, random);
        }
    }

    /** From one to as good as all, small ones more often. */
    static int skewed(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> 1;
            case 1 -> 1 + random.nextInt(8);
            case 2 -> 1 + random.nextInt(60);
            case 3 -> 1 + random.nextInt(600);
            default -> 100_000;
        };
    }

    private void count(String what) {
        coverage.merge(what, 1, Integer::sum);
    }

    long seed() {
        return seed;
    }

    RowShape shape() {
        RowShape shape = RowShape.plain().withNullOnUpdate(Map.of("c0", NullOnUpdate.UNKNOWN), NullOnUpdate.NULL);
        shape = timestamp ? shape.withTimestampColumn("commit_ts") : shape;
        shape = sequence ? shape.withSequenceColumn("seq") : shape;
        return beforeImage ? shape.withBeforeImage("bi_", "") : shape;
    }

    Map<String, TrueFile> files() {
        return files;
    }

    TrueFile file(String key) {
        return files.get(key);
    }

    /** A store with the files, its clock after all of them. */
    InMemoryObjectStore store() {
        Instant after = now.plus(Duration.ofHours(1));
        var store = new InMemoryObjectStore(() -> after);
        put(store);
        return store;
    }

    void put(ObjectStore store) {
        files.values().forEach(file -> store.put(file.key(), file.bytes(), WriteCondition.ifAbsent()));
    }

    private void write() {
        int loads = random.nextInt(size == Size.SMALL ? 4 : 2);
        for (int i = 1; i <= loads; i++) {
            now = now.plusSeconds(1 + random.nextInt(20));
            add(String.format(Locale.ROOT, "LOAD%08X.parquet", i), false);
        }

        int changes = 2 + random.nextInt(size == Size.SMALL ? 7 : 3);
        for (int i = 0; i < changes; i++) {
            drift(i);
            now = now.plusMillis(1500 + random.nextInt(90_000));
            add(NAME.format(now) + ".parquet", true);
        }
    }

    private void drift(int step) {
        if (random.nextInt(8) == 0) {
            columns.add(random.nextInt(columns.size() + 1), newColumn("added" + step));
            count("added column");
        }
        if (random.nextInt(10) == 0 && columns.size() > 2) {
            int at = random.nextInt(columns.size());
            if (!columns.get(at).name().equals("id")) {
                dropped.add(columns.remove(at));
                count("dropped column");
            }
        }
        if (random.nextInt(8) == 0 && !dropped.isEmpty()) {
            columns.add(dropped.remove(0));
            count("returned column");
        }
        if (random.nextInt(8) == 0) {
            Collections.shuffle(columns, random);
            count("reordered columns");
        }
        if (random.nextInt(5) == 0) {
            retype(random.nextInt(columns.size()));
        }
    }

    private void retype(int at) {
        RandomColumn column = columns.get(at);
        if (column.name().equals("id")) {
            return;
        }

        for (List<CellKind> drift : CellKind.DRIFTS) {
            if (sameForm(drift.get(0), column.kind()) && random.nextInt(2) == 0) {
                columns.set(at, column.retyped(drift.get(1), random));
                count("widened column");
                return;
            }
        }
        if (random.nextInt(4) == 0) {
            columns.set(at, column.retyped(CellKind.ALL.get(random.nextInt(CellKind.ALL.size())), random));
            count("retyped column");
        }
    }

    private static boolean sameForm(CellKind one, CellKind other) {
        return one.named("c", Repetition.OPTIONAL).equals(other.named("c", Repetition.OPTIONAL));
    }

    private int rowCount() {
        int rows = switch (random.nextInt(10)) {
            case 0 -> 0;
            case 1 -> 1;
            case 2, 3, 4 -> 2 + random.nextInt(12);
            case 5, 6, 7 -> 2 + random.nextInt(120);
            case 8 -> 2 + random.nextInt(300);
            default -> 2 + random.nextInt(700);
        };
        return switch (size) {
            case SMALL -> rows;
            case LARGE -> random.nextInt(6) == 0 ? rows : 1500 + random.nextInt(3500);
            case HUGE -> 7_000 + random.nextInt(5_000);
        };
    }

    private void add(String name, boolean change) {
        if (!oneStyle) {
            newStyle();
        }

        int rows = rowCount();
        count(rows == 0 ? "file of no row" : rows == 1 ? "file of one row" : "file of more rows");
        // DMS writes Op into full-load files only if asked to; null stands for a column that is there and empty.
        int loadOp = change ? 0 : random.nextInt(3);
        List<Type> types = new ArrayList<>();
        List<Object[]> cells = new ArrayList<>();
        if (loadOp != 1) {
            Object[] operations = each(rows, i -> operation(change, loadOp));
            Repetition repetition = change && random.nextBoolean() ? Repetition.REQUIRED : Repetition.OPTIONAL;
            types.add(CellKind.TEXT.named("Op", repetition));
            cells.add(operations);
        }

        // Commit times lie before the instant of the file's name and never step back.
        Instant[] commits = new Instant[rows];
        Instant commit = now.minusMillis(1400);
        for (int i = 0; i < rows; i++) {
            commit = commit.plusMillis(rows > 40 ? random.nextInt(1 + 1300 / rows) : random.nextInt(30));
            commits[i] = commit;
        }
        if (timestamp) {
            types.add(CellKind.TEXT.named("commit_ts", Repetition.OPTIONAL));
            cells.add(each(rows, i -> Binary.fromString(TEXT.format(commits[i]))));
        }
        if (sequence && (change || random.nextBoolean())) {
            types.add(CellKind.TEXT.named("seq", Repetition.OPTIONAL));
            cells.add(each(rows, i -> change ? sequence(commits[i]) : null));
        }
        for (RandomColumn column : columns) {
            types.add(column.type());
            cells.add(column.cells(files.size(), rows, nulls(), random));
        }
        if (beforeImage && change) {
            types.add(CellKind.INT64.named("bi_id", Repetition.OPTIONAL));
            cells.add(each(rows, i -> random.nextInt(4) == 0 ? (Long) random.nextLong(50) : null));
        }

        List<Object[]> table = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            int row = i;
            table.add(cells.stream().map(column -> column[row]).toArray());
        }
        add(TestTable.RAW + name, new MessageType("schema", types), table);
    }

    private RandomColumn.Nulls nulls() {
        RandomColumn.Nulls nulls = RandomColumn.pick(RandomColumn.Nulls.values(), random);
        count("nulls " + nulls);
        return nulls;
    }

    private Object operation(boolean change, int loadOp) {
        if (loadOp == 2) {
            return null;
        }

        return Binary.fromString(change ? List.of("I", "U", "U", "D").get(random.nextInt(4)) : "I");
    }

    private Object sequence(Instant commit) {
        counter += 1 + random.nextInt(5);
        return Binary.fromString(SEQUENCE.format(commit) + String.format(Locale.ROOT, "%019d", counter));
    }

    private static Object[] each(int rows, IntFunction<Object> cell) {
        Object[] cells = new Object[rows];
        for (int i = 0; i < rows; i++) {
            cells[i] = cell.apply(i);
        }

        return cells;
    }

    private void add(String key, MessageType schema, List<Object[]> rows) {
        Writer by = writer;
        byte[] bytes = null;
        String how = "";
        if (by == Writer.STAND_IN) {
            bytes = DmsFiles.write(schema, rows, random).orElse(null);
            how = "by the stand-in";
            // DMS cannot declare every type.
            by = bytes == null ? Writer.ODD : by;
        }
        if (by == Writer.DUCK_DB
                && duck != null
                && rows.size() > 0
                && schema.getFields().stream().noneMatch(DuckFilesUnable::type)) {
            bytes = duck.rewrite(JavaWriter.write(javaStyle.withoutByteStreamSplit(), schema, rows), random);
            how = "by DuckDB";
        } else if (by == Writer.DUCK_DB || by == Writer.PARQUET_JAVA) {
            by = Writer.PARQUET_JAVA;
            bytes = JavaWriter.write(javaStyle, schema, rows);
            how = "by parquet-java, " + javaStyle;
        } else if (by == Writer.ODD) {
            bytes = OddWriter.write(oddStyle, schema, rows, random);
            how = oddStyle.toString();
        }
        count("writer " + by);

        MessageType stored = new ParquetMemory(bytes).schema();
        // DuckDB has types of its own: what it wrote is what parquet-java finds in its file.
        List<Object[]> truth = by == Writer.DUCK_DB ? new ParquetMemory(bytes).rows() : rows;
        files.put(key, new TrueFile(key, by, how, stored, truth, bytes));
    }

    /** Types of files whose output columns are compared by what their cells mean. */
    static Map<String, List<PrimitiveType>> typesByColumn(List<TrueFile> files) {
        Map<String, List<PrimitiveType>> types = new TreeMap<>();
        for (TrueFile file : files) {
            file.schema()
                    .getFields()
                    .forEach(field -> types.computeIfAbsent(field.getName(), name -> new ArrayList<>())
                            .add(field.asPrimitiveType()));
        }

        return types;
    }

    private static final class DuckFilesUnable {
        private DuckFilesUnable() {}

        /** What DuckDB reads as a type with another meaning, so that the change reader would see another table. */
        static boolean type(Type field) {
            return Meaning.sort(field.asPrimitiveType()) == Meaning.Sort.INT96_TIMESTAMP;
        }
    }
}
