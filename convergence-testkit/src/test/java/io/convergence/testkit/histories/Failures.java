package io.convergence.testkit.histories;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a person needs of a history that failed. */
final class Failures {
    static final int PURE_TRIES = 20_000;
    private static final int FILE_TRIES = 500;
    private static final int KIND = 25;

    private Failures() {}

    /** Shrinks the history and tells both. */
    static String pure(History failed, Handling handling) {
        return told(failed, history -> PureLake.play(history, handling).failure(), PURE_TRIES);
    }

    /** The same of a history through files. */
    static String files(History failed, FileLake.Parts parts) {
        return told(failed, history -> FileLake.play(history, parts).failure(), FILE_TRIES);
    }

    private static String told(History failed, Function<History, @Nullable String> failure, int tries) {
        String kind = kind(failure.apply(failed));
        History small = Shrinker.shrink(
                failed, candidate -> kind(failure.apply(candidate)).equals(kind), tries);
        return String.format(
                "History -Dconvergence.seed=%d fails: %s%nShrunk from %d steps to %d it fails: %s%n%s",
                failed.seed(),
                failure.apply(failed),
                failed.steps().size(),
                small.steps().size(),
                failure.apply(small),
                ScriptCode.of(small));
    }

    /** What is left of a history must not fail for another reason. */
    private static String kind(@Nullable String failure) {
        String text = String.valueOf(failure).replaceAll("\\d+", "#");
        return text.substring(0, Math.min(KIND, text.length()));
    }
}
