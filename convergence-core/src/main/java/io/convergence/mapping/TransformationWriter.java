package io.convergence.mapping;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.mapping.NamingRule.AddPrefix;
import io.convergence.mapping.NamingRule.AddSuffix;
import io.convergence.mapping.NamingRule.RemovePrefix;
import io.convergence.mapping.NamingRule.RemoveSuffix;
import io.convergence.mapping.NamingRule.Rename;
import io.convergence.mapping.NamingRule.ReplacePrefix;
import io.convergence.mapping.NamingRule.ReplaceSuffix;
import io.convergence.mapping.TransformationRule.AddBeforeImageColumns;
import io.convergence.mapping.TransformationRule.AddColumn;
import io.convergence.mapping.TransformationRule.ChangeDataType;
import io.convergence.mapping.TransformationRule.DefinePrimaryKey;

/** Writes what each of the 18 transformation actions has of its own. */
final class TransformationWriter {
    private TransformationWriter() {}

    static void write(TransformationRule rule, ObjectNode node) {
        node.put("rule-action", Actions.of(rule));
        if (rule instanceof Rename rename) {
            RuleWriter.putIfGiven(node, "value", rename.value());
            RuleWriter.putIfGiven(node, "expression", rename.expression());
        } else if (rule instanceof AddPrefix affix) {
            node.put("value", affix.value());
        } else if (rule instanceof AddSuffix affix) {
            node.put("value", affix.value());
        } else if (rule instanceof RemovePrefix affix) {
            node.put("value", affix.value());
        } else if (rule instanceof RemoveSuffix affix) {
            node.put("value", affix.value());
        } else if (rule instanceof ReplacePrefix affix) {
            node.put("value", affix.value()).put("old-value", affix.oldValue());
        } else if (rule instanceof ReplaceSuffix affix) {
            node.put("value", affix.value()).put("old-value", affix.oldValue());
        } else if (rule instanceof MaskingRule.DigitsMask mask) {
            node.put("value", mask.value());
        } else if (rule instanceof AddColumn add) {
            node.put("value", add.columnName());
            RuleWriter.putIfGiven(node, "expression", add.expression());
            if (add.dataType() != null) {
                write(add.dataType(), node.putObject("data-type"));
            }
        } else if (rule instanceof ChangeDataType change) {
            write(change.dataType(), node.putObject("data-type"));
        } else if (rule instanceof DefinePrimaryKey key) {
            ObjectNode definition = node.putObject("primary-key-def")
                    .put("name", key.keyName())
                    .put("origin", key.origin().wireValue());
            key.columns().forEach(definition.putArray("columns")::add);
        } else if (rule instanceof AddBeforeImageColumns before) {
            node.putObject("before-image-def")
                    .put("column-prefix", before.columnPrefix())
                    .put("column-suffix", before.columnSuffix())
                    .put("column-filter", before.columnFilter().wireValue());
        }
    }

    private static void write(RuleDataType type, ObjectNode node) {
        node.put("type", type.type());
        RuleWriter.putIfGiven(node, "length", type.length());
        RuleWriter.putIfGiven(node, "precision", type.precision());
        RuleWriter.putIfGiven(node, "scale", type.scale());
        MappingJson.putOthers(node, type.otherKeys());
    }
}
