package io.convergence.testkit.ledger.simulation;

import io.convergence.TableId;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.RetirementOptions;
import io.convergence.ledger.SharedTexts;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ListRequest;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.testkit.store.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** One store with its clock, what is on the way to it, and the judge who watches each write. */
final class World {
    static final TableId TABLE = TableId.of("public", "orders");
    static final String RAW_ROOT = "raw/";
    static final String RAW = "raw/public/orders/";
    static final String CONTROL = "control/";
    static final String LOG = "control/public/orders/log/";
    static final String CHECKPOINTS = "control/public/orders/checkpoints/";
    static final String TAILS = "control/public/orders/tails/";
    static final String LAKE = "lake/";
    static final String OUTPUTS = "lake/compacted/";
    static final String CURATED = "lake/tables/";
    static final String PROJECTIONS = "lake/manifests/";

    /** So few that checkpoints are in play from the first commits on. */
    static final int CHECKPOINT_EVERY = 3;

    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private record Change(ProcessView by, int step) {}

    /** What files hold. */
    enum Format {
        TEXT,
        PARQUET
    }

    private final Format format;
    private final RandomGenerator random;
    private final Crashes crashes;
    private final Mutant mutant;
    private final InMemoryObjectStore truth = new InMemoryObjectStore(this::now);
    private final SharedTexts texts = new SharedTexts(TABLE);
    private final RawHistory raw = new RawHistory();
    private final Judge judge;
    private final List<Runnable> pending = new ArrayList<>();
    private final double faultProbability;
    private final int pageSize;
    private final boolean measuresHeap;
    private int columnChanges;
    private final Map<WorldEvent, Integer> events = new EnumMap<>(WorldEvent.class);
    /** The last change under a prefix, by whom and when. */
    private final Map<String, Change> changes = new HashMap<>();

    private boolean faultless;
    private Instant now = START;
    private int step;
    private long path = 0x9E3779B97F4A7C15L;
    private int writes;
    private final Map<String, Instant> firstSeen = new HashMap<>();
    private final Map<Long, String> checkpointTexts = new HashMap<>();
    private final Map<Long, String> triedTexts = new HashMap<>();

    World(long seed, List<CrashPlan> crashes, Mutant mutant, Format format) {
        this.format = format;
        this.random = new SplittableRandom(seed);
        this.crashes = new Crashes(crashes);
        this.mutant = mutant;
        this.faultProbability = new double[] {0, 0, 0.03, 0.1}[random.nextInt(4)];
        // Mostly as large as S3's, which hold everything; else so small that most listings have several.
        this.pageSize = random.nextInt(3) > 0 ? ListRequest.MAX_KEYS : 2 + random.nextInt(2);
        this.measuresHeap = format == Format.PARQUET && seed % 50 == 7;
        this.judge = new Judge(this);
    }

    Format format() {
        return format;
    }

    /** Whether it is looked at what processes hold in memory, which takes long. */
    boolean measuresHeap() {
        return measuresHeap;
    }

    /** The most keys on a page of a listing. */
    int pageSize() {
        return pageSize;
    }

    /** How often the source table's columns were changed. */
    int columnChanges() {
        return columnChanges;
    }

    void changeColumns() {
        columnChanges++;
    }

    void count(WorldEvent event) {
        events.merge(event, 1, Integer::sum);
    }

    Map<WorldEvent, Integer> events() {
        return Map.copyOf(events);
    }

    /** Another page of a listing whose last page came at this step. */
    void listsOn(ProcessView by, String prefix, int since) {
        boolean interleaved = changes.entrySet().stream()
                .anyMatch(change -> change.getKey().startsWith(prefix)
                        && change.getValue().step() > since
                        && change.getValue().by() != by);
        if (interleaved) {
            count(prefix.startsWith(RAW_ROOT) ? WorldEvent.RAW_LISTING_INTERLEAVED : WorldEvent.LISTING_INTERLEAVED);
        }
    }

    RandomGenerator random() {
        return random;
    }

    Crashes crashes() {
        return crashes;
    }

    Mutant mutant() {
        return mutant;
    }

    InMemoryObjectStore truth() {
        return truth;
    }

    RawHistory raw() {
        return raw;
    }

    Judge judge() {
        return judge;
    }

    Instant now() {
        return now;
    }

    int step() {
        return step;
    }

    /** For the mutant that puts a checkpoint in the place of the next. */
    Map<Long, String> checkpointTexts() {
        return checkpointTexts;
    }

