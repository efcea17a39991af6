package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.LAYOUT;
import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.SHAPE;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.codes;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import io.convergence.change.ParquetFixture;
import io.convergence.curated.TableStyle;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerUndo;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * S14: a rise in DMS's {@code Ddls} statistic that the table's columns do not explain makes it suspect until declared. Every
 * merge and every declaration is a process of its own.
 */
class DdlStatisticTest {
    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final LandingSite site = new LandingSite();

    private TableResult merge(long ddls) {
        return site.later().merge(MergeOptions.defaults().ddls(ddls));
    }

    /** Row 1, published, with two statements counted so far. */
    private void published() {
        site.load(0, 1, loaded(-1, 1, "one"));
        assertThat(merge(2).state()).isEqualTo(TableState.PUBLISHED);
    }

    /** An insert in a file that has these text columns. */
    private void changes(double second, long id, String... columns) {
        String fields = Arrays.stream(columns)
                .map(name -> " optional binary " + name + " (UTF8);")
                .collect(Collectors.joining());
        byte[] file = ParquetFixture.of("optional binary Op (UTF8); required binary ts (UTF8); optional int64 id;"
                        + fields + " optional binary seq (UTF8); optional int64 before_id;")
                .write(List.of(group -> {
                    group.append("Op", "I")
                            .append("ts", TEXT.format(at(second)))
                            .append("id", id);
                    Arrays.stream(columns).forEach(name -> group.append(name, name + id));
                    group.append("seq", LandingSite.sequence(insert(second, id, ""), 0));
                }));
        site.put(second, LAYOUT.cdcKey(ORDERS, at(second), RawFormat.PARQUET), file);
    }

    private void schema(String... nullable) {
        List<Column> columns = Stream.concat(
                        Stream.of(Column.required("id", DataType.parse("int8"))),
                        Arrays.stream(nullable).map(name -> Column.nullable(name, DataType.parse("string(20)"))))
                .toList();
        site.shape(SHAPE.withSchema(new TableSchema(ORDERS, columns, List.of("id"))));
    }

    private DeclarationPlan declare(Declaration declaration) {
        DeclarationPlan plan = site.lake().table(ORDERS).planDeclaration(declaration, MergeOptions.defaults());
        plan.execute();
        return plan;
    }

    private long slot() {
        return site.lake().table(ORDERS).ledger().snapshot().slot();
    }

