package io.convergence.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.examples.quickstart.Progress.Count;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void whatIsDoneIsToldWithItsTotalOnlyWhileThatLiesAhead() {
        assertThat(new Count(5_000, 252_000, "rows loaded").text(false)).isEqualTo("5,000 of 252,000 rows loaded");
        assertThat(new Count(253_963, 252_000, "rows loaded").text(false)).isEqualTo("253,963 rows loaded");
        assertThat(new Count(301, 300, "files").text(true)).isEqualTo("301 files");
        assertThat(new Count(12, 0, "files read").text(false)).isEqualTo("12 files read");
    }
}
