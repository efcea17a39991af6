package io.convergence.store.internal.pages;

import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** A codec that the class path does not have. */
public final class MissingCodecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingCodecException(CompressionCodecName codec, Throwable cause) {
        super("the codec " + codec + " is not on the class path (" + cause.getMessage() + ")", cause);
    }
}
