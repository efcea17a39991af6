package io.convergence.testkit.histories;

/** What a person needs of a history that failed. */
final class Failures {
    private Failures() {}

    /** Shrinks the history and tells both. */
    static String pure(History failed, Handling handling) {
        History small = Shrinker.shrink(failed, candidate -> PureLake.play(candidate, handling).failure() != null);
        return String.format(
                "History -Dconvergence.seed=%d fails: %s%nShrunk from %d steps to %d it fails: %s%n%s",
                failed.seed(),
                PureLake.play(failed, handling).failure(),
                failed.steps().size(),
                small.steps().size(),
                PureLake.play(small, handling).failure(),
                ScriptCode.of(small));
    }
}
