package io.convergence.mapping;

import static io.convergence.mapping.SourceObject.column;
import static io.convergence.mapping.SourceObject.schema;
import static io.convergence.mapping.SourceObject.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Severity;
import io.convergence.mapping.Filter.Condition;
import io.convergence.mapping.ParallelLoad.Ranges;
import io.convergence.mapping.PostProcessingRule.Tag;
import io.convergence.schema.DataType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MappingBuilderTest {
    @Test
    void rulesReadLikeTheSentencesTheyMean() {
        TableMappings mappings = TableMappings.builder()
                .include("sales", "%")
                .withLoadOrder(2)
                .include("sales", "orders", Filter.of("id", Condition.atMost("10"), Condition.between("50", "75")))
                .includeViews("sales", "v[_]%")
                .rename(schema("sales"))
                .to("raw_sales")
                .rename(table("sales", "Orders"))
                .to("orders")
                .renameByExpression(table("sales", "Old"))
                .to("lower($AR_M_SOURCE_TABLE_NAME)")
                .convertLowercase(column("sales", "%", "%"))
                .addPrefix("dms_")
                .to(table("sales", "Items"))
                .removeSuffix("_x")
                .from(table("sales", "%[_]x"))
                .replacePrefix("t_")
                .with("table_")
                .in(table("sales", "t[_]%"))
                .changeDataType(column("sales", "Lines", "%").ofType("clob"))
                .to(DataType.string(4000))
                .maskDigits(column("sales", "Customers", "passport"))
                .with("#")
                .hash(column("sales", "Customers", "email"))
                .includeColumn(column("sales", "Wide", "id"))
                .parallelLoad("sales", "Wide", new Ranges(List.of("id"), List.of(List.of("9")), List.of(), Map.of()))
                .addTags("sales", "%", new Tag("src", "${schema-name}.${table-name}"))
                .overrideValidationFunction(
                        column("sales", "Wide", "id"), "lower(${column-name})", "lower(${column-name})")
                .buildUnchecked();

        assertThat(mappings.toJson().replaceAll("\\s", "").replace("{\"rule-type\"", "\n{\"rule-type\""))
                .isEqualTo("""
                        {"rules":[
                        {"rule-type":"selection","rule-id":"1","rule-name":"include1","object-locator":{"schema-name":"sales","table-name":"%"},"rule-action":"include","load-order":"2"},
                        {"rule-type":"selection","rule-id":"2","rule-name":"include2","object-locator":{"schema-name":"sales","table-name":"orders"},"rule-action":"include","filters":[{"filter-type":"source","column-name":"id","filter-conditions":[{"filter-operator":"lte","value":"10"},{"filter-operator":"between","start-value":"50","end-value":"75"}]}]},
                        {"rule-type":"selection","rule-id":"3","rule-name":"include3","object-locator":{"schema-name":"sales","table-name":"v[_]%","table-type":"view"},"rule-action":"include"},
                        {"rule-type":"transformation","rule-id":"4","rule-name":"renameSchema4","rule-target":"schema","object-locator":{"schema-name":"sales"},"rule-action":"rename","value":"raw_sales"},
                        {"rule-type":"transformation","rule-id":"5","rule-name":"renameTable5","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"Orders"},"rule-action":"rename","value":"orders"},
                        {"rule-type":"transformation","rule-id":"6","rule-name":"rename6","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"Old"},"rule-action":"rename","expression":"lower($AR_M_SOURCE_TABLE_NAME)"},
                        {"rule-type":"transformation","rule-id":"7","rule-name":"convertLowercase7","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"%","column-name":"%"},"rule-action":"convert-lowercase"},
                        {"rule-type":"transformation","rule-id":"8","rule-name":"addPrefix8","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"Items"},"rule-action":"add-prefix","value":"dms_"},
                        {"rule-type":"transformation","rule-id":"9","rule-name":"removeSuffix9","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"%[_]x"},"rule-action":"remove-suffix","value":"_x"},
                        {"rule-type":"transformation","rule-id":"10","rule-name":"replacePrefix10","rule-target":"table","object-locator":{"schema-name":"sales","table-name":"t[_]%"},"rule-action":"replace-prefix","value":"table_","old-value":"t_"},
                        {"rule-type":"transformation","rule-id":"11","rule-name":"changeDataType11","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"Lines","column-name":"%","data-type":"clob"},"rule-action":"change-data-type","data-type":{"type":"string","length":4000}},
                        {"rule-type":"transformation","rule-id":"12","rule-name":"maskDigits12","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"Customers","column-name":"passport"},"rule-action":"data-masking-digits-mask","value":"#"},
                        {"rule-type":"transformation","rule-id":"13","rule-name":"hash13","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"Customers","column-name":"email"},"rule-action":"data-masking-hash-mask"},
                        {"rule-type":"transformation","rule-id":"14","rule-name":"includeColumn14","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"Wide","column-name":"id"},"rule-action":"include-column"},
                        {"rule-type":"table-settings","rule-id":"15","rule-name":"parallelLoad15","object-locator":{"schema-name":"sales","table-name":"Wide"},"parallel-load":{"type":"ranges","columns":["id"],"boundaries":[["9"]]}},
                        {"rule-type":"post-processing","rule-id":"16","rule-name":"addTags16","rule-action":"add-tag","object-locator":{"schema-name":"sales","table-name":"%"},"tag-set":[{"key":"src","value":"${schema-name}.${table-name}"}]},
                        {"rule-type":"validation","rule-id":"17","rule-name":"overrideValidationFunction17","rule-target":"column","object-locator":{"schema-name":"sales","table-name":"Wide","column-name":"id"},"rule-action":"override-validation-function","source-function":"lower(${column-name})","target-function":"lower(${column-name})"}]}""".strip());
        assertThat(TableMappings.parse(mappings.toJson())).isEqualTo(mappings);
        assertThat(mappings.validate()).noneMatch(finding -> finding.severity() == Severity.ERROR);
    }

    @Test
    void aSentenceThatIsNotEndedIsRefused() {
        TableMappings.Builder builder = TableMappings.builder().include("sales", "%");
        var begun = builder.rename(table("sales", "Orders"));

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Cannot go on building table mappings: rename(...) was begun and says nothing yet. End it, e.g. rename(table(\"sales\", \"Orders\")).to(\"orders\").");
        assertThat(begun.to("orders").build().rules()).hasSize(2);
    }

    @Test
    void loadOrdersBelongToSelections() {
        TableMappings.Builder builder = TableMappings.builder().addChangeSequence("seq");

        assertThatThrownBy(() -> builder.withLoadOrder(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Cannot apply withLoadOrder to the last rule: it is no selection rule. Call it right after include or explicit.");
    }
}
