package io.convergence.testkit.dms;

import java.time.Instant;

/**
 * What DMS knows of a row beside its cells.
 *
 * @param time commit time of a change, arrival time of a loaded row
 * @param sequence value of {@code $AR_H_CHANGE_SEQ}; empty in a full load
 * @param streamPosition commit position in the source's log; empty in a full load
 */
record RowHeader(RowOperation operation, Instant time, String sequence, String streamPosition) {}
