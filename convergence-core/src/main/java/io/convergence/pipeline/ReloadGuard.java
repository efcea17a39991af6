package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.TableId;
import java.util.Locale;

/**
 * When a reload is refused because too much of the table would vanish, as a load of a wrong or half-emptied source does.
 * A key vanishes if it is published, not as deleted, and the new load with its changes has no row of it. Immutable.
 *
 * @param share refuses if more than this share of the published keys would vanish, 0 to 1
 * @param from the fewest vanishing keys that are refused: small tables are often replaced as a whole
 */
public record ReloadGuard(double share, long from) {
    /** Half of the keys. */
    public static final double DEFAULT_SHARE = 0.5;

    public static final long DEFAULT_FROM = 100;

    public ReloadGuard {
        if (!(share >= 0 && share <= 1) || from < 1) {
            throw new IllegalArgumentException("Cannot guard reloads by a share of " + share + " from " + from
                    + " keys on: the share is 0 to 1, and the keys are 1 at least.");
        }
    }

    /** More than half of the keys, and 100 of them at least. */
    public static ReloadGuard defaults() {
        return new ReloadGuard(DEFAULT_SHARE, DEFAULT_FROM);
    }

    /** Refuses if more than this share of the keys would vanish, however few they are. */
    public static ReloadGuard share(double share) {
        return new ReloadGuard(share, 1);
    }

    /** Accepts every reload. */
    public static ReloadGuard none() {
        return new ReloadGuard(1, 1);
    }

    boolean guards() {
        return share < 1;
    }

    boolean refuses(ReloadPreview preview) {
        return preview.vanished() >= from && preview.vanished() > share * preview.before();
    }

    Finding refusal(TableId table, ReloadPreview preview) {
        return Finding.error(
                "RELOAD_GUARD",
                table.toString(),
                "The reload is not published: of " + preview.before() + " keys " + preview.vanished()
                        + " would vanish, and the guard is " + this + ". The first are " + preview.vanishing() + ".",
                "Look at the plan (dry run). If the source really has so few rows, accept them:"
                        + " MergeOptions.reloadGuard(ReloadGuard.none()), or a greater share. Else reload the table.");
    }

    @Override
    public String toString() {
        return share == 1 ? "none" : String.format(Locale.ROOT, "%.4g %% of the keys, from %d on", share * 100, from);
    }
}
