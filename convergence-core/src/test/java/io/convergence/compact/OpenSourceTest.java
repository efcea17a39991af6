package io.convergence.compact;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenSourceTest {
    private static final long MB = 1 << 20;

    @Test
    void l7AFileIsReadByOneRequestBesidesItsEndUnlessTheHeapIsSmall() {
        assertThat(OpenSource.readAhead(6_000 * MB)).isEqualTo(128 * (int) MB);
        assertThat(OpenSource.readAhead(1_024 * MB)).isEqualTo(128 * (int) MB);
        assertThat(OpenSource.readAhead(128 * MB)).isEqualTo(16 * (int) MB);
        assertThat(OpenSource.readAhead(32 * MB)).isEqualTo(8 * (int) MB);
    }
}
