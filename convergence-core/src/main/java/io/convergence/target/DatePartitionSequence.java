package io.convergence.target;

/** Which parts of the date name the folders, in which order: attribute {@code DatePartitionSequence}. */
public enum DatePartitionSequence {
    YYYYMMDD("YYYYMMDD"),
    YYYYMMDDHH("YYYYMMDDHH"),
    YYYYMM("YYYYMM"),
    MMYYYYDD("MMYYYYDD"),
    DDMMYYYY("DDMMYYYY");

    private final String wireValue;

    DatePartitionSequence(String wireValue) {
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
    public static DatePartitionSequence parse(String text) {
        return WireValues.parse("DatePartitionSequence", values(), DatePartitionSequence::wireValue, text);
    }
}
