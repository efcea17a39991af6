package io.convergence.curated;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StoredFileTest {
    /** A file may be of more bytes than an array takes, and a damaged one may claim any number. */
    @Test
    void theArrayThatIsKeptHoldsTheRowGroupAndNoMoreThanAnArrayTakes() {
        int most = Integer.MAX_VALUE - 16;

        assertThat(StoredFile.kept(100, 300, 1_000)).isEqualTo(300);
        assertThat(StoredFile.kept(100, 300, 200))
                .as("the file is shorter than it claims")
                .isEqualTo(200);
        assertThat(StoredFile.kept(100, 3L << 30, 5L << 30)).isEqualTo(most);
        assertThat(StoredFile.kept(100, Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(most);
        assertThat(StoredFile.kept(100, -1, 1_000)).isEqualTo(100);
        assertThat(StoredFile.kept(most, 300, 5L << 30)).isEqualTo(most);
    }
}
