package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I12: a compaction's memory does not grow with the number of its sources, by {@link ManySources} in a process with a small heap. */
class CompactionMemoryTest {
    @TempDir
    Path folder;

    @Test
    @Tag("nightly")
    void i12AThousandFilesOf300MegabytesAreCompactedIn192MegabytesOfHeap() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManySources.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.strip()).isEqualTo("1000 files, 10000 rows, 2 outputs, one of more than 192 MB: true");
    }
}
