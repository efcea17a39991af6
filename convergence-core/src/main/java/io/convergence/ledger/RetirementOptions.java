package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How raw files are retired. Immutable.
 *
 * @param grace since the commit that put their rows into compacted files, by the store's clock; at least {@link #LEAST_GRACE}
 * @param way what is done to them
 * @param bucket whether what is deleted can be brought back
 */
public record RetirementOptions(Duration grace, Way way, Bucket bucket) {
    /** Others read raw files too, and DMS validates against them at night (rule L5). */
    public static final Duration LEAST_GRACE = Duration.ofHours(48);

    /** The tag that {@link Way#TAG} sets, for a lifecycle rule. */
    public static final String TAG = "convergence-state";

    /** Its value. */
    public static final String TAG_VALUE = "retired";

    /** What is done to a raw file. */
    public enum Way {
        /** It gets a tag by which a lifecycle rule of the bucket has it expire. Needs a store with tags. */
        TAG,
        /** It is deleted if its ETag is still the one that was compacted. Needs a store that deletes on a condition. */
        DELETE
    }

    /** Whether a deleted object can be brought back. */
    public enum Bucket {
        /** It cannot: LOAD files of the published load are never retired (rule L5). */
        UNVERSIONED,
        /** It can, by removing a delete marker. */
        VERSIONED
    }

    public RetirementOptions {
        requireNonNull(grace, "grace");
        requireNonNull(way, "way");
        requireNonNull(bucket, "bucket");
        if (grace.compareTo(LEAST_GRACE) < 0) {
            throw new IllegalArgumentException("Cannot retire raw files after " + grace + ": " + LEAST_GRACE
                    + " is the least. Give a longer grace.");
        }
    }

    /** By tag, after 48 hours, in an unversioned bucket. */
    public static RetirementOptions byTag() {
        return new RetirementOptions(LEAST_GRACE, Way.TAG, Bucket.UNVERSIONED);
    }

    /** By deleting, after 48 hours, in an unversioned bucket. */
    public static RetirementOptions byDeleting() {
        return new RetirementOptions(LEAST_GRACE, Way.DELETE, Bucket.UNVERSIONED);
    }

    public RetirementOptions grace(Duration time) {
        return new RetirementOptions(time, way, bucket);
    }

    public RetirementOptions bucket(Bucket kind) {
        return new RetirementOptions(grace, way, kind);
    }
}
