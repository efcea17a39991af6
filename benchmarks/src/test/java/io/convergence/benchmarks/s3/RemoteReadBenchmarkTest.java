package io.convergence.benchmarks.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.benchmarks.s3.RemoteReadBenchmark.Run;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemoteReadBenchmarkTest {
    @Test
    void objectsAreReadOnceForAPlanAndNotAgainToBeCompacted() throws IOException, InterruptedException {
        List<Run> runs = RemoteReadBenchmark.run(40, 1, 1);

        assertThat(runs)
                .extracting(Run::program)
                .containsExactly(
                        RemoteReadBenchmark.CONVERGENCE, RemoteReadBenchmark.COMPACTION, RemoteReadBenchmark.LOOP);
        // The compaction lists and reads for its plan, keeps what it copies, and lists again before it commits.
        assertThat(runs).extracting(Run::requests).containsExactly(41L, 42L, 41L);
    }
}
