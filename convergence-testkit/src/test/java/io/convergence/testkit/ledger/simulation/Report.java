package io.convergence.testkit.ledger.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What a number of schedules have shown. */
final class Report {
    private static final int THREADS = 2;
    private static final int MOST_FAILURES = 5;
    /** More than any run but those of a night has. */
    private static final int PROGRESS = 20_000;

    private final Set<Long> paths = new HashSet<>();
    private final Map<Schedules.Single, Integer> hits = new HashMap<>();
    /** Pairs of points at which one schedule's two crashes happened. */
    private final Map<List<CrashPoint>, Integer> pairs = new HashMap<>();

    private final Map<WorldEvent, Integer> events = new EnumMap<>(WorldEvent.class);
    private final List<Simulation.Outcome> failures = new ArrayList<>();
    private final int mostFailures;
    private long schedules;
    private long steps;
    private long nanos;

    /** Those that end it; others are but counted. */
    private final Set<Invariant> awaited;

    private final Map<String, Integer> others = new TreeMap<>();

    private Report(int mostFailures) {
        this(mostFailures, EnumSet.allOf(Invariant.class));
    }

    private Report(int mostFailures, Set<Invariant> awaited) {
        this.mostFailures = mostFailures;
        this.awaited = awaited;
    }

    /** Runs the schedules of these seeds, two at a time; each of them is alone in its world. */
    static Report of(LongStream seeds, LongFunction<Simulation> schedule) throws Exception {
        return run(new Report(MOST_FAILURES), seeds, schedule);
    }

    /** The same, but only until one of these invariants does not hold. */
    static Report untilViolated(Set<Invariant> awaited, LongStream seeds, LongFunction<Simulation> schedule)
            throws Exception {
        return run(new Report(1, awaited), seeds, schedule);
    }

    private static Report run(Report report, LongStream seeds, LongFunction<Simulation> schedule) throws Exception {
        long start = System.nanoTime();
        var next = seeds.iterator();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                workers.add(threads.submit(() -> report.work(next, schedule)));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } finally {
            threads.shutdownNow();
        }
        report.nanos = System.nanoTime() - start;
        return report;
    }

    private void work(PrimitiveIterator.OfLong seeds, LongFunction<Simulation> schedule) {
        while (true) {
            long seed;
            synchronized (this) {
                if (!seeds.hasNext() || failures.size() >= mostFailures) {
                    return;
                }
                seed = seeds.nextLong();
            }
            add(schedule.apply(seed).run());
        }
    }

    private synchronized void add(Simulation.Outcome outcome) {
        schedules++;
        if (schedules % PROGRESS == 0) {
            System.out.printf(
                    Locale.ROOT,
                    "%,d schedules so far, the last of seed %d, %d violations%n",
                    schedules,
                    outcome.seed(),
                    failures.size());
        }
        steps += outcome.steps();
        paths.add(outcome.path());
        outcome.events().forEach((event, times) -> events.merge(event, times, Integer::sum));
        outcome.crashes().forEach(crash -> hits.merge(Schedules.Single.of(crash), 1, Integer::sum));
        if (outcome.crashes().size() == 2) {
            pairs.merge(
                    outcome.crashes().stream().map(CrashPlan::point).sorted().toList(), 1, Integer::sum);
        }
        Throwable failure = outcome.failure();
        Invariant violated = failure instanceof Violation violation ? violation.invariant() : null;
        if (failure != null && (awaited.size() == Invariant.values().length || awaited.contains(violated))) {
            failures.add(outcome);
        } else if (failure != null) {
            others.merge(violated == null ? failure.getClass().getSimpleName() : violated.name(), 1, Integer::sum);
        }
    }

    long schedules() {
        return schedules;
    }

    long distinct() {
        return paths.size();
    }

    int hits(Schedules.Single crash) {
        return hits.getOrDefault(crash, 0);
    }

    /** Schedules in which exactly two crashes happened. */
    long withTwoCrashes() {
        return pairs.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** How often crashes at both of these points happened in a schedule of two. */
    int hits(CrashPoint one, CrashPoint other) {
        return pairs.getOrDefault(Stream.of(one, other).sorted().toList(), 0);
    }

    /** How many different pairs of points, in whichever order. */
    int pairsOfPoints() {
        return pairs.size();
    }

    int events(WorldEvent event) {
        return events.getOrDefault(event, 0);
    }

    /** What else went wrong, and how often. */
    Map<String, Integer> others() {
        return Collections.unmodifiableMap(others);
    }

    /** Each with the way to run it again. */
    List<String> failures() {
        return failures.stream()
                .map(outcome -> outcome.failure() + " -- crashes " + outcome.crashes() + ", log " + outcome.log()
                        + ", again with -Dconvergence.seed=" + outcome.seed()
                        + (outcome.readerFrom() < 0 ? "" : " -Dconvergence.readerFrom=" + outcome.readerFrom()))
                .toList();
    }

    @Override
    public String toString() {
        var text = new StringBuilder(String.format(
                Locale.ROOT,
                "%,d schedules, %,d of them distinct, %,d requests, %.1f s, %d violations%n",
                schedules,
                distinct(),
                steps,
                nanos / 1e9,
                failures.size()));
        text.append(String.format(Locale.ROOT, "%-26s", "crash point"));
        for (Effect effect : Effect.values()) {
            text.append(String.format(Locale.ROOT, "%14s", effect));
        }
        text.append(String.format("%n"));
        for (CrashPoint point : CrashPoint.values()) {
            Map<Effect, Integer> row = new EnumMap<>(Effect.class);
            hits.forEach((crash, times) -> {
                if (crash.point() == point) {
                    row.merge(crash.effect(), times, Integer::sum);
                }
            });
            text.append(String.format(Locale.ROOT, "%-26s", point));
            for (Effect effect : Effect.values()) {
                text.append(String.format(
                        Locale.ROOT,
                        "%14s",
                        point.effects().contains(effect) ? String.valueOf(row.getOrDefault(effect, 0)) : "-"));
            }
            text.append(String.format("%n"));
        }
        text.append(events).append(String.format("%n"));
        failures().forEach(failure -> text.append(failure).append(String.format("%n")));
        return text.toString();
    }
}
