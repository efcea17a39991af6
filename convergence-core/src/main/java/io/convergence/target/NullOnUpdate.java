package io.convergence.target;

/** What a null in a column of an update row means (rule S8): the file cannot tell a real null from a value that was not logged. */
public enum NullOnUpdate {
    /** The source set the column to null. */
    NULL,
    /** The value was not logged: keep what the row had. */
    UNKNOWN,
    /** Neither can be assumed: such an update stops the table. */
    REFUSE
}
