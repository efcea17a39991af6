package io.convergence.testkit.ledger.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Which crashes a schedule is planned to have; its seed alone tells, so that a seed is enough to run it again. */
final class Schedules {
    /** From this seed on: schedules with none to three crashes anywhere. */
    static final long RANDOM = 1_000_000_000L;

    /** From this seed on: all pairs of crashes. */
    static final long PAIRS = 2_000_000_000L;

    private static final int OCCURRENCES = 3;

    /** Each crash point with each of its effects and each who goes on. */
    static final List<Single> SINGLES = singles();

    private Schedules() {}

    /** A crash without the place it takes in a schedule. */
    record Single(CrashPoint point, Effect effect, CrashPlan.Recoverer recoverer) {
        CrashPlan plan(int occurrence) {
            return new CrashPlan(point, effect, occurrence, recoverer);
        }

        static Single of(CrashPlan plan) {
            return new Single(plan.point(), plan.effect(), plan.recoverer());
        }

        @Override
        public String toString() {
            return point + " " + effect + ", recovered by " + recoverer;
        }
    }

    static List<CrashPlan> crashes(long seed) {
        var random = new SplittableRandom(seed);
        if (seed >= PAIRS) {
            long pair = seed - PAIRS;
            Single first = SINGLES.get((int) (pair % SINGLES.size()));
            Single second = SINGLES.get((int) (pair / SINGLES.size() % SINGLES.size()));
            return List.of(first.plan(random.nextInt(2)), second.plan(random.nextInt(2)));
        }
        if (seed >= RANDOM) {
            List<CrashPlan> plans = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                plans.add(SINGLES.get(random.nextInt(SINGLES.size())).plan(random.nextInt(OCCURRENCES)));
            }
            return plans;
        }

        int round = (int) (seed / SINGLES.size());
        Single single = SINGLES.get((int) (seed % SINGLES.size()));
        boolean again = round % 2 == 1 && single.point() != CrashPoint.P14_BEFORE_RETIRE;
        return List.of(single.plan(again ? round % OCCURRENCES : 0));
    }

    private static List<Single> singles() {
        List<Single> singles = new ArrayList<>();
        for (CrashPoint point : CrashPoint.values()) {
            for (Effect effect : Effect.values()) {
                if (point.effects().contains(effect)) {
                    for (CrashPlan.Recoverer recoverer : CrashPlan.Recoverer.values()) {
                        singles.add(new Single(point, effect, recoverer));
                    }
                }
            }
        }
        return List.copyOf(singles);
    }
}
