package io.convergence.testkit.ledger.simulation;

import static io.convergence.testkit.ledger.simulation.Effect.AFTER;
import static io.convergence.testkit.ledger.simulation.Effect.BEFORE;
import static io.convergence.testkit.ledger.simulation.Effect.LATE;
import static io.convergence.testkit.ledger.simulation.Effect.SLEEP;
import static io.convergence.testkit.ledger.simulation.Effect.UNANSWERED;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Where a process may die, in the order of the protocol. */
enum CrashPoint {
    P1_AFTER_PLAN(Kind.BETWEEN),
    P2_MID_SOURCE_READ(Kind.READ),
    P3_CREATE_MULTIPART(Kind.WRITE),
    P4_UPLOAD_PART(Kind.WRITE),
    P5_COMPLETE_MULTIPART(Kind.WRITE),
    P6_SOME_OUTPUTS_DONE(Kind.BETWEEN),
    P7_OUTPUTS_UNVERIFIED(Kind.BETWEEN),
    P8_VERIFIED(Kind.BETWEEN),
    P9_COMMIT_IN_FLIGHT(Kind.WRITE),
    P10_COMMIT_ACKNOWLEDGED(Kind.BETWEEN),
    P11_AFTER_412(Kind.BETWEEN),
    P12_PROJECTION_IN_FLIGHT(Kind.WRITE),
    P13_PROJECTED(Kind.BETWEEN),
    P14_BEFORE_RETIRE(Kind.BETWEEN),
    P15_AFTER_SOME_DELETES(Kind.WRITE),
    P16_DELETE_FAILS(Kind.REFUSAL),
    P17_RETIRED_UNRECORDED(Kind.WRITE),
    P18_FENCE(Kind.WRITE),
    P19_MID_CLEAN_UP(Kind.WRITE),
    P20_ABORT_MULTIPART(Kind.WRITE),
    P21_OVERTAKEN(Kind.WRITE);

    private enum Kind {
        /** No request is in flight. */
        BETWEEN(EnumSet.of(BEFORE, SLEEP)),
        /** Before and after come to the same. */
        READ(EnumSet.of(BEFORE, UNANSWERED, SLEEP)),
        WRITE(EnumSet.of(BEFORE, AFTER, UNANSWERED, LATE, SLEEP)),
        /** The store says no, or does not say, and the process lives. */
        REFUSAL(EnumSet.of(Effect.REFUSED, UNANSWERED));

        private final Set<Effect> effects;

        Kind(EnumSet<Effect> effects) {
            this.effects = Collections.unmodifiableSet(effects);
        }
    }

    private final Kind kind;

    CrashPoint(Kind kind) {
        this.kind = kind;
    }

    /** Those that differ from each other here. */
    Set<Effect> effects() {
        return kind.effects;
    }
}
