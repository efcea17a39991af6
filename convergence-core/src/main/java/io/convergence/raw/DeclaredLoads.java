package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What somebody declared of a table's loads because its files do not tell it (rules S5, S14). Immutable; thread-safe.
 *
 * @param newest the newest beginning of the table that was declared; null for none
 * @param starts when loads began, each by its generation
 */
public record DeclaredLoads(@Nullable Beginning newest, Map<Instant, Instant> starts) {
    /** What began. */
    public enum What {
        /** The source table was truncated: it is empty from that moment, and no LOAD files follow. */
        TRUNCATED,
        /** The table was loaded anew: LOAD files stored before are of an earlier load, and new ones make up the new load. */
        RELOADED
    }

    /**
     * A moment from which on the table's history begins anew. Of LOAD files it is compared with their last-modified times.
     * Changes belong to what began if they were committed at that moment or later: by the timestamp column; without one by
     * the time part of the sequence, which counts hundredths of a second, and in doubt belong; without either by the
     * instant in the file's name, in which case a file belongs as a whole.
     *
     * @param from inclusive
     */
    public record Beginning(Instant from, What what) {
        private static final Duration HUNDREDTH = Duration.ofMillis(10);

        public Beginning {
            requireNonNull(from, "from");
            requireNonNull(what, "what");
        }

        /** Whether a file of changes holds any that belong. */
        public boolean holdsAny(Instant fileInstant, FileEvidence evidence) {
            if (evidence.largestTime() != null) {
                return !evidence.largestTime().isBefore(from);
            }
            if (evidence.lastSequence() != null) {
                // Its last change need not be its latest: transactions that commit together may stand in either order.
                Instant last = ChangeRuns.time(evidence.lastSequence()).plus(ChangeRuns.CONCURRENT_COMMITS);
                return last.plus(HUNDREDTH).isAfter(from);
            }

            return !fileInstant.isBefore(from);
        }

        /**
         * Whether a change belongs that stands in a file which holds any that belong.
         *
         * @param commit its commit time; null without a timestamp column
         * @param sequenceTime the time part of its sequence; null without a sequence column
         */
        public boolean holds(@Nullable Instant commit, @Nullable String sequenceTime) {
            if (commit != null) {
                return !commit.isBefore(from);
            }

            return sequenceTime == null
                    || ChangeRuns.time(sequenceTime).plus(HUNDREDTH).isAfter(from);
        }
    }

    public DeclaredLoads {
        starts = Collections.unmodifiableMap(new TreeMap<>(starts));
    }

    /** Nothing declared. */
    public static DeclaredLoads none() {
        return new DeclaredLoads(null, Map.of());
    }

    public Optional<Beginning> beginning() {
        return Optional.ofNullable(newest);
    }
}
