package io.convergence.target;

/** The version DMS writes into Parquet footers: attribute {@code ParquetVersion}. */
public enum ParquetVersion {
    PARQUET_1_0("parquet-1-0"),
    PARQUET_2_0("parquet-2-0");

    private final String wireValue;

    ParquetVersion(String wireValue) {
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
    public static ParquetVersion parse(String text) {
        return WireValues.parse("ParquetVersion", values(), ParquetVersion::wireValue, text);
    }
}
