package io.convergence.testkit.dms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.mapping.Filter.Condition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteConfig;

/** Source filters, checked against SQLite itself. */
class RowFilterTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "NULL",
            value = {
                "5, lte, 10, true",
                "10, lte, 10, true",
                "11, ste, 10, false",
                "9, gte, 10, false",
                "10, eq, 10.0, true",
                "10, noteq, 10, false",
                "10, eq, ten, false",
                "10, lte, ten, true",
                "NULL, eq, 10, false",
                "NULL, noteq, 10, false"
            })
    void numbersCompareAsNumbers(Long value, String operator, String other, boolean expected) {
        assertThat(RowFilter.matches(new Condition(operator, other, null, null), value))
                .isEqualTo(expected);
    }

    @Test
    void rangesIncludeTheirEndsAndExcludeNull() {
        assertThat(List.of(50L, 60L, 75L)).allMatch(value -> RowFilter.matches(Condition.between("50", "75"), value));
        assertThat(List.of(49L, 76L)).allMatch(value -> RowFilter.matches(Condition.notBetween("50", "75"), value));
        assertThat(List.of(50L, 75L)).noneMatch(value -> RowFilter.matches(Condition.notBetween("50", "75"), value));
        assertThat(RowFilter.matches(Condition.notBetween("50", "75"), null)).isFalse();
        assertThat(RowFilter.matches(Condition.isNull(), null)).isTrue();
        assertThat(RowFilter.matches(Condition.isNotNull(), "")).isTrue();
    }

    @Test
    void comparisonsAreThoseOfSqliteForColumnsOfTheSameAffinity() throws Exception {
        Map<String, List<Object>> columns = Map.of(
                "NUMERIC", List.of(-1L, 0L, 9L, 10L, 1.5, 100000000000000L),
                "TEXT", List.of("", "9", "10", "a", "B", "é", "2024-01-01", "2024-01-01 00:00:00", "\uD83D\uDE00"));
        List<String> values = List.of("10", "9.0", "-1", "abc", "", "2024-01-01", "é", "\uFFFD");
        Map<String, String> operators = Map.of("eq", "=", "noteq", "<>", "gte", ">=", "lte", "<=");

        try (Connection sqlite = new SQLiteConfig().createConnection("jdbc:sqlite::memory:")) {
            for (String affinity : columns.keySet()) {
                for (Object cell : columns.get(affinity)) {
                    for (String value : values) {
                        for (String operator : operators.keySet()) {
                            assertThat(RowFilter.matches(new Condition(operator, value, null, null), cell))
                                    .as("%s %s %s as %s", cell, operator, value, affinity)
                                    .isEqualTo(sqlite(sqlite, affinity, cell, operators.get(operator), value));
                        }
                    }
                }
            }
        }
    }

    private static boolean sqlite(Connection sqlite, String affinity, Object cell, String operator, String value)
            throws Exception {
        try (PreparedStatement statement =
                sqlite.prepareStatement("SELECT CAST(? AS " + affinity + ") " + operator + " ?")) {
            statement.setObject(1, cell);
            statement.setString(2, value);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    @Test
    void unknownOperatorsAndMissingValuesAreRefused() {
        assertThatThrownBy(() -> RowFilter.matches(new Condition("gt", "1", null, null), 1L))
                .hasMessage(
                        "Cannot filter rows by the operator 'gt': DMS has eq, noteq, gte, lte, ste, between, notbetween, null and notnull. Use one of them.");
        assertThatThrownBy(() -> RowFilter.matches(new Condition("eq", null, null, null), 1L))
                .hasMessage("Cannot filter rows: a condition has no value. Complete the selection rule.");
    }
}
