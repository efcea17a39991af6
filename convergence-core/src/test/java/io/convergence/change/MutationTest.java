package io.convergence.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Thousands of damaged files, read by {@link Mutations} in another process: one that crashes, hangs or runs out of memory must not take
 * the test with it. {@code -Dconvergence.seed=} takes the seed of the first file.
 */
class MutationTest {
    private static final long SEED = Long.getLong("convergence.seed", 20_261_125L);
    private static final Pattern DONE = Pattern.compile(
            "DONE parquet (\\d+) refused (\\d+) read, csv (\\d+) refused (\\d+) read, gzip (\\d+) refused (\\d+) read, 0 failed");

    @Test
    void damagedFilesGiveTheirRowsOrATypedException() throws IOException, InterruptedException {
        assertSurvives(SEED, 10_500);
    }

    @Test
    @Tag("nightly")
    void moreDamagedFilesGiveTheirRowsOrATypedException() throws IOException, InterruptedException {
        assertSurvives(SEED + 10_500, 200_000);
    }

    private static void assertSurvives(long seed, int count) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Xss512k",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Mutations.class.getName(),
                        Long.toString(seed),
                        Integer.toString(count))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();

        Matcher done = DONE.matcher(output);
        assertThat(code).as("seed %d: %s", seed, output).isZero();
        assertThat(done.find()).as(output).isTrue();
        int total = 0;
        for (int group = 1; group <= done.groupCount(); group++) {
            int files = Integer.parseInt(done.group(group));
            // Files of each kind must come out both ways, or the damage is too great or too small to show anything.
            assertThat(files).as(output).isGreaterThan(count / 50);
            total += files;
        }
        assertThat(total).isEqualTo(count);
    }
}
