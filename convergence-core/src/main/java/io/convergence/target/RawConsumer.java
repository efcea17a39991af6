package io.convergence.target;

/** Who reads the files that DMS writes. */
public enum RawConsumer {
    /** This library, whose readers take every form that DMS writes. */
    LIBRARY,
    /** Athena or Glue, on the files themselves. */
    ATHENA,
    /** Spark, on the files themselves. */
    SPARK
}
