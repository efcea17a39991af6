package io.convergence.mapping;

import io.convergence.mapping.MaskingRule.HashMask;
import io.convergence.mapping.NamingRule.Rename;
import io.convergence.mapping.SelectionRule.Action;
import io.convergence.mapping.TransformationRule.AddColumn;
import io.convergence.mapping.TransformationRule.ChangeDataType;
import io.convergence.mapping.TransformationRule.DefinePrimaryKey;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Pairs of rules that are about one object. */
final class ConflictChecks {
    private final RuleFindings findings;
    private final List<Rule> rules;

    /** For each rule the one table it is about; empty if it may be about several. Keeps large documents from taking long. */
    private final List<String> tables;

    private ConflictChecks(TableMappings mappings, RuleFindings findings) {
        this.findings = findings;
        this.rules = mappings.rules();
        this.tables = rules.stream().map(ConflictChecks::onlyTable).toList();
    }

    private static String onlyTable(Rule rule) {
        String schema = rule.locator().schemaName();
        String table = rule.locator().tableName();
        boolean one = table != null
                && (rule instanceof TableSettingsRule
                        || exact(rule)
                        || (Patterns.exact(schema) && Patterns.exact(table)));
        return one ? TableKey.of(rule) : "";
    }

    static void check(TableMappings mappings, RuleFindings findings) {
        ConflictChecks checks = new ConflictChecks(mappings, findings);
        for (int i = 0; i < mappings.rules().size(); i++) {
            for (int j = 0; j < i; j++) {
                if (checks.mayMeet(j, i)) {
                    checks.pair(j, i);
                }
            }
        }
        checks.tableNames();
    }

    private boolean mayMeet(int first, int second) {
        String one = tables.get(first);
        return one.isEmpty() || tables.get(second).isEmpty() || one.equals(tables.get(second));
    }

    private void pair(int first, int second) {
        Rule one = rules.get(first);
        Rule other = rules.get(second);
        if (one instanceof SelectionRule a && other instanceof SelectionRule b) {
            selections(a, b, second);
        } else if (one instanceof TransformationRule a && other instanceof TransformationRule b) {
            oneAction(a, b, first, second);
            columnNames(a, b, second);
            hashBeforeType(a, b, first, second);
        } else if (one instanceof TableSettingsRule && other instanceof TableSettingsRule) {
            if (one.locator().equals(other.locator())) {
                findings.error(
                        second,
                        "object-locator",
                        "TABLE_SETTINGS_TWICE",
                        "The table '" + other.locator() + "' has settings in rules[" + first + "] too.",
                        "Write one rule for the table.");
            }
        } else if (one instanceof PostProcessingRule && other instanceof PostProcessingRule) {
            tags(one, other, first, second);
        }
    }

    private void selections(SelectionRule one, SelectionRule other, int index) {
        boolean excludes = one.action() == Action.EXCLUDE ^ other.action() == Action.EXCLUDE;
        boolean explicit = one.action() == Action.EXPLICIT || other.action() == Action.EXPLICIT;
        boolean filters = one.action() == Action.INCLUDE
                && other.action() == Action.INCLUDE
                && !one.filters().equals(other.filters());
        if ((!(excludes && explicit) && !filters) || !overlap(one, other)) {
            return;
        }
        if (excludes && explicit) {
            findings.warning(
                    index,
                    "object-locator",
                    "EXCLUDE_HITS_EXPLICIT",
                    "An exclude and an explicit rule are both about '" + exactOf(one, other)
                            + "': which of them wins is not documented.",
                    "Remove one of the two rules.");
        }
        if (filters) {
            findings.warning(
                    index,
                    "filters",
                    "OVERLAPPING_FILTERS",
                    "The include rules '" + one.id() + "' and '" + other.id()
                            + "' can hit one table and have other filters: which rows are read is not documented.",
                    "Let one include rule hit a filtered table.");
        }
    }

    private static ObjectLocator exactOf(SelectionRule one, SelectionRule other) {
        return one.action() == Action.EXPLICIT ? one.locator() : other.locator();
    }

    /** Only where it is certain that an object is hit by both: the same locator, or one that names the object. */
    private void oneAction(TransformationRule one, TransformationRule other, int first, int second) {
        boolean compete = one.target() == other.target() && group(one) != 0 && group(one) == group(other);
        if (!compete || !certain(one, other)) {
            return;
        }
        boolean otherLoses = RuleIds.ORDER.compare(one, other) <= 0;
        TransformationRule loser = otherLoses ? other : one;
        TransformationRule winner = otherLoses ? one : other;
        boolean key = one instanceof DefinePrimaryKey ^ other instanceof DefinePrimaryKey;
        findings.warning(
                otherLoses ? second : first,
                "",
                key ? "PRIMARY_KEY_COMPETES" : "ONE_ACTION_PER_OBJECT",
                "The rules '" + winner.id() + "' (" + Actions.of(winner) + ") and '" + loser.id() + "' ("
                        + Actions.of(loser) + ") are both about '" + narrower(one, other)
                        + "': DMS applies one action to an object, that with the lower id."
                        + (key ? " Whether a key really competes with a name is not documented." : ""),
                "Remove one of the two, or narrow the locator of the other.");
    }

    /** Actions that exclude each other; 0 for those that stand beside all others. */
    private static int group(TransformationRule rule) {
        if (rule instanceof NamingRule || rule instanceof ChangeDataType || rule instanceof DefinePrimaryKey) {
            return 1;
        }
        if (rule instanceof MaskingRule) {
            return 2;
        }
        return rule instanceof TransformationRule.AddBeforeImageColumns ? 3 : 0;
    }

