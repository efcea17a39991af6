package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.LAYOUT;
import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.SHAPE;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.codes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ParquetFixture;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** S14: columns that come, go or change their names make a table suspect unless somebody or the source's schema explains them. */
class ColumnChangesTest {
    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final LandingSite site = new LandingSite();

    /** A row: operation, second of its commit, key, and the texts of the file's other columns. */
    private record Row(
            String op, double second, long id, @Nullable String... values) {}

    private static Row loaded(long id, @Nullable String... values) {
        return new Row("I", -1, id, values);
    }

    private static Row insert(double second, long id, @Nullable String... values) {
        return new Row("I", second, id, values);
    }

    private static Row update(double second, long id, @Nullable String... values) {
        return new Row("U", second, id, values);
    }

    private String load(String columns, Row... rows) {
        return site.put(0, LAYOUT.loadKey(ORDERS, 1, RawFormat.PARQUET), file(columns, rows));
    }

    private String changes(double second, String columns, Row... rows) {
        return changes(second, second, columns, rows);
    }

    private String changes(double stored, double flushed, String columns, Row... rows) {
        return site.put(stored, LAYOUT.cdcKey(ORDERS, at(flushed), RawFormat.PARQUET), file(columns, rows));
    }

    private static byte[] file(String columns, Row... rows) {
        List<String> names = columns.isEmpty() ? List.of() : List.of(columns.split(" "));
        String fields = names.stream()
                .map(name -> " optional binary " + name + " (UTF8);")
                .collect(Collectors.joining());
        return ParquetFixture.of("optional binary Op (UTF8); required binary ts (UTF8); optional int64 id;" + fields
                        + " optional binary seq (UTF8); optional int64 before_id;")
                .write(Stream.of(rows)
                        .map(row -> (ParquetFixture.Row) group -> {
                            group.append("Op", row.op())
                                    .append("ts", TEXT.format(at(row.second())))
                                    .append("id", row.id());
                            for (int i = 0; i < names.size(); i++) {
                                if (row.values()[i] != null) {
                                    group.append(names.get(i), row.values()[i]);
                                }
                            }
                            if (row.second() >= 0) {
                                var change = LandingSite.insert(row.second(), row.id(), "");
                                group.append("seq", LandingSite.sequence(change, 0));
                            }
                            if (row.op().equals("U")) {
                                group.append("before_id", row.id());
                            }
                        })
                        .toList());
    }

    private void schema(Column... columns) {
        Column[] all = Stream.concat(Stream.of(Column.required("id", DataType.parse("int8"))), Arrays.stream(columns))
                .toArray(Column[]::new);
        site.shape(SHAPE.withSchema(new TableSchema(ORDERS, List.of(all), List.of("id"))));
    }

    private static Column text(String name) {
        return Column.nullable(name, DataType.parse("string(20)"));
    }

    private void declare(Declarations declarations) {
        site.settings(builder -> builder.declare(declarations));
    }

    /** The published rows as text, columns in order. */
    private List<String> rows() {
        var published = site.lake().table(ORDERS).published();
        try (var rows = published.rows()) {
            return Stream.concat(Stream.of(published.schema().columnNames()), rows)
                    .map(row -> row.stream().map(String::valueOf).collect(Collectors.joining(" ")))
                    .toList();
        }
    }

