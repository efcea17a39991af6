package io.convergence.raw;

/** Tells whether the rows at the start of a run are a replay, where the evidence of the files does not (rule S3). */
public interface ReplayCheck {
    /** Reads nothing: wherever content would have to tell, the answer is UNKNOWN. */
    ReplayCheck UNREAD = boundary -> ReplayVerdict.unknown(boundary.key(), "the rows themselves were not compared");

    ReplayVerdict at(RunBoundary boundary);
}
