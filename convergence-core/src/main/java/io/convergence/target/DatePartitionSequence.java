package io.convergence.target;

/** {@code DatePartitionSequence}: the components of the date folders of CDC files and their order (DMS guide, S3 target). */
public enum DatePartitionSequence {
    YYYYMMDD,
    YYYYMMDDHH,
    YYYYMM,
    MMYYYYDD,
    DDMMYYYY
}
