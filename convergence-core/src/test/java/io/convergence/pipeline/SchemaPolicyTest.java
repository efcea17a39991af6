package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.LAYOUT;
import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.SHAPE;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.codes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import io.convergence.change.ParquetFixture;
import io.convergence.curated.TableStyle;
import io.convergence.merge.MergeCounts.What;
import io.convergence.pipeline.SchemaPolicy.Action;
import io.convergence.pipeline.SchemaPolicy.Kind;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.target.CsvForm;
import io.convergence.target.CsvLayout;
import io.convergence.target.NullOnUpdate;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** S15: what becomes of files whose columns differ, by a policy for each kind. Every merge is a new process. */
class SchemaPolicyTest {
    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final LandingSite site = new LandingSite();

    /** Columns by name, each with its Parquet type; values of a row in their order, the id first. */
    private static Map<String, String> columns(String... alternating) {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("id", "int64");
        for (int i = 0; i < alternating.length; i += 2) {
            columns.put(alternating[i], alternating[i + 1]);
        }
        return columns;
    }

    private record Row(String op, double second, Object... cells) {}

    private static byte[] file(boolean change, Map<String, String> columns, Row... rows) {
        String fields =
                "optional binary Op (UTF8); required binary ts (UTF8); optional binary seq (UTF8); optional int64"
                        + " before_id; "
                        + columns.entrySet().stream()
                                .map(column -> "optional "
                                        + (column.getValue().equals("text")
                                                ? "binary " + column.getKey() + " (UTF8)"
                                                : column.getValue() + " " + column.getKey())
                                        + ";")
                                .collect(Collectors.joining(" "));
        return ParquetFixture.of(fields)
                .write(Stream.of(rows)
                        .map(row -> (ParquetFixture.Row) group -> {
                            group.append("Op", row.op()).append("ts", TEXT.format(at(row.second())));
                            if (change) {
                                group.append(
                                        "seq",
                                        LandingSite.sequence(
                                                new LandingSite.Row("U", 0, null, null, at(row.second()), null), 0));
                                if (!row.op().equals("I")) {
                                    group.append("before_id", (Long) row.cells()[0]);
                                }
                            }
                            int place = 0;
                            for (Map.Entry<String, String> column : columns.entrySet()) {
                                Object value = place < row.cells().length ? row.cells()[place] : null;
                                place++;
                                if (value == null) {
                                    continue;
                                }
                                switch (column.getValue()) {
                                    case "int64" -> group.append(column.getKey(), (Long) value);
                                    case "int32" -> group.append(column.getKey(), (Integer) value);
                                    default -> group.append(column.getKey(), (String) value);
                                }
                            }
                        })
                        .toList());
    }

    private String load(double second, Map<String, String> columns, Row... rows) {
        return site.put(second, LAYOUT.loadKey(ORDERS, 1, RawFormat.PARQUET), file(false, columns, rows));
    }

    private String changes(double second, Map<String, String> columns, Row... rows) {
        return site.put(second, LAYOUT.cdcKey(ORDERS, at(second), RawFormat.PARQUET), file(true, columns, rows));
    }

    private TableResult merge(SchemaPolicy policy) {
        return site.later().merge(MergeOptions.defaults().schemaPolicy(policy));
    }

    /** Published rows as text, without the columns' order mattering. */
    private Map<Object, String> rows() {
        var published = site.lake().table(ORDERS).published();
        Map<Object, String> rows = new TreeMap<>();
        try (var all = published.rows()) {
            all.forEach(row -> {
                var cells = new TreeMap<String, String>();
                for (int i = 0; i < row.size(); i++) {
                    String name = published.schema().columnNames().get(i);
                    if (!name.equals("id") && row.get(i) != null) {
                        cells.put(name, String.valueOf(row.get(i)));
                    }
                }
                rows.put(row.get(published.schema().indexOf("id")), cells.toString());
            });
        }
        return rows;
    }

