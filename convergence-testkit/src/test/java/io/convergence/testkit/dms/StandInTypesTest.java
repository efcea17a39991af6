package io.convergence.testkit.dms;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.target.CompressionType;
import io.convergence.target.DataFormat;
import io.convergence.target.EncodingType;
import io.convergence.target.ParquetVersion;
import io.convergence.target.ReplicationSpec;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.parquet.format.SchemaElement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Values of every type, through full load and changes, against what PostgreSQL itself says of them. The expectation is
 * computed by PostgreSQL in SQL, the landed value read by DuckDB: neither uses the stand-in's conversions.
 */
class StandInTypesTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final TableId T = TableId.of("kinds", "t");

    @RegisterExtension
    static final SharedSource source = new SharedSource();

    private ObjectStore store;
    private Landed landed;

    @BeforeEach
    void freshSchema() throws Exception {
        source.execute("DROP SCHEMA IF EXISTS kinds CASCADE", "CREATE SCHEMA kinds");
        store = new InMemoryObjectStore(InstantSource.system());
        landed = new Landed(store);
    }

    @AfterEach
    void closeFiles() throws Exception {
        landed.close();
    }

    /**
     * A type and its text on both sides.
     *
     * @param expected SQL of PostgreSQL over column {@code c}
     * @param found SQL of DuckDB over column {@code c}
     */
    private record Kind(String name, String type, String parquet, String expected, String found, Values values) {}

    private interface Values {
        String next(SplittableRandom random);
    }

    private static final String TEXT = "format('%s', c)";
    private static final String AS_IS = "c::VARCHAR";
    private static final String PG_MICROS = "(extract(epoch FROM c) * 1000000)::bigint::text";
    private static final String MICROS = "epoch_us(c)::VARCHAR";

    private static final List<Kind> KINDS = List.of(
            new Kind("i2", "smallint", "INT32 INT_16", TEXT, AS_IS, r -> String.valueOf((short) r.nextInt())),
            new Kind("i4", "integer", "INT32", TEXT, AS_IS, r -> String.valueOf(r.nextInt())),
            new Kind("i8", "bigint", "INT64", TEXT, AS_IS, r -> String.valueOf(r.nextLong())),
            new Kind("n9", "numeric(9,3)", "FIXED_LEN_BYTE_ARRAY DECIMAL 9,3", TEXT, AS_IS, r -> decimal(r, 30, 3)),
            new Kind(
                    "n38",
                    "numeric(38,12)",
                    "FIXED_LEN_BYTE_ARRAY DECIMAL 38,12",
                    TEXT,
                    AS_IS,
                    r -> decimal(r, 125, 12)),
            new Kind("big", "numeric(50,5)", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> decimal(r, 160, 5)),
            new Kind(
                    "free",
                    "numeric",
                    "FIXED_LEN_BYTE_ARRAY DECIMAL 28,6",
                    "round(c, 6)::numeric(28,6)::text",
                    AS_IS,
                    r -> decimal(r, 60, 9)),
            new Kind(
                    "cash",
                    "money",
                    "FIXED_LEN_BYTE_ARRAY DECIMAL 38,4",
                    "c::numeric::numeric(38,4)::text",
                    AS_IS,
                    r -> decimal(r, 60, 2)),
            new Kind(
                    "f4",
                    "real",
                    "FLOAT",
                    "encode(float4send(c), 'hex')",
                    AS_IS,
                    r -> real(r, Float.toString(Float.intBitsToFloat(r.nextInt())))),
            new Kind(
                    "f8",
                    "double precision",
                    "DOUBLE",
                    "encode(float8send(c), 'hex')",
                    AS_IS,
                    r -> real(r, Double.toString(Double.longBitsToDouble(r.nextLong())))),
            new Kind("vc", "varchar(40)", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> text(r, 40)),
            new Kind("vu", "varchar", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> text(r, 300)),
            new Kind("ch", "char(12)", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> text(r, 12)),
            new Kind("tx", "text", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> text(r, 400)),
            new Kind(
                    "js", "json", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> "{\"b\" :[1, 2],\"a\":\"" + r.nextInt() + "\"}"),
            new Kind("jb", "jsonb", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> "{\"b\":[1,2],\"a\":\"" + r.nextInt() + "\"}"),
            new Kind("xm", "xml", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> "<a>" + r.nextInt() + "</a>"),
            new Kind("bin", "bytea", "BYTE_ARRAY", "encode(c, 'hex')", "lower(hex(c))", StandInTypesTest::bytes),
            new Kind(
                    "da",
                    "date",
                    "INT32 DATE",
                    "(c - DATE '1970-01-01')::text",
                    "(c - DATE '1970-01-01')::VARCHAR",
                    r -> "date '2000-01-01' + " + (r.nextInt(1_000_000) - 500_000)),
            new Kind(
                    "ti",
                    "time",
                    "INT32 TIME_MILLIS",
                    "(floor(extract(epoch FROM c) * 1000))::bigint::text",
                    "(epoch_us(c) // 1000)::VARCHAR",
                    r -> "time '00:00' + " + r.nextLong(86_399_999_999L) + " * interval '1 microsecond'"),
            new Kind("ts", "timestamp", "INT64 TIMESTAMP_MICROS", PG_MICROS, MICROS, r -> instant("timestamp", r)),
            new Kind("tz", "timestamptz", "INT64 TIMESTAMP_MICROS", PG_MICROS, MICROS, r -> instant("timestamptz", r)),
            new Kind("t3", "timestamp(3)", "INT64 TIMESTAMP_MICROS", PG_MICROS, MICROS, r -> instant("timestamp", r)),
            new Kind(
                    "bo",
                    "boolean",
                    "BYTE_ARRAY UTF8",
                    "CASE WHEN c THEN 'true' ELSE 'false' END",
                    AS_IS,
                    r -> String.valueOf(r.nextInt(2) == 0)),
            new Kind(
                    "uu", "uuid", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> new UUID(r.nextLong(), r.nextLong()).toString()),
            new Kind("en", "kinds.mood", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> r.nextInt(2) == 0 ? "sad" : "very happy"),
            new Kind("dm", "kinds.cents", "FIXED_LEN_BYTE_ARRAY DECIMAL 7,2", TEXT, AS_IS, r -> decimal(r, 22, 2)),
            new Kind("ip", "inet", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> "10.0.0." + r.nextInt(256) + "/24"),
            new Kind("ci", "cidr", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> "10." + r.nextInt(256) + ".0.0/16"),
            new Kind("ma", "macaddr", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> "08:00:2b:01:02:0" + r.nextInt(10)),
            new Kind(
                    "iv",
                    "interval",
                    "BYTE_ARRAY UTF8",
                    TEXT,
                    AS_IS,
                    r -> r.nextInt(500) + " months -" + r.nextInt(90) + " days " + r.nextInt(90000) + ".5 seconds"),
            new Kind("bi", "bit(5)", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> "1010" + r.nextInt(2)),
            new Kind("vb", "varbit(9)", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> "10".repeat(r.nextInt(4))),
            new Kind("ar", "int[]", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> "{1,NULL," + r.nextInt() + "}"),
            new Kind(
                    "ta",
                    "text[][]",
                    "BYTE_ARRAY UTF8",
                    TEXT,
                    AS_IS,
                    r -> "{{\"a,\\\"b\",c},{NULL,\"" + r.nextInt() + "\"}}"),
            new Kind("ro", "kinds.pair", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> "(" + r.nextInt() + ",\"x, y\")"),
            new Kind("ra", "int4range", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> "[1," + (2 + r.nextInt(1000)) + "]"),
            new Kind("po", "point", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> "(1.5," + r.nextInt() + ")"),
            new Kind("pg", "polygon", "BYTE_ARRAY UTF8", TEXT, AS_IS, r -> "((0,0),(1,1),(1," + r.nextInt(9) + "))"));

    private static String decimal(SplittableRandom random, int bits, int scale) {
        byte[] bytes = new byte[(bits + 7) / 8];
        random.nextBytes(bytes);
        BigInteger unscaled = new BigInteger(bytes).mod(BigInteger.ONE.shiftLeft(random.nextInt(bits) + 1));
        return new BigDecimal(random.nextInt(2) == 0 ? unscaled : unscaled.negate(), scale).toPlainString();
    }

    private static String real(SplittableRandom random, String any) {
        return switch (random.nextInt(8)) {
            case 0 -> "NaN";
            case 1 -> "Infinity";
            case 2 -> "-Infinity";
            case 3 -> "-0";
            default -> any;
        };
    }

    private static String text(SplittableRandom random, int length) {
        int[] alphabet = "aZ0 '\"\\\t\n\r,;äß漢🙂".codePoints().toArray();
        return random.ints(random.nextInt(length + 1), 0, alphabet.length)
                .mapToObj(i -> Character.toString(alphabet[i]))
                .collect(Collectors.joining());
    }

    private static String bytes(SplittableRandom random) {
        byte[] content = new byte[random.nextInt(50)];
        random.nextBytes(content);
        return "\\x" + HexFormat.of().formatHex(content);
    }

    private static String instant(String type, SplittableRandom random) {
        return type + " '2000-01-01' + " + (random.nextLong(200_000_000_000_000_000L) - 100_000_000_000_000_000L)
                + " * interval '1 microsecond'";
    }

    /** Dates and times are expressions, all else are literals. */
    private static String literal(Kind kind, SplittableRandom random) {
        if (random.nextInt(6) == 0) {
            return "NULL";
        }
        String value = kind.values().next(random);
        return value.contains(" + ")
                ? "(" + value + ")::" + kind.type()
                : "'" + value.replace("'", "''") + "'::" + kind.type();
    }

    private static void createTypes() throws Exception {
        source.execute(
                "CREATE TYPE kinds.mood AS ENUM ('sad', 'very happy')",
                "CREATE DOMAIN kinds.money_like AS numeric(7,2)",
                "CREATE DOMAIN kinds.cents AS kinds.money_like CHECK (VALUE > -100000)",
                "CREATE TYPE kinds.pair AS (a int, b text)",
                "CREATE TABLE kinds.t (id int PRIMARY KEY, "
                        + KINDS.stream()
                                .map(kind -> kind.name() + " " + kind.type())
                                .collect(Collectors.joining(", "))
                        // no value is stored out of line: updates then hold all of them
                        + ") WITH (toast_tuple_target = 8160)");
    }

    private static String[] inserts(long seed, int from, int to) {
        SplittableRandom random = new SplittableRandom(seed + from);
        List<String> statements = new ArrayList<>();
        for (int id = from; id < to; id++) {
            statements.add("INSERT INTO kinds.t VALUES (" + id + ", "
                    + KINDS.stream().map(kind -> literal(kind, random)).collect(Collectors.joining(", ")) + ")");
        }
        return statements.toArray(String[]::new);
    }

    private static ReplicationSpec.Builder spec() {
        return ReplicationSpec.builder()
                .sourceEngine(SourceEngine.POSTGRESQL)
                .tableMappings(m -> m.include("kinds", "%"))
                .settings(s -> s.bucketName("lake")
                        .dataFormat(DataFormat.PARQUET)
                        .includeOpForFullLoad()
                        .timestampColumnName("dms_ts"));
    }

    private interface Workload {
        void run() throws Exception;
    }

    private DmsStandIn replicate(ReplicationSpec spec, Workload workload) throws Exception {
        try (DmsStandIn dms = DmsStandIn.builder()
                .spec(spec)
                .database(source.source().dataSource())
                .store(store)
                .loadFileRows(30)
                .build()) {
            dms.start();
            dms.awaitFullLoad(SOON);
            workload.run();
            dms.awaitCaptured(SOON);
            dms.stop();
            return dms;
        }
    }

    @ParameterizedTest
    @EnumSource(EncodingType.class)
    @DisplayName("S19: random values of every type are what PostgreSQL says they are, in loads and in changes")
    void everyTypeComesThrough(EncodingType encoding) throws Exception {
        long seed = Long.getLong("convergence.seed", 20261123L);
        createTypes();
        source.execute(inserts(seed, 0, 100));
        ReplicationSpec spec = spec().settings(s -> s.compressionType(
                                encoding == EncodingType.PLAIN ? CompressionType.NONE : CompressionType.GZIP)
                        .parquet(p -> p.encodingType(encoding)
                                .version(
                                        encoding == EncodingType.PLAIN
                                                ? ParquetVersion.PARQUET_1_0
                                                : ParquetVersion.PARQUET_2_0)
                                .rowGroupLength(37)
                                .dataPageSize(DataSize.ofKilobytes(1))))
                .build();

        DmsStandIn dms = replicate(spec, () -> {
            source.execute(inserts(seed, 100, 200));
            source.execute("UPDATE kinds.t SET id = id + 1000 WHERE id >= 100");
        });

        List<String> loads = landed.loadKeys("kinds/t/");
        List<String> changes = landed.changeKeys("kinds/t/");
        assertThat(loads).hasSize(4);
        List<List<String>> loaded = expected("id < 1000");
        List<List<String>> changed = expected("id >= 1000");
        List<List<String>> foundLoaded = found(loads, "true");
        List<List<String>> foundInserted = found(changes, "Op = 'I'");
        List<List<String>> foundUpdated = found(changes, "Op = 'U'");
        for (int i = 0; i < KINDS.size(); i++) {
            String type = KINDS.get(i).type();
            assertThat(column(foundLoaded, i))
                    .as("seed %d, load of %s", seed, type)
                    .isEqualTo(column(loaded, i));
            assertThat(column(foundInserted, i))
                    .as("seed %d, insert of %s", seed, type)
                    .isEqualTo(column(changed, i));
            assertThat(column(foundUpdated, i))
                    .as("seed %d, update of %s", seed, type)
                    .isEqualTo(column(changed, i));
            assertThat(column(loaded, i)).as("values of %s", type).hasSize(100).containsNull();
            assertThat(new HashSet<>(column(loaded, i)))
                    .as("values of %s", type)
                    .hasSizeGreaterThan(2);
        }
        assertThat(landed.file(loads.get(0)).footer().getSchema().stream()
                        .skip(4)
                        .map(StandInTypesTest::describe))
                .containsExactlyElementsOf(KINDS.stream().map(Kind::parquet).toList());
        assertThat(dms.report().count(LossyCase.NUMERIC_ROUNDED, T, "free")).isPositive();
    }

    private static String describe(SchemaElement element) {
        return element.getType()
                + (element.isSetConverted_type() ? " " + element.getConverted_type() : "")
                + (element.isSetPrecision() ? " " + element.getPrecision() + "," + element.getScale() : "");
    }

    /** What PostgreSQL says: rows of all kinds' texts. */
    private static List<List<String>> expected(String where) throws Exception {
        String columns = KINDS.stream()
                .map(kind -> "CASE WHEN " + kind.name() + " IS NOT NULL THEN "
                        + kind.expected().replaceAll("\\bc\\b", kind.name()) + " END")
                .collect(Collectors.joining(", "));
        return source.query("SELECT " + columns + " FROM kinds.t WHERE " + where + " ORDER BY id");
    }

    /** What DuckDB finds. */
    private List<List<String>> found(List<String> keys, String where) throws Exception {
        String columns = KINDS.stream()
                .map(kind -> kind.found().replaceAll("\\bc\\b", kind.name()))
                .collect(Collectors.joining(", "));
        List<List<String>> rows = landed.query(keys, columns, "WHERE " + where + " ORDER BY id");
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                row.set(i, row.get(i) == null ? null : bits(KINDS.get(i), row.get(i)));
            }
        }
        return rows;
    }

    private static List<String> column(List<List<String>> rows, int column) {
        return rows.stream().map(row -> row.get(column)).toList();
    }

    private static String bits(Kind kind, String text) {
        String number = text.equals("nan") ? "NaN" : text.replace("inf", "Infinity");
        return switch (kind.name()) {
            case "f4" -> String.format("%08x", Float.floatToIntBits(Float.parseFloat(number)));
            case "f8" -> String.format("%016x", Double.doubleToLongBits(Double.parseDouble(number)));
            default -> text;
        };
    }

    @Test
    @DisplayName("S19: the spec's source schema decides MapBooleanAsBoolean and MapUnboundedNumericAsString")
    void endpointSettingsShowInTheSourceSchema() throws Exception {
        source.execute(
                "CREATE TABLE kinds.t (id int PRIMARY KEY, b boolean, n numeric)",
                "INSERT INTO kinds.t VALUES (1, true, 0.611111104488373)");
        SourceSchema schema = SourceSchema.fromJdbc(
                source.source().dataSource(),
                o -> o.schemas("kinds").mapBooleanAsBoolean().mapUnboundedNumericAsString());

        DmsStandIn dms = replicate(spec().sourceSchema(schema).build(), () -> {});

        assertThat(landed.rows(landed.keys("kinds/"), "typeof(b), b, typeof(n), n"))
                .containsExactly(List.of("BOOLEAN", "true", "VARCHAR", "0.611111104488373"));
        assertThat(dms.report().lossy()).isEmpty();
    }

    @Test
    @DisplayName("S19: each lossy case is reported with table, column and count when it happens")
    void everyLossyCaseIsReported() throws Exception {
        source.execute(
                "CREATE TABLE kinds.t (id int PRIMARY KEY, n numeric, b boolean, x text, y bytea, ti time, tt timetz, ts timestamp, tz timestamptz, d date, bc date)");

        DmsStandIn dms = replicate(
                spec().settings(s -> s.parquet(p -> p.timestampInMillisecond()))
                        .lobMaxSize(DataSize.ofKilobytes(1))
                        .build(),
                () -> source.execute(
                        "INSERT INTO kinds.t (id, n) VALUES (1, 0.611111104488373), (2, 'NaN'), (3, 1e22), (4, 'Infinity'), (5, 1.5)",
                        "INSERT INTO kinds.t (id, b) VALUES (6, true), (7, NULL), (8, false)",
                        "INSERT INTO kinds.t (id, x, y) VALUES (9, repeat('x', 513), repeat('y', 1025)::bytea), (10, repeat('x', 512), repeat('y', 1024)::bytea)",
                        "INSERT INTO kinds.t (id, ti, tt) VALUES (11, '12:00:00.0005', '12:00+02'), (12, '24:00', '12:00+00')",
                        "INSERT INTO kinds.t (id, ts, tz, d, bc) VALUES (13, 'infinity', '-infinity', 'infinity', '0044-03-15 BC'), (14, '2024-01-01 00:00:00.000001', '294276-12-31 23:59:59+00', '-infinity', NULL)"));

        StandInReport report = dms.report();
        assertThat(report.lossy())
                .containsExactlyInAnyOrder(
                        new StandInReport.Lossy(LossyCase.NUMERIC_ROUNDED, T, "n", 1),
                        new StandInReport.Lossy(LossyCase.NUMERIC_NOT_FINITE, T, "n", 2),
                        new StandInReport.Lossy(LossyCase.NUMERIC_OUT_OF_RANGE, T, "n", 1),
                        new StandInReport.Lossy(LossyCase.BOOLEAN_AS_TEXT, T, "b", 2),
                        new StandInReport.Lossy(LossyCase.LOB_TRUNCATED, T, "x", 1),
                        new StandInReport.Lossy(LossyCase.LOB_TRUNCATED, T, "y", 1),
                        new StandInReport.Lossy(LossyCase.TIME_CUT_TO_MILLIS, T, "ti", 1),
                        new StandInReport.Lossy(LossyCase.TIME_OUT_OF_RANGE, T, "ti", 1),
                        new StandInReport.Lossy(LossyCase.TIME_ZONE_DROPPED, T, "tt", 1),
                        new StandInReport.Lossy(LossyCase.TIMESTAMP_INFINITE, T, "ts", 1),
                        new StandInReport.Lossy(LossyCase.TIMESTAMP_CUT_TO_MILLIS, T, "ts", 1),
                        new StandInReport.Lossy(LossyCase.TIMESTAMP_INFINITE, T, "tz", 1),
                        new StandInReport.Lossy(LossyCase.TIMESTAMP_OUT_OF_RANGE, T, "tz", 1),
                        new StandInReport.Lossy(LossyCase.DATE_INFINITE, T, "d", 2));
        assertThat(report.count(LossyCase.DATE_INFINITE)).isEqualTo(2);
        List<String> keys = landed.keys("kinds/");
        assertThat(landed.query(keys, "n::VARCHAR", "WHERE id <= 5 ORDER BY id"))
                .extracting(row -> row.get(0))
                .containsExactly("0.611111", null, null, null, "1.500000");
        assertThat(landed.query(keys, "epoch_us(ts)::VARCHAR, d::VARCHAR", "WHERE id >= 13 ORDER BY id"))
                .containsExactly(
                        List.of("253402300799000000", "9999-12-31"), List.of("1704067200000000", "4713-01-01 (BC)"));
        assertThat(landed.query(keys, "length(x), octet_length(y)", "WHERE id IN (9, 10)"))
                .containsOnly(List.of("512", "1024"))
                .hasSize(2);
        assertThat(landed.query(keys, "bc::VARCHAR", "WHERE id = 13")).containsExactly(List.of("0044-03-15 (BC)"));
    }

    @Test
    @DisplayName("types that DMS's guide does not list come as text and are told")
    void undocumentedTypesAreTextAndReported() throws Exception {
        source.execute(
                "CREATE TABLE kinds.t (id int PRIMARY KEY, m macaddr8, r tsmultirange)",
                "INSERT INTO kinds.t VALUES (1, '08:00:2b:01:02:03:04:05', '{[2024-01-01,2024-01-02)}')");

        DmsStandIn dms = replicate(spec().build(), () -> {});

        assertThat(landed.rows(landed.keys("kinds/"), "m")).containsExactly(List.of("08:00:2b:01:02:03:04:05"));
        assertThat(dms.report().events(StandInReport.EventKind.UNDOCUMENTED_TYPE))
                .extracting(StandInReport.Event::detail)
                .containsExactly("column m of type macaddr8", "column r of type tsmultirange");
    }
}
