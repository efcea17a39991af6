/**
 * Stage 4 of 12: the files in the landing zone as facts: names, folders and date partitions decoded to instants, load
 * generations and runs. In: a listing. Out: {@link io.convergence.raw.TableTimeline}. First class to read: {@link io.convergence.raw.RawFile}.
 */
@NullMarked
package io.convergence.raw;

import org.jspecify.annotations.NullMarked;