    /** The difference each kind stands for, made by one file after a published load of {@code id, w text, n int32}. */
    private String differingFile(Kind kind) {
        load(0, columns("w", "text", "n", "int32"), new Row("I", -2, 1L, "one", 1), new Row("I", -2, 2L, "two", 2));
        site.later().merge();
        return switch (kind) {
            case COLUMN_ADDED -> {
                declaredDefault();
                yield changes(
                        5000, columns("w", "text", "n", "int32", "x", "text"), new Row("U", 4990, 1L, "uno", 1, "x"));
            }
            case COLUMN_VANISHED -> changes(5000, columns("w", "text"), new Row("U", 4990, 1L, "uno"));
            case TYPE_WIDENED -> changes(5000, columns("w", "text", "n", "int64"), new Row("U", 4990, 1L, "uno", 1L));
            case TYPE_NARROWED -> {
                changes(4000, columns("w", "text", "n", "int64"), new Row("U", 3990, 2L, "two", 2L));
                site.later().merge();
                yield changes(50_000, columns("w", "text", "n", "int32"), new Row("U", 49_990, 1L, "uno", 1));
            }
            case TYPE_INCOMPATIBLE ->
                changes(5000, columns("w", "text", "n", "text"), new Row("U", 4990, 1L, "uno", "one"));
            case RENAME_SUSPECTED ->
                changes(5000, columns("v", "text", "n", "int32"), new Row("U", 4990, 1L, "uno", 1));
            case NULLABILITY, CSV_WIDTH -> throw new IllegalArgumentException("See tests of their own.");
        };
    }

