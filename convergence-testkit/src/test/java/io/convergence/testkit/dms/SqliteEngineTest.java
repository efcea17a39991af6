package io.convergence.testkit.dms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.testkit.dms.ExpressionEngine.Result;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteConfig;

/** What expressions yield, and what they cannot reach. */
class SqliteEngineTest {
    private static final ExpressionEngine ENGINE = SqliteEngine.open();

    @AfterAll
    static void close() {
        ENGINE.close();
    }

    private static Map<String, @Nullable Object> row() {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("ID", 7L);
        values.put("price", 12.5);
        values.put("First Name", "Ada");
        values.put("name", "O'Hara; --");
        values.put("none", null);
        values.put("AR_M_SOURCE_SCHEMA", "shop");
        return values;
    }

    private static @Nullable Object value(String expression) {
        return ENGINE.compile(expression, Result.TYPED).value(row(), RowOperation.UPDATE);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "$ID + 1~8",
                "$ID / 2~3",
                "$price * 2~25.0",
                "${First Name} || '_' || $name~Ada_O'Hara; --",
                "'$ID is no name here'~$ID is no name here",
                "CASE WHEN $ID > 5 THEN 'high' ELSE 'low' END~high",
                "coalesce($none, 'x')~x",
                "upper(substr($AR_M_SOURCE_SCHEMA, 1, 2))~SH",
                "CAST($price AS int)~12",
                "$name LIKE 'o%'~1",
                "max($ID, 9)~9",
                "date('2024-02-28', '+1 day')~2024-02-29",
                "strftime('%Y', '2024-02-28 10:00:00')~2024",
                "replaceChars('abcdef', 'acg', '12')~1b2def",
                "replaceChars('abc', 'bc', 'x')~ax",
                "hash_sha256('abc')~ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "operation_indicator('D', 'U', 'I')~U"
            },
            delimiter = '~')
    void valuesAreThoseOfSqlite(String expression, String expected) {
        assertThat(value(expression)).asString().isEqualTo(expected);
    }

    @Test
    void nullStaysNullAndBytesStayBytes() {
        assertThat(value("$none || 'x'")).isNull();
        assertThat(value("hash_sha256($none)")).isNull();
        assertThat(value("x'0aff'")).isEqualTo(new byte[] {10, -1});
        assertThat(ENGINE.compile("$price", Result.TEXT).value(row(), RowOperation.INSERT))
                .isEqualTo("12.5");
    }

    @Test
    void operationIndicatorTellsEachRowsOperation() {
        ExpressionEngine.Compiled compiled = ENGINE.compile("operation_indicator('D','U','I')", Result.TYPED);

        assertThat(compiled.value(Map.of(), RowOperation.DELETE)).isEqualTo("D");
        assertThat(compiled.value(Map.of(), RowOperation.INSERT)).isEqualTo("I");
        assertThat(compiled.value(Map.of(), RowOperation.UPDATE)).isEqualTo("U");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1; ATTACH 'x.db' AS y",
                "1) ; PRAGMA writable_schema = 1; SELECT (1",
                "(SELECT 1)",
                "(SELECT(1))",
                "EXISTS (SELECT name FROM sqlite_master)",
                "1 IN sqlite_master",
                "(VALUES (1))",
                "1 UNION SELECT 2",
                "1 -- comment",
                "1 /* comment */",
                "load_extension('x')",
                "'a' COLLATE nocase || load_extension('x')",
                "readfile('x')",
                "writefile('x', 'y')",
                "sqlite_version()",
                "json_each('[1]')",
                "printf('%s', 1)",
                "group_concat('x')",
                "\"name\"",
                "[name]",
                "`name`",
                "name",
                "?1",
                ":name",
                "@name",
                "1, 2",
                "1 FROM x",
                "$ID)  + (1",
                "CAST(1 AS int(load_extension('x')))",
                "nosuchfunction(1)",
                "lower(1, 2, 3)",
                ""
            })
    void whatIsNotOneExpressionOfDocumentedFunctionsIsRefused(String expression) {
        assertThatThrownBy(() -> value(expression)).isInstanceOf(ExpressionException.class);
    }

    @Test
    void refusalsSayWhy() {
        assertThatThrownBy(() -> value("printf('%s', $ID)"))
                .hasMessage("it calls printf(), which DMS does not document");
        assertThatThrownBy(() -> value("upper(name)"))
                .hasMessage("it holds the name name without a sign, and DMS finds columns by $name only");
        assertThatThrownBy(() -> value("$other")).hasMessage("there is no $other here");
    }

    @Test
    void functionThatTheReaderWouldLetThroughIsDeniedByTheEngineToo() throws Exception {
        try (var raw = new SQLiteConfig().createConnection("jdbc:sqlite::memory:");
                var statement = raw.createStatement()) {
            SqliteEngine.denyOtherFunctions(raw);

            assertThatThrownBy(() -> statement.executeQuery("SELECT printf('%s', 1)"))
                    .hasMessageContaining("it calls printf(), which DMS does not document");
            assertThatThrownBy(() -> statement.executeQuery("SELECT load_extension('x')"))
                    .isInstanceOf(SQLException.class);
            assertThat(statement.executeQuery("SELECT upper('a') LIKE 'A'").getInt(1))
                    .isEqualTo(1);
        }
    }

    @Test
    void expressionThatTakesTooLongIsStopped() {
        String slow = "$ID" + " + $ID * 2".repeat(600);
        try (ExpressionEngine hurried = SqliteEngine.open(Duration.ZERO)) {
            ExpressionEngine.Compiled compiled = hurried.compile(slow, Result.TYPED);

            assertThatThrownBy(() -> compiled.value(row(), RowOperation.INSERT)).hasMessage("it took longer than 0 ms");
        }
        assertThat(value(slow)).isEqualTo(7L + 600 * 14);
    }

    @Test
    void sizesAreLimited() {
        assertThatThrownBy(() -> value("'" + "x".repeat(10_000) + "'"))
                .hasMessage("it has 10002 characters, more than 10000");
        assertThatThrownBy(() -> value("zeroblob(1000000000)")).hasMessageContaining("too big");
    }
}
