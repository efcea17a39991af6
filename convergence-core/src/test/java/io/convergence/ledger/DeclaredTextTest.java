package io.convergence.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeclaredTextTest {
    private static final Instant TIME = Instant.parse("2026-03-01T10:00:00.000001Z");

    static Stream<DeclaredText> texts() {
        return Stream.of(
                DeclaredText.at(TIME),
                DeclaredText.ofLoad(Instant.EPOCH),
                DeclaredText.at(TIME).withLoad(TIME),
                DeclaredText.at(TIME).withNote("by the job -- at=night"),
                new DeclaredText(null, null, "only a note"),
                new DeclaredText(null, null, ""));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void whatIsWrittenIsReadBack(DeclaredText text) {
        assertThat(DeclaredText.parse(text.text())).contains(text);
    }

    @Test
    void theFormIsFixed() {
        assertThat(DeclaredText.at(TIME).withLoad(Instant.EPOCH).withNote("x").text())
                .isEqualTo("declared/1 at=2026-03-01T10:00:00.000001Z load=1970-01-01T00:00:00Z -- x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "by the nightly job", "at=2026-03-01T10:00:00Z", "v1 declared/1"})
    void whatOlderVersionsWroteIsANote(String text) {
        assertThat(DeclaredText.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "declared/1 load=2026-03-01T10:00:00Z at=2026-03-01T10:00:00Z",
                "declared/1 at=yesterday",
                "declared/1  at=2026-03-01T10:00:00Z",
                "declared/1 from=2026-03-01T10:00:00Z",
                "declared/1 -- "
            })
    void whatIsNotOfTheFormIsRefused(String text) {
        assertThatThrownBy(() -> DeclaredText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot understand the declaration '" + text + "': ");
    }

    @Test
    void aNoteHasOneLine() {
        assertThatThrownBy(() -> DeclaredText.at(TIME).withNote("a\nb")).hasMessageContaining("it has several lines");
    }
}