    /** For the mutant that keeps the text of a slot that was tried for the one that stands. */
    Map<Long, String> triedTexts() {
        return triedTexts;
    }

    boolean isFaultless() {
        return faultless;
    }

    /** For the mutant that tells raw objects by key and ETag alone. */
    Map<String, Instant> firstSeen() {
        return firstSeen;
    }

    /** The newest slot. */
    long slot() {
        return judge.slot();
    }

    /** Requests that changed the store, by anyone but DMS. */
    int writes() {
        return writes;
    }

    /** Tells apart what was done, in which order and with what outcome; not which random names were used. */
    long path() {
        return path;
    }

    Ledger ledger(ObjectStore view, long seed) {
        return texts.share(Ledger.open(view, CONTROL, TABLE, new Random(seed), Ledger.Backoff.none())
                .withCheckpointEvery(CHECKPOINT_EVERY));
    }

    /** Time passes with each request, and what was on its way may arrive. */
    void tick() {
        step++;
        int draw = random.nextInt(40);
        now = now.plusMillis(50L * draw);
        if (draw == 0 && random.nextInt(4) == 0) {
            leap();
        }
        if (!pending.isEmpty() && random.nextInt(5) == 0) {
            pending.remove(random.nextInt(pending.size())).run();
        }
    }

    /** A request that slept takes effect: after the one that was made last, and before the next. */
    void wakes() {
        step++;
    }

    /** Minutes to days pass, often a little less than a grace. */
    void leap() {
        now = now.plus(Duration.ofMinutes(
                switch (random.nextInt(6)) {
                    case 0 -> 24 * 60 - 30;
                    case 1 -> 48 * 60 - 30;
                    default -> 1L << random.nextInt(13);
                }));
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    void later(Runnable effect) {
        pending.add(effect);
    }

    /** From here on nothing fails, and all that is on its way has arrived. */
    void calm() {
        step++;
        crashes.none();
        faultless = true;
        pending.forEach(Runnable::run);
        pending.clear();
    }

    Optional<StoreFault> fault(Operation operation, String key) {
        if (faultless || faultProbability == 0 || random.nextDouble() >= faultProbability) {
            return Optional.empty();
        }

        List<StoreFault> fitting = Arrays.stream(StoreFault.values())
                .filter(fault -> fault.appliesTo(operation, key))
                .toList();
        return Optional.of(fitting.get(random.nextInt(fitting.size())));
    }

    void recordStep(int process, int action, String key, int outcome) {
        path = Long.rotateLeft(path ^ (process * 31L + action) * 0xC2B2AE3D27D4EB4FL, 23) * 0x9E3779B97F4A7C15L;
        path = Long.rotateLeft(path ^ (place(key) * 1009L + outcome), 29) * 0xBF58476D1CE4E5B9L;
    }

    /** The key without the random part of a folder's name. */
    private static int place(String key) {
        if (!key.startsWith(OUTPUTS) && !key.startsWith(CURATED)) {
            return key.hashCode();
        }

        int slash = key.lastIndexOf('/');
        int dash = key.lastIndexOf('-', slash);
        return key.substring(0, Math.max(dash, 0)).hashCode() * 31
                + key.substring(Math.max(slash, 0)).hashCode();
    }

    ObjectStat write(ProcessView by, Looks looks, String key, Supplier<ObjectStat> effect) {
        Optional<ObjectStat> before = truth.head(key);
        ObjectStat written = effect.get();
        changes.put(key, new Change(by, step));
        if (by.role() != Role.DMS) {
            Secrets.requireNone(this, key);
            writes++;
            judge.written(by, looks, before, truth.head(key).orElseThrow());
        }
        return written;
    }

    boolean tag(ProcessView by, String key, Runnable effect) {
        effect.run();
        writes++;
        judge.tagged(by, truth.head(key).orElseThrow());
        return true;
    }

    /** The bucket's lifecycle rule. */
    void expire() {
        for (ObjectStat stat : truth.listAll(RAW).toList()) {
            if (RetirementOptions.TAG_VALUE.equals(truth.tags(stat.key()).get(RetirementOptions.TAG))) {
                judge.expires(stat);
                truth.delete(stat.key());
            }
        }
    }

    boolean delete(ProcessView by, Looks looks, String key, Runnable effect) {
        Optional<ObjectStat> before = truth.head(key);
        effect.run();
        changes.put(key, new Change(by, step));
        if (by.role() == Role.DMS) {
            raw.removed(key, step);
        } else if (before.isPresent()) {
            writes++;
            judge.deleted(by, looks, before.get());
        }
        return true;
    }
}
