package io.convergence.target;

/** The format of the files: attribute {@code DataFormat}. */
public enum DataFormat {
    CSV("csv"),
    PARQUET("parquet");

    private final String wireValue;

    DataFormat(String wireValue) {
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
    public static DataFormat parse(String text) {
        return WireValues.parse("DataFormat", values(), DataFormat::wireValue, text);
    }
}
