package io.convergence.target;

/** How files are compressed: attribute {@code CompressionType}. In Parquet it is the codec inside the file. */
public enum CompressionType {
    NONE("none"),
    GZIP("gzip");

    private final String wireValue;

    CompressionType(String wireValue) {
        this.wireValue = wireValue;
    }

    /** As the API of AWS DMS writes it. */
    public String wireValue() {
        return wireValue;
    }

    /**
     * Reads any of AWS's spellings: upper or lower case, hyphens or underscores.
     *
     * @throws IllegalArgumentException if it is none of the values
     */
    public static CompressionType parse(String text) {
        return WireValues.parse("CompressionType", values(), CompressionType::wireValue, text);
    }
}
