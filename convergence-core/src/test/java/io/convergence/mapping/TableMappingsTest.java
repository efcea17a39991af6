package io.convergence.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.mapping.MappedTable.BeforeImage;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TableMappingsTest {
    private static final SourceSchema SHOP = SourceSchema.of(
            SourceEngine.POSTGRESQL,
            table("public", "order_items"),
            table("public", "orderXitems"),
            table("public", "orders"),
            table("public", "tmp_orders"),
            table("sales", "orders"));

    @Nested
    class Building {
        @Test
        void idsAndNamesAreGivenInOrderAndCanBeChanged() {
            TableMappings mappings = TableMappings.builder()
                    .include("public", "%")
                    .withId("10")
                    .withName("everything")
                    .exclude("public", "tmp[_]%")
                    .renameSchema("public", "shop")
                    .build();

            assertThat(mappings.rules()).extracting(Rule::id).containsExactly("10", "11", "12");
            assertThat(mappings.rules())
                    .extracting(Rule::name)
                    .containsExactly("everything", "exclude11", "renameSchema12");
        }

        @Test
        void theDocumentIsInTheSpellingOfAws() {
            String json = TableMappings.builder()
                    .include("public", "orders", Filter.of("id", new Filter.Condition("between", null, "1", "9")))
                    .removeColumn("public", "orders", "secret")
                    .addChangeSequence("dms_seq")
                    .addBeforeImageColumns("before_")
                    .build()
                    .toJson();

            assertThat(json.replaceAll("\\s", "")).isEqualTo("""
                            {"rules":[
                            {"rule-type":"selection","rule-id":"1","rule-name":"include1","object-locator":{"schema-name":"public","table-name":"orders"},"rule-action":"include",
                             "filters":[{"filter-type":"source","column-name":"id","filter-conditions":[{"filter-operator":"between","start-value":"1","end-value":"9"}]}]},
                            {"rule-type":"transformation","rule-id":"2","rule-name":"removeColumn2","rule-target":"column","object-locator":{"schema-name":"public","table-name":"orders","column-name":"secret"},"rule-action":"remove-column"},
                            {"rule-type":"transformation","rule-id":"3","rule-name":"addColumn3","rule-target":"column","object-locator":{"schema-name":"%","table-name":"%"},"rule-action":"add-column","value":"dms_seq","expression":"$AR_H_CHANGE_SEQ","data-type":{"type":"string","length":35}},
                            {"rule-type":"transformation","rule-id":"4","rule-name":"addBeforeImageColumns4","rule-target":"column","object-locator":{"schema-name":"%","table-name":"%"},"rule-action":"add-before-image-columns","before-image-def":{"column-prefix":"before_","column-suffix":"","column-filter":"pk-only"}}]}
                            """.replaceAll("\\s", ""));
        }

        @Test
        void allErrorsAreGivenAtOnce() {
            TableMappings.Builder builder =
                    TableMappings.builder().exclude("public", "a[").addBeforeImageColumns("");

            assertThatThrownBy(builder::build).isInstanceOfSatisfying(InvalidMappingException.class, e -> {
                assertThat(e.findings())
                        .extracting(Finding::code)
                        .containsExactly("NO_SELECTION", "WILDCARD_INVALID", "BEFORE_IMAGE_WITHOUT_NAME");
                assertThat(e.retryable()).isFalse();
            });
        }

        @Test
        void theLakesColumnsAreAddedOnlyWhereTheyAreMissing() {
            TableMappings own = TableMappings.builder()
                    .include("public", "%")
                    .addChangeSequence("seq")
                    .build();

            TableMappings ready = own.lakeReady();

            assertThat(ready.rules()).hasSize(3);
            assertThat(ready.rules().get(2)).isInstanceOf(TransformationRule.AddBeforeImageColumns.class);
            assertThat(ready.lakeReady()).isEqualTo(ready);
        }
    }

    @Nested
    class Parsing {
        @Test
        void numbersNullsEmptyFiltersAndUnknownKeysAreTakenAsTheServiceTakesThem() {
            TableMappings mappings = TableMappings.parse("""
                    {"rules":[{"rule-type":"selection","rule-id":1,"rule-name":2,"rule-action":"include","filters":[],"load-order":null,
                      "object-locator":{"schema-name":"public","table-name":"%","table-type":null},"parallel-load":null,"isAutoSegmentationChecked":false},
                     {"rule-type":"transformation","rule-id":"02","rule-name":"x","rule-target":"column","rule-action":"add-column","value":"c","old-value":null,
                      "object-locator":{"schema-name":"%","table-name":"%"},"data-type":{"type":"string","length":"50","scale":""},"expression":"'a'"}],
                     "comment":{"a":[1,2]}}
                    """);

            assertThat(mappings.rules())
                    .containsExactly(
                            new SelectionRule(
                                    "1",
                                    "2",
                                    SelectionRule.Action.INCLUDE,
                                    ObjectLocator.ofTable("public", "%"),
                                    SelectionRule.TableType.TABLE,
                                    null,
                                    List.of(),
                                    Map.of("isAutoSegmentationChecked", "false")),
                            new TransformationRule.AddColumn(
                                    "02",
                                    "x",
                                    ObjectLocator.ofTable("%", "%"),
                                    "c",
                                    new RuleDataType("string", 50, null, null),
                                    "'a'",
                                    Map.of()));
            assertThat(mappings.otherKeys()).isEqualTo(Map.of("comment", "{\"a\":[1,2]}"));
            assertThat(TableMappings.parse(mappings.toJson())).isEqualTo(mappings);
        }

        @Test
        void rulesThatSayWhatDmsDoesNotDocumentSurviveWithAllTheirProblems() {
            TableMappings mappings = TableMappings.parse("""
                    {"rules":[{"rule-type":"selection","rule-id":"1","rule-name":"a","rule-action":"include","object-locator":{"schema-name":"public","table-name":"%"}},
                     {"rule-type":"transformation","rule-id":"2","rule-name":"b","rule-target":"tables","rule-action":"Rename","object-locator":{"schema-name":"public","table-name":"%"}}]}
                    """);

            assertThat(TableMappings.parse(mappings.toJson())).isEqualTo(mappings);
            assertThat(mappings.toJson()).contains("\"Rename\"").contains("\"tables\"");
            assertThat(mappings.validate())
                    .extracting(Finding::code, Finding::path)
                    .containsExactly(
                            tuple("VALUE_UNKNOWN", "rules[1].rule-target"),
                            tuple("VALUE_UNKNOWN", "rules[1].rule-action"));
            assertThat(mappings.evaluate(SHOP).selected()).hasSize(4);
            assertThatThrownBy(() -> mappings.mappedTables(SHOP))
                    .isInstanceOf(InvalidMappingException.class)
                    .hasMessage(
                            "Cannot evaluate table mappings: the rule '2' (transformation Rename) cannot be interpreted, and it may change which tables and columns are written. "
                                    + "Correct it as validate() says, or remove it.");
        }

        @Test
        void theFormatOf2016IsRecognised() {
            assertThatThrownBy(
                            () -> TableMappings.parse(
                                    "{\"TableMappings\":[{\"Type\":\"Include\",\"SourceSchema\":\"x\",\"SourceTable\":\"%\"}]}"))
                    .isInstanceOf(InvalidMappingException.class)
                    .hasMessage(
                            "Cannot read table mappings: the document is in the format of 2016 ({\"TableMappings\":[{\"Type\":...}]}), which DMS refuses today. "
                                    + "Rewrite it as {\"rules\":[...]} with selection rules.");
        }

        @Test
        void whatIsNoMappingIsRefusedWithItsPlace() {
            assertThatThrownBy(() -> TableMappings.parse("file.json"))
                    .hasMessageStartingWith("Cannot read table mappings: the text is not JSON: ")
                    .hasMessageEndingWith("Give the document itself, not the path of a file.");
            assertThatThrownBy(() -> TableMappings.parse("{\"rules\":[],\"rules\":[]}"))
                    .hasMessage(
                            "Cannot read table mappings: a name is given twice in one object: Duplicate field 'rules' (line 1, column 20). "
                                    + "All but one would be ignored. Write one rule for each.");
            assertThatThrownBy(() -> TableMappings.parse("{\"rules\":{}}"))
                    .hasMessage(
                            "Cannot read table mappings: at rules there is object, not an array. Give one object {\"rules\":[...]}.");
            assertThatThrownBy(() -> TableMappings.parse("{\"rules\":[3]}"))
                    .hasMessage(
                            "Cannot read table mappings: rules[0] is 3, not an object. Give each rule as {\"rule-type\":...}.");
        }
    }

    @Nested
    class Validating {
        @Test
        void aSoundDocumentHasNoFindings() {
            assertThat(TableMappings.builder()
                            .include("public", "%")
                            .lakeReady()
                            .build()
                            .validate())
                    .isEmpty();
        }

        @Test
        void theServiceNeedsASelection() {
            assertOnly(
                    TableMappings.builder().addChangeSequence("s").buildUnchecked(),
                    Finding.error(
                            "NO_SELECTION",
                            "rules",
                            "No rule selects a table: the task fails when it starts.",
                            "Add a selection rule with the action include, e.g. include(\"public\", \"%\")."));
        }

        @Test
        void aSelectionWithAFaultIsNotTakenForNone() {
            assertThat(TableMappings.parse("""
                            {"rules":[{"rule-type":"selection","rule-id":"1","rule-name":"a","rule-action":"include","load-order":"first",
                              "object-locator":{"schema-name":"public","table-name":"%"}}]}
                            """).validate())
                    .containsExactly(Finding.error(
                            "NUMBER_INVALID",
                            "rules[0].load-order",
                            "The 'load-order' is 'first', not a whole number up to 2147483647.",
                            "Give digits only."));
        }

        @Test
        void idsAreUniqueNumbers() {
            assertOnly(
                    TableMappings.builder()
                            .include("a", "%")
                            .include("b", "%")
                            .withId("01")
                            .include("c", "%")
                            .withId("one")
                            .buildUnchecked(),
                    Finding.error(
                            "DUPLICATE_RULE_ID",
                            "rules[1].rule-id",
                            "The rule-id '01' is also that of rules[0]: which of them wins is not defined.",
                            "Give each rule a number of its own."),
                    Finding.error(
                            "RULE_ID_NOT_A_NUMBER",
                            "rules[2].rule-id",
                            "The rule-id is 'one': DMS wants a number, by which it decides between rules.",
                            "Give a number that no other rule has, as text: \"rule-id\": \"3\"."));
        }

        @Test
        void namesAreUniqueAndAlphanumeric() {
            assertOnly(
                    TableMappings.builder()
                            .include("a", "%")
                            .withName("all-tables")
                            .include("b", "%")
                            .withName("x")
                            .include("c", "%")
                            .withName("x")
                            .include("d", "%")
                            .withName("")
                            .buildUnchecked(),
                    Finding.info(
                            "RULE_NAME_NOT_ALPHANUMERIC",
                            "rules[0].rule-name",
                            "The rule-name 'all-tables' holds more than letters and digits, which DMS documents and does not enforce.",
                            "Use letters and digits only."),
                    Finding.warning(
                            "DUPLICATE_RULE_NAME",
                            "rules[2].rule-name",
                            "The rule-name 'x' is also that of rules[1]; DMS documents names as unique.",
                            "Give each rule a name of its own."),
                    Finding.error(
                            "RULE_NAME_MISSING",
                            "rules[3].rule-name",
                            "The rule has no rule-name, which DMS requires.",
                            "Give a unique alphanumeric name."));
        }

        @Test
        void wildcardsAreUsedWhereTheyWork() {
            assertOnly(
                    TableMappings.builder()
                            .explicit("public", "order%")
                            .include("public", "order_items")
                            .include("public", "a[")
                            .buildUnchecked(),
                    Finding.error(
                            "WILDCARD_IN_EXPLICIT",
                            "rules[0].object-locator.table-name",
                            "The name 'order%' holds a wildcard: explicit rules take names as they are.",
                            "Write the exact name, or use the action include."),
                    Finding.info(
                            "UNESCAPED_UNDERSCORE",
                            "rules[1].object-locator.table-name",
                            "In the pattern 'order_items' the underscore stands for any character.",
                            "Write 'order[_]items' if an underscore is meant."),
                    Finding.error(
                            "WILDCARD_INVALID",
                            "rules[2].object-locator.table-name",
                            "Cannot read the pattern 'a[': the bracket at character 2 is unclosed, empty, nested or negated. "
                                    + "Write one of a set as [ab], a range as [a-d], an underscore as [_].",
                            "Correct the pattern, or use the action explicit for one table."));
        }

        @Test
        void filtersStandBesideExactNamesInIncludeRules() {
            Filter filter = Filter.of("id", new Filter.Condition("eq", "1", null, null));
            SelectionRule explicit = new SelectionRule(
                    "2",
                    "two",
                    SelectionRule.Action.EXPLICIT,
                    ObjectLocator.ofTable("public", "orders"),
                    SelectionRule.TableType.TABLE,
                    0,
                    List.of(filter),
                    Map.of());

            assertOnly(
                    TableMappings.builder()
                            .include("public", "o%", filter)
                            .rule(explicit)
                            .buildUnchecked(),
                    Finding.error(
                            "FILTER_WITH_WILDCARD",
                            "rules[0].filters",
                            "The filters stand beside the pattern 'public.o%': DMS filters only tables that are named exactly.",
                            "Write one include rule for each filtered table."),
                    Finding.error(
                            "LOAD_ORDER_NOT_POSITIVE",
                            "rules[1].load-order",
                            "The load-order is 0: it must be 1 to 2147483647.",
                            "Give a positive number; a higher one is loaded earlier."),
                    Finding.error(
                            "FILTER_IGNORED",
                            "rules[1].filters",
                            "The filters stand in a rule with the action explicit: DMS honours them only in include rules, so all rows would be read.",
                            "Use the action include for this table."));
        }

        @Test
        void renamesNameSomethingAndOneThing() {
            NamingRule.Rename nothing = new NamingRule.Rename(
                    "2", "two", RuleTarget.SCHEMA, ObjectLocator.ofSchema("public"), null, null, Map.of());

            assertOnly(
                    TableMappings.builder()
                            .include("public", "%")
                            .rule(nothing)
                            .renameTable("public", "%", "t")
                            .buildUnchecked(),
                    Finding.error(
                            "RENAME_WITHOUT_NAME",
                            "rules[1].value",
                            "The rule renames to nothing.",
                            "Give the new name as value."),
                    Finding.warning(
                            "RENAME_MANY_TO_ONE",
                            "rules[2].value",
                            "Everything that matches '%' is renamed to 't': where two match, they collide.",
                            "Write one rename rule for each name."));
        }

        @Test
        void addedColumnsHaveATypeThatHoldsThem() {
            TransformationRule.AddColumn untyped = new TransformationRule.AddColumn(
                    "2", "two", ObjectLocator.ofTable("%", "%"), "a", null, null, Map.of());
            TransformationRule.AddColumn wrong = new TransformationRule.AddColumn(
                    "3",
                    "three",
                    ObjectLocator.ofTable("%", "%"),
                    "b",
                    new RuleDataType("float8", null, null, null),
                    "1",
                    Map.of());

            assertOnly(
                    TableMappings.builder()
                            .include("public", "%")
                            .rule(untyped)
                            .rule(wrong)
                            .addColumn("%", "%", "seq", DataType.string(16), TransformationRule.CHANGE_SEQUENCE)
                            .buildUnchecked(),
                    Finding.error(
                            "ADDED_COLUMN_WITHOUT_TYPE",
                            "rules[1].data-type",
                            "Column 'a' is added without a data-type.",
                            "Give one, e.g. {\"type\":\"string\",\"length\":50}."),
                    Finding.info(
                            "ADDED_COLUMN_EMPTY",
                            "rules[1].expression",
                            "Column 'a' is added without an expression: it stays empty.",
                            "Give an expression, or leave the column out."),
                    Finding.error(
                            "ADDED_COLUMN_TYPE_UNKNOWN",
                            "rules[2].data-type",
                            "Column 'b' is added with the data-type float8, which is none that files can hold.",
                            "Give one of DMS's types, e.g. {\"type\":\"string\",\"length\":50}."),
                    Finding.error(
                            "CHANGE_SEQUENCE_CUT",
                            "rules[3].data-type",
                            "Column 'seq' is to hold $AR_H_CHANGE_SEQ, a text of 35 digits, as string(16): it would be cut, and changes lose their order.",
                            "Use {\"type\":\"string\",\"length\":35}."));
        }

        @Test
        void beforeImagesHaveNamesOfTheirOwn() {
            assertOnly(
                    TableMappings.builder()
                            .include("public", "%")
                            .addBeforeImageColumns("")
                            .renameColumn("public", "orders", "id", "order_id")
                            .buildUnchecked(),
                    Finding.error(
                            "BEFORE_IMAGE_WITHOUT_NAME",
                            "rules[1].before-image-def",
                            "Prefix and suffix are both empty: before-image columns would have the names of the columns themselves.",
                            "Give a prefix, e.g. \"column-prefix\": \"before_\"."),
                    Finding.warning(
                            "BEFORE_IMAGE_OF_RENAMED_COLUMN",
                            "rules[2]",
                            "A column is renamed and before-image columns are added: whether DMS names the before-image after the old or the new name is not documented.",
                            "Keep the names of key columns, or compare a file with the spec."));
        }

        @Test
        void documentsOverTwoMegabytesAreRefused() {
            TableMappings.Builder builder = TableMappings.builder().include("public", "%");
            for (int i = 0; i < 7_000; i++) {
                builder.rule(new SelectionRule(
                        String.valueOf(i + 2),
                        "rule" + i,
                        SelectionRule.Action.EXPLICIT,
                        ObjectLocator.ofTable("public", "t".repeat(100) + i),
                        SelectionRule.TableType.TABLE,
                        null,
                        List.of(),
                        Map.of()));
            }

            assertThat(builder.buildUnchecked().validate()).singleElement().satisfies(finding -> {
                assertThat(finding.code()).isEqualTo("DOCUMENT_TOO_LARGE");
                assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            });
        }

        private void assertOnly(TableMappings mappings, Finding... expected) {
            assertThat(mappings.validate()).containsExactly(expected);
        }
    }

    @Nested
    class Evaluating {
        @Test
        void includesAndExplicitsSelectAndExcludesWinWhateverTheirOrder() {
            TableMappings mappings = TableMappings.builder()
                    .exclude("public", "tmp[_]%")
                    .include("public", "%")
                    .explicit("sales", "orders")
                    .build();

            assertThat(sources(mappings))
                    .containsExactly("public.order_items", "public.orderXitems", "public.orders", "sales.orders");
        }

        @Test
        void anUnescapedUnderscoreMatchesAnyCharacter() {
            assertThat(sources(TableMappings.builder()
                            .include("public", "order_items")
                            .build()))
                    .containsExactly("public.order_items", "public.orderXitems");
            assertThat(sources(TableMappings.builder()
                            .include("public", TableMappings.literal("order_items"))
                            .build()))
                    .containsExactly("public.order_items");
            assertThat(sources(TableMappings.builder()
                            .explicit("public", "order_items")
                            .build()))
                    .containsExactly("public.order_items");
        }

        @Test
        void theRuleWithTheLowestNumberRenamesAndNumbersAreNotComparedAsText() {
            TableMappings mappings = TableMappings.builder()
                    .explicit("public", "orders")
                    .renameTable("public", "orders", "tenth")
                    .withId("10")
                    .renameTable("%", "orders", "ninth")
                    .withId("9")
                    .renameSchema("public", "shop")
                    .build();

            assertThat(mappings.mappedTables(SHOP))
                    .extracting(MappedTable::target)
                    .containsExactly(TableId.of("shop", "ninth"));
        }

        @Test
        void columnsAreRemovedRenamedAddedAndDescribed() {
            TableMappings mappings = TableMappings.builder()
                    .explicit("public", "orders")
                    .removeColumn("public", "orders", "secret%")
                    .renameColumn("public", "orders", "note", "remark")
                    .addColumn("public", "%", "loaded_from", DataType.string(10), "'shop'")
                    .lakeReady()
                    .build();

            MappedTable table = mappings.mappedTables(SHOP).get(0);

            assertThat(table.schema().columns())
                    .containsExactly(
                            Column.required("id", DataType.of(DataType.Kind.INT4)),
                            Column.nullable("remark", DataType.of(DataType.Kind.NCLOB)),
                            Column.nullable("loaded_from", DataType.string(10)));
            assertThat(table.schema().primaryKey()).containsExactly("id");
            assertThat(table.sequence()).contains("dms_seq");
            assertThat(table.beforeImages()).contains(new BeforeImage("before_", "", BeforeImageFilter.PK_ONLY));
            assertThat(table.columnsWithBeforeImage()).containsExactly("id");
            assertThat(table.nameOf("note")).contains("remark");
            assertThat(table.nameOf("secret_1")).isEmpty();
        }

        @Test
        void twoTablesUnderOneNameAreRefused_S16() {
            TableMappings mappings = TableMappings.builder()
                    .include("%", "orders")
                    .renameSchema("%", "all")
                    .build();

            assertThatThrownBy(() -> mappings.mappedTables(SHOP))
                    .isInstanceOf(InvalidMappingException.class)
                    .hasMessage(
                            "Cannot evaluate table mappings: source tables public.orders and sales.orders would both be written to all.orders, "
                                    + "where their files overwrite each other. Rename one of them to another name, or exclude it.");
        }

        @Test
        void twoColumnsUnderOneNameAreRefused() {
            TableMappings mappings = TableMappings.builder()
                    .explicit("public", "orders")
                    .addChangeSequence("NOTE")
                    .build();

            assertThatThrownBy(() -> mappings.mappedTables(SHOP))
                    .hasMessage(
                            "Cannot evaluate table mappings: table public.orders would get two columns named 'NOTE' (in upper or lower case). "
                                    + "Choose another name for the renamed, added or before-image column.");
        }

        @Test
        void aKeyColumnCannotBeRemoved() {
            TableMappings mappings = TableMappings.builder()
                    .explicit("public", "orders")
                    .removeColumn("%", "%", "id")
                    .build();

            assertThatThrownBy(() -> mappings.mappedTables(SHOP))
                    .hasMessage(
                            "Cannot evaluate table mappings: key column 'id' of public.orders is removed by a remove-column rule, "
                                    + "so that rows can no longer be told apart. Keep the key columns.");
        }

        private List<String> sources(TableMappings mappings) {
            return mappings.mappedTables(SHOP).stream()
                    .map(table -> table.source().id().toString())
                    .toList();
        }
    }

    private static SourceTable table(String schema, String name) {
        return SourceTable.of(
                TableId.of(schema, name),
                List.of(
                        SourceColumn.required("id", DataType.of(DataType.Kind.INT4)),
                        SourceColumn.nullable("note", DataType.of(DataType.Kind.NCLOB)),
                        SourceColumn.nullable("secret_1", DataType.wstring(20))),
                List.of("id"),
                RowImages.KEY_ONLY);
    }
}
