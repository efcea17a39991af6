package io.convergence.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Each documented constraint on rules, with the finding it leads to in full. The first rule of each document selects {@code sales.%}. */
class MappingChecksTest {
    private static final String SELECTION =
            "{\"rule-type\":\"selection\",\"rule-id\":\"1\",\"rule-name\":\"all\",\"object-locator\":{\"schema-name\":\"sales\",\"table-name\":\"%\"},\"rule-action\":\"include\"}";

    @Nested
    class MalformedRules {
        @Test
        void aRuleHasAType() {
            List<Finding> findings = findings("""
                    {"rule-id":"2","rule-name":"r2"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "KEY_MISSING",
                            "rules[1].rule-type",
                            "The rule has no 'rule-type', which it needs.",
                            "Write one of selection, transformation, table-settings, object-mapping, post-processing, validation."));
        }

        @Test
        void typesAreThoseOfTheGuide() {
            List<Finding> findings = findings("""
                    {"rule-type":"pre-processing","rule-id":"2","rule-name":"r2"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "VALUE_UNKNOWN",
                            "rules[1].rule-type",
                            "The 'rule-type' is 'pre-processing': DMS knows selection, transformation, table-settings, object-mapping, post-processing, validation.",
                            "Write one of these."));
        }

        @Test
        void actionsAreCaseSensitive() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"Rename","value":"o"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "VALUE_UNKNOWN",
                            "rules[1].rule-action",
                            "The 'rule-action' is 'Rename': DMS knows rename, convert-lowercase, convert-uppercase, add-prefix, add-suffix, remove-prefix, remove-suffix, replace-prefix, replace-suffix, define-primary-key, remove-column, include-column, add-column, change-data-type, add-before-image-columns, data-masking-digits-mask, data-masking-digits-randomize, data-masking-hash-mask.",
                            "Write 'rename': names are case-sensitive."));
        }

        @Test
        void aTransformationHasATarget() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales"},"rule-action":"convert-lowercase"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "RULE_TARGET_MISSING",
                            "rules[1].rule-target",
                            "The rule has no 'rule-target', which each transformation needs.",
                            "Write schema, table or column."));
        }

        @Test
        void changeDataTypeIsForColumns() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"change-data-type","data-type":{"type":"int4"}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "RULE_TARGET_WRONG",
                            "rules[1].rule-target",
                            "The action change-data-type has the rule-target 'table': it is for column only.",
                            "Correct the rule-target, or use another action."));
        }

        @Test
        void definePrimaryKeyIsForTables() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"define-primary-key","primary-key-def":{"name":"pk","columns":["id"]}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "RULE_TARGET_WRONG",
                            "rules[1].rule-target",
                            "The action define-primary-key has the rule-target 'column': it is for table only.",
                            "Correct the rule-target, or use another action."));
        }

        @Test
        void aRuleHasALocator() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","rule-action":"include"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "KEY_MISSING",
                            "rules[1].object-locator",
                            "The rule has no 'object-locator', which it needs.",
                            "Say which objects it is about, e.g. {\"schema-name\":\"public\",\"table-name\":\"%\"}."));
        }

        @Test
        void aTableRuleNamesATable() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table","object-locator":{"schema-name":"sales"},"rule-action":"convert-lowercase"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "LOCATOR_FIELD_MISSING",
                            "rules[1].object-locator.table-name",
                            "The object-locator has no 'table-name', which a rule of this kind needs.",
                            "Give it, e.g. \"table-name\": \"%\" for all."));
        }

        @Test
        void aColumnRuleNamesAColumn() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"remove-column"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "LOCATOR_FIELD_MISSING",
                            "rules[1].object-locator.column-name",
                            "The object-locator has no 'column-name', which a rule of this kind needs.",
                            "Give it, e.g. \"column-name\": \"%\" for all."));
        }

        @Test
        void aTablespaceRuleNamesATablespace() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"index-tablespace","object-locator":{"schema-name":"sales","table-name":"orders","table-tablespace-name":"A"},"rule-action":"rename","value":"B"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "LOCATOR_FIELD_MISSING",
                            "rules[1].object-locator.index-tablespace-name",
                            "The object-locator has no 'index-tablespace-name', which a rule of this kind needs.",
                            "Give it, e.g. \"index-tablespace-name\": \"%\" for all."));
        }

        @Test
        void replacingNeedsTheOldText() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"replace-prefix","value":"x_"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "KEY_MISSING",
                            "rules[1].old-value",
                            "The rule has no 'old-value', which it needs.",
                            "Give the prefix or suffix that is replaced."));
        }

        @Test
        void aTypeInALocatorIsAText() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"%","data-type":{"type":"clob"}},"rule-action":"remove-column"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "VALUE_OF_WRONG_KIND",
                            "rules[1].object-locator.data-type",
                            "The 'data-type' holds {\"type\":\"clob\"} where DMS wants a text.",
                            "Give a text."));
        }

        @Test
        void loadOrdersFitAnInteger() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"include","load-order":"2147483648"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "NUMBER_INVALID",
                            "rules[1].load-order",
                            "The 'load-order' is '2147483648', not a whole number up to 2147483647.",
                            "Give digits only."));
        }

        @Test
        void parallelLoadsAreThoseOfTheGuide() {
            List<Finding> findings = findings("""
                    {"rule-type":"table-settings","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"parallel-load":{"type":"partition-auto"}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "VALUE_UNKNOWN",
                            "rules[1].parallel-load.type",
                            "The 'type' is 'partition-auto': DMS knows partitions-auto, subpartitions-auto, partitions-list, ranges, none.",
                            "Write one of these."));
        }

        @Test
        void beforeImageFiltersAreThoseOfTheGuide() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-before-image-columns","before-image-def":{"column-filter":"non-blob"}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "VALUE_UNKNOWN",
                            "rules[1].before-image-def.column-filter",
                            "The 'column-filter' is 'non-blob': DMS knows pk-only, non-lob, all.",
                            "Write one of these."));
        }

        @Test
        void filtersAreOnTheSource() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"include","filters":[{"filter-type":"target","column-name":"id","filter-conditions":[]}]}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "VALUE_UNKNOWN",
                            "rules[1].filters[0].filter-type",
                            "The 'filter-type' is 'target': DMS knows source.",
                            "Write one of these."));
        }

        @Test
        void validationRulesGiveBothFunctions() {
            List<Finding> findings = findings("""
                    {"rule-type":"validation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"note"},"rule-action":"override-validation-function","source-function":"${column-name}"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "KEY_MISSING",
                            "rules[1].target-function",
                            "The rule has no 'target-function', which it needs.",
                            "Give it, or \"${column-name}\" for the column as it is."));
        }
    }

    @Nested
    class Keys {
        @Test
        void aKeyOfAnotherActionHasNoEffect() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"convert-lowercase","value":"x"}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "KEY_WITHOUT_EFFECT",
                            "rules[1].value",
                            "The key 'value' has no meaning in a rule with the action convert-lowercase.",
                            "Remove it, or use the action it belongs to."));
        }

        @Test
        void unknownKeysAreKept() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"include","comment":"mine"}
                    """);

            assertFinds(
                    findings,
                    Finding.info(
                            "UNKNOWN_KEY",
                            "rules[1].comment",
                            "DMS does not document the key 'comment' here.",
                            "Nothing, if it is a note; it is kept."));
        }
    }

    @Nested
    class Selections {
        @Test
        void viewsAreLoadedOnce() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders","table-type":"all"},"rule-action":"include"}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "VIEWS_ARE_LOADED_ONCE",
                            "rules[1].object-locator.table-type",
                            "The rule selects views: DMS loads them in full-load tasks only, without changes, and not in serverless replications.",
                            "Put views into a full-load-only task of their own."));
        }

        @Test
        void selectionsNameNoColumns() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"id"},"rule-action":"include"}
                    """);

            assertFinds(
                    findings,
                    Finding.info(
                            "LOCATOR_FIELD_SUPERFLUOUS",
                            "rules[1].object-locator.column-name",
                            "A selection rule names a column, 'id': it selects whole tables.",
                            "Remove it, or use remove-column or include-column."));
        }

        @Test
        void anExcludeAgainstAnExplicitIsUndefined() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"explicit"},
                    {"rule-type":"selection","rule-id":"3","rule-name":"r3","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"exclude"}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "EXCLUDE_HITS_EXPLICIT",
                            "rules[2].object-locator",
                            "An exclude and an explicit rule are both about 'sales.orders': which of them wins is not documented.",
                            "Remove one of the two rules."));
        }

        @Test
        void excludesConcernWhatIsSelected() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"hr","table-name":"%"},"rule-action":"exclude"}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "EXCLUDES_NOTHING",
                            "rules[1].object-locator",
                            "The rule excludes 'hr.%', which no rule selects.",
                            "Correct the names, in upper and lower case, or remove the rule."));
        }

        @Test
        void twoFiltersForOneTableAreUndefined() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"include","filters":[{"filter-type":"source","column-name":"id","filter-conditions":[{"filter-operator":"eq","value":"1"}]}]}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "OVERLAPPING_FILTERS",
                            "rules[1].filters",
                            "The include rules '1' and '2' can hit one table and have other filters: which rows are read is not documented.",
                            "Let one include rule hit a filtered table."));
        }
    }

    @Nested
    class Filters {
        @Test
        void operatorsAreThoseOfTheGuide() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"include","filters":[{"filter-type":"source","column-name":"id","filter-conditions":[{"filter-operator":"gt","value":"1"}]}]}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "FILTER_OPERATOR_UNKNOWN",
                            "rules[1].filters[0].filter-conditions[0].filter-operator",
                            "The filter-operator is 'gt': DMS knows lte, ste, gte, eq, noteq, between, notbetween, null, notnull.",
                            "Write 'gte', and adapt the value."));
        }

        @Test
        void operatorsWithOneValueNeedIt() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"include","filters":[{"filter-type":"source","column-name":"id","filter-conditions":[{"filter-operator":"gte"}]}]}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "FILTER_VALUE_MISSING",
                            "rules[1].filters[0].filter-conditions[0].value",
                            "The condition gte has no value.",
                            "Give it as text, e.g. \"value\": \"10\"."));
        }

        @Test
        void operatorsWithARangeNeedBothEnds() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"include","filters":[{"filter-type":"source","column-name":"id","filter-conditions":[{"filter-operator":"between","start-value":"1"}]}]}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "FILTER_VALUE_MISSING",
                            "rules[1].filters[0].filter-conditions[0].end-value",
                            "The condition between has no end-value.",
                            "Give it as text, e.g. \"end-value\": \"10\"."));
        }

        @Test
        void operatorsWithoutValueTakeNone() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"include","filters":[{"filter-type":"source","column-name":"id","filter-conditions":[{"filter-operator":"null","value":"1"}]}]}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "FILTER_VALUE_SUPERFLUOUS",
                            "rules[1].filters[0].filter-conditions[0].value",
                            "The condition null has a value, '1', which it does not take.",
                            "Remove it, or use another operator."));
        }

        @Test
        void rangesAscend() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"include","filters":[{"filter-type":"source","column-name":"id","filter-conditions":[{"filter-operator":"between","start-value":"75","end-value":"50"}]}]}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "FILTER_RANGE_REVERSED",
                            "rules[1].filters[0].filter-conditions[0].start-value",
                            "The range begins at 75 and ends at 50: it holds nothing.",
                            "Write the lower value first."));
        }

        @Test
        void aFilterHasConditions() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"include","filters":[{"filter-type":"source","column-name":"id","filter-conditions":[]}]}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "FILTER_WITHOUT_CONDITION",
                            "rules[1].filters[0].filter-conditions",
                            "The filter of column 'id' has no condition.",
                            "Give one, e.g. {\"filter-operator\":\"gte\",\"value\":\"2024-01-01\"}, or remove the filter."));
        }

        @Test
        void oneNegationPerFilter() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"include","filters":[{"filter-type":"source","column-name":"id","filter-conditions":[{"filter-operator":"noteq","value":"1"},{"filter-operator":"notnull"}]}]}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "FILTER_NEGATIONS",
                            "rules[1].filters[0].filter-conditions",
                            "The filter of column 'id' has 2 negative conditions: one of them suffices for a row to be read, and an older guide forbade more than one.",
                            "Write each into a filter of its own: filters must all hold."));
        }

        @Test
        void filtersOfExcludesAreIgnored() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"exclude","filters":[{"filter-type":"source","column-name":"id","filter-conditions":[{"filter-operator":"eq","value":"1"}]}]}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "FILTER_IGNORED",
                            "rules[1].filters",
                            "The filters stand in a rule with the action exclude: DMS honours them only in include rules, so whole tables would be left out.",
                            "Use the action include for this table."));
        }

        @Test
        void noColumnNamesFromRightToLeft() {
            List<Finding> findings = findings("""
                    {"rule-type":"selection","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"include","filters":[{"filter-type":"source","column-name":"\u05d0","filter-conditions":[{"filter-operator":"eq","value":"1"}]}]}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "COLUMN_NAME_RIGHT_TO_LEFT",
                            "rules[1].filters[0].column-name",
                            "The column name '\u05d0' is written from right to left, which DMS does not support in rules.",
                            "Leave this column out of the rules."));
        }
    }

    @Nested
    class Locators {
        @Test
        void columnsWithSpecialCharactersAreNotTransformed() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"a/b"},"rule-action":"remove-column"}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "COLUMN_NAME_SPECIAL",
                            "rules[1].object-locator.column-name",
                            "The column name 'a/b' holds one of # \\ / -: DMS does not transform columns with such names.",
                            "Rename the column in the source, or leave it out of the rules."));
        }

        @Test
        void schemaRulesNameNoTable() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"schema","object-locator":{"schema-name":"sales","table-name":"%"},"rule-action":"convert-lowercase"}
                    """);

            assertFinds(
                    findings,
                    Finding.info(
                            "LOCATOR_FIELD_SUPERFLUOUS",
                            "rules[1].object-locator.table-name",
                            "The locator of a rule for schema has the table-name '%', which means nothing there.",
                            "Remove it."));
        }

        @Test
        void typesInLocatorsAreDmsTypes() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"%","data-type":"float8"},"rule-action":"change-data-type","data-type":{"type":"real8"}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "DATA_TYPE_UNKNOWN",
                            "rules[1].object-locator.data-type",
                            "The locator is about columns of type 'float8': that is none of DMS's types, and wildcards do not work there.",
                            "Write one of bytes, date, time, datetime, int1, int2, int4, int8, numeric, real4, real8, string, uint1, uint2, uint4, uint8, wstring, blob, nclob, clob, boolean, set, list, map, tuple."));
        }

        @Test
        void aTypeStandsBesideAllColumns() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"n%","data-type":"clob"},"rule-action":"change-data-type","data-type":{"type":"string","length":4000}}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "DATA_TYPE_WITH_NAMED_COLUMN",
                            "rules[1].object-locator.column-name",
                            "The locator names the type 'clob' and the column 'n%': DMS documents a type together with the column-name '%'.",
                            "Write \"column-name\": \"%\", or leave the type out."));
        }

        @Test
        void oneKindOfTablespacePerRule() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table-tablespace","object-locator":{"schema-name":"sales","table-name":"orders","table-tablespace-name":"A","index-tablespace-name":"B"},"rule-action":"rename","value":"C"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "TABLESPACES_BOTH",
                            "rules[1].object-locator",
                            "The locator names a tablespace of tables and one of indexes: a rule is about one of them.",
                            "Write two rules."));
        }

        @Test
        void locatorsNameSourceObjects() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"schema","object-locator":{"schema-name":"sales"},"rule-action":"rename","value":"raw"},
                    {"rule-type":"transformation","rule-id":"3","rule-name":"r3","rule-target":"table","object-locator":{"schema-name":"raw","table-name":"%"},"rule-action":"convert-lowercase"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "LOCATOR_NAMES_TARGET",
                            "rules[2].object-locator",
                            "The rule is about 'raw.%': 'raw' is the name that rule '2' gives to 'sales', and locators name objects as the source does.",
                            "Write the source's name."));
        }

        @Test
        void rulesConcernWhatIsSelected() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table","object-locator":{"schema-name":"SALES","table-name":"%"},"rule-action":"convert-lowercase"}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "NOT_SELECTED",
                            "rules[1].object-locator",
                            "The rule is about 'SALES.%', which no rule selects: it does nothing.",
                            "Select these tables, or correct the names, in upper and lower case."));
        }

        @Test
        void bracketsOfTransformationsAreReadable() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"a[^b]"},"rule-action":"remove-column"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "WILDCARD_INVALID",
                            "rules[1].object-locator.column-name",
                            "Cannot read the pattern 'a[^b]': the bracket at character 2 is unclosed, empty, nested or negated. Write one of a set as [ab], a range as [a-d], an underscore as [_].",
                            "Correct the pattern, or use the action explicit for one table."));
        }
    }

    @Nested
    class Names {
        @Test
        void affixesAreNotEmpty() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-prefix","value":""}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "AFFIX_EMPTY",
                            "rules[1].value",
                            "The action add-prefix has an empty text to add, remove or replace: it does nothing.",
                            "Give the text, or remove the rule."));
        }

        @Test
        void aNewNameIsGivenOnce() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"rename","value":"o","expression":"'o'"}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "RENAME_NAMED_TWICE",
                            "rules[1].expression",
                            "The rule gives the name 'o' and the expression \"'o'\": which of them DMS takes is not documented.",
                            "Give one of them."));
        }

        @Test
        void tablespacesAreRenamedOnly() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table-tablespace","object-locator":{"schema-name":"sales","table-name":"orders","table-tablespace-name":"A"},"rule-action":"convert-lowercase"}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "TABLESPACE_ACTION_UNCERTAIN",
                            "rules[1].rule-action",
                            "The action convert-lowercase is about a tablespace: DMS documents only rename for them.",
                            "Use rename."));
        }

        @Test
        void oneActionPerTable() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"convert-lowercase"},
                    {"rule-type":"transformation","rule-id":"3","rule-name":"r3","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-prefix","value":"x_"}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "ONE_ACTION_PER_OBJECT",
                            "rules[2]",
                            "The rules '2' (convert-lowercase) and '3' (add-prefix) are both about 'sales.orders': DMS applies one action to an object, that with the lower id.",
                            "Remove one of the two, or narrow the locator of the other."));
        }

        @Test
        void aNamedObjectIsHitByAPatternToo() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"%","table-name":"%","column-name":"%"},"rule-action":"convert-lowercase"},
                    {"rule-type":"transformation","rule-id":"3","rule-name":"r3","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"note"},"rule-action":"change-data-type","data-type":{"type":"string","length":9}}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "ONE_ACTION_PER_OBJECT",
                            "rules[2]",
                            "The rules '2' (convert-lowercase) and '3' (change-data-type) are both about 'sales.orders.note': DMS applies one action to an object, that with the lower id.",
                            "Remove one of the two, or narrow the locator of the other."));
        }

        @Test
        void aKeyCompetesWithAName() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"4","rule-name":"r4","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-prefix","value":"x_"},
                    {"rule-type":"transformation","rule-id":"12","rule-name":"r12","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"define-primary-key","primary-key-def":{"name":"pk","columns":["id"]}}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "PRIMARY_KEY_COMPETES",
                            "rules[2]",
                            "The rules '4' (add-prefix) and '12' (define-primary-key) are both about 'sales.orders': DMS applies one action to an object, that with the lower id. Whether a key really competes with a name is not documented.",
                            "Remove one of the two, or narrow the locator of the other."));
        }

        @Test
        void twoTablesCannotTakeOneName() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"rename","value":"o"},
                    {"rule-type":"transformation","rule-id":"3","rule-name":"r3","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"old"},"rule-action":"rename","value":"o"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "TARGET_NAME_TWICE",
                            "rules[2].value",
                            "The tables 'sales.orders' and 'sales.old' are both renamed to 'o', where their files overwrite each other.",
                            "Give them different names."));
        }

        @Test
        void twoColumnsCannotTakeOneName() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"note"},"rule-action":"rename","value":"Seq"},
                    {"rule-type":"transformation","rule-id":"3","rule-name":"r3","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-column","value":"seq","data-type":{"type":"string","length":35},"expression":"$AR_H_CHANGE_SEQ"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "COLUMN_NAME_TWICE",
                            "rules[2].value",
                            "The rules '2' and '3' give two columns of one table the name 'seq' (in upper or lower case).",
                            "Give them different names, or narrow the locators."));
        }
    }

    @Nested
    class Columns {
        @Test
        void typesAreDmsTypes() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"note"},"rule-action":"change-data-type","data-type":{"type":"float8"}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "DATA_TYPE_UNKNOWN",
                            "rules[1].data-type",
                            "The columns 'sales.orders.note' would get the type float8, which is none of DMS's types.",
                            "Give e.g. {\"type\":\"string\",\"length\":50}, with one of bytes, date, time, datetime, int1, int2, int4, int8, numeric, real4, real8, string, uint1, uint2, uint4, uint8, wstring, blob, nclob, clob, boolean, set, list, map, tuple."));
        }

        @Test
        void numericsSayHowManyDigits() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"note"},"rule-action":"change-data-type","data-type":{"type":"numeric","precision":10}}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "DATA_TYPE_NUMBERS_MISSING",
                            "rules[1].data-type",
                            "The data-type numeric(10) gives no precision and scale: what DMS takes in its place is not documented.",
                            "Give precision and scale."));
        }

        @Test
        void textsSayHowLong() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"note"},"rule-action":"change-data-type","data-type":{"type":"string"}}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "DATA_TYPE_NUMBERS_MISSING",
                            "rules[1].data-type",
                            "The data-type string gives no length: what DMS takes in its place is not documented.",
                            "Give a length."));
        }

        @Test
        void wholeNumbersTakeNoLength() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"note"},"rule-action":"change-data-type","data-type":{"type":"int4","length":4}}
                    """);

            assertFinds(
                    findings,
                    Finding.info(
                            "DATA_TYPE_NUMBERS_SUPERFLUOUS",
                            "rules[1].data-type",
                            "The data-type int4(4) has numbers that int4 does not take.",
                            "Remove them."));
        }

        @Test
        void addedColumnsHaveAName() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-column","value":"","data-type":{"type":"int4"},"expression":"1"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "ADDED_COLUMN_WITHOUT_NAME",
                            "rules[1].value",
                            "The rule adds a column without a name.",
                            "Give the name as value."));
        }

        @Test
        void keysAreDefinedForExactNames() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"o%"},"rule-action":"define-primary-key","primary-key-def":{"name":"pk","columns":["id"]}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "PRIMARY_KEY_WITH_WILDCARD",
                            "rules[1].object-locator",
                            "A key is defined for 'sales.o%': DMS takes no wildcard there.",
                            "Write one rule for each table."));
        }

        @Test
        void keysHaveColumns() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"define-primary-key","primary-key-def":{"name":"pk","columns":[]}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "PRIMARY_KEY_WITHOUT_COLUMNS",
                            "rules[1].primary-key-def.columns",
                            "The key 'pk' has no columns.",
                            "Name the columns, in order."));
        }

        @Test
        void keysNameEachColumnOnce() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"define-primary-key","primary-key-def":{"name":"pk","columns":["id","id"]}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "PRIMARY_KEY_COLUMN_TWICE",
                            "rules[1].primary-key-def.columns",
                            "The key 'pk' names column 'id' twice.",
                            "Name each column once."));
        }

        @Test
        void beforeImagesOfLobsDoNotWork() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-before-image-columns","before-image-def":{"column-filter":"all"}}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "BEFORE_IMAGE_OF_LOBS",
                            "rules[1].before-image-def.column-filter",
                            "Before-images are asked for all columns: DMS does not support them for LOBs.",
                            "Write \"column-filter\": \"non-lob\"."));
        }

        @Test
        void masksAreOneCharacter() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"note"},"rule-action":"data-masking-digits-mask","value":" "}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "MASK_CHARACTER_INVALID",
                            "rules[1].value",
                            "The mask is ' ': DMS takes exactly one printable ASCII character, not a blank.",
                            "Write e.g. \"value\": \"#\"."));
        }

        @Test
        void oneMaskPerColumn() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"note"},"rule-action":"data-masking-digits-mask","value":"#"},
                    {"rule-type":"transformation","rule-id":"3","rule-name":"r3","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"note"},"rule-action":"data-masking-hash-mask"}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "ONE_ACTION_PER_OBJECT",
                            "rules[2]",
                            "The rules '2' (data-masking-digits-mask) and '3' (data-masking-hash-mask) are both about 'sales.orders.note': DMS applies one action to an object, that with the lower id.",
                            "Remove one of the two, or narrow the locator of the other."));
        }

        @Test
        void hashesComeAfterTheirType() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"note"},"rule-action":"data-masking-hash-mask"},
                    {"rule-type":"transformation","rule-id":"3","rule-name":"r3","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"note"},"rule-action":"change-data-type","data-type":{"type":"string","length":64}}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "HASH_BEFORE_TYPE",
                            "rules[2].rule-id",
                            "The column 'sales.orders.note' is hashed by rule '2' and gets its type by rule '3': DMS wants the type in the rule with the smaller id.",
                            "Swap the ids."));
        }
    }

    @Nested
    class Expressions {
        @Test
        void quotesAreClosed() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-column","value":"c","data-type":{"type":"string","length":9},"expression":"$note || 'x"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "EXPRESSION_INVALID",
                            "rules[1].expression",
                            "Cannot read the expression \"$note || 'x\": at character 10 the quote is not closed. Close it; write a quote inside a text twice.",
                            "Correct the expression; DMS takes SQLite expressions."));
        }

        @Test
        void columnsHaveASign() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-column","value":"c","data-type":{"type":"string","length":9},"expression":"CAST(id AS bigint)"}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "EXPRESSION_NAME_WITHOUT_SIGN",
                            "rules[1].expression",
                            "The expression holds the name id without a sign: DMS finds columns by $id only.",
                            "Write $id for the column, 'id' for a text."));
        }

        @Test
        void functionsAreThoseOfTheGuide() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-column","value":"c","data-type":{"type":"string","length":9},"expression":"concat($note, 'x')"}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "EXPRESSION_FUNCTION_UNKNOWN",
                            "rules[1].expression",
                            "The expression calls concat(), which DMS does not list.",
                            "Use one of the functions of DMS's guide, or try it on a test table."));
        }

        @Test
        void headersAreThoseOfTheGuide() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-column","value":"c","data-type":{"type":"string","length":9},"expression":"$AR_H_CHANGE_SEQUENCE"}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "EXPRESSION_HEADER_UNKNOWN",
                            "rules[1].expression",
                            "The expression uses $AR_H_CHANGE_SEQUENCE, which DMS does not document.",
                            "Use one of $AR_H_CHANGE_SEQ, $AR_H_STREAM_POSITION, $AR_H_TIMESTAMP, $AR_H_COMMIT_TIMESTAMP, $AR_H_OPERATION, $AR_H_USER, $AR_M_SOURCE_SCHEMA, $AR_M_SOURCE_TABLE_NAME, $AR_M_SOURCE_COLUMN_NAME, $AR_M_SOURCE_COLUMN_DATATYPE."));
        }

        @Test
        void s3HasItsOwnOperationColumn() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-column","value":"c","data-type":{"type":"string","length":9},"expression":"operation_indicator('D','U','I')"}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "OPERATION_INDICATOR_ON_S3",
                            "rules[1].expression",
                            "The expression calls operation_indicator(), which turns deletes into rows with a flag; files on S3 have the column Op for that.",
                            "Remove the rule."));
        }

        @Test
        void namesDoNotDependOnRows() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"rename","expression":"'t_' || $note"}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "NAME_FROM_ROW_DATA",
                            "rules[1].expression",
                            "The expression \"'t_' || $note\" makes a name of what is in a row or change.",
                            "Use constants and $AR_M_SOURCE_SCHEMA, $AR_M_SOURCE_TABLE_NAME, $AR_M_SOURCE_COLUMN_NAME."));
        }
    }

    @Nested
    class TableSettings {
        @Test
        void namesAreExact() {
            List<Finding> findings = findings("""
                    {"rule-type":"table-settings","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"%"},"parallel-load":{"type":"partitions-auto"}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "WILDCARD_IN_TABLE_SETTINGS",
                            "rules[1].object-locator.table-name",
                            "The name '%' holds a wildcard: DMS refuses it, \"Exact schema and table name required when using table settings rule\".",
                            "Write one rule for each table, with its exact name."));
        }

        @Test
        void somethingIsSet() {
            List<Finding> findings = findings("""
                    {"rule-type":"table-settings","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"}}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "TABLE_SETTINGS_EMPTY",
                            "rules[1]",
                            "The rule has neither parallel-load nor lob-settings: it sets nothing.",
                            "Give one of them, or remove the rule."));
        }

        @Test
        void aTableIsSetOnce() {
            List<Finding> findings = findings("""
                    {"rule-type":"table-settings","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"parallel-load":{"type":"none"}},
                    {"rule-type":"table-settings","rule-id":"3","rule-name":"r3","object-locator":{"schema-name":"sales","table-name":"orders"},"parallel-load":{"type":"none"}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "TABLE_SETTINGS_TWICE",
                            "rules[2].object-locator",
                            "The table 'sales.orders' has settings in rules[1] too.",
                            "Write one rule for the table."));
        }

        @Test
        void subpartitionsAreNotForS3() {
            List<Finding> findings = findings("""
                    {"rule-type":"table-settings","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"parallel-load":{"type":"subpartitions-auto"}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "PARALLEL_LOAD_NOT_FOR_S3",
                            "rules[1].parallel-load.type",
                            "The parallel-load is subpartitions-auto: S3 targets take partitions-auto, partitions-list and ranges.",
                            "Use partitions-auto or partitions-list."));
        }

        @Test
        void listedPartitionsAreListed() {
            List<Finding> findings = findings("""
                    {"rule-type":"table-settings","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"parallel-load":{"type":"partitions-list"}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "PARTITIONS_MISSING",
                            "rules[1].parallel-load.partitions",
                            "The rule loads listed partitions and lists none.",
                            "Name the partitions, or use partitions-auto."));
        }

        @Test
        void numbersAreInRange() {
            List<Finding> findings = findings("""
                    {"rule-type":"table-settings","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"parallel-load":{"type":"partitions-auto","number-of-partitions":0}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "PARALLEL_LOAD_NUMBER",
                            "rules[1].parallel-load.number-of-partitions",
                            "The number-of-partitions is 0: it must be 1 or more.",
                            "Give a larger number, or leave it out."));
        }

        @Test
        void rangesHaveOneToTenColumns() {
            List<Finding> findings = findings("""
                    {"rule-type":"table-settings","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"parallel-load":{"type":"ranges","columns":[],"boundaries":[]}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "RANGE_COLUMNS",
                            "rules[1].parallel-load.columns",
                            "Ranges are of 0 columns: DMS takes 1 to 10.",
                            "Name the columns whose values divide the table."));
        }

        @Test
        void rangesHaveBoundaries() {
            List<Finding> findings = findings("""
                    {"rule-type":"table-settings","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"parallel-load":{"type":"ranges","columns":["id"],"boundaries":[]}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "RANGE_BOUNDARIES_MISSING",
                            "rules[1].parallel-load.boundaries",
                            "Ranges have no boundaries.",
                            "Give the upper bound of each segment but the last."));
        }

        @Test
        void boundariesHaveAValueForEachColumn() {
            List<Finding> findings = findings("""
                    {"rule-type":"table-settings","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"parallel-load":{"type":"ranges","columns":["id","no"],"boundaries":[["1"]]}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "RANGE_BOUNDARY_SIZE",
                            "rules[1].parallel-load.boundaries[0]",
                            "The boundary [1] has 1 values for 2 columns.",
                            "Give one value for each column."));
        }

        @Test
        void boundariesAscend() {
            List<Finding> findings = findings("""
                    {"rule-type":"table-settings","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"parallel-load":{"type":"ranges","columns":["id"],"boundaries":[["20"],["9"]]}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "RANGE_BOUNDARIES_DESCEND",
                            "rules[1].parallel-load.boundaries[1]",
                            "The boundary [9] is not above [20], the one before it.",
                            "Give boundaries in ascending order."));
        }

        @Test
        void everySegmentHasAName() {
            List<Finding> findings = findings("""
                    {"rule-type":"table-settings","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"parallel-load":{"type":"ranges","columns":["id"],"boundaries":[["9"],["20"]],"segment-names":["a","b"]}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "SEGMENT_NAMES",
                            "rules[1].parallel-load.segment-names",
                            "There are 2 segment-names and 2 boundaries, which make 3 segments.",
                            "Give 3 names, or none."));
        }

        @Test
        void segmentNamesAreFolders() {
            List<Finding> findings = findings("""
                    {"rule-type":"table-settings","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"parallel-load":{"type":"ranges","columns":["id"],"boundaries":[["9"]],"segment-names":["a","a"]}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "SEGMENT_NAME_TWICE",
                            "rules[1].parallel-load.segment-names",
                            "Two segments have one name, and so one folder: their files overwrite each other.",
                            "Give each segment a name of its own."));
        }

        @Test
        void rangesLoseNulls() {
            List<Finding> findings = findings("""
                    {"rule-type":"table-settings","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"parallel-load":{"type":"ranges","columns":["id"],"boundaries":[["9"]]}}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "RANGES_LOSE_NULLS",
                            "rules[1].parallel-load.columns",
                            "Rows with a null in one of id belong to no range: DMS does not load them.",
                            "Divide by columns that are never null."));
        }

        @Test
        void lobSettingsAreNotForS3() {
            List<Finding> findings = findings("""
                    {"rule-type":"table-settings","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"lob-settings":{"mode":"none"}}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "LOB_SETTINGS_NOT_FOR_S3",
                            "rules[1].lob-settings",
                            "DMS documents lob-settings of a table for some databases as targets, not for S3.",
                            "Set the LOB mode in the task settings."));
        }

        @Test
        void limitedLobsHaveASize() {
            List<Finding> findings = findings("""
                    {"rule-type":"table-settings","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"lob-settings":{"mode":"limited","bulk-max-size":"0"}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "LOB_SIZE_MISSING",
                            "rules[1].lob-settings.bulk-max-size",
                            "The mode is limited and bulk-max-size is 0.",
                            "Give the largest size in KB, e.g. \"64\"."));
        }
    }

    @Nested
    class Tags {
        @Test
        void thereAreTags() {
            List<Finding> findings = findings("""
                    {"rule-type":"post-processing","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-tag","tag-set":[]}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "TAG_COUNT",
                            "rules[1].tag-set",
                            "The rule has 0 tags: an object on S3 takes 1 to 10.",
                            "Give as many, or remove the rule."));
        }

        @Test
        void tagsAreGivenOnce() {
            List<Finding> findings = findings("""
                    {"rule-type":"post-processing","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-tag","tag-set":[{"key":"a","value":"1"},{"key":"a","value":"2"}]}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "TAG_KEY_TWICE",
                            "rules[1].tag-set[1].key",
                            "The tag 'a' is given twice.",
                            "Give each tag once."));
        }

        @Test
        void tagsFitS3() {
            List<Finding> findings = findings("""
                    {"rule-type":"post-processing","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-tag","tag-set":[{"key":"","value":"1"}]}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "TAG_LENGTH",
                            "rules[1].tag-set[0]",
                            "The tag '' has a key of 0 and a value of 1 characters: S3 takes 1 to 128 and up to 256.",
                            "Shorten it."));
        }

        @Test
        void placeholdersAreThoseOfTheGuide() {
            List<Finding> findings = findings("""
                    {"rule-type":"post-processing","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-tag","tag-set":[{"key":"src","value":"${column-name}"}]}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "TAG_PLACEHOLDER_UNKNOWN",
                            "rules[1].tag-set[0]",
                            "The tag uses ${column-name}: DMS knows ${schema-name} and ${table-name}.",
                            "Use these, or a fixed text."));
        }

        @Test
        void equalLocatorsLeaveTheSecondOut() {
            List<Finding> findings = findings("""
                    {"rule-type":"post-processing","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-tag","tag-set":[{"key":"a","value":"1"}]},
                    {"rule-type":"post-processing","rule-id":"3","rule-name":"r3","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-tag","tag-set":[{"key":"b","value":"1"}]}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "TAGS_NEVER_SET",
                            "rules[2].object-locator",
                            "The rule has the locator of rules[1]: an object takes the tags of one rule, the first, so that these are never set.",
                            "Put the tags into one rule."));
        }

        @Test
        void tagsAreNotCombined() {
            List<Finding> findings = findings("""
                    {"rule-type":"post-processing","rule-id":"2","rule-name":"r2","object-locator":{"schema-name":"%","table-name":"%"},"rule-action":"add-tag","tag-set":[{"key":"a","value":"1"}]},
                    {"rule-type":"post-processing","rule-id":"3","rule-name":"r3","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"add-tag","tag-set":[{"key":"b","value":"1"}]}
                    """);

            assertFinds(
                    findings,
                    Finding.info(
                            "TAGS_NOT_COMBINED",
                            "rules[2].object-locator",
                            "Objects that rules[1] is about too take the tags of one rule only, that with the more exact locator.",
                            "Repeat in the exact rule the tags that shall stay."));
        }
    }

    @Nested
    class TargetS3 {
        @Test
        void objectMappingIsForStreams() {
            List<Finding> findings = findings("""
                    {"rule-type":"object-mapping","rule-id":"2","rule-name":"r2","rule-action":"map-record-to-record","object-locator":{"schema-name":"sales","table-name":"orders"}}
                    """);

            assertFinds(
                    findings,
                    Finding.error(
                            "OBJECT_MAPPING_NOT_FOR_S3",
                            "rules[1].rule-type",
                            "Object-mapping rules are for DynamoDB, Kinesis and Kafka targets, not for S3.",
                            "Remove the rule; change columns with transformation rules."));
        }

        @Test
        void tablespacesAreOracles() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table-tablespace","object-locator":{"schema-name":"sales","table-name":"orders","table-tablespace-name":"A"},"rule-action":"rename","value":"B"}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "TABLESPACE_NOT_FOR_S3",
                            "rules[1].rule-target",
                            "Tablespaces are changed from Oracle to Oracle only; files on S3 have none.",
                            "Remove the rule."));
        }

        @Test
        void filesHaveNoKeys() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"define-primary-key","primary-key-def":{"name":"pk","columns":["id"]}}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "PRIMARY_KEY_NOT_FOR_S3",
                            "rules[1].rule-action",
                            "A key is defined for 'sales.orders': files on S3 have no keys, and rows of deletes are sure to hold the source's key only.",
                            "Remove the rule, or give the source table its key."));
        }

        @Test
        void maskingIsNotVerified() {
            List<Finding> findings = findings("""
                    {"rule-type":"transformation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"note"},"rule-action":"data-masking-hash-mask"}
                    """);

            assertFinds(
                    findings,
                    Finding.info(
                            "MASKING_UNVERIFIED_ON_S3",
                            "rules[1].rule-action",
                            "Masking needs engine version 3.5.4 or later, and DMS does not say whether S3 targets take it.",
                            "Look at a file before you rely on it."));
        }

        @Test
        void validationNeedsParquet() {
            List<Finding> findings = findings("""
                    {"rule-type":"validation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"note"},"rule-action":"override-validation-function","source-function":"${column-name}","target-function":"${column-name}"}
                    """);

            assertFinds(
                    findings,
                    Finding.info(
                            "VALIDATION_ON_S3",
                            "rules[1].rule-type",
                            "For S3 targets DMS validates Parquet files only, through Athena, changes once a day; and only with EnableValidation.",
                            "Set ValidationSettings.EnableValidation, and the data format to Parquet."));
        }

        @Test
        void validationFunctionsUseTheColumn() {
            List<Finding> findings = findings("""
                    {"rule-type":"validation","rule-id":"2","rule-name":"r2","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"orders","column-name":"note"},"rule-action":"override-validation-function","source-function":"1","target-function":"${column-name}"}
                    """);

            assertFinds(
                    findings,
                    Finding.warning(
                            "FUNCTION_WITHOUT_COLUMN",
                            "rules[1].source-function",
                            "The source-function '1' does not use ${column-name}: it compares something else than the column.",
                            "Write ${column-name} where the column's value belongs."));
        }
    }

    private static List<Finding> findings(String rules) {
        return TableMappings.parse("{\"rules\":[" + SELECTION + "," + rules + "]}")
                .validate();
    }

    private static void assertFinds(List<Finding> findings, Finding... expected) {
        assertThat(findings)
                .filteredOn(finding -> finding.code().equals(expected[0].code()))
                .containsExactly(expected);
    }
}
