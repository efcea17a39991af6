package io.convergence.target;

/** How Time Travel logs raw data, since engine 3.5.0. */
public enum RawDataFormat {
    TEXT,
    HEX
}
