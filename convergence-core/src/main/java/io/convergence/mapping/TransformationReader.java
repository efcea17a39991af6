package io.convergence.mapping;

import io.convergence.mapping.MaskingRule.DigitsMask;
import io.convergence.mapping.MaskingRule.DigitsRandomize;
import io.convergence.mapping.MaskingRule.HashMask;
import io.convergence.mapping.NamingRule.AddPrefix;
import io.convergence.mapping.NamingRule.AddSuffix;
import io.convergence.mapping.NamingRule.ConvertLowercase;
import io.convergence.mapping.NamingRule.ConvertUppercase;
import io.convergence.mapping.NamingRule.RemovePrefix;
import io.convergence.mapping.NamingRule.RemoveSuffix;
import io.convergence.mapping.NamingRule.Rename;
import io.convergence.mapping.NamingRule.ReplacePrefix;
import io.convergence.mapping.NamingRule.ReplaceSuffix;
import io.convergence.mapping.TransformationRule.AddBeforeImageColumns;
import io.convergence.mapping.TransformationRule.AddColumn;
import io.convergence.mapping.TransformationRule.ChangeDataType;
import io.convergence.mapping.TransformationRule.DefinePrimaryKey;
import io.convergence.mapping.TransformationRule.IncludeColumn;
import io.convergence.mapping.TransformationRule.RemoveColumn;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the 18 transformation actions. */
final class TransformationReader {
    private static final Set<RuleTarget> ANY = Set.of(RuleTarget.values());
    private static final Set<RuleTarget> COLUMN = Set.of(RuleTarget.COLUMN);

    /** What each action may change. */
    private static final Map<String, Set<RuleTarget>> TARGETS = targets();

    private final RuleNode node;
    private final String id;
    private final String name;

    private TransformationReader(RuleNode node, String id, String name) {
        this.node = node;
        this.id = id;
        this.name = name;
    }

    static List<String> actions() {
        return List.copyOf(TARGETS.keySet());
    }

    static @Nullable Rule read(RuleNode node, String id, String name) {
        String action = node.required("rule-action", "Write e.g. rename; names of actions are case-sensitive.");
        RuleTarget target = target(node);
        Set<RuleTarget> allowed = TARGETS.get(action);
        if (allowed == null) {
            if (!action.isEmpty()) {
                node.unknown("rule-action", action, actions());
            }
            return null;
        }
        if (target != null && !allowed.contains(target)) {
            node.problem(
                    "rule-target",
                    "RULE_TARGET_WRONG",
                    "The action " + action + " has the rule-target '" + target.wireValue() + "': it is for "
                            + String.join(
                                    ", ",
                                    allowed.stream()
                                            .map(RuleTarget::wireValue)
                                            .sorted()
                                            .toList()) + " only.",
                    "Correct the rule-target, or use another action.");
        }
        RuleTarget kind = target != null && allowed.contains(target) ? target : leastDemanding(allowed);
        return new TransformationReader(node, id, name).rule(action, kind);
    }

    private static @Nullable RuleTarget target(RuleNode node) {
        if (node.value("rule-target") != null) {
            return node.constant("rule-target", RuleTarget.values());
        }
        node.problem(
                "rule-target",
                "RULE_TARGET_MISSING",
                "The rule has no 'rule-target', which each transformation needs.",
                "Write schema, table or column.");
        return null;
    }

    private static RuleTarget leastDemanding(Set<RuleTarget> allowed) {
        return Arrays.stream(RuleTarget.values())
                .filter(allowed::contains)
                .findFirst()
                .orElseThrow();
    }

    private Rule rule(String action, RuleTarget target) {
        boolean aboutTables = action.equals("add-column") || action.equals("add-before-image-columns");
        ObjectLocator where = RuleReader.locator(node, aboutTables ? RuleTarget.TABLE : target);
        return switch (action) {
            case "rename" ->
                new Rename(id, name, target, where, node.text("value"), node.text("expression"), node.others());
            case "convert-lowercase" -> new ConvertLowercase(id, name, target, where, node.others());
            case "convert-uppercase" -> new ConvertUppercase(id, name, target, where, node.others());
            case "add-prefix" -> new AddPrefix(id, name, target, where, affix(), node.others());
            case "add-suffix" -> new AddSuffix(id, name, target, where, affix(), node.others());
            case "remove-prefix" -> new RemovePrefix(id, name, target, where, affix(), node.others());
            case "remove-suffix" -> new RemoveSuffix(id, name, target, where, affix(), node.others());
            case "replace-prefix" -> new ReplacePrefix(id, name, target, where, oldAffix(), affix(), node.others());
            case "replace-suffix" -> new ReplaceSuffix(id, name, target, where, oldAffix(), affix(), node.others());
            case "remove-column" -> new RemoveColumn(id, name, where, node.others());
            case "include-column" -> new IncludeColumn(id, name, where, node.others());
            case "add-column" -> {
                String column = node.required("value", "Give the name of the new column.");
                yield new AddColumn(id, name, where, column, dataType(), node.text("expression"), node.others());
            }
            case "change-data-type" -> changeDataType(where);
            case "define-primary-key" -> primaryKey(where);
            case "add-before-image-columns" -> beforeImage(where);
            case "data-masking-digits-mask" -> {
                String character = node.required("value", "Give the character that hides digits, e.g. \"#\".");
                yield new DigitsMask(id, name, where, character, node.others());
            }
            case "data-masking-digits-randomize" -> new DigitsRandomize(id, name, where, node.others());
            case "data-masking-hash-mask" -> new HashMask(id, name, where, node.others());
            default -> throw new IllegalStateException("Cannot read action '" + action + "': it is not in the table.");
        };
    }

