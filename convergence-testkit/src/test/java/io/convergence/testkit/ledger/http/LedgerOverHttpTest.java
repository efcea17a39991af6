package io.convergence.testkit.ledger.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.ConvergenceException;
import io.convergence.TableId;
import io.convergence.ledger.CommitConflictException;
import io.convergence.ledger.CommitStateUnknownException;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerException;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileEvidence;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoreException;
import io.convergence.store.WriteCondition;
import io.convergence.testkit.s3.InProcessS3;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;

/**
 * Writers and readers in threads of their own, each with its own SDK client, on S3 over HTTP that fails: the same
 * promises as in the simulation. Put-if-match does not race here, S3Proxy does not make it atomic.
 */
class LedgerOverHttpTest {
    private static final TableId TABLE = TableId.of("public", "orders");
    private static final String BUCKET = "lake";
    private static final int ROUNDS = 8;
    private static final int WRITERS = 3;
    private static final int FILES = 9;
    private static final Long ONE = Long.getLong("convergence.seed");

    private static InProcessS3 s3;
    private static final List<FaultyHttpClient> CLIENTS = new ArrayList<>();
    private static final List<ObjectStore> STORES = new ArrayList<>();

    private final Map<FaultyHttpClient.Failure, Integer> injected = new EnumMap<>(FaultyHttpClient.Failure.class);
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger readsBetween = new AtomicInteger();
    private int conflicts;
    private int commits;

    @BeforeAll
    static void start() {
        s3 = InProcessS3.start();
        s3.createBucket(BUCKET);
        for (int i = 0; i <= WRITERS; i++) {
            STORES.add(store(i));
        }
    }

    @AfterAll
    static void stop() {
        CLIENTS.forEach(FaultyHttpClient::close);
        s3.close();
    }

    @Test
    void racingWritersOverHttpThatFailsLoseAndDoubleNothing() throws Exception {
        if (ONE != null) {
            new Race(ONE).run();
            return;
        }

        for (int seed = 0; seed < ROUNDS; seed++) {
            new Race(seed).run();
        }

        CLIENTS.forEach(
                client -> client.injected().forEach((what, times) -> injected.merge(what, times, Integer::sum)));
        System.out.printf(
                "%d races over HTTP: %d commits, %d lost slots, %d reads (%d while some files were compacted), faults %s%n",
                ROUNDS, commits, conflicts, reads.get(), readsBetween.get(), injected);
        assertThat(injected.keySet()).containsExactlyInAnyOrder(FaultyHttpClient.Failure.values());
        assertThat(conflicts).isGreaterThan(ROUNDS);
        assertThat(reads.get()).as("reads that came to an end").isGreaterThanOrEqualTo(ROUNDS);
    }

    /** Making a client costs more than a race. */
    private static ObjectStore store(int number) {
        var faulty = new FaultyHttpClient(Apache5HttpClient.builder().build(), number, 0.2);
        CLIENTS.add(faulty);
        return FaultyStores.over(s3, BUCKET, faulty);
    }

    /** One table with its raw files, made anew for each seed. */
    private final class Race {
        private final long seed;
        private final String root;
        private final ObjectStore truth;
        private final Map<String, String> rows = new TreeMap<>();
        private final Map<LedgerEntry, Boolean> outcomes = Collections.synchronizedMap(new HashMap<>());
        private final CyclicBarrier start = new CyclicBarrier(WRITERS + 1);

        Race(long seed) {
            this.seed = seed;
            this.root = "race-" + seed + "/";
            this.truth = s3.store(BUCKET);
            for (int i = 0; i < FILES; i++) {
                String key = root + "raw/" + i + ".parquet";
                rows.put(key, "row " + i + " of " + seed + "\n");
                truth.put(key, rows.get(key).getBytes(StandardCharsets.UTF_8), WriteCondition.none());
            }
        }

