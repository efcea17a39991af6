package io.convergence.mapping;

import static io.convergence.mapping.SourceObject.column;
import static io.convergence.mapping.SourceObject.schema;
import static io.convergence.mapping.SourceObject.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.mapping.EvaluationOptions.AddedColumnOrder;
import io.convergence.mapping.EvaluationOptions.ColumnPatterns;
import io.convergence.mapping.EvaluationOptions.DefinedKeys;
import io.convergence.mapping.EvaluationOptions.DroppingRules;
import io.convergence.mapping.EvaluationOptions.Excludes;
import io.convergence.mapping.EvaluationOptions.IdOrder;
import io.convergence.mapping.EvaluationOptions.OverlappingFilters;
import io.convergence.mapping.EvaluationOptions.PrimaryKeyRules;
import io.convergence.mapping.Filter.Condition;
import io.convergence.mapping.PostProcessingRule.Tag;
import io.convergence.mapping.TableEvaluation.Added;
import io.convergence.mapping.TableEvaluation.ColumnEvaluation;
import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MappingEvaluationTest {
    private static final TableId ORDERS = TableId.of("sales", "Orders");
    private static final TableId ITEMS = TableId.of("sales", "Items");
    private static final SourceSchema SALES = SourceSchema.of(
            SourceEngine.POSTGRESQL, sourceTable(ORDERS), sourceTable(ITEMS), sourceTable(TableId.of("hr", "staff")));

    @Nested
    class Answers {
        @Test
        void eachTableSaysWhetherAndByWhichRuleItIsSelected() {
            MappingEvaluation evaluation = all().exclude("sales", "I%").build().evaluate(SALES);

            assertThat(evaluation.tables())
                    .extracting(
                            table -> table.source().id().toString(),
                            TableEvaluation::selected,
                            table -> table.decision().map(Rule::id).orElse("none"))
                    .containsExactly(
                            tuple("sales.Orders", true, "1"),
                            tuple("sales.Items", false, "2"),
                            tuple("hr.staff", false, "none"));
        }

        @Test
        void everyFactOfATableIsGiven() {
            MappingEvaluation evaluation = TableMappings.builder()
                    .include("sales", "Orders", Filter.of("id", Condition.atLeast("7")))
                    .withLoadOrder(3)
                    .rename(schema("sales"))
                    .to("raw")
                    .convertLowercase(table("sales", "%"))
                    .addSuffix("_x")
                    .to(column("sales", "Orders", "id"))
                    .changeDataType(column("sales", "Orders", "amount"))
                    .to(DataType.numeric(18, 4))
                    .removeColumn("sales", "Orders", "secret%")
                    .hash(column("sales", "Orders", "email"))
                    .lakeReady()
                    .parallelLoad("sales", "Orders", new ParallelLoad.None(Map.of()))
                    .addTags("%", "%", new Tag("a", "wide"))
                    .addTags("sales", "Orders", new Tag("a", "exact"))
                    .build()
                    .evaluate(SALES);

            TableEvaluation orders = evaluation.table(ORDERS).orElseThrow();
            assertThat(orders.schema() + "." + orders.name()).isEqualTo("raw.orders");
            assertThat(orders.columns())
                    .extracting(
                            column -> column.source().name(),
                            column -> column.name().value(),
                            column -> column.type().toString(),
                            ColumnEvaluation::dropped,
                            ColumnEvaluation::masked)
                    .containsExactly(
                            tuple("id", "id_x", "int4", false, false),
                            tuple("amount", "amount", "numeric(18,4)", false, false),
                            tuple("secret_1", "secret_1", "wstring(20)", true, false),
                            tuple("email", "email", "wstring(64)", false, true),
                            tuple("note", "note", "nclob", false, false));
            assertThat(orders.added()).containsExactly(new Added("dms_seq", DataType.string(35), "$AR_H_CHANGE_SEQ"));
            assertThat(orders.primaryKey()).containsExactly(TargetName.known("id_x"));
            assertThat(orders.beforeImageColumns()).containsExactly("before_id_x");
            assertThat(orders.filters()).containsExactly(Filter.of("id", Condition.atLeast("7")));
            assertThat(orders.loadOrder()).isEqualTo(3);
            assertThat(orders.parallelLoad()).isEqualTo(new ParallelLoad.None(Map.of()));
            assertThat(orders.tags()).containsExactly(new Tag("a", "exact"));
            assertThat(evaluation.findings()).isEmpty();
            assertThat(evaluation.mappedTables()).containsExactly(orders.mapped());
            assertThat(orders.mapped().schema().columns().get(1).type()).isEqualTo(DataType.numeric(18, 4));
        }

        @Test
        void eachRuleSaysWhatItMatchedAndWhereItWasApplied() {
            MappingEvaluation evaluation = all().convertLowercase(table("sales", "%"))
                    .addPrefix("x_")
                    .to(table("sales", "Orders"))
                    .removeColumn("sales", "Orders", "nothing")
                    .build()
                    .evaluate(SALES);

            assertThat(evaluation.rules())
                    .extracting(RuleEvaluation::index, RuleEvaluation::matched, RuleEvaluation::applied)
                    .containsExactly(
                            tuple(0, List.of("sales.Orders", "sales.Items"), List.of("sales.Orders", "sales.Items")),
                            tuple(1, List.of("sales.Orders", "sales.Items"), List.of("sales.Orders", "sales.Items")),
                            tuple(2, List.of("sales.Orders"), List.of()),
                            tuple(3, List.of(), List.of()));
            assertThat(evaluation.findings())
                    .containsExactly(
                            Finding.warning(
                                    "RULE_OUTRANKED",
                                    "rules[2]",
                                    "The action add-prefix is not applied to sales.Orders: DMS applies one action to an object, and rule '2' (convert-lowercase) has the lower id.",
                                    "Narrow one of the two locators, or remove a rule."),
                            Finding.warning(
                                    "RULE_MATCHES_NOTHING",
                                    "rules[3].object-locator",
                                    "The rule matches nothing: 'sales.Orders.nothing' is the name of no object of a selected table.",
                                    "Compare the names with those of the source, in upper and lower case, or remove the rule."));
        }

        @Test
        void whatIsDroppedIsNotRenamed() {
            MappingEvaluation evaluation = all().removeColumn("sales", "Orders", "secret%")
                    .convertUppercase(column("sales", "Orders", "secret%"))
                    .build()
                    .evaluate(SALES);

            assertThat(evaluation.rules().get(1).applied()).containsExactly("sales.Orders.secret_1");
            assertThat(evaluation.rules().get(2).matched()).containsExactly("sales.Orders.secret_1");
            assertThat(evaluation.rules().get(2).applied()).isEmpty();
            assertThat(evaluation.findings()).isEmpty();
        }

        @Test
        void allNamingActionsGiveTheirNames() {
            assertThat(nameOfOrders(all().convertUppercase(table("sales", "%"))))
                    .isEqualTo("ORDERS");
            assertThat(nameOfOrders(all().addPrefix("p_").to(table("sales", "%"))))
                    .isEqualTo("p_Orders");
            assertThat(nameOfOrders(all().addSuffix("_s").to(table("sales", "%"))))
                    .isEqualTo("Orders_s");
            assertThat(nameOfOrders(all().removePrefix("Or").from(table("sales", "%"))))
                    .isEqualTo("ders");
            assertThat(nameOfOrders(all().removeSuffix("ers").from(table("sales", "%"))))
                    .isEqualTo("Ord");
            assertThat(nameOfOrders(all().replacePrefix("Or").with("B").in(table("sales", "%"))))
                    .isEqualTo("Bders");
            assertThat(nameOfOrders(all().replaceSuffix("ers").with("re").in(table("sales", "%"))))
                    .isEqualTo("Ordre");
            assertThat(nameOfOrders(all().removePrefix("x").from(table("sales", "%"))))
                    .isEqualTo("Orders");
        }

        @Test
        void namesFromExpressionsAreMarkedComputed() {
            TableMappings mappings = all().renameByExpression(table("sales", "Orders"))
                    .to("lower($AR_M_SOURCE_TABLE_NAME)")
                    .build();

            MappingEvaluation evaluation = mappings.evaluate(SALES);

            TableEvaluation orders = evaluation.table(ORDERS).orElseThrow();
            assertThat(orders.name().computed()).isTrue();
            assertThat(orders.name()).hasToString("<lower($AR_M_SOURCE_TABLE_NAME)>");
            assertThat(evaluation.findings())
                    .containsExactly(Finding.warning(
                            "NAME_COMPUTED",
                            "rules[1].expression",
                            "The name of sales.Orders is computed by the expression \"lower($AR_M_SOURCE_TABLE_NAME)\", which only DMS can do.",
                            "Give the new name as value, or EvaluationOptions.nameExpressions that compute it."));
            assertThatThrownBy(evaluation::mappedTables)
                    .isInstanceOf(InvalidMappingException.class)
                    .hasMessageStartingWith(
                            "Cannot evaluate table mappings: the name of sales.Orders is computed by the expression");
        }

        @Test
        void aGivenComputerOfExpressionsMakesTheNamesKnown() {
            TableMappings mappings = all().renameByExpression(table("sales", "%"))
                    .to("lower($AR_M_SOURCE_TABLE_NAME)")
                    .build();

            MappingEvaluation evaluation = mappings.evaluate(
                    SALES,
                    options -> options.nameExpressions((expression, headers) ->
                            Optional.of(headers.get(expression.headers().get(0)).toLowerCase(Locale.ROOT))));

            assertThat(evaluation.mappedTables())
                    .extracting(mapped -> mapped.target().toString())
                    .containsExactly("sales.orders", "sales.items");
        }

        @Test
        void viewsAreSelectedByTheirOwnRules() {
            TableMappings mappings = TableMappings.builder()
                    .include("sales", "Orders")
                    .includeViews("sales", "%")
                    .build();

            MappingEvaluation evaluation = mappings.evaluate(SALES, options -> options.views(ITEMS));

            assertThat(evaluation.selected())
                    .extracting(table -> table.source().id(), TableEvaluation::view)
                    .containsExactly(tuple(ORDERS, false), tuple(ITEMS, true));
        }

        @Test
        void whatCannotWorkIsFoundAllAtOnce() {
            MappingEvaluation evaluation = TableMappings.builder()
                    .include("sales", "%")
                    .rename(table("sales", "%"))
                    .to("one")
                    .removeColumn("sales", "Orders", "id")
                    .rename(column("sales", "Items", "note"))
                    .to("EMAIL")
                    .maskDigits(column("sales", "Items", "id"))
                    .with("#")
                    .buildUnchecked()
                    .evaluate(SALES);

            assertThat(evaluation.findings().stream().filter(finding -> finding.severity() == Severity.ERROR))
                    .extracting(Finding::code)
                    .containsExactlyInAnyOrder(
                            "TARGET_NAME_TWICE", "KEY_COLUMN_REMOVED", "COLUMN_NAME_TWICE", "KEY_MASKED");
        }

        private String nameOfOrders(TableMappings.Builder builder) {
            return builder.build()
                    .evaluate(SALES)
                    .table(ORDERS)
                    .orElseThrow()
                    .name()
                    .value();
        }
    }

    /** What the guide leaves open: the default, the other choice, and the finding that says so. */
    @Nested
    class OpenQuestions {
        @Test
        void anExcludeAndAnExplicitHitOneTable() {
            TableMappings mappings = TableMappings.builder()
                    .explicit("sales", "Orders")
                    .exclude("sales", "%")
                    .build();

            assertThat(selected(mappings, EvaluationOptions.defaults())).isEmpty();
            assertThat(selected(mappings, options(o -> o.excludes(Excludes.LOSE_TO_EXPLICIT))))
                    .containsExactly(ORDERS);
            assertFinds(mappings, "EXCLUDE_HITS_EXPLICIT", "rules[1]");
        }

        @Test
        void anExcludeHasALowerIdThanTheInclude() {
            TableMappings mappings = TableMappings.builder()
                    .exclude("sales", "I%")
                    .include("sales", "%")
                    .build();

            assertThat(selected(mappings, EvaluationOptions.defaults())).containsExactly(ORDERS);
            assertThat(selected(mappings, options(o -> o.excludes(Excludes.HIGHEST_ID_DECIDES))))
                    .containsExactly(ORDERS, ITEMS);
            assertFinds(mappings, "EXCLUDE_BEFORE_INCLUDE", "rules[0].rule-id");
        }

        @Test
        void twoIncludesHaveOtherFilters() {
            Filter one = Filter.of("id", Condition.atLeast("1"));
            Filter other = Filter.of("id", Condition.atMost("9"));
            TableMappings mappings = TableMappings.builder()
                    .include("sales", "Orders", one)
                    .include("sales", "Orders", other)
                    .build();

            assertThat(mappings.evaluate(SALES).table(ORDERS).orElseThrow().filters())
                    .containsExactly(one);
            assertThat(mappings.evaluate(SALES, o -> o.overlappingFilters(OverlappingFilters.ALL))
                            .table(ORDERS)
                            .orElseThrow()
                            .filters())
                    .containsExactly(one, other);
            assertFinds(mappings, "OVERLAPPING_FILTERS", "rules[0].filters");
        }

        @Test
        void idsCompareAsNumbersOrAsTexts() {
            TableMappings mappings = all().rename(table("sales", "Orders"))
                    .to("ninth")
                    .withId("9")
                    .rename(table("sales", "Orders"))
                    .to("tenth")
                    .withId("10")
                    .build();

            assertThat(nameOfOrders(mappings, EvaluationOptions.defaults())).isEqualTo("ninth");
            assertThat(nameOfOrders(mappings, options(o -> o.idOrder(IdOrder.TEXT))))
                    .isEqualTo("tenth");
            assertFinds(mappings, "RULE_ID_ORDER_ASSUMED", "rules[2].rule-id");
        }

        /** The example of the fact sheet: a key and a prefix for one table; the lower id wins. */
        @Test
        void aKeyCompetesWithAName() {
            TableMappings mappings = all().definePrimaryKey(table("sales", "Orders"), "pk", "email")
                    .addPrefix("x_")
                    .to(table("sales", "Orders"))
                    .build();

            assertThat(nameOfOrders(mappings, EvaluationOptions.defaults())).isEqualTo("Orders");
            assertThat(nameOfOrders(mappings, options(o -> o.primaryKeyRules(PrimaryKeyRules.COEXIST))))
                    .isEqualTo("x_Orders");
            assertFinds(mappings, "PRIMARY_KEY_COMPETES", "rules[2]");
        }

        @Test
        void aDefinedKeyIsNotThatOfTheRows() {
            TableMappings mappings = all().definePrimaryKey(table("sales", "Orders"), "pk", "email")
                    .build();

            assertThat(key(mappings, EvaluationOptions.defaults())).containsExactly("id");
            assertThat(key(mappings, options(o -> o.definedKeys(DefinedKeys.DEFINED_KEY))))
                    .containsExactly("email");
            assertFinds(mappings, "DEFINED_KEY_NOT_USED", "rules[1].primary-key-def");
        }

        @Test
        void includedColumnsAreRenamedToo() {
            TableMappings mappings = all().includeColumn(column("sales", "Orders", "id"))
                    .includeColumn(column("sales", "Orders", "note"))
                    .convertUppercase(column("sales", "Orders", "%"))
                    .build();

            assertThat(mappings.evaluate(SALES).mappedTables().get(0).columns())
                    .extracting(MappedColumn::name)
                    .containsExactly("ID", "NOTE");
            assertThat(mappings.evaluate(SALES, o -> o.droppingRules(DroppingRules.COMPETE))
                            .mappedTables()
                            .get(0)
                            .columns())
                    .extracting(MappedColumn::name)
                    .containsExactly("id", "note");
            assertFinds(mappings, "INCLUDE_COLUMN_WITH_ACTION", "rules[1]");
        }

        @Test
        void addedColumnsStandInTheOrderOfTheIds() {
            TableMappings mappings = all().addColumn("sales", "%", "b", DataType.string(1), "'b'")
                    .withId("8")
                    .addColumn("sales", "%", "a", DataType.string(1), "'a'")
                    .withId("7")
                    .build();

            assertThat(added(mappings, EvaluationOptions.defaults())).containsExactly("a", "b");
            assertThat(added(mappings, options(o -> o.addedColumnOrder(AddedColumnOrder.DOCUMENT))))
                    .containsExactly("b", "a");
            assertFinds(mappings, "ADDED_COLUMN_ORDER_ASSUMED", "rules[1]");
        }

        @Test
        void underscoresInColumnNamesArePatterns() {
            TableMappings mappings =
                    all().removeColumn("sales", "Orders", "secre__1").build();

            assertThat(dropped(mappings, EvaluationOptions.defaults())).containsExactly("secret_1");
            assertThat(dropped(mappings, options(o -> o.columnPatterns(ColumnPatterns.PERCENT_ONLY))))
                    .isEmpty();
        }

        @Test
        void caseAndEscapesAreTheEndpoints() {
            TableMappings mappings = TableMappings.builder()
                    .include("SALES", "orders")
                    .removeColumn("sales", "%", "secret#_%")
                    .build();

            assertThat(selected(mappings, EvaluationOptions.defaults())).isEmpty();
            EvaluationOptions oracle = options(o -> o.ignoreCase().escapeCharacter('#'));
            assertThat(selected(mappings, oracle)).containsExactly(ORDERS);
            assertThat(dropped(mappings, oracle)).containsExactly("secret_1");
        }

        private List<TableId> selected(TableMappings mappings, EvaluationOptions options) {
            return mappings.evaluate(SALES, options).selected().stream()
                    .map(table -> table.source().id())
                    .toList();
        }

        private String nameOfOrders(TableMappings mappings, EvaluationOptions options) {
            return mappings.evaluate(SALES, options)
                    .table(ORDERS)
                    .orElseThrow()
                    .name()
                    .value();
        }

        private List<String> key(TableMappings mappings, EvaluationOptions options) {
            return mappings.evaluate(SALES, options)
                    .mappedTables()
                    .get(0)
                    .schema()
                    .primaryKey();
        }

        private List<String> added(TableMappings mappings, EvaluationOptions options) {
            return mappings.evaluate(SALES, options).table(ORDERS).orElseThrow().added().stream()
                    .map(Added::name)
                    .toList();
        }

        private List<String> dropped(TableMappings mappings, EvaluationOptions options) {
            return mappings.evaluate(SALES, options).table(ORDERS).orElseThrow().columns().stream()
                    .filter(ColumnEvaluation::dropped)
                    .map(column -> column.source().name())
                    .toList();
        }

        private void assertFinds(TableMappings mappings, String code, String path) {
            assertThat(mappings.evaluate(SALES).findings())
                    .extracting(Finding::code, Finding::path)
                    .contains(tuple(code, path));
        }

        private EvaluationOptions options(Consumer<EvaluationOptions.Builder> choice) {
            EvaluationOptions.Builder builder = EvaluationOptions.builder();
            choice.accept(builder);
            return builder.build();
        }
    }

    /** What only the source can show. */
    @Nested
    class Findings {
        @Test
        void filtersAreOnColumnsThatAreThereAndNoLobs() {
            MappingEvaluation evaluation = TableMappings.builder()
                    .include(
                            "sales",
                            "Orders",
                            Filter.of("ID", Condition.isNotNull()),
                            Filter.of("note", Condition.isNotNull()))
                    .build()
                    .evaluate(SALES);

            assertThat(evaluation.findings())
                    .containsExactly(
                            Finding.error(
                                    "FILTER_COLUMN_UNKNOWN",
                                    "rules[0].filters",
                                    "Table sales.Orders is filtered by the column 'ID', which it does not have.",
                                    "Correct the name, in upper and lower case."),
                            Finding.error(
                                    "FILTER_ON_LOB",
                                    "rules[0].filters",
                                    "Table sales.Orders is filtered by the LOB 'note', which DMS does not support.",
                                    "Filter by another column."));
        }

        @Test
        void expressionsUseColumnsThatAreThere() {
            assertOnly(
                    all().addColumn("sales", "%", "c", DataType.string(9), "$ID || $email"),
                    Finding.warning(
                            "EXPRESSION_COLUMN_UNKNOWN",
                            "rules[1].expression",
                            "The expression uses $ID, and there is no such column in sales.Orders, sales.Items.",
                            "Correct the name, in upper and lower case, or narrow the locator."));
        }

        @Test
        void lobsAreRemovedOrLeftAlone() {
            assertOnly(
                    all().convertUppercase(column("sales", "Orders", "note")),
                    Finding.warning(
                            "LOB_TRANSFORMED",
                            "rules[1]",
                            "The action convert-uppercase is about the LOB sales.Orders.note: DMS documents remove-column as the only action for LOBs.",
                            "Leave LOBs out of the locator, and look at a file."));
        }

        @Test
        void masksFitTheirColumns() {
            assertOnly(
                    all().hash(column("sales", "Orders", "secret_1"))
                            .maskDigits(column("sales", "Orders", "amount"))
                            .with("#"),
                    Finding.warning(
                            "HASH_CUT",
                            "rules[1]",
                            "A hash takes 64 characters, and there are fewer in sales.Orders.secret_1 wstring(20).",
                            "Change the type to string(64) in a rule with a smaller id."),
                    Finding.warning(
                            "MASK_OF_OTHER_TYPE",
                            "rules[2]",
                            "The action data-masking-digits-mask is about sales.Orders.amount numeric(10,2), of a type that DMS does not document for it: the values may be written as they are.",
                            "Remove the column, or change its type to string."));
        }

        @Test
        void namesThatDifferByCaseAreOneToACatalog() {
            assertOnly(
                    all().rename(table("sales", "Items")).to("ORDERS"),
                    Finding.warning(
                            "TARGET_NAMES_DIFFER_BY_CASE",
                            "rules",
                            "Tables would be written to sales.Orders and sales.ORDERS, which differ in upper and lower case only: a catalog takes them for one.",
                            "Rename one of them to another name."));
        }

        @Test
        void aTaskThatSelectsNothingFails() {
            assertThat(TableMappings.builder()
                            .include("Sales", "%")
                            .build()
                            .evaluate(SALES)
                            .findings())
                    .contains(Finding.warning(
                            "NOTHING_SELECTED",
                            "rules",
                            "No rule selects one of the 3 tables of the source: the task fails when it starts, unless FailOnNoTablesCaptured is false.",
                            "Compare the names, in upper and lower case."));
        }

        @Test
        void keyColumnsStay() {
            assertOnly(
                    all().includeColumn(column("sales", "Orders", "note")),
                    Finding.error(
                            "KEY_COLUMN_REMOVED",
                            "rules[1]",
                            "Key column 'id' of sales.Orders is removed by include-column rules that do not name it, so that rows can no longer be told apart.",
                            "Keep the key columns."));
        }

        private void assertOnly(TableMappings.Builder builder, Finding... expected) {
            assertThat(builder.build().evaluate(SALES).findings()).containsExactly(expected);
        }
    }

    private static TableMappings.Builder all() {
        return TableMappings.builder().include("sales", "%");
    }

    private static SourceTable sourceTable(TableId id) {
        return SourceTable.of(
                id,
                List.of(
                        SourceColumn.required("id", DataType.of(Kind.INT4)),
                        SourceColumn.nullable("amount", DataType.numeric(10, 2)),
                        SourceColumn.nullable("secret_1", DataType.wstring(20)),
                        SourceColumn.nullable("email", DataType.wstring(64)),
                        SourceColumn.nullable("note", DataType.of(Kind.NCLOB))),
                List.of("id"),
                RowImages.KEY_ONLY);
    }
}
