package io.convergence.testkit.histories;

import io.convergence.merge.MergeKey;
import io.convergence.target.NullOnUpdate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/**
 * A rule of the product that is broken: one method of its own code does something else. Whole lakes of files are played with it.
 *
 * <p>Methods of several forms have the number of their parameters behind their name. {@code from} is a history shortly before the first that finds it out.
 */
enum ProductFault {
    /** S1: what restarts count anew is compared by the counter alone. */
    RUN_IGNORED("io.convergence.raw.ChangeRuns", "restarts", ReturnsFalse.class, 1),
    /** S1, S3: what is stored keeps the name of its run, though a file that came late is the run's first. */
    LATE_NAME_OF_RUN_IGNORED("io.convergence.pipeline.Basis", "moved", ReturnsFalse.class, 49),
    /** S2: a clock that stepped back is not told. */
    DISPUTE_IGNORED("io.convergence.merge.OrderCheck", "disagree", ReturnsFalse.class, 5),
    /** S3: what a restart writes again is taken for new. */
    REPLAY_NOT_DROPPED("io.convergence.raw.ChangeRuns", "replayedRows", ReturnsZero.class, 13),
    /** S5: changes of before a reload are applied to it. */
    OLD_CHANGES_AFTER_RELOAD("io.convergence.raw.TableTimeline", "loadStart/4", ReturnsEpoch.class, 51),
    /** S6: a load is published when its first file is there. */
    HALF_LOAD_PUBLISHED("io.convergence.pipeline.Assessment", "loadComplete", ReturnsTrue.class, 2),
    /** S6: a reload is merged into what is there. */
    RELOAD_OVER_OLD_ROWS("io.convergence.pipeline.Basis", "reloaded", ReturnsFalse.class, 13),
    /** S7: the newest transaction is applied though it may be cut. */
    SETTLE_IGNORED("io.convergence.merge.CommitMark", "holds", ReturnsFalse.class, 7),
    /** S8: what was not logged is taken for null. */
    UNKNOWN_AS_NULL("io.convergence.target.RowShape", "nullOnUpdate/1", ReturnsNullPolicy.class, 6),
    /** S10: the old key of a key change stays. */
    KEY_CHANGE_NOT_MOVED("io.convergence.merge.Change", "oldKey", ReturnsNoKey.class, 1),
    /** S11: a change whose cells are all given beats whatever is stored. */
    NO_GUARD("io.convergence.curated.SnapshotMerge$Run", "isPlainOver", ReturnsTrue.class, 114),
    /** S12: a deleted key is forgotten. */
    NO_TOMBSTONES("io.convergence.curated.BucketWriter", "gone", Skipped.class, 37),
    /** S14: files that are gone are not missed. */
    VANISHED_FILES_IGNORED("io.convergence.pipeline.Landing", "vanished", ReturnsNothing.class, 1),
    /** S14: a column that goes as another comes, and a default that nobody declared, are guessed. */
    COLUMNS_GUESSED("io.convergence.pipeline.ColumnChanges", "suspect", ReturnsFalse.class, 14),
    /** S18: a renamed column that compaction joined under both names is read as two. */
    RENAMED_COLUMN_SPLIT("io.convergence.pipeline.SplitRows", "hasBothNames", ReturnsFalse.class, 540);

    private final String type;
    private final String method;
    private final Class<?> advice;
    private final long from;

    ProductFault(String type, String method, Class<?> advice, long from) {
        this.type = type;
        this.method = method;
        this.advice = advice;
        this.from = from;
    }

    String type() {
        return type;
    }

    String method() {
        return method;
    }

    Class<?> advice() {
        return advice;
    }

    long from() {
        return from;
    }

    /** These are never run: their code is put behind the product's. */
    static final class ReturnsFalse {
        private ReturnsFalse() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) boolean result) {
            result = false;
        }
    }

    static final class ReturnsTrue {
        private ReturnsTrue() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) boolean result) {
            result = true;
        }
    }

    static final class ReturnsZero {
        private ReturnsZero() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) long result) {
            result = 0;
        }
    }

    static final class ReturnsEpoch {
        private ReturnsEpoch() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) Optional<Instant> result) {
            result = Optional.of(Instant.EPOCH);
        }
    }

    static final class ReturnsNothing {
        private ReturnsNothing() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) List<?> result) {
            result = List.of();
        }
    }

    static final class ReturnsNullPolicy {
        private ReturnsNullPolicy() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) NullOnUpdate result) {
            result = NullOnUpdate.NULL;
        }
    }

    static final class ReturnsNoKey {
        private ReturnsNoKey() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) @Nullable MergeKey result) {
            result = null;
        }
    }

    static final class Skipped {
        private Skipped() {}

        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return true;
        }
    }
}
