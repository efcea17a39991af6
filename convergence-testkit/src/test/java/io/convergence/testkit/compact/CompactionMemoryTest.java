package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.store.LocalObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I12: a compaction's memory does not grow with the number of its sources, by {@link ManySources} in a process with a small heap. */
class CompactionMemoryTest {
    @TempDir
    Path folder;

    @Test
    @Tag("nightly")
    void i12FilesNearlyAsLargeAsTheHeapAreCompactedInItIfTheirRowGroupsAreSmall()
            throws IOException, InterruptedException {
        BulkyFiles.write(LocalObjectStore.open(folder), 3, 90);

        assertThat(run(LargeSources.class, "-Xmx128m", "-XX:+UseSerialGC")).isEqualTo("3 files, 9438 rows, 1 outputs");
    }

    @Test
    @Tag("nightly")
    void i12AThousandFilesOf300MegabytesAreCompactedIn192MegabytesOfHeap() throws IOException, InterruptedException {
        assertThat(run(ManySources.class, "-Xmx192m"))
                .isEqualTo("1000 files, 10000 rows, 2 outputs, one of more than 192 MB: true");
    }

    /** @return what it printed */
    private String run(Class<?> main, String... flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of(
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                folder.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        return output.strip();
    }
}
