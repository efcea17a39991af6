package io.convergence.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputFooterTest {
    private static final OutputChecks CHECKS = new OutputChecks(
            3,
            List.of(new OutputChecks.Column("id", 3, 0, -1, -1), new OutputChecks.Column("a \"b\"", 1, 2, 5, 5)),
            true);

    @Test
    void footerTellsThePolicyAndTheChecksums() {
        CompactionOptions options = CompactionOptions.builder()
                .targetSize(DataSize.ofMegabytes(64))
                .rowGroupRows(7)
                .build();

        OutputFooter footer = OutputFooter.of(options, CHECKS);

        assertThat(footer.targetSize()).isEqualTo(DataSize.ofMegabytes(64));
        assertThat(footer.rowGroupRows()).isEqualTo(7);
        assertThat(footer.rows()).isEqualTo(3);
        assertThat(footer.columns())
                .containsExactly(new OutputFooter.Column("id", 3, 0, -1), new OutputFooter.Column("a \"b\"", 1, 2, 5));
        assertThat(OutputFooter.parse(footer.toJson())).contains(footer);
    }

    @Test
    void filesOfTheFirstReleaseHaveNone() {
        assertThat(OutputFooter.parse(null)).isEmpty();
    }

    @Test
    void whatANewerReleaseAddsIsPassedOver() {
        OutputFooter footer = OutputFooter.of(CompactionOptions.defaults(), CHECKS);

        assertThat(OutputFooter.parse(footer.toJson().replace("{\"targetSize\"", "{\"more\":1,\"targetSize\"")))
                .contains(footer);
    }

    @Test
    void somethingElseIsRefusedWithItsPlace() {
        String json = OutputFooter.of(CompactionOptions.defaults(), CHECKS).toJson();

        assertThatThrownBy(() -> OutputFooter.parse(json.replace("\"nulls\":2", "\"nulls\":true")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot parse 'convergence.compaction' in the footer of a compacted file:"
                        + " at $.columns[1].nulls: it is no whole number of 64 bits.");
        assertThatThrownBy(() -> OutputFooter.parse("{")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "target {0} MB: parts of {1} MB")
    @CsvSource({"1, 8", "256, 8", "512, 16", "1024, 32", "10240, 64"})
    void outputsUpTo512MegabytesHavePartsOfTheDefaultSize(int target, int part) {
        CompactionOptions options = CompactionOptions.builder()
                .targetSize(DataSize.ofMegabytes(target))
                .build();

        assertThat(CompactedOutput.partBytes(options)).isEqualTo(part << 20);
    }
}
