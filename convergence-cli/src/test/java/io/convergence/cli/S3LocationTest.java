package io.convergence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import io.convergence.testkit.junit5.ConvergenceExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The same on S3: an endpoint of another server, credentials from the default chain. */
class S3LocationTest {
    private static final String KEY = "aws.accessKeyId";
    private static final String SECRET = "aws.secretAccessKey";

    @RegisterExtension
    final ConvergenceExtension convergence = ConvergenceExtension.inProcess();

    @TempDir
    private Path folder;

    private String zone = "";
    private String lake = "";

    @BeforeEach
    void putFiles() {
        System.setProperty(KEY, convergence.server().accessKey());
        System.setProperty(SECRET, convergence.server().secretKey());
        zone = "s3://" + convergence.bucket() + "/landing";
        lake = "s3://" + convergence.bucket() + "/lake";
        put("landing/" + OrdersZone.LOAD, OrdersZone.load());
        put("landing/" + OrdersZone.FIRST_CHANGES, OrdersZone.firstChanges());
        put("landing/" + OrdersZone.LAST_CHANGES, OrdersZone.lastChanges());
        put("landing_old/" + OrdersZone.LAST_CHANGES, OrdersZone.lastChanges());
    }

    @AfterEach
    void forgetCredentials() {
        System.clearProperty(KEY);
        System.clearProperty(SECRET);
    }

    private void put(String key, DmsFile file) {
        convergence.store().put(key, file.bytes(), WriteCondition.ifAbsent());
    }

    private Cli run(Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(OrdersZone.with(arguments)));
        all.add("--endpoint");
        all.add(convergence.server().endpoint());
        return Cli.run(all.toArray());
    }

    private List<String> keys() {
        try (var objects = convergence.store().listAll("")) {
            return objects.map(ObjectStat::key).toList();
        }
    }

    @Test
    void prefixAndSingleObjectAreRead() {
        Cli changes = run("changes", zone).succeeds();
        Cli one = run("changes", zone + "/" + OrdersZone.LAST_CHANGES).succeeds();
        Cli files = run("files", zone).succeeds();

        assertThat(changes.lines()).hasSize(5).allMatch(line -> line.contains("(landing/public/orders/"));
        assertThat(one.lines())
                .containsExactly(
                        "I public.orders 2026-03-01T09:59:52Z 20260301095952000000000000000000003 id=3 state=open amount=30.00  (landing/public/orders/20260301-100500000.parquet row 0)");
        assertThat(files.out()).contains("3 raw files of 1 table");
    }

    @Test
    void compactionAndSnapshotGoToS3AndCompactedFilesAreRead() {
        Cli raw = run("changes", zone, "--json").succeeds();

        Cli compact = run("compact", zone, "--to", lake, "--now").succeeds();
        Cli snapshot = run("snapshot", zone, "--to", lake, "--key", "id").succeeds();
        Cli again = run("snapshot", zone, "--to", lake, "--key", "id").succeeds();
        Cli compacted = run("changes", lake, "--json").succeeds();

        assertThat(compact.out()).contains("2 files of").contains("  lake/compacted/public/orders/gen-0-");
        assertThat(snapshot.lines()).startsWith("public.orders: PUBLISHED, 2 rows, from 2 files");
        assertThat(again.lines()).startsWith("public.orders: UNCHANGED, 2 rows, from 0 files");
        assertThat(compacted.lines()).isEqualTo(raw.lines().subList(2, 5));
        assertThat(keys()).contains("lake/control/public/orders/log/00000000000000000001.json");
    }

    @Test
    void dryRunWritesNothingToS3() {
        List<String> before = keys();

        run("compact", zone, "--to", lake, "--now", "--dry-run").succeeds();
        run("snapshot", zone, "--to", lake, "--key", "id", "--dry-run").succeeds();

        assertThat(keys()).isEqualTo(before);
    }

    @Test
    void snapshotOfS3GoesToALocalFolder() throws Exception {
        run("snapshot", zone, "--to", folder, "--key", "id").succeeds();

        try (var found = Files.walk(folder.resolve("tables/public"))) {
            Path data = found.filter(Files::isRegularFile).findFirst().orElseThrow();
            assertThat(Parquet.rows(data))
                    .map(row -> row.get(0) + " " + row.get(1))
                    .containsExactly("1 paid", "3 open");
        }
    }

    @Test
    void outputInsideTheLandingZoneIsRefused() {
        run("compact", zone, "--to", zone + "/lake")
                .fails(
                        ExitCode.USAGE,
                        "Cannot write to '" + zone + "/lake': it is inside the landing zone '" + zone
                                + "', where DMS deletes files and they would be taken for data. Name a place outside it.");
    }

    @Test
    void prefixWithoutFilesAndMissingBucketAreNamed() {
        Cli empty = run("changes", zone + "/nothing").endsWith(ExitCode.USAGE);
        Cli missing = run("files", "s3://no-such-bucket/x").endsWith(ExitCode.DATA);

        assertThat(empty.err()).startsWith("convergence: Cannot find DMS files under '" + zone + "/nothing'");
        assertThat(missing.err().lines())
                .singleElement()
                .asString()
                .startsWith("convergence: Cannot ")
                .contains("no-such-bucket");
    }

    @Test
    void wrongCredentialsAreAnErrorInOneLine() {
        System.setProperty(SECRET, "wrong");

        Cli files = run("files", zone).endsWith(ExitCode.DATA);

        assertThat(files.err().lines()).singleElement().asString().startsWith("convergence: Cannot ");
    }
}
