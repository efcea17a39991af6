package io.convergence.testkit.ledger.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.ConvergenceException;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.ledger.CleanUp;
import io.convergence.ledger.CleanUpOptions;
import io.convergence.ledger.LakeFolders;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerCheck;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerException;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.LedgerUndo;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileEvidence;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.testkit.s3.InProcessS3;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;

/**
 * Merges, their undo, deletes of clean-up and its aborts of uploads, over HTTP that fails before and after they take effect; one
 * step after the other, so that a seed tells the whole run. Each step is repeated until it ends, as a process that is run again.
 * Retirement is not among them: S3Proxy has no tags and ignores If-Match on DELETE.
 */
class CleanUpOverHttpTest {
    private static final TableId TABLE = TableId.of("public", "orders");
    private static final String BUCKET = "lake";
    private static final int SEEDS = 10;
    private static final int TRIES = 200;
    private static final Long ONE = Long.getLong("convergence.seed");
    private static final TableSchema SCHEMA =
            new TableSchema(TABLE, List.of(Column.required("id", DataType.parse("int8"))), List.of("id"));

    @Test
    void whateverIsAnsweredCleanUpLeavesWhatIsLiveAndNothingElse() {
        try (InProcessS3 s3 = InProcessS3.start();
                var http = new FaultyHttpClient(Apache5HttpClient.builder().build(), 0, 0.25)) {
            s3.createBucket(BUCKET);
            ObjectStore faulty = FaultyStores.over(s3, BUCKET, http);
            if (ONE != null) {
                http.restart(ONE);
                new Scene(ONE, faulty, s3.store(BUCKET)).run();
                return;
            }

            for (long seed = 0; seed < SEEDS; seed++) {
                http.restart(seed);
                new Scene(seed, faulty, s3.store(BUCKET)).run();
            }

            System.out.printf(
                    "%d clean-ups over HTTP: %d deletes and aborts failed, faults %s%n",
                    SEEDS, http.injectedInto(SdkHttpMethod.DELETE), http.injected());
            assertThat(http.injectedInto(SdkHttpMethod.DELETE)).isGreaterThan(SEEDS);
        }
    }

    private static final class Scene {
        private final long seed;
        private final String root;
        private final ObjectStore store;
        private final ObjectStore truth;
        private final Ledger ledger;
        private final List<RawSource> raw = new ArrayList<>();
        private int written;

        Scene(long seed, ObjectStore store, ObjectStore truth) {
            this.seed = seed;
            this.root = "clean-" + seed + "/";
            this.store = threeDaysOn(store);
            this.truth = truth;
            this.ledger = Ledger.open(this.store, root + "control", TABLE, new Random(seed), Ledger.Backoff.none());
            for (int i = 0; i < 3; i++) {
                ObjectStat stat = truth.put(
                        root + "raw/" + i, ("row " + i + "\n").getBytes(StandardCharsets.UTF_8), WriteCondition.none());
                raw.add(RawSource.of(truth.head(stat.key()).orElseThrow(), FileEvidence.ofRows(1)));
            }
        }

        void run() {
            until(() -> compact(2));
            until(() -> merge(raw.subList(0, 2)));
            until(() -> compact(3));
            until(() -> merge(raw.subList(2, 3)));
            until(this::undo);
            until(this::leaveBehind);
            LakeFolders folders = new LakeFolders(store, List.of(root + "compacted/", root + "tables/"));
            CleanUp cleanUp = CleanUp.of(ledger, folders, CleanUpOptions.defaults());
            until(() -> {
                CleanUp.Plan plan = cleanUp.plan();
                if (!plan.isEmpty()) {
                    cleanUp.execute(plan);
                }
                return plan.isEmpty();
            });

            check();
        }

        /** All raw files so far in one, in place of what was compacted before. */
        private boolean compact(int files) {
            LedgerSnapshot snapshot = ledger.snapshot();
            if (snapshot.compactedSources().size() == files) {
                return true;
            }

            LedgerFile output = output("compacted/", snapshot, files);
            ledger.commit(new LedgerEntry.Compaction(
                    ledger.newTransaction(),
                    snapshot.slot(),
                    List.of(new LedgerEntry.CompactedFile(output, raw.subList(0, files))),
                    snapshot.compacted().stream()
                            .map(LedgerEntry.CompactedFile::file)
                            .toList()));
            return true;
        }

