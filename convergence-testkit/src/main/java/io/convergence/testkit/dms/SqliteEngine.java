package io.convergence.testkit.dms;

import io.convergence.mapping.Expression;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sqlite.Function;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.Pragma;

/**
 * SQLite with its doors shut: an empty database in memory, no extensions, no attached files, and of its functions only
 * those that DMS documents. Expressions are read by {@link Expression} first, which knows no statement, subquery or table;
 * values are bound, never pasted. Touches the optional library; loaded only by {@link Expressions}.
 */
final class SqliteEngine implements ExpressionEngine {
    private static final Duration TIME_LIMIT = Duration.ofSeconds(1);
    private static final int MAX_EXPRESSION = 10_000;
    private static final int MAX_VALUE_BYTES = 16 << 20;
    private static final int STEPS_BETWEEN_CHECKS = 100;

    /** Names as {@link Expression} finds them, and the quoted texts in which there are none. */
    private static final Pattern NAMES = Pattern.compile("'[^']*'|\\$\\{([^}]+)}|\\$([\\p{L}\\p{Nd}_#]+)");

    /** What operators and keywords call under these names. */
    private static final Set<String> OF_OPERATORS =
            Set.of("like", "glob", "current_date", "current_time", "current_timestamp");

    private final Connection connection;
    private final SqliteFunctions functions;
    private final Deadline deadline;

    private SqliteEngine(Connection connection, Duration timeLimit) throws SQLException {
        this.connection = connection;
        this.deadline = new Deadline(timeLimit);
        denyOtherFunctions(connection);
        this.functions = SqliteFunctions.create(connection);
        ProgressHandler.setHandler(connection, STEPS_BETWEEN_CHECKS, deadline);
    }

    static ExpressionEngine open() {
        return open(TIME_LIMIT);
    }

    static ExpressionEngine open(Duration timeLimit) {
        SQLiteConfig config = new SQLiteConfig();
        config.enableLoadExtension(false);
        config.setPragma(Pragma.LIMIT_LENGTH, Integer.toString(MAX_VALUE_BYTES));
        config.setPragma(Pragma.LIMIT_SQL_LENGTH, Integer.toString(4 * MAX_EXPRESSION + 100));
        config.setPragma(Pragma.LIMIT_ATTACHED, "0");
        config.setPragma(Pragma.LIMIT_LIKE_PATTERN_LENGTH, "1000");
        try {
            return new SqliteEngine(config.createConnection("jdbc:sqlite::memory:"), timeLimit);
        } catch (SQLException e) {
            throw new StandInException("Cannot start SQLite: " + e.getMessage() + ". See the cause.", e);
        }
    }

    /** The driver has no authorizer: functions that are not documented are replaced by ones that refuse. */
    static void denyOtherFunctions(Connection connection) throws SQLException {
        record Signature(String name, int arguments) {}

        Set<Signature> denied = new LinkedHashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet known = statement.executeQuery("SELECT name, narg FROM pragma_function_list")) {
            while (known.next()) {
                String name = known.getString(1).toLowerCase(Locale.ROOT);
                if (!Expression.FUNCTIONS.contains(name) && !OF_OPERATORS.contains(name)) {
                    // Below -1 SQLite tells how many arguments are the fewest.
                    denied.add(new Signature(name, Math.max(-1, known.getInt(2))));
                }
            }
        }
        for (Signature function : denied) {
            Function.create(connection, function.name(), new Denied(function.name()), function.arguments(), 0);
        }
    }

    @Override
    public Compiled compile(String expression, Result result) {
        Expression parsed = read(expression);
        List<String> names = new ArrayList<>(parsed.columns());
        names.addAll(parsed.headers());
        String numbered = numbered(expression, names);
        String sql = result == Result.TEXT ? "SELECT CAST((" + numbered + ") AS TEXT)" : "SELECT (" + numbered + ")";
        try {
            PreparedStatement statement = connection.prepareStatement(sql);
            if (statement.getMetaData().getColumnCount() != 1) {
                throw new ExpressionException("it is not one expression");
            }
            return (values, operation) -> value(statement, names, values, operation);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static Expression read(String expression) {
        if (expression.length() > MAX_EXPRESSION) {
            throw new ExpressionException("it has " + expression.length() + " characters, more than " + MAX_EXPRESSION);
        }
        Expression parsed;
        try {
            parsed = Expression.parse(expression);
        } catch (IllegalArgumentException e) {
            throw new ExpressionException(String.valueOf(e.getMessage()), e);
        }
        for (String function : parsed.functions()) {
            if (!Expression.FUNCTIONS.contains(function)) {
                throw new ExpressionException("it calls " + function + "(), which DMS does not document");
            }
        }
        if (!parsed.bareNames().isEmpty()) {
            throw new ExpressionException("it holds the name "
                    + parsed.bareNames().get(0) + " without a sign, and DMS finds columns by $name only");
        }
        return parsed;
    }

    /** The expression with {@code ?1}, {@code ?2} … for its names. */
    private static String numbered(String text, List<String> names) {
        return NAMES.matcher(text).replaceAll(match -> {
            String name = match.group(1) != null ? match.group(1) : match.group(2);
            return Matcher.quoteReplacement(name == null ? match.group() : "?" + (names.indexOf(name) + 1));
        });
    }

    private @Nullable Object value(
            PreparedStatement statement,
            List<String> names,
            Map<String, @Nullable Object> values,
            RowOperation operation) {
        functions.operation(operation);
        deadline.begin();
        try {
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(i);
                if (!values.containsKey(name)) {
                    throw new ExpressionException("there is no $" + name + " here");
                }
                statement.setObject(i + 1, values.get(name));
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                Object value = row.getObject(1);
                return value instanceof Integer number ? Long.valueOf(number) : value;
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private ExpressionException failed(SQLException e) {
        return new ExpressionException(
                deadline.passed()
                        ? "it took longer than " + deadline.limit.toMillis() + " ms"
                        : "SQLite says '" + e.getMessage() + "'",
                e);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new StandInException("Cannot close SQLite: " + e.getMessage() + ". See the cause.", e);
        }
    }

    private static final class Denied extends Function {
        private final String name;

        Denied(String name) {
            this.name = name;
        }

        @Override
        protected void xFunc() throws SQLException {
            error("it calls " + name + "(), which DMS does not document");
        }
    }

    /** Stops what takes too long. */
    private static final class Deadline extends ProgressHandler {
        private final Duration limit;
        private long begun = System.nanoTime();
        private boolean passed;

        Deadline(Duration limit) {
            this.limit = limit;
        }

        void begin() {
            begun = System.nanoTime();
            passed = false;
        }

        boolean passed() {
            return passed;
        }

        @Override
        protected int progress() {
            passed = System.nanoTime() - begun >= limit.toNanos();
            return passed ? 1 : 0;
        }
    }
}
