package io.convergence.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.change.ParquetFixture;
import io.convergence.store.ObjectStat;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged files never stop an audit. Replay with {@code -Dconvergence.seed=}. */
class AuditPropertiesTest {
    private static final Instant START = Instant.parse("2024-06-12T10:00:00Z");
    private static final int MUTATIONS = 100;

    @Test
    void whateverHappenedToAFileTheAuditEndsAndTheOthersAreRead() {
        long seed = Long.getLong("convergence.seed", 20261125L);
        Random random = new Random(seed);
        byte[] good = DmsFiles.dms(ParquetFixture.of(DmsFiles.CHANGES)
                .with(DmsFiles.plain())
                .write(DmsFiles.rows(20, i -> DmsFiles.change("I", START, 100 + i, i, "note " + i))));
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bad = mutate(good, random);
            DmsFiles files = new DmsFiles();
            files.add("public/orders/20240612-100100020.parquet", START, good);
            ObjectStat damaged = files.add("public/orders/20240612-100200020.parquet", START, bad);

            LandingZoneReport report =
                    LandingZoneAudit.run(files.store(), "", AuditOptions.defaults(), AuditListener.none());
            FileInspection inspection =
                    FileInspection.of(files.store(), damaged, InspectionOptions.defaults(), AuditListener.none());

            String mutation = "mutation " + i + " of seed " + seed;
            TableAudit orders = report.tables().get(0);
            assertThat(orders.rowFacts().orElseThrow().rows()).as(mutation).isGreaterThanOrEqualTo(20);
            boolean unreadable = codes(inspection.findings()).contains("FILE_UNREADABLE");
            assertThat(codes(orders.findings()).contains("FILE_UNREADABLE"))
                    .as(mutation)
                    .isEqualTo(unreadable);
            assertThat(report.toHtml()).as(mutation).endsWith("</html>\n");
            assertThat(report.toJson()).as(mutation).isNotEmpty();
            assertThat(inspection.toString()).as(mutation).contains("Findings");
        }
    }

    private static byte[] mutate(byte[] good, Random random) {
        byte[] bad = good.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            // Most of them in the footer, where names, types, offsets and statistics are.
            int at = random.nextInt(4) == 0
                    ? random.nextInt(bad.length)
                    : bad.length / 2 + random.nextInt(bad.length / 2);
            bad[at] = (byte) random.nextInt(256);
        }
        return bad;
    }

    private static List<String> codes(List<Finding> findings) {
        return findings.stream().map(Finding::code).toList();
    }
}
