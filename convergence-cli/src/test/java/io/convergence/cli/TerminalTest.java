package io.convergence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
    @Test
    void coloursAreForPeopleWhoDidNotForbidThem() {
        assertThat(Terminal.colours(true, Map.of())).isTrue();
        assertThat(Terminal.colours(true, Map.of("NO_COLOR", "", "TERM", "xterm")))
                .isTrue();
        assertThat(Terminal.colours(false, Map.of())).isFalse();
        assertThat(Terminal.colours(true, Map.of("NO_COLOR", "1"))).isFalse();
        assertThat(Terminal.colours(true, Map.of("TERM", "dumb"))).isFalse();
    }
}
