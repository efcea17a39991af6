package io.convergence.testkit.dms;

import io.convergence.TableId;
import io.convergence.mapping.Expression;
import io.convergence.schema.DataType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A column that an {@code add-column} rule adds. */
record AddedColumn(
        String ruleId, String name, DataType type, @Nullable String expression, AddedValue value) {
    /**
     * Makes a rule's column ready.
     *
     * @param columns the names of the source's columns
     * @throws StandInException if the expression is not one that DMS documents, or uses what is not there
     */
    static AddedColumn of(
            String ruleId,
            String name,
            DataType type,
            @Nullable String expression,
            TableId source,
            List<String> columns,
            Expressions expressions) {
        try {
            AddedValue value = expression == null
                    ? new AddedValue.Empty()
                    : value(expression.trim(), type, source, columns, expressions);
            return new AddedColumn(ruleId, name, type, expression, value);
        } catch (ExpressionException | IllegalArgumentException e) {
            throw new StandInException(
                    "Cannot add column '" + name + "' to table " + source + ": rule '" + ruleId
                            + "' gives the expression \"" + expression + "\", and " + e.getMessage()
                            + ". Correct the rule.",
                    e);
        }
    }

    /** Plain headers and texts need no engine. */
    private static AddedValue value(
            String text, DataType type, TableId source, List<String> columns, Expressions expressions) {
        Expression expression = Expression.parse(text);
        RowHeader any = new RowHeader(RowOperation.INSERT, Instant.EPOCH, "", "");
        for (String header : expression.headers()) {
            if (AddedValue.Header.value(header, any, source).isEmpty()) {
                throw new ExpressionException("the stand-in knows no $" + header);
            }
            if (text.equals("$" + header) || text.equals("${" + header + "}")) {
                return new AddedValue.Header(header, source);
            }
        }
        for (String column : expression.columns()) {
            if (!columns.contains(column)) {
                throw new ExpressionException("the table has no column '" + column + "', only " + columns);
            }
        }
        if (expression.literals().size() == 1
                && text.equals("'" + expression.literals().get(0).replace("'", "''") + "'")) {
            return new AddedValue.Constant(expression.literals().get(0));
        }

        ExpressionEngine.Result result =
                type.kind().text() ? ExpressionEngine.Result.TEXT : ExpressionEngine.Result.TYPED;
        return new AddedValue.Computed(expression, expressions.compile(text, result), source);
    }

    /** Whether the value is DMS's own and cannot be taken for anything else in a file. */
    boolean header() {
        return value instanceof AddedValue.Header;
    }
}
