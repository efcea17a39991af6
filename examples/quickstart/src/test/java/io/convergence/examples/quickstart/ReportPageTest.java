package io.convergence.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.testkit.dms.TableStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {
    @TempDir
    private Path temp;

    @Test
    void thePageTellsFilesRowsAndDifferencesAndNeedsNothingElse() throws IOException {
        List<Long> before = List.of(12_300_000L, 50_000L, 60_000L);
        List<Long> after = List.of(12_300_000L, 40_000L);
        var table = new TableReport(
                TableId.of("public", "a<b"),
                before,
                new TableStatistics(1_000, 1, 2, 3, 0, null, null),
                after,
                7,
                1_234,
                0);

        ReportPage.write(
                temp.resolve("report.html"),
                new ReportPage.Content(
                        true, Map.of("orders inserted", 5L), before, after, DataSize.ofMegabytes(8), List.of(table)));

        String page = Files.readString(temp.resolve("report.html"));
        assertThat(page)
                .contains(
                        "Lake equals source", "<b>3 → 2</b>", "<b>12.4 MB → 12.3 MB</b>", "<b>5</b> × orders inserted")
                .contains("3 files, 12.4 MB; the middle one has 60.0 kB")
                .contains("<th scope=\"row\">public.a&lt;b</th><td>3</td><td>12.4 MB</td><td>1,000</td>")
                .doesNotContain("{{", "http:", "https:", "<script");
        assertThat(page.split("<rect ", -1)).hasSize(1 + before.size() + after.size());
    }

    @Test
    void aDifferenceIsTheHeadline() throws IOException {
        ReportPage.write(
                temp.resolve("report.html"),
                new ReportPage.Content(false, Map.of(), List.of(), List.of(), DataSize.ofMegabytes(8), List.of()));

        assertThat(Files.readString(temp.resolve("report.html")))
                .contains("<span class=\"different\">Lake differs from source</span>");
    }
}