    private String affix() {
        return node.required("value", "Give the prefix or suffix.");
    }

    private String oldAffix() {
        return node.required("old-value", "Give the prefix or suffix that is replaced.");
    }

    private Rule changeDataType(ObjectLocator where) {
        RuleDataType type = dataType();
        if (type == null && node.value("data-type") == null) {
            node.problem(
                    "data-type",
                    "KEY_MISSING",
                    "The rule has no 'data-type', which it needs.",
                    "Give the new type, e.g. {\"type\":\"string\",\"length\":50}.");
        }
        return new ChangeDataType(
                id, name, where, type == null ? new RuleDataType("", null, null, null) : type, node.others());
    }

    private @Nullable RuleDataType dataType() {
        RuleNode type = node.object("data-type");
        if (type == null) {
            return null;
        }
        return new RuleDataType(
                type.required("type", "Give one of DMS's types, e.g. \"string\"."),
                type.number("length"),
                type.number("precision"),
                type.number("scale"),
                type.others());
    }

    private Rule primaryKey(ObjectLocator where) {
        RuleNode definition = node.object("primary-key-def");
        if (definition == null) {
            node.required("primary-key-def", "Give it, e.g. {\"name\":\"orders_pk\",\"columns\":[\"order_id\"]}.");
            return new DefinePrimaryKey(id, name, where, "", DefinePrimaryKey.Origin.PRIMARY_KEY, List.of(), Map.of());
        }

        DefinePrimaryKey.Origin origin = definition.constant("origin", DefinePrimaryKey.Origin.values());
        return new DefinePrimaryKey(
                id,
                name,
                where,
                definition.required("name", "Give the key a name."),
                origin == null ? DefinePrimaryKey.Origin.PRIMARY_KEY : origin,
                definition.texts("columns"),
                node.othersAnd("primary-key-def", definition));
    }

    private Rule beforeImage(ObjectLocator where) {
        RuleNode definition = node.object("before-image-def");
        if (definition == null) {
            return new AddBeforeImageColumns(
                    id,
                    name,
                    where,
                    AddBeforeImageColumns.DEFAULT_PREFIX,
                    "",
                    BeforeImageFilter.PK_ONLY,
                    node.others());
        }

        String prefix = definition.text("column-prefix");
        String suffix = definition.text("column-suffix");
        BeforeImageFilter filter = definition.constant("column-filter", BeforeImageFilter.values());
        return new AddBeforeImageColumns(
                id,
                name,
                where,
                prefix == null ? AddBeforeImageColumns.DEFAULT_PREFIX : prefix,
                suffix == null ? "" : suffix,
                filter == null ? BeforeImageFilter.PK_ONLY : filter,
                node.othersAnd("before-image-def", definition));
    }

    private static Map<String, Set<RuleTarget>> targets() {
        Map<String, Set<RuleTarget>> targets = new LinkedHashMap<>();
        for (String naming : List.of(
                "rename",
                "convert-lowercase",
                "convert-uppercase",
                "add-prefix",
                "add-suffix",
                "remove-prefix",
                "remove-suffix",
                "replace-prefix",
                "replace-suffix")) {
            targets.put(naming, ANY);
        }
        targets.put("define-primary-key", Set.of(RuleTarget.TABLE));
        for (String column : List.of(
                "remove-column",
                "include-column",
                "add-column",
                "change-data-type",
                "add-before-image-columns",
                "data-masking-digits-mask",
                "data-masking-digits-randomize",
                "data-masking-hash-mask")) {
            targets.put(column, COLUMN);
        }
        return targets;
    }
}