    @Test
    void aNewNullableColumnWithoutDefaultInTheSchemaExplainsItself() {
        schema(text("w"), text("note"));
        load("w", loaded(1, "a"));
        changes(60, "w note", update(10, 1, "b", "new"), insert(11, 2, "c", null));

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(result)).isEmpty();
        assertThat(rows()).containsExactly("id w note", "1 b new", "2 c null");
    }

    @Test
    void aNewColumnThatNoSchemaExplainsIsSuspectUntilItsDefaultIsDeclared() {
        load("w", loaded(1, "a"), loaded(2, "b"));
        site.later().merge();
        String file = changes(5000, "w paid", insert(4990, 3, "c", "yes"), update(4991, 2, "b", "yes"));

        MergePlan plan = site.later().lake().table(ORDERS).planMerge(MergeOptions.defaults());
        TableResult suspect = site.merge();
        List<String> before = rows();
        declare(Declarations.of(ORDERS).columnDefault("paid", "no"));
        TableResult declared = site.merge();
        TableResult after = site.merge();

        assertThat(plan.outlook()).isEqualTo(TableState.SUSPECT);
        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
        assertThat(suspect.findings())
                .containsExactly(
                        Finding.error(
                                "COLUMN_DEFAULT_UNKNOWN",
                                file,
                                "'" + file
                                        + "' has column 'paid', which rows from before it lack; the source's schema given does not have it, so it is not known whether those rows hold null or a default.",
                                "Give the source's schema as it is now (schema(…)): a nullable column without default explains itself. Else declare what those rows hold (Declarations.columnDefault(\"paid\", …)), or reload the table."));
        assertThat(before).containsExactly("id w", "1 a", "2 b");
        assertThat(declared.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(rows()).containsExactly("id w paid", "1 a no", "2 b yes", "3 c yes");
        assertThat(after.state()).isEqualTo(TableState.UNCHANGED);
    }

    @Test
    void aColumnThatIsNotNullAtTheSourceIsSuspectFromTheSchemaAloneOn() {
        schema(text("w"));
        load("w", loaded(1, "a"));
        site.later().merge();
        schema(text("w"), Column.required("paid", DataType.parse("string(5)")));

        TableResult suspect = site.merge();
        declare(Declarations.of("public.orders").columnDefault("paid", true));
        changes(5000, "w paid", insert(4990, 2, "b", "false"));
        TableResult declared = site.later().merge();

        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
        assertThat(codes(suspect)).containsExactly("COLUMN_DEFAULT_UNKNOWN");
        assertThat(declared.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(rows()).containsExactly("id w paid", "1 a true", "2 b false");
    }

    @Test
    void loadAndChangesOfOneMergeAreHeldToTheSameRule() {
        load("w", loaded(1, "a"));
        changes(60, "w", update(10, 1, "b"), insert(11, 2, "c"));
        changes(120, "w paid", insert(70, 3, "d", "yes"));

        TableResult suspect = site.later().merge();
        declare(Declarations.of(ORDERS).columnDefault("paid", "no"));
        site.merge();

        assertThat(codes(suspect)).containsExactly("COLUMN_DEFAULT_UNKNOWN");
        assertThat(suspect.rows()).isEqualTo(-1);
        assertThat(rows()).containsExactly("id w paid", "1 b no", "2 c no", "3 d yes");
    }

    @Test
    void aColumnThatVanishesAsAnotherAppearsIsSuspectedAsARenameUntilThatIsDeclared() {
        schema(text("w"));
        load("w", loaded(1, "a"), loaded(2, "b"));
        site.later().merge();
        String file = changes(5000, "v", update(4990, 2, "bb"), insert(4991, 3, "c"));
        schema(text("v"));

        TableResult suspect = site.later().merge();
        declare(Declarations.of(ORDERS).renamed("w", "v"));
        TableResult declared = site.merge();
        TableResult late = lateChange();

        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
        assertThat(suspect.findings())
                .containsExactly(
                        Finding.error(
                                "RENAME_SUSPECTED",
                                file,
                                "'" + file + "' lacks 'w' and has 'v' instead: renamed, or dropped and added.",
                                "Declare it: Declarations.renamed(\"w\", \"v\"), or, for a column that was added, Declarations.columnDefault(\"v\", …). Or reload the table."));
        assertThat(declared.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(late.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(rows()).containsExactly("id v", "1 late", "2 bb", "3 c");
    }

    /** S14: what the log carries needs no configuration. */
    @Test
    void whatTheLogDeclaresHoldsAsIfItWereConfigured() {
        schema(text("w"));
        load("w", loaded(1, "a"), loaded(2, "b"));
        site.later().merge();
        changes(5000, "v", update(4990, 2, "bb"), insert(4991, 3, "c"));
        schema(text("v"));
        TableResult suspect = site.later().merge();
        Ledger ledger = site.lake().table(ORDERS).ledger();

        ledger.commit(new LedgerEntry.Declared(
                ledger.newTransaction(),
                ledger.snapshot().slot(),
                LedgerEntry.Declared.Kind.RENAMED,
                "w=v",
                List.of()));
        TableResult declared = site.merge();

        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
        assertThat(declared.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(rows()).containsExactly("id v", "1 a", "2 bb", "3 c");
    }

    /** From before the rename, under the old name. */
    private TableResult lateChange() {
        changes(9000, 60, "w", update(10, 1, "late"));
        return site.later().merge();
    }

    @Test
    void aDroppedColumnAndAnAddedOneAreDeclaredByTheAddedOnesDefault() {
        load("w", loaded(1, "a"));
        changes(60, "v", insert(10, 2, "b"));
        declare(Declarations.of(ORDERS).columnDefault("v", null));

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(rows()).containsExactly("id w v", "1 a null", "2 null b");
    }

    @Test
    void aColumnDroppedBeforeAnotherIsAddedIsNoRename() {
        schema(text("w"), text("v"));
        load("w", loaded(1, "a"));
        changes(60, "", insert(10, 2));
        TableResult gone = site.later().merge();
        changes(5000, "v", insert(4990, 3, "c"));

        TableResult added = site.later().merge();

        assertThat(codes(gone)).containsExactly("COLUMN_GONE");
        assertThat(added.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(rows()).containsExactly("id w v", "1 a null", "2 null null", "3 null c");
    }

    /** Late changes may make files from before the change be read again; nothing must be published then without the declaration. */
    @Test
    void historyReadWithoutTheDeclarationMakesTheTableSuspectAgain() {
        load("w", loaded(1, "a"));
        changes(60, "w", update(30, 1, "b"));
        changes(120, "w paid", insert(100, 2, "c", "yes"));
        declare(Declarations.of(ORDERS).columnDefault("paid", "no"));
        site.later().merge();
        // The first known file names the run, so the table is built again from all files.
        changes(9000, 50, "w", update(20, 1, "late"));

        site.settings(builder -> builder);
        TableResult undeclared = site.later().merge();
        declare(Declarations.of(ORDERS).columnDefault("paid", "no"));
        TableResult declared = site.merge();

        assertThat(undeclared.state()).isEqualTo(TableState.SUSPECT);
        assertThat(codes(undeclared)).contains("TABLE_REBUILT", "COLUMN_DEFAULT_UNKNOWN");
        assertThat(declared.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(rows()).containsExactly("id w paid", "1 b no", "2 c yes");
    }

    @Test
    void theDeclarationEndsWithTheReload() {
        load("w", loaded(1, "a"));
        site.later().merge();
        changes(5000, "v", insert(4990, 2, "b"));
        TableResult suspect = site.later().merge();
        site.wipe();
        site.put(20_000, LAYOUT.loadKey(ORDERS, 1, RawFormat.PARQUET), file("v", new Row("I", 19_999, 1, "x")));

        TableResult reloaded = site.later().merge();

        assertThat(codes(suspect)).containsExactly("RENAME_SUSPECTED");
        assertThat(reloaded.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(rows()).containsExactly("id v", "1 x");
    }

    @Test
    void aRenamedKeyColumnKeepsItsRows() {
        load("w", loaded(1, "a"), loaded(2, "b"));
        site.later().merge();
        declare(Declarations.of(ORDERS).renamed("id", "order_id"));
        changes(5000, "w", update(4990, 2, "bb"), insert(4991, 3, "c"));

        TableResult result = site.later().merge();

        assertThat(result.findings()).isEmpty();
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(rows()).containsExactly("order_id w", "1 a", "2 bb", "3 c");
    }

    @Test
    void aLateFileFromBeforeAColumnWasAddedTellsOfNoColumnGone() {
        schema(text("w"), text("note"));
        load("w", loaded(1, "a"));
        changes(60, "w", update(30, 1, "b"));
        changes(120, "w note", update(100, 1, "c", "x"));
        site.later().merge();
        changes(9000, 90, "w", insert(80, 2, "late"));

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(result)).containsExactly("LATE_FILES", "LATE_CHANGES");
        assertThat(rows()).containsExactly("id w note", "1 c x", "2 late null");
    }

    @Test
    void noColumnThatHoldsNullIsPublishedAsNotNull() {
        schema(Column.required("w", DataType.parse("string(20)")), Column.required("x", DataType.parse("string(20)")));
        load("w x", loaded(1, "a", "x"));
        changes(60, "w x", update(10, 7, "first seen", null));

        TableResult result = site.later().merge();
        TableSchema schema = site.lake().table(ORDERS).published().schema();

        assertThat(codes(result)).contains("UPDATES_OF_ABSENT");
        assertThat(rows()).containsExactly("id w x", "1 a x", "7 first seen null");
        assertThat(schema.columns())
                .extracting(Column::name, Column::nullable)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple("id", false),
                        org.assertj.core.api.Assertions.tuple("w", false),
                        org.assertj.core.api.Assertions.tuple("x", true));
    }

    @Test
    void aColumnThatOnlyFilesKnowIsNullable() {
        load("w", loaded(1, "a"));
        site.later().merge();

        assertThat(site.lake().table(ORDERS).published().schema().columns()).allMatch(Column::nullable);
    }

    @Test
    void declarationsThatCannotBeTrueAreRefused() {
        load("w", loaded(1, "a"));
        site.later().merge();
        changes(5000, "w paid", insert(4990, 3, "c", "yes"));
        declare(Declarations.of(ORDERS).columnDefault("paid", 1.5));

        TableResult wrongType = site.later().merge();

        assertThat(wrongType.state()).isEqualTo(TableState.FAILED);
        assertThat(wrongType.findings().get(0).message())
                .isEqualTo(
                        "Cannot take the declared default of column 'paid' of table public.orders: a Double does not fit its type string. Give a String that it holds exactly.");
        assertThatThrownBy(() -> Declarations.of(ORDERS).renamed("a", "c").renamed("b", "c"))
                .hasMessage("Cannot declare that two columns of public.orders became one: {a=c, b=c}.");
        assertThatThrownBy(() -> Declarations.of(ORDERS).renamed("a", "b").renamed("b", "c"))
                .hasMessage(
                        "Cannot declare column 'b' of public.orders both as renamed and as renamed again: declare what became of it in the end.");
        assertThatThrownBy(() -> site.settings(builder -> builder.declare(
                                Declarations.of(TableId.of("public", "other")).renamed("a", "b")))
                        .lake())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("something is declared of table public.other");
    }
}
