package io.convergence.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WildcardTest {
    @ParameterizedTest(name = "{0} matches {1}: {2}")
    @CsvSource({
        "%, orders, true",
        "%, '', true",
        "order%, orders, true",
        "order%, Orders, false",
        "%_old, orders_old, true",
        "order_items, order_items, true",
        "order_items, orderXitems, true",
        "order[_]items, order_items, true",
        "order[_]items, orderXitems, false",
        "t[ab], ta, true",
        "t[ab], tc, false",
        "t[a-d]x, tcx, true",
        "t[a-d]x, tex, false",
        "t[-a], t-, true",
        "a.b, axb, false",
        "a.b, a.b, true",
        "50[%], 50%, true",
        "50[%], 50x, false",
        "a$%, a$1, true",
        "%a%b%, xxaxxbxx, true",
        "%a%b%, xxbxxaxx, false"
    })
    void matchesAsTheGuideSays(String pattern, String name, boolean expected) {

        assertThat(Wildcard.of(pattern).matches(name)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a[b", "a[]", "a[^b]", "a[!b]", "a[[b]"})
    void bracketsWithoutDocumentedMeaningAreRefused(String pattern) {
        assertThatThrownBy(() -> Wildcard.of(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot read the pattern '" + pattern
                                + "': the bracket at character 2 is unclosed, empty, nested or negated. Write one of a set as [ab], a range as [a-d], an underscore as [_].");
    }

    @ParameterizedTest(name = "{0} and {1} have a name in common: {2}")
    @CsvSource({
        "%, orders, true",
        "orders, orders, true",
        "orders, items, false",
        "o%, %s, true",
        "o%, i%, false",
        "order_items, order[_]items, true",
        "order[_]items, orderXitems, false",
        "t[a-c], t[c-e], true",
        "t[a-c], t[d-e], false",
        "%a, %b, false",
        "a%b%c, ab%, true",
        "'', %, true",
        "_, '', false"
    })
    void patternsOverlapIfSomeNameMatchesBoth(String one, String other, boolean expected) {
        assertThat(Wildcard.of(one).overlaps(Wildcard.of(other))).isEqualTo(expected);
        assertThat(Wildcard.of(other).overlaps(Wildcard.of(one))).isEqualTo(expected);
    }

    @Test
    void aLiteralMatchesItsNameOnly() {
        String pattern = Wildcard.literal("a_b%c");

        assertThat(pattern).isEqualTo("a[_]b[%]c");
        assertThat(Wildcard.of(pattern).matches("a_b%c")).isTrue();
        assertThat(Wildcard.of(pattern).matches("axb%c")).isFalse();
        assertThat(Wildcard.of(pattern).ambiguous()).isFalse();
    }

    @Test
    void aNameWithABracketHasNoPattern() {
        assertThatThrownBy(() -> Wildcard.literal("a[1]"))
                .hasMessage("Cannot write a pattern for the name 'a[1]': DMS documents none for a bracket. "
                        + "Select the table with an explicit rule, which takes names as they are.");
    }
}