        void run() throws Exception {
            List<Callable<Integer>> processes = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int number = i;
                processes.add(() -> write(number));
            }
            processes.add(this::read);
            ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1);
            try {
                for (Future<Integer> process : threads.invokeAll(processes)) {
                    conflicts += process.get();
                }
            } finally {
                threads.shutdownNow();
            }
            check();
        }

        private Ledger ledger(ObjectStore store, int number) {
            return Ledger.open(store, root + "control", TABLE, new Random(seed * 31 + number), Ledger.Backoff.none())
                    .withCheckpointEvery(2);
        }

        /** Compacts what is loose, up to three files at a time, until nothing is. @return slots lost to others */
        private int write(int number) throws Exception {
            ObjectStore store = STORES.get(number);
            Ledger ledger = ledger(store, number);
            var random = new Random(seed * 7 + number);
            int lost = 0;
            start.await();
            for (int tries = 0; tries < 200; tries++) {
                try {
                    LedgerSnapshot snapshot = ledger.snapshot();
                    List<ObjectStat> loose = store.listAll(root + "raw/")
                            .filter(stat -> !snapshot.isCompacted(stat))
                            .limit(1 + random.nextInt(3))
                            .toList();
                    if (loose.isEmpty()) {
                        return lost;
                    }
                    commit(ledger, compaction(store, ledger, snapshot, loose, random));
                } catch (CommitConflictException conflict) {
                    lost++;
                } catch (LedgerException unreadable) {
                    throw unreadable;
                } catch (ConvergenceException failed) {
                    // The network: again from the start, as a process that is run once more.
                }
            }
            throw new AssertionError("seed " + seed + ": writer " + number + " does not come to an end");
        }

        private LedgerEntry.Compaction compaction(
                ObjectStore store, Ledger ledger, LedgerSnapshot snapshot, List<ObjectStat> loose, Random random) {
            var content = new StringBuilder();
            for (ObjectStat stat : loose) {
                content.append(new String(store.read(stat, 0, (int) stat.size()), StandardCharsets.UTF_8));
            }
            String key = root
                    + String.format(
                            Locale.ROOT,
                            "compacted/gen-%d-%08x/part-00000.parquet",
                            snapshot.slot() + 1,
                            random.nextInt());
            byte[] bytes = content.toString().getBytes(StandardCharsets.UTF_8);
            if (random.nextBoolean()) {
                store.put(key, bytes, WriteCondition.ifAbsent());
            } else {
                try (MultipartUpload upload = store.startMultipart(key)) {
                    upload.part(1, bytes);
                    upload.complete(WriteCondition.ifAbsent());
                }
            }
            ObjectStat written = store.head(key).orElseThrow();
            List<RawSource> sources = loose.stream()
                    .map(stat -> RawSource.of(stat, FileEvidence.ofRows(1)))
                    .toList();
            return new LedgerEntry.Compaction(
                    ledger.newTransaction(),
                    snapshot.slot(),
                    List.of(new LedgerEntry.CompactedFile(LedgerFile.of(written, loose.size()), sources)));
        }

        private void commit(Ledger ledger, LedgerEntry entry) {
            try {
                ledger.commit(entry);
                outcomes.put(entry, true);
            } catch (CommitStateUnknownException unknown) {
                throw unknown;
            } catch (CommitConflictException | StoreException refused) {
                outcomes.put(entry, false);
                throw refused;
            }
        }

        /** Until everything is compacted: whenever it looks, each row is there once. @return 0, it loses no slot */
        private int read() throws Exception {
            ObjectStore store = STORES.get(WRITERS);
            start.await();
            for (int tries = 0; tries < 400; tries++) {
                try {
                    LedgerSnapshot snapshot = ledger(store, 99).snapshot();
                    List<String> read = new ArrayList<>(rows(store, snapshot));
                    List<ObjectStat> tail = store.listAll(root + "raw/")
                            .filter(stat -> !snapshot.isCompacted(stat))
                            .toList();
                    for (ObjectStat stat : tail) {
                        read.add(text(store, stat));
                    }
                    assertThat(read)
                            .as("seed %s: rows of %s", seed, snapshot)
                            .containsExactlyInAnyOrderElementsOf(rows.values());
                    reads.incrementAndGet();
                    readsBetween.addAndGet(
                            tail.isEmpty() || snapshot.compacted().isEmpty() ? 0 : 1);
                    if (tail.isEmpty()) {
                        return 0;
                    }
                } catch (StoreException failed) {
                    // The network; a reader begins again.
                }
            }
            throw new AssertionError("seed " + seed + ": the reader does not come to an end");
        }

        private List<String> rows(ObjectStore store, LedgerSnapshot snapshot) {
            return snapshot.compacted().stream()
                    .flatMap(file -> text(store, file.file().stat()).lines().map(line -> line + "\n"))
                    .collect(Collectors.toList());
        }

        private static String text(ObjectStore store, ObjectStat stat) {
            return new String(store.read(stat, 0, (int) stat.size()), StandardCharsets.UTF_8);
        }

        private void check() {
            Ledger judge = ledger(truth, 1000);
            List<LedgerEntry> log = judge.entries();
            commits += log.size();
            outcomes.forEach((entry, committed) -> assertThat(log.contains(entry))
                    .as("seed %s: %s is in the log", seed, entry.transaction())
                    .isEqualTo(committed));
            LedgerSnapshot end = judge.snapshot();
            assertThat(rows(truth, end)).as("seed %s", seed).containsExactlyInAnyOrderElementsOf(rows.values());
            assertThat(end.findings()).isEmpty();
        }
    }
}
