package io.convergence.mapping;

/** The name of the one table a rule is about, in a form that an exact name and a pattern for only that name share. */
final class TableKey {
    private TableKey() {}

    static String of(Rule rule) {
        boolean exact = rule instanceof TableSettingsRule
                || (rule instanceof SelectionRule selection && selection.action() == SelectionRule.Action.EXPLICIT);
        String schema = rule.locator().schemaName();
        String table = String.valueOf(rule.locator().tableName());
        return exact ? schema + "\0" + table : unescaped(schema) + "\0" + unescaped(table);
    }

    private static String unescaped(String pattern) {
        return pattern.replace("[_]", "_").replace("[%]", "%");
    }
}