    private static boolean certain(TransformationRule one, TransformationRule other) {
        return sameNames(one.locator(), other.locator())
                || (overlap(one, other) && (names(one.locator()) || names(other.locator())));
    }

    private static boolean sameNames(ObjectLocator one, ObjectLocator other) {
        return Patterns.namesOf(one).equals(Patterns.namesOf(other))
                && (one.dataType() == null
                        || other.dataType() == null
                        || one.dataType().equals(other.dataType()));
    }

    private static boolean names(ObjectLocator locator) {
        return locator.dataType() == null && Patterns.namesOf(locator).stream().allMatch(Patterns::exact);
    }

    private static ObjectLocator narrower(Rule one, Rule other) {
        return names(other.locator()) ? other.locator() : one.locator();
    }

    private void columnNames(TransformationRule one, TransformationRule other, int second) {
        String a = newColumn(one);
        String b = newColumn(other);
        boolean columns = !a.isEmpty() && a.equalsIgnoreCase(b) && tablesOverlap(one, other);
        boolean twoRenames = one instanceof Rename
                && other instanceof Rename
                && one.locator().equals(other.locator());
        if (columns && !twoRenames) {
            findings.error(
                    second,
                    "value",
                    "COLUMN_NAME_TWICE",
                    "The rules '" + one.id() + "' and '" + other.id() + "' give two columns of one table the name '" + b
                            + "' (in upper or lower case).",
                    "Give them different names, or narrow the locators.");
        }
    }

    /** Tables of one schema that are renamed to one name. */
    private void tableNames() {
        Map<List<String>, Rename> renames = new HashMap<>();
        for (int i = 0; i < rules.size(); i++) {
            if (!(rules.get(i) instanceof Rename rename)
                    || rename.target() != RuleTarget.TABLE
                    || rename.value() == null) {
                continue;
            }
            Rename other = renames.putIfAbsent(List.of(rename.locator().schemaName(), rename.value()), rename);
            if (other != null && !other.locator().equals(rename.locator())) {
                findings.error(
                        i,
                        "value",
                        "TARGET_NAME_TWICE",
                        "The tables '" + other.locator() + "' and '" + rename.locator() + "' are both renamed to '"
                                + rename.value() + "', where their files overwrite each other.",
                        "Give them different names.");
            }
        }
    }

    private static String newColumn(TransformationRule rule) {
        if (rule instanceof AddColumn add) {
            return add.columnName();
        }
        boolean column =
                rule instanceof Rename rename && rename.target() == RuleTarget.COLUMN && rename.value() != null;
        return column ? String.valueOf(((Rename) rule).value()) : "";
    }

    private void hashBeforeType(TransformationRule one, TransformationRule other, int first, int second) {
        boolean pair = (one instanceof HashMask && other instanceof ChangeDataType)
                || (one instanceof ChangeDataType && other instanceof HashMask);
        if (!pair || !overlap(one, other)) {
            return;
        }
        TransformationRule hash = one instanceof HashMask ? one : other;
        TransformationRule type = one instanceof HashMask ? other : one;
        if (RuleIds.ORDER.compare(hash, type) < 0) {
            findings.warning(
                    one instanceof HashMask ? second : first,
                    "rule-id",
                    "HASH_BEFORE_TYPE",
                    "The column '" + hash.locator() + "' is hashed by rule '" + hash.id()
                            + "' and gets its type by rule '" + type.id()
                            + "': DMS wants the type in the rule with the smaller id.",
                    "Swap the ids.");
        }
    }

    private void tags(Rule one, Rule other, int first, int second) {
        if (!overlap(one, other)) {
            return;
        }
        boolean same = one.locator().equals(other.locator());
        String message = same
                ? "The rule has the locator of rules[" + first
                        + "]: an object takes the tags of one rule, the first, so that these are never set."
                : "Objects that rules[" + first
                        + "] is about too take the tags of one rule only, that with the more exact locator.";
        if (same) {
            findings.warning(second, "object-locator", "TAGS_NEVER_SET", message, "Put the tags into one rule.");
        } else {
            findings.info(
                    second,
                    "object-locator",
                    "TAGS_NOT_COMBINED",
                    message,
                    "Repeat in the exact rule the tags that shall stay.");
        }
    }

    private static boolean tablesOverlap(Rule one, Rule other) {
        return Patterns.overlap(one.locator().schemaName(), other.locator().schemaName())
                && Patterns.overlap(
                        Objects.requireNonNullElse(one.locator().tableName(), "%"),
                        Objects.requireNonNullElse(other.locator().tableName(), "%"));
    }

    private static boolean overlap(Rule one, Rule other) {
        return Patterns.overlap(schema(one), schema(other))
                && Patterns.overlap(table(one), table(other))
                && Patterns.overlap(
                        Objects.requireNonNullElse(one.locator().columnName(), "%"),
                        Objects.requireNonNullElse(other.locator().columnName(), "%"))
                && sameType(one.locator(), other.locator());
    }

    private static boolean sameType(ObjectLocator one, ObjectLocator other) {
        return one.dataType() == null
                || other.dataType() == null
                || one.dataType()
                        .toLowerCase(Locale.ROOT)
                        .equals(other.dataType().toLowerCase(Locale.ROOT));
    }

    private static String schema(Rule rule) {
        return exact(rule)
                ? Patterns.asPattern(rule.locator().schemaName())
                : rule.locator().schemaName();
    }

    private static String table(Rule rule) {
        String table = Objects.requireNonNullElse(rule.locator().tableName(), "%");
        return exact(rule) ? Patterns.asPattern(table) : table;
    }

    private static boolean exact(Rule rule) {
        return rule instanceof SelectionRule selection && selection.action() == Action.EXPLICIT;
    }
}
