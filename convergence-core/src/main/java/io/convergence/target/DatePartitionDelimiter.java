package io.convergence.target;

/** What stands between the parts of the date: attribute {@code DatePartitionDelimiter}. */
public enum DatePartitionDelimiter {
    /** One folder for each part. */
    SLASH("SLASH"),
    UNDERSCORE("UNDERSCORE"),
    DASH("DASH"),
    NONE("NONE");

    private final String wireValue;

    DatePartitionDelimiter(String wireValue) {
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
    public static DatePartitionDelimiter parse(String text) {
        return WireValues.parse("DatePartitionDelimiter", values(), DatePartitionDelimiter::wireValue, text);
    }
}
