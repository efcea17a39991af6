package io.convergence.judges;

/** A column of a case, in the order of the rows' cells. */
public record JudgeColumn(String name, ColumnType type) {}
