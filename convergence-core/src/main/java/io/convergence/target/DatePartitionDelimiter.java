package io.convergence.target;

/** {@code DatePartitionDelimiter}: what stands between the components of a date folder (DMS guide, S3 target). */
public enum DatePartitionDelimiter {
    SLASH,
    UNDERSCORE,
    DASH,
    NONE
}
