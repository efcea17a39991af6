package io.convergence.testkit.dms;

import io.convergence.mapping.Expression;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The expressions of a stand-in. The engine is started by the first that needs it. Used by one thread at a time. */
final class Expressions implements AutoCloseable {
    private @Nullable ExpressionEngine engine;

    /**
     * Makes an expression ready.
     *
     * @throws ExpressionException if it is not one expression of what DMS documents
     * @throws StandInException if the library is missing
     */
    ExpressionEngine.Compiled compile(String expression, ExpressionEngine.Result result) {
        if (engine == null) {
            try {
                engine = SqliteEngine.open();
            } catch (NoClassDefFoundError e) {
                throw new StandInException(
                        "Cannot compute \"" + expression + "\": class " + e.getMessage()
                                + " is not on the class path. Add org.xerial:sqlite-jdbc.",
                        e);
            }
        }
        return engine.compile(expression, result);
    }

    /** A name, as {@link io.convergence.mapping.EvaluationOptions.NameExpressions} asks for it. */
    Optional<String> name(Expression expression, Map<String, String> headers) {
        Map<String, @Nullable Object> values = new HashMap<>(headers);
        try {
            Object name =
                    compile(expression.text(), ExpressionEngine.Result.TEXT).value(values, RowOperation.INSERT);
            return Optional.ofNullable((String) name);
        } catch (ExpressionException e) {
            throw new StandInException(
                    "Cannot name an object by the expression \"" + expression.text() + "\" with " + headers + ": "
                            + e.reason() + ". Correct the rename rule.",
                    e);
        }
    }

    @Override
    public void close() {
        if (engine != null) {
            engine.close();
            engine = null;
        }
    }
}
