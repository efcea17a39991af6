package io.convergence.target;

/**
 * Where rows of transaction files ({@code PreserveTransactions}) hold the column of {@code TimestampColumnName}. DMS's guide
 * names only {@code op, table_name, schema_name} and the table's columns, so the place is UNVERIFIED.
 */
public enum TransactionTimestamp {
    /** {@code Op, table, schema, timestamp, columns}: the first of the columns, as in files of one table. */
    AFTER_SCHEMA,
    /** {@code Op, timestamp, table, schema, columns}. */
    AFTER_OP,
    /** {@code Op, table, schema, columns, timestamp}. */
    LAST,
    /** Transaction files have none, whatever the settings say. */
    ABSENT
}
