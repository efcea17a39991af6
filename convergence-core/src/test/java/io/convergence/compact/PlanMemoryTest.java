package io.convergence.compact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Listing, timeline, ledger and plan of very many files, by {@link VeryManyFiles} in a process with a small heap. */
class PlanMemoryTest {
    @Test
    void aMillionFilesPlanIn512MegabytesOfHeap() throws IOException, InterruptedException {
        assertThat(plan(1_000_000, "-Xmx512m"))
                .isEqualTo(
                        "999,970 files, 999,970,000 rows, 4.8 TB -> about 18,520 files of 4.8 TB in 2,315 tasks\n999970 + 30\n");
    }

    private static String plan(int files, String heap) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        heap,
                        "-XX:+UseG1GC",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        VeryManyFiles.class.getName(),
                        Integer.toString(files))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.replace(System.lineSeparator(), "\n");
    }
}
