package io.convergence.target;

/** How Parquet values are encoded: attribute {@code EncodingType}. */
public enum EncodingType {
    PLAIN("plain"),
    PLAIN_DICTIONARY("plain-dictionary"),
    RLE_DICTIONARY("rle-dictionary");

    private final String wireValue;

    EncodingType(String wireValue) {
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
    public static EncodingType parse(String text) {
        return WireValues.parse("EncodingType", values(), EncodingType::wireValue, text);
    }
}
