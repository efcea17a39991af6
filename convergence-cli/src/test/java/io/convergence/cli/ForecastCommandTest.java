package io.convergence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForecastCommandTest {
    private static final String SETTINGS =
            "{\"BucketName\":\"lake\",\"CdcMaxBatchInterval\":60,\"CdcMinFileSize\":32000}";

    @TempDir
    private Path folder;

    @Test
    void filesOfEachTableAreForecastWithWhatToSet() {
        Cli forecast = Cli.piped(
                        SETTINGS,
                        "forecast",
                        "-",
                        "--rate",
                        "public.orders=50:300B",
                        "--rate",
                        "public.lines=5000/s:400")
                .succeeds();

        assertThat(forecast.lines())
                .satisfiesExactly(
                        orders -> assertThat(orders)
                                .startsWith(
                                        "public.orders: 1,440 files a day of 879.2 KB, cut by CdcMaxBatchInterval at 879.2 KB of rows. Compaction is needed."),
                        lines -> assertThat(lines)
                                .startsWith("public.lines: ")
                                .contains(
                                        "cut by CdcMinFileSize",
                                        "set CdcMinFileSize=262144 and CdcMaxBatchInterval=135"),
                        basis -> assertThat(basis).startsWith("Sizes are those of rows in memory"));
    }

    @Test
    void jsonHasTheFieldsOfTheReference() {
        JsonNode forecast = Cli.piped(
                        SETTINGS,
                        "forecast",
                        "-",
                        "--json",
                        "--rate",
                        "public.lines=5000:400B",
                        "--encoding-ratio",
                        "0.5")
                .succeeds()
                .json();

        JsonNode file = forecast.path("files").path(0);
        assertThat(forecast.path("compactionNeeded").asBoolean()).isTrue();
        assertThat(forecast.path("encodingRatio").asDouble()).isEqualTo(0.5);
        assertThat(file.path("tables").path(0).asText()).isEqualTo("public.lines");
        assertThat(file.path("cut").asText()).isEqualTo("SIZE");
        assertThat(file.path("bufferedBytes").asLong())
                .isEqualTo(2 * file.path("fileBytes").asLong());
        assertThat(file.path("setCdcMinFileSize").asLong()).isEqualTo(524_288);
        assertThat(file.path("setCdcMaxBatchInterval").asLong()).isPositive();
    }

    @Test
    void settingsOfASpecAreTaken() {
        String spec = """
                {"sourceEngine":"postgresql","s3Settings":{"BucketName":"lake","BucketFolder":"raw","DataFormat":"parquet","TimestampColumnName":"ts","CdcMaxBatchInterval":600},
                 "tableMappings":{"rules":[{"rule-type":"selection","rule-id":"1","rule-name":"1","rule-action":"include",
                   "object-locator":{"schema-name":"public","table-name":"orders"}}]}}
                """;

        Cli forecast = Cli.piped(spec, "forecast", "-", "--rate", "public.orders=50:300B")
                .succeeds();

        assertThat(forecast.out()).startsWith("public.orders: 144 files a day");
    }

    @Test
    void settingsWithErrorsAreOfNoUse() {
        Cli.piped("{\"BucketName\":\"lake\",\"Oops\":1}", "forecast", "-", "--rate", "a.b=1:1")
                .fails(
                        ExitCode.DATA,
                        "Cannot use 'stdin': ERROR UNKNOWN_ATTRIBUTE at $.Oops: 'Oops' is no attribute of an S3 target. Remove it.");
        Cli.piped("{\"BucketName\":", "forecast", "-", "--rate", "a.b=1:1").endsWith(ExitCode.DATA);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -                              | Missing required option: '--rate=SCHEMA.TABLE=ROWS:BYTES'. See convergence forecast --help.
            - --rate orders                | Invalid value for option '--rate' (SCHEMA.TABLE=ROWS:BYTES): Cannot understand rate 'orders': it is not SCHEMA.TABLE=ROWS:BYTES. Write rows a second and the size of a row, e.g. public.orders=50:300B. See convergence forecast --help.
            - --rate a.b=1:0               | Invalid value for option '--rate' (SCHEMA.TABLE=ROWS:BYTES): Cannot forecast files of a.b for rows of 0 bytes: files would have no size. Give at least 1 byte. See convergence forecast --help.
            - --rate a.b=1:1 --encoding-ratio 0 | Cannot forecast with --encoding-ratio 0.0: it must be above 0. Write e.g. 0.25.
            no.json --rate a.b=1:1         | Cannot read 'no.json': there is no such file. Check the path.
            """)
    void wrongUsageIsOneLine(String arguments, String line) {
        Object[] words = ("forecast " + arguments).split(" ");

        Cli.piped(SETTINGS, words).fails(ExitCode.USAGE, line);
    }

    @Test
    void helpSuffices() {
        assertThat(Cli.run("forecast", "--help").succeeds().out())
                .contains(
                        "--rate=SCHEMA.TABLE=ROWS:BYTES",
                        "--encoding-ratio=RATIO",
                        "--json",
                        "- is stdin",
                        "Exit code:");
    }
}
