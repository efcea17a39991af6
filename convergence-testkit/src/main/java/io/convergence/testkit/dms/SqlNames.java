package io.convergence.testkit.dms;

import io.convergence.TableId;

/** Writes names into SQL. */
final class SqlNames {
    private SqlNames() {}

    static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String quote(TableId table) {
        return quote(table.schema()) + "." + quote(table.name());
    }
}