    /** Without it the rules stand against the column, whatever the policy (S14); then the gate lets it pass, so it is undone. */
    private void declaredDefault() {
        site.shape(SHAPE.withSchema(new TableSchema(
                ORDERS,
                List.of(
                        Column.required("id", DataType.parse("int8")),
                        Column.nullable("w", DataType.parse("string")),
                        Column.nullable("n", DataType.parse("int4")),
                        Column.nullable("x", DataType.parse("string"))),
                List.of("id"))));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NULLABILITY", "CSV_WIDTH"})
    void s15AFileIsSetAsideAndComesBackWhenThePolicyAllows(Kind kind) {
        String file = differingFile(kind);
        String later = kind == Kind.TYPE_NARROWED
                ? changes(90_000, columns("w", "text", "n", "int64"), new Row("U", 89_990, 2L, "later", 2L))
                : changes(90_000, columns("w", "text", "n", "int32"), new Row("U", 89_990, 2L, "later", 2));

        TableResult aside = merge(SchemaPolicy.defaults().with(kind, Action.QUARANTINE_FILE));
        Map<Object, String> without = rows();
        TableResult again = merge(SchemaPolicy.defaults().with(kind, Action.QUARANTINE_FILE));

        assertThat(aside.state()).as(aside.toString()).isEqualTo(TableState.PUBLISHED);
        assertThat(aside.quarantinedFiles()).containsExactly(file);
        assertThat(aside.completeThrough())
                .as("its changes are missing")
                .hasValueSatisfying(complete ->
                        assertThat(complete).isBeforeOrEqualTo(kind == Kind.TYPE_NARROWED ? at(49_990) : at(4990)));
        assertThat(without.get(1L)).contains("w=one");
        assertThat(without.get(2L)).contains("w=later");
        assertThat(again.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(again.quarantinedFiles()).containsExactly(file);
        assertThat(later).isNotEqualTo(file);

        if (kind.standard() == Action.APPLY) {
            TableResult back = merge(SchemaPolicy.defaults());

            assertThat(back.state()).as(back.toString()).isEqualTo(TableState.PUBLISHED);
            assertThat(back.quarantinedFiles()).isEmpty();
            assertThat(rows().get(1L)).contains("w=uno");
            assertThat(rows().get(2L)).contains("w=later");
        }
    }

    /** The run keeps its name, so that files behind it stay where they are and are not read again at each merge. */
    @Test
    void s15AFirstFileOfARunThatIsSetAsideDoesNotBuildTheTableAnewAtEachMerge() {
        SchemaPolicy policy = SchemaPolicy.defaults().with(Kind.COLUMN_VANISHED, Action.QUARANTINE_FILE);
        load(0, columns("w", "text", "n", "int32"), new Row("I", -2, 1L, "one", 7), new Row("I", -1, 2L, "two", 7));
        String file = changes(5000, columns("w", "text"), new Row("U", 4990, 1L, "uno"));
        changes(50_000, columns("w", "text", "n", "int32"), new Row("U", 49_990, 2L, "due", 7));
        TableResult first = merge(policy);
        changes(90_000, columns("w", "text", "n", "int32"), new Row("U", 89_990, 2L, "later", 7));

        TableResult next = merge(policy);
        TableResult idle = merge(policy);
        TableResult back = merge(SchemaPolicy.defaults());

        assertThat(first.quarantinedFiles()).containsExactly(file);
        assertThat(next.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(LandingSite.codes(next)).containsExactly("FILE_QUARANTINED");
        assertThat(next.filesRead()).isEqualTo(1);
        assertThat(idle.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(back.state()).as(back.toString()).isEqualTo(TableState.PUBLISHED);
        assertThat(LandingSite.codes(back)).doesNotContain("TABLE_REBUILT");
        assertThat(rows().get(1L)).contains("w=uno");
        assertThat(rows().get(2L)).contains("w=later");
    }

    @Test
    void s15ALateFileBeforeOneThatIsSetAsideBuildsNothingAnew() {
        SchemaPolicy policy = SchemaPolicy.defaults().with(Kind.COLUMN_VANISHED, Action.QUARANTINE_FILE);
        load(0, columns("w", "text", "n", "int32"), new Row("I", -2, 1L, "one", 7), new Row("I", -1, 2L, "two", 7));
        String file = changes(5000, columns("w", "text"), new Row("U", 4990, 1L, "uno"));
        TableResult aside = merge(policy);
        site.put(
                20_000,
                LAYOUT.cdcKey(ORDERS, at(1900), RawFormat.PARQUET),
                file(true, columns("w", "text", "n", "int32"), new Row("I", 1890, 3L, "late", 7)));

        TableResult late = merge(policy);

        assertThat(aside.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(late.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(late.quarantinedFiles()).containsExactly(file);
        assertThat(LandingSite.codes(late)).doesNotContain("TABLE_REBUILT");
        assertThat(rows().get(3L)).contains("w=late");
    }

    /** The table is complete only up to the file set aside; what was published behind it stays published all the same. */
    @Test
    void s13ARebuildHoldsNothingAgainThoughAFileIsSetAside() {
        SchemaPolicy policy = SchemaPolicy.defaults().with(Kind.COLUMN_VANISHED, Action.QUARANTINE_FILE);
        load(0, columns("w", "text", "n", "int32"), new Row("I", -2, 1L, "one", 7), new Row("I", -1, 2L, "two", 7));
        changes(2000, columns("w", "text", "n", "int32"), new Row("U", 1990, 2L, "due", 7));
        changes(5000, columns("w", "text"), new Row("U", 4990, 1L, "uno"));
        changes(9000, columns("w", "text", "n", "int32"), new Row("U", 8990, 2L, "newest", 7));
        merge(policy);
        assertThat(rows().get(2L)).contains("w=newest");
        site.put(
                20_000,
                LAYOUT.cdcKey(ORDERS, at(1900), RawFormat.PARQUET),
                file(true, columns("w", "text", "n", "int32"), new Row("I", 1890, 3L, "late", 7)));

        TableResult rebuilt = site.merge(MergeOptions.defaults().fullLoadRows(2).schemaPolicy(policy));

        assertThat(rebuilt.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(LandingSite.codes(rebuilt)).contains("TABLE_REBUILT");
        assertThat(rows().get(2L)).contains("w=newest");
        assertThat(rows().get(3L)).contains("w=late");
    }

    @Test
    void s13ARebuildHoldsNothingAgainThoughTheNewestFileIsSetAside() {
        SchemaPolicy policy = SchemaPolicy.defaults().with(Kind.COLUMN_VANISHED, Action.QUARANTINE_FILE);
        load(0, columns("w", "text", "n", "int32"), new Row("I", -2, 1L, "one", 7), new Row("I", -1, 2L, "two", 7));
        changes(2000, columns("w", "text", "n", "int32"), new Row("U", 1990, 2L, "due", 7));
        changes(5000, columns("w", "text"), new Row("U", 4990, 1L, "uno"));
        merge(policy);
        assertThat(rows().get(2L)).contains("w=due");
        site.put(
                20_000,
                LAYOUT.cdcKey(ORDERS, at(1900), RawFormat.PARQUET),
                file(true, columns("w", "text", "n", "int32"), new Row("I", 1890, 3L, "late", 7)));

        TableResult rebuilt = site.merge(MergeOptions.defaults().fullLoadRows(2).schemaPolicy(policy));

        assertThat(LandingSite.codes(rebuilt)).contains("TABLE_REBUILT");
        assertThat(rows().get(2L)).contains("w=due");
        assertThat(rows().get(3L)).contains("w=late");
    }

    /** Applied files are not read again: what a rebuild held of them would be lost. No merge is known that gets there. */
    @Test
    void s13AMergeThatWouldHoldWhatIsPublishedIsRefused() {
        load(0, columns("w", "text"), new Row("I", -2, 1L, "one"));
        String applied = changes(2000, columns("w", "text"), new Row("U", 1990, 1L, "uno"));
        merge(SchemaPolicy.defaults());
        String fresh = changes(9000, columns("w", "text"), new Row("U", 8990, 1L, "eins"));
        MergePlan plan = site.lake().table(ORDERS).planMerge(MergeOptions.defaults());

        assertThat(MergeExecution.applied(plan.unapplied(), Set.of(fresh), plan))
                .isEmpty();
        assertThatThrownBy(() -> MergeExecution.applied(plan.unapplied(), Set.of(applied), plan))
                .isInstanceOf(PipelineException.class)
                .hasMessage("Cannot rebuild the table: changes of '" + applied
                        + "', which were published, would be held. Nothing was written. Merge with the settle time over,"
                        + " and report this.");
    }

    /** While a file is set aside the table is complete only up to it, and the changes behind it are applied all the same. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void s7S11NothingThatIsAppliedIsHeldAgainWhenItsHistoryIsReadWhileAFileIsSetAside(boolean softDelete) {
        SchemaPolicy policy = SchemaPolicy.defaults().with(Kind.COLUMN_VANISHED, Action.QUARANTINE_FILE);
        MergeOptions options = MergeOptions.defaults()
                .fullLoadRows(2)
                .schemaPolicy(policy)
                .style(softDelete ? TableStyle.softDelete() : TableStyle.current());
        site.shape(SHAPE.withNullOnUpdate(Map.of(), NullOnUpdate.UNKNOWN));
        load(0, columns("w", "text", "n", "int32"), new Row("I", -2, 1L, "one", 7), new Row("I", -1, 2L, "two", 7));
        changes(3000, columns("w", "text"), new Row("U", 2990, 2L, "aside"));
        changes(5000, columns("w", "text", "n", "int32"), new Row("U", 4990, 1L, null, 8));
        TableResult published = site.later().merge(options);
        site.put(
                9000,
                LAYOUT.cdcKey(ORDERS, at(4995), RawFormat.PARQUET),
                file(
                        true,
                        columns("w", "text", "n", "int32"),
                        new Row("U", 4975, 1L, "late", null),
                        new Row("U", 4980, 2L, "due", 9)));

        TableResult late = site.merge(options);

        assertThat(published.completeThrough()).contains(at(2990));
        assertThat(late.findings()).extracting(Finding::code).contains("HISTORY_READ");
        assertThat(late.state()).as(late.toString()).isEqualTo(TableState.PUBLISHED);
        assertThat(late.completeThrough()).contains(at(2990));
        assertThat(rows()).isEqualTo(Map.of(1L, "{n=8, w=late}", 2L, "{n=9, w=due}"));
    }

    /** Deleted keys are remembered for the changes that may still come, and those of a file set aside are such. */
    @Test
    void s12TheFloorDoesNotRiseAboveAFileThatIsSetAside() {
        SchemaPolicy policy = SchemaPolicy.defaults().with(Kind.COLUMN_VANISHED, Action.QUARANTINE_FILE);
        MergeOptions options = MergeOptions.defaults().fullLoadRows(1).tombstoneRetention(Duration.ofSeconds(100));
        load(0, columns("w", "text", "n", "int32"), new Row("I", -2, 1L, "one", 7));
        changes(3000, columns("w", "text"), new Row("I", 2980, 9L, "nine"), new Row("U", 2990, 8L, "eight"));
        changes(5000, columns("w", "text", "n", "int32"), new Row("D", 4990, 8L, null, null));
        changes(9000, columns("w", "text", "n", "int32"), new Row("U", 8990, 1L, "uno", 8));
        TableResult aside = site.later().merge(options.schemaPolicy(policy));
        changes(19_000, columns("w", "text", "n", "int32"), new Row("U", 18_990, 1L, "eins", 8));
        site.later().merge(options.schemaPolicy(policy));

        TableResult back = site.later().merge(options);

        assertThat(aside.quarantinedFiles()).hasSize(1);
        assertThat(back.counts().orElseThrow().of(What.QUARANTINED)).isZero();
        assertThat(back.counts().orElseThrow().of(What.STALE_BELOW_TOMBSTONE)).isEqualTo(1);
        assertThat(rows()).isEqualTo(Map.of(1L, "{n=8, w=eins}", 9L, "{w=nine}"));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NULLABILITY", "CSV_WIDTH"})
    void s15NothingIsPublishedWhereThePolicyFails(Kind kind) {
        differingFile(kind);
        Map<Object, String> before = rows();

        TableResult failed = merge(SchemaPolicy.strict(Action.FAIL));

        assertThat(failed.settled()).as(failed.toString()).isFalse();
        assertThat(codes(failed))
                .contains(
                        switch (kind) {
                            case TYPE_INCOMPATIBLE -> "TABLE_FAILED";
                            case RENAME_SUSPECTED -> "RENAME_SUSPECTED";
                            case COLUMN_ADDED, COLUMN_VANISHED, TYPE_WIDENED, TYPE_NARROWED, NULLABILITY, CSV_WIDTH ->
                                "SCHEMA_CHANGE_REFUSED";
                        });
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void s14APolicyThatAppliesIsNotLaxerThanTheRules() {
        load(0, columns("w", "text"), new Row("I", -2, 1L, "one"));
        site.later().merge();
        changes(5000, columns("w", "text", "x", "text"), new Row("U", 4990, 1L, "uno", "x"));

        TableResult result = merge(SchemaPolicy.defaults().with(Kind.COLUMN_ADDED, Action.APPLY));

        assertThat(result.state()).isEqualTo(TableState.SUSPECT);
        assertThat(codes(result)).containsExactly("COLUMN_DEFAULT_UNKNOWN");
        assertThatThrownBy(() -> SchemaPolicy.defaults().with(Kind.TYPE_INCOMPATIBLE, Action.APPLY))
                .hasMessage(
                        "Cannot apply TYPE_INCOMPATIBLE: no type holds the values of both. Choose QUARANTINE_FILE or"
                                + " FAIL.");
        assertThatThrownBy(() -> SchemaPolicy.defaults().with(Kind.RENAME_SUSPECTED, Action.APPLY))
                .hasMessage("Cannot apply RENAME_SUSPECTED: which column became which must be declared"
                        + " (Declarations.renamed). Choose QUARANTINE_FILE or FAIL.");
        assertThatThrownBy(() -> SchemaPolicy.defaults().with(Kind.NULLABILITY, Action.QUARANTINE_FILE))
                .hasMessage("Cannot set files aside for NULLABILITY: it stands in the source's schema, not in files."
                        + " Choose APPLY or FAIL.");
    }

    @Test
    void s14AFileSetAsideForARenameComesBackWhenTheRenameIsDeclared() {
        String file = differingFile(Kind.RENAME_SUSPECTED);
        SchemaPolicy policy = SchemaPolicy.strict(Action.QUARANTINE_FILE);

        TableResult aside = merge(policy);
        site.settings(builder -> builder.declare(Declarations.of(ORDERS).renamed("w", "v")));
        TableResult back = merge(policy);

        assertThat(aside.quarantinedFiles()).containsExactly(file);
        assertThat(back.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(back.quarantinedFiles()).isEmpty();
        assertThat(rows()).isEqualTo(Map.of(1L, "{n=1, v=uno}", 2L, "{n=2, v=two}"));
    }

    @Test
    void s6AFileOfALoadIsNeverSetAside() {
        site.put(
                0,
                LAYOUT.loadKey(ORDERS, 1, RawFormat.PARQUET),
                file(false, columns("w", "text"), new Row("I", -2, 1L, "one")));
        String second = site.put(
                1,
                LAYOUT.loadKey(ORDERS, 2, RawFormat.PARQUET),
                file(false, columns("w", "text", "x", "text"), new Row("I", -1, 2L, "two", "x")));

        TableResult result = merge(SchemaPolicy.strict(Action.QUARANTINE_FILE));

        assertThat(result.state()).isEqualTo(TableState.SUSPECT);
        assertThat(result.findings())
                .extracting(finding -> finding.code() + " " + finding.path())
                .containsExactly("LOAD_FILE_QUARANTINED " + second);
        assertThat(result.rows()).isEqualTo(-1);
    }

    @Test
    void s15NullabilityIsThatOfTheSourcesSchema() {
        schema(Column.required("w", DataType.parse("string(20)")));
        load(0, columns("w", "text"), new Row("I", -2, 1L, "one"));
        site.later().merge();
        schema(Column.nullable("w", DataType.parse("string(20)")));
        changes(5000, columns("w", "text"), new Row("U", 4990, 1L, "uno"));

        TableResult failed = merge(SchemaPolicy.defaults().with(Kind.NULLABILITY, Action.FAIL));
        TableResult applied = merge(SchemaPolicy.defaults());

        assertThat(codes(failed)).containsExactly("SCHEMA_CHANGE_REFUSED");
        assertThat(failed.state()).isEqualTo(TableState.FAILED);
        assertThat(applied.state()).isEqualTo(TableState.PUBLISHED);
    }

    private void schema(Column... columns) {
        List<Column> all = new ArrayList<>(List.of(Column.required("id", DataType.parse("int8"))));
        all.addAll(List.of(columns));
        site.shape(SHAPE.withSchema(new TableSchema(ORDERS, all, List.of("id"))));
    }

    @Test
    void s15ACsvFileOfAnotherDeclaredWidthIsSetAsideAndOneOfAnUndeclaredWidthFails() {
        Column id = Column.required("id", DataType.parse("int8"));
        Column name = Column.nullable("name", DataType.parse("string(20)"));
        Column note = Column.nullable("note", DataType.parse("string(20)"));
        Column seq = Column.nullable("seq", DataType.string(50));
        Column before = Column.nullable("before_id", DataType.parse("int8"));
        site.shape(SHAPE.withSchema(new TableSchema(ORDERS, List.of(id, name, note), List.of("id")))
                .withCsv(CsvForm.builder()
                        .layout(new CsvLayout(List.of(id, name, seq, before)))
                        .layout(new CsvLayout(List.of(id, name, note, seq, before)))
                        .build()));
        site.put(0, "raw/public/orders/LOAD00000001.csv", "I,2026-03-01 09:59:58.000000,1,one,,\n".getBytes());
        site.later().merge();
        String wider = site.put(
                5000,
                LAYOUT.cdcKey(ORDERS, at(5000), RawFormat.CSV),
                ("U," + TEXT.format(at(4990)) + ",1,uno,new,"
                                + LandingSite.sequence(new LandingSite.Row("U", 1, null, null, at(4990), null), 0)
                                + ",1\n")
                        .getBytes());

        TableResult aside = merge(SchemaPolicy.defaults().with(Kind.CSV_WIDTH, Action.QUARANTINE_FILE));
        TableResult back = merge(SchemaPolicy.defaults());
        site.put(60_000, LAYOUT.cdcKey(ORDERS, at(60_000), RawFormat.CSV), "U,1\n".getBytes());
        TableResult undeclared = merge(SchemaPolicy.strict(Action.QUARANTINE_FILE));

        assertThat(aside.quarantinedFiles()).containsExactly(wider);
        assertThat(back.state()).as(back.toString()).isEqualTo(TableState.PUBLISHED);
        assertThat(rows()).isEqualTo(Map.of(1L, "{name=uno, note=new}"));
        assertThat(undeclared.state()).isEqualTo(TableState.FAILED);
    }

    /**
     * S11: files set aside in the middle of a history and merged later leave the table as if they had never been set aside:
     * later updates inherit cells, keys move, rows are deleted. The oracle is a map of the source's rows.
     */
    @ParameterizedTest
    @ValueSource(ints = {40})
    void s11FilesThatComeBackLeaveTheTableTheSourceHas(int histories) {
        long first = Long.getLong("convergence.seed", 1);
        int aside = 0;
        for (long seed = first; seed < first + (Long.getLong("convergence.seed") == null ? histories : 1); seed++) {
            var random = new Random(seed);
            var test = new SchemaPolicyTest();
            Map<Long, List<Object>> source = new TreeMap<>();
            List<Row> loaded = new ArrayList<>();
            for (long id = 1; id <= 5; id++) {
                source.put(id, new ArrayList<>(List.of("w" + id, (int) id)));
                loaded.add(new Row("I", -2, id, "w" + id, (int) id));
            }
            test.load(0, columns("w", "text", "n", "int32"), loaded.toArray(Row[]::new));
            test.site.later().merge();
            for (int number = 1; number <= 5; number++) {
                boolean wide = random.nextInt(3) == 0;
                List<Row> rows = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    double second = number * 10_000 - 100 + i;
                    long id = 1 + random.nextInt(6);
                    String w = "s" + seed + "f" + number + "r" + i;
                    int n = random.nextInt(100);
                    if (!source.containsKey(id)) {
                        source.put(id, new ArrayList<>(List.of(w, n)));
                        rows.add(new Row("I", second, id, w, wide ? (Object) (long) n : (Object) n));
                    } else if (random.nextInt(4) == 0) {
                        source.remove(id);
                        rows.add(new Row("D", second, id));
                    } else {
                        source.put(id, new ArrayList<>(List.of(w, n)));
                        rows.add(new Row("U", second, id, w, wide ? (Object) (long) n : (Object) n));
                    }
                }
                test.changes(
                        number * 10_000, columns("w", "text", "n", wide ? "int64" : "int32"), rows.toArray(Row[]::new));
                aside += test.merge(SchemaPolicy.defaults().with(Kind.TYPE_WIDENED, Action.QUARANTINE_FILE))
                        .quarantinedFiles()
                        .size();
            }

            TableResult back = test.merge(SchemaPolicy.defaults());

            Map<Object, String> expected = new TreeMap<>();
            source.forEach((id, cells) -> expected.put(id, "{n=" + cells.get(1) + ", w=" + cells.get(0) + "}"));
            assertThat(back.settled()).as(back.toString()).isTrue();
            assertThat(test.rows()).as("-Dconvergence.seed=" + seed).isEqualTo(expected);
        }

        assertThat(aside).isPositive();
    }
}