        private boolean merge(List<RawSource> applied) {
            LedgerSnapshot snapshot = ledger.snapshot();
            if (snapshot.isApplied(applied.get(0).stat())) {
                return true;
            }

            ledger.commit(new LedgerEntry.Merge(
                    ledger.newTransaction(),
                    snapshot.slot(),
                    SCHEMA,
                    Instant.EPOCH,
                    applied,
                    List.of(output("tables/", snapshot, 1)),
                    List.of(),
                    null));
            return true;
        }

        private boolean undo() {
            if (!ledger.snapshot().isApplied(raw.get(2).stat())) {
                return true;
            }

            LedgerUndo undo = LedgerUndo.of(ledger, store, store);
            undo.execute(undo.plan());
            return true;
        }

        /** An output of the next slot, and an upload that nobody ends. */
        private boolean leaveBehind() {
            output("compacted/", ledger.snapshot(), 1);
            MultipartUpload upload = store.startMultipart(name("compacted/", ledger.snapshot()));
            upload.part(1, new byte[1]);
            return true;
        }

        private LedgerFile output(String folder, LedgerSnapshot snapshot, int rows) {
            var content = new StringBuilder();
            for (int i = 0; i < rows; i++) {
                content.append("row ").append(i).append('\n');
            }
            String key = name(folder, snapshot);
            store.put(key, content.toString().getBytes(StandardCharsets.UTF_8), WriteCondition.ifAbsent());
            return LedgerFile.of(store.head(key).orElseThrow(), rows);
        }

        private String name(String folder, LedgerSnapshot snapshot) {
            return root + folder + "gen-" + (snapshot.slot() + 1) + "-" + Integer.toHexString(++written) + "/part-0";
        }

        private interface Step {
            /** @return whether nothing is left to do */
            boolean run();
        }

        private void until(Step step) {
            for (int i = 0; i < TRIES; i++) {
                try {
                    if (step.run()) {
                        return;
                    }
                } catch (LedgerException unreadable) {
                    throw new AssertionError("seed " + seed, unreadable);
                } catch (ConvergenceException failed) {
                    // Run again: what the log says by now decides.
                }
            }
            throw new AssertionError("seed " + seed + ": a step does not come to an end");
        }

        private void check() {
            LakeFolders folders = new LakeFolders(truth, List.of(root + "compacted/", root + "tables/"));
            Ledger judge = Ledger.open(truth, root + "control", TABLE, new Random(seed), Ledger.Backoff.none());
            LedgerSnapshot end = judge.snapshot();
            assertThat(end.compactedSources()).as("seed %s", seed).hasSize(3);
            assertThat(end.isApplied(raw.get(1).stat())).as("seed %s", seed).isTrue();
            assertThat(end.isApplied(raw.get(2).stat()))
                    .as("seed %s: taken back", seed)
                    .isFalse();
            List<String> live = Stream.concat(
                            end.compacted().stream().map(file -> file.file().key()),
                            end.published().orElseThrow().data().stream().map(LedgerFile::key))
                    .toList();
            assertThat(Stream.concat(truth.listAll(root + "compacted/"), truth.listAll(root + "tables/"))
                            .map(ObjectStat::key))
                    .as("seed %s: objects", seed)
                    .containsExactlyInAnyOrderElementsOf(live);
            assertThat(truth.openUploads(root)).as("seed %s: uploads", seed).isEmpty();
            assertThat(truth.listAll(root + "raw/"))
                    .as("seed %s: raw files", seed)
                    .hasSize(3);
            // By the clock that clean-up was given, the grace is over; by that of the check it has hardly begun.
            assertThat(LedgerCheck.of(judge, folders).run().findings())
                    .as("seed %s", seed)
                    .noneMatch(finding -> finding.severity() == Severity.ERROR
                            && !finding.code().equals("DELETED_WITHIN_GRACE"));
        }

        /** Whose clock says that everything is old. */
        private static ObjectStore threeDaysOn(ObjectStore store) {
            return (ObjectStore) Proxy.newProxyInstance(
                    ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, args) -> {
                        try {
                            Object answer = method.invoke(store, args);
                            return method.getName().equals("now")
                                    ? ((Instant) answer).plus(Duration.ofDays(3))
                                    : answer;
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }
}
