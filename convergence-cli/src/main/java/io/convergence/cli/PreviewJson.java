package io.convergence.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.convergence.mapping.Filter;
import io.convergence.mapping.MappingEvaluation;
import io.convergence.mapping.RuleEvaluation;
import io.convergence.mapping.TableEvaluation;
import io.convergence.mapping.TargetName;
import java.io.IOException;

/** A dry run of table mappings, for machines: the fields that the reference documents. */
final class PreviewJson {
    private PreviewJson() {}

    static void write(MappingEvaluation evaluation, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("tables");
        for (TableEvaluation table : evaluation.tables()) {
            json.writeStartObject();
            table(table, json);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("rules");
        for (RuleEvaluation rule : evaluation.rules()) {
            json.writeStartObject();
            json.writeNumberField("index", rule.index());
            json.writeStringField("id", rule.rule().id());
            json.writeStringField("name", rule.rule().name());
            json.writeStringField("action", RuleName.action(rule.rule()));
            JsonLine.texts(json, "matched", rule.matched());
            JsonLine.texts(json, "applied", rule.applied());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void table(TableEvaluation table, JsonGenerator json) throws IOException {
        json.writeStringField("source", table.source().id().toString());
        json.writeBooleanField("view", table.view());
        json.writeBooleanField("selected", table.selected());
        JsonLine.text(json, "rule", table.decision().map(rule -> rule.id()).orElse(null));
        if (!table.selected()) {
            return;
        }

        json.writeObjectFieldStart("target");
        name("schema", table.schema(), json);
        name("table", table.name(), json);
        json.writeEndObject();
        json.writeArrayFieldStart("columns");
        for (TableEvaluation.ColumnEvaluation column : table.columns()) {
            json.writeStartObject();
            json.writeStringField("source", column.source().name());
            name("name", column.name(), json);
            json.writeStringField("type", column.type().toString());
            json.writeBooleanField("dropped", column.dropped());
            JsonLine.text(json, "mask", column.mask() == null ? null : RuleName.action(column.mask()));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("added");
        for (TableEvaluation.Added added : table.added()) {
            json.writeStartObject();
            json.writeStringField("name", added.name());
            JsonLine.text(
                    json, "type", added.type() == null ? null : added.type().toString());
            JsonLine.text(json, "expression", added.expression());
            json.writeEndObject();
        }
        json.writeEndArray();
        JsonLine.texts(
                json,
                "primaryKey",
                table.primaryKey().stream().map(TargetName::toString).toList());
        JsonLine.texts(json, "beforeImages", table.beforeImageColumns());
        filters(table, json);
        if (table.loadOrder() != null) {
            json.writeNumberField("loadOrder", table.loadOrder());
        }
        if (table.parallelLoad() != null) {
            json.writeStringField("parallelLoad", table.parallelLoad().type());
        }
        JsonLine.texts(
                json,
                "tags",
                table.tags().stream().map(tag -> tag.key() + "=" + tag.value()).toList());
    }

    /** A name that only DMS knows is null, with its expression beside it. */
    private static void name(String field, TargetName name, JsonGenerator json) throws IOException {
        JsonLine.text(json, field, name.computed() ? null : name.value());
        if (name.computed()) {
            json.writeStringField(field + "Expression", name.value());
        }
    }

    private static void filters(TableEvaluation table, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("filters");
        for (Filter filter : table.filters()) {
            json.writeStartObject();
            json.writeStringField("column", filter.columnName());
            json.writeArrayFieldStart("conditions");
            for (Filter.Condition condition : filter.conditions()) {
                json.writeStartObject();
                json.writeStringField("operator", condition.operator());
                JsonLine.text(json, "value", condition.value());
                JsonLine.text(json, "startValue", condition.startValue());
                JsonLine.text(json, "endValue", condition.endValue());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
