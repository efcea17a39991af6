package io.convergence.testkit.dms;

/** Counts the lossy cases of one column. */
@FunctionalInterface
interface LossCounter {
    void count(LossyCase lossyCase);
}