    @Test
    void s14ARiseThatNoColumnExplainsIsSuspectUntilItIsDeclaredWhateverLaterMergesAreTold() {
        published();
        TableResult same = merge(2);
        site.changes(5000, insert(4990, 2, "two"));

        TableResult suspect = merge(3);
        long told = slot();
        TableResult again = merge(3);
        TableResult silent = site.merge();
        TableStatus shown = site.lake().table(ORDERS).show(MergeOptions.defaults());
        DeclarationPlan plan = declare(Declaration.truncated(at(4000)));
        TableResult declared = site.merge();
        Map<Long, String> rows = site.rows();
        TableResult after = merge(3);
        TableResult next = merge(4);

        assertThat(same.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(List.of(suspect, again, silent))
                .extracting(TableResult::state)
                .containsOnly(TableState.SUSPECT);
        assertThat(suspect.findings())
                .containsExactly(
                        Finding.error(
                                "DDL_UNEXPLAINED",
                                "public.orders",
                                "DMS's Ddls statistic counts 1 more statement that changed the table than when it was merged last (2), and its columns explain none of them: a TRUNCATE, new values or a default leave no row.",
                                "Find out what was done at the source, and give the source's schema as it is now, declare it (truncated, reloaded, column-default, renamed), or reload the table."));
        assertThat(told).isEqualTo(1);
        assertThat(shown.standing()).contains(Obstacle.DDL_UNEXPLAINED);
        assertThat(plan.entry().resolves()).containsExactly(told);
        assertThat(plan.after().standing()).isEmpty();
        assertThat(declared.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(rows).isEqualTo(Map.of(2L, "two"));
        assertThat(after.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(next.state()).isEqualTo(TableState.SUSPECT);
    }

    @Test
    void s14EachColumnThatComesExplainsOneStatement() {
        schema("name");
        published();
        schema("name", "city", "zip");
        changes(5000, 2, "name", "city");

        TableResult two = merge(4);
        changes(9000, 3, "name", "city", "note");
        schema("name", "city", "zip", "note");
        TableResult three = merge(6);

        assertThat(two.state())
                .as("one column is in a file, one in the schema alone")
                .isEqualTo(TableState.PUBLISHED);
        assertThat(three.state()).isEqualTo(TableState.SUSPECT);
        assertThat(codes(three)).containsExactly("DDL_UNEXPLAINED");
    }

    /** The statistic may be told just when something else stands against publishing. */
    @Test
    void s14ARiseSeenWhileTheTableIsHeldIsNotForgotten() {
        site.load(0, 1, loaded(-1, 1, "one"));
        site.merge(MergeOptions.defaults().declareComplete().ddls(2));

        TableResult held = site.merge(MergeOptions.defaults().ddls(3));
        TableResult suspect = site.later().merge();

        assertThat(held.state()).isEqualTo(TableState.HELD);
        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
    }

    /** The file was seen with its statement; the next statement is another one. */
    @Test
    void s14AFileThatIsSetAsideExplainsAStatementOnce() {
        published();
        SchemaPolicy policy =
                SchemaPolicy.defaults().with(SchemaPolicy.Kind.COLUMN_ADDED, SchemaPolicy.Action.QUARANTINE_FILE);
        MergeOptions strict = MergeOptions.defaults().schemaPolicy(policy);
        changes(5000, 2, "name", "city");

        TableResult aside = site.later().merge(strict.ddls(3));
        TableResult next = site.merge(strict.ddls(4));

        assertThat(aside.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(aside)).contains(TableResult.FILE_QUARANTINED);
        assertThat(next.state()).isEqualTo(TableState.SUSPECT);
    }

    /** A lower value than the log found suspicious is of a statistic that began anew, and excuses nothing. */
    @Test
    void s14ALowerValueDoesNotTakeASuspicionBack() {
        published();

        TableResult suspect = merge(3);
        TableResult lower = merge(2);

        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
        assertThat(lower.state()).isEqualTo(TableState.SUSPECT);
        assertThat(merge(2).state()).isEqualTo(TableState.SUSPECT);
    }

    /** DMS counts the statement before a file shows the column: that ends it, and nobody need declare anything. */
    @Test
    void s14ASuspicionEndsWhenAFileOrTheSchemaExplainsIt() {
        schema("name");
        published();

        TableResult early = merge(3);
        schema("name", "city");
        TableResult explained = merge(3);
        TableResult next = merge(4);
        changes(9000, 2, "name", "city", "zip");
        schema("name", "city", "zip");
        TableResult byFile = site.later().merge();
        TableResult unchanged = merge(4);

        assertThat(early.state()).isEqualTo(TableState.SUSPECT);
        assertThat(explained.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(next.state()).isEqualTo(TableState.SUSPECT);
        assertThat(byFile.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(unchanged.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(site.lake().table(ORDERS).ledger().snapshot().suspicions()).isEmpty();
    }

    /** The column may be published by a merge that is told no value, or one of before the statement was counted. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void s14AColumnThatCameBeforeItsStatementWasCountedExplainsItOnce(boolean told) {
        schema("name");
        published();
        schema("name", "city", "zip");
        changes(5000, 2, "name", "city");

        TableResult early = told ? merge(2) : site.later().merge();
        changes(9000, 3, "name", "city", "zip");
        TableResult between = site.later().merge();
        TableResult counted = merge(4);
        TableResult next = merge(5);

        assertThat(List.of(early, between, counted))
                .extracting(TableResult::state)
                .containsOnly(TableState.PUBLISHED);
        assertThat(next.state()).isEqualTo(TableState.SUSPECT);
        assertThat(next.findings().toString()).contains("explain none");
    }

    /** Two columns may come by one statement; what is left of them must not excuse the next. */
    @Test
    void s14ARiseUsesUpAllColumnsThatCameBeforeIt() {
        schema("name");
        published();
        schema("name", "city", "zip");
        changes(5000, 2, "name", "city");

        TableResult early = site.later().merge();
        TableResult one = merge(3);
        TableResult two = merge(4);

        assertThat(List.of(early, one)).extracting(TableResult::state).containsOnly(TableState.PUBLISHED);
        assertThat(two.state()).isEqualTo(TableState.SUSPECT);
    }

    @Test
    void s14AColumnThatGoesExplainsAStatementOnce() {
        published();
        changes(5000, 2);
        TableResult dropped = merge(3);
        changes(9000, 3);
        TableResult more = merge(4);

        assertThat(codes(dropped)).containsExactly("COLUMN_GONE");
        assertThat(dropped.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(more.state()).isEqualTo(TableState.SUSPECT);
    }

    @Test
    void s14ADeclaredRenameExplainsAStatement() {
        published();
        changes(5000, 2, "title");
        TableResult suspect = merge(3);
        declare(Declaration.renamed("name", "title"));
        TableResult renamed = merge(3);

        assertThat(codes(suspect)).containsExactly("RENAME_SUSPECTED");
        assertThat(renamed.state()).isEqualTo(TableState.PUBLISHED);
    }

    /** A declaration that explains one statement of two leaves the other. */
    @Test
    void s14ARiseByTwoIsNotEndedByTheDeclarationOfOne() {
        schema("name");
        published();
        changes(5000, 2, "title");
        schema("title");
        merge(4);

        declare(Declaration.renamed("name", "title"));
        TableResult half = merge(4);
        changes(6000, 3, "title", "zip");
        schema("title", "zip");
        TableResult whole = merge(4);

        assertThat(codes(half)).containsExactly("DDL_UNEXPLAINED");
        assertThat(whole.state()).isEqualTo(TableState.PUBLISHED);
    }

    @Test
    void s14TheFirstValueSeenIsRememberedThoughNothingElseIsNew() {
        site.load(0, 1, loaded(-1, 1, "one"));
        site.later().merge();

        TableResult first = merge(7);
        TableResult same = merge(7);
        TableResult rise = merge(8);

        assertThat(first.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(same.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(rise.state()).isEqualTo(TableState.SUSPECT);
    }

    /** A merge that is not told the value keeps the one seen last. */
    @Test
    void s14TheValueIsRememberedAcrossMergesThatAreNotToldIt() {
        published();
        site.changes(5000, update(4990, 1, "uno"));
        site.later().merge();

        assertThat(merge(2).state()).isEqualTo(TableState.UNCHANGED);
        assertThat(merge(3).state()).isEqualTo(TableState.SUSPECT);
    }

    /** A task that is created again counts from 0; all it counts is new. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void s14AStatisticThatFellCountsFromTheStart(long now) {
        published();

        TableResult result = merge(now);

        assertThat(result.state()).isEqualTo(now == 0 ? TableState.PUBLISHED : TableState.SUSPECT);
        assertThat(merge(1).state()).isEqualTo(TableState.SUSPECT);
    }

    @Test
    void s14AReloadEndsTheSuspicionAndBeginsAnew() {
        published();
        merge(3);
        site.wipe();
        site.load(20_000, 1, loaded(19_990, 1, "new"));
        site.later();

        TableResult reloaded = merge(3);

        assertThat(reloaded.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(merge(3).state()).isEqualTo(TableState.UNCHANGED);
        assertThat(merge(4).state()).isEqualTo(TableState.SUSPECT);
    }

    /** A statement that changed no row, such as an index: a note alone ends the suspicion it names. */
    @Test
    void s14WhatWasDeclaredIsNotAskedAgainNorAfterAnUndo() {
        published();
        site.changes(5000, insert(4990, 2, "two"));
        merge(3);
        var ledger = site.lake().table(ORDERS).ledger();
        ledger.commit(new LedgerEntry.Declared(
                "note", slot(), LedgerEntry.Declared.Kind.COLUMN_DEFAULT, "name=null", List.of(slot())));

        TableResult published = merge(3);
        LedgerUndo undo = site.lake().table(ORDERS).undo();
        undo.execute(undo.plan());
        TableResult again = merge(3);

        assertThat(published.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(again.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(merge(4).state()).isEqualTo(TableState.SUSPECT);
    }

    @Test
    void s14TablesOfOtherStylesAreHeldToIt() {
        for (TableStyle style : List.of(TableStyle.softDelete(), TableStyle.append())) {
            var own = new LandingSite();
            MergeOptions options = MergeOptions.defaults().style(style);
            own.load(0, 1, loaded(-1, 1, "one"));
            own.later().merge(options.ddls(2));

            assertThat(own.merge(options.ddls(2)).state()).isEqualTo(TableState.UNCHANGED);
            assertThat(own.merge(options.ddls(3)).state()).isEqualTo(TableState.SUSPECT);
            assertThat(own.merge(options).state()).isEqualTo(TableState.SUSPECT);
        }
    }

    @Test
    void noStatisticIsBelowZero() {
        assertThatThrownBy(() -> MergeOptions.defaults().ddls(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot take -1 for DMS's Ddls.");
    }
}
