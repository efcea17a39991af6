package io.convergence.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {
    @Test
    void columnsHeadersFunctionsAndTextsAreFound() {
        Expression expression = Expression.parse(
                "CASE WHEN $STATUS = 'it''s' THEN UPPER(${last name}) || $AR_M_SOURCE_TABLE_NAME ELSE ifnull($STATUS, $AR_H_CHANGE_SEQ) END");

        assertThat(expression.columns()).containsExactly("STATUS", "last name");
        assertThat(expression.headers()).containsExactly("AR_M_SOURCE_TABLE_NAME", "AR_H_CHANGE_SEQ");
        assertThat(expression.functions()).containsExactly("upper", "ifnull");
        assertThat(expression.literals()).containsExactly("it's");
        assertThat(expression.bareNames()).isEmpty();
        assertThat(expression.readsRows()).isTrue();
    }

    @Test
    void aNameWithoutSignIsNoColumn() {
        Expression expression = Expression.parse("CAST(ID AS decimal(10,2)) + $n");

        assertThat(expression.columns()).containsExactly("n");
        assertThat(expression.bareNames()).containsExactly("ID");
        assertThat(expression.functions()).containsExactly("cast");
    }

    @Test
    void constantsAndSourceNamesDoNotReadRows() {
        assertThat(Expression.parse("'t_' || lower($AR_M_SOURCE_TABLE_NAME)").readsRows())
                .isFalse();
        assertThat(Expression.parse("$AR_H_OPERATION").readsRows()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'N'",
                "1.5",
                "-$a * (2 + $b)",
                "$a IS NOT NULL AND $b NOT BETWEEN 1 AND 2",
                "$a in ('x', 'y')",
                "date('now')",
                "random()",
                "count(*)",
                "x'00ff'",
                "$a <> $b or not $c",
                "operation_indicator('D', 'U', 'I')",
                "case $a when 1 then 'x' end || 'y'"
            })
    void expressionsOfTheGuideAreRead(String text) {
        assertThat(Expression.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest(name = "{0}: character {1}")
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "$a || 'x ~ 7 ~ the quote is not closed",
                "lower($a ~ 6 ~ the parenthesis is not closed",
                "$a) ~ 3 ~ the parenthesis closes nothing",
                "case when $a then 1 ~ 1 ~ CASE has no END",
                "$a || ~ 5 ~ a value is missing at its end",
                "|| $a ~ 1 ~ a value is missing before '|'",
                "max($a,) ~ 8 ~ a value is missing before ')'",
                "$a; drop ~ 3 ~ ';' ends a statement, and only an expression is taken",
                "$a -- b ~ 4 ~ comments have no place in it",
                "${a ~ 1 ~ '${' is not closed",
                "$ ~ 1 ~ '$' is followed by no name",
                "\u2018N\u2019 ~ 1 ~ '\u2018' is a typographic quote",
                "$a ? 1 ~ 4 ~ '?' means nothing there"
            })
    void errorsNameTheirPlace(String text, int place, String problem) {
        assertThatThrownBy(() -> Expression.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "Cannot read the expression \"" + text + "\": at character " + place + " " + problem + ". ");
    }

    @Test
    void nothingIsNoExpression() {
        assertThatThrownBy(() -> Expression.parse(" "))
                .hasMessage(
                        "Cannot read the expression \" \": at character 1 a value is missing at its end. Complete it.");
    }
}
