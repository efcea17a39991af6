package io.convergence.target;

/** How S3 encrypts the files: attribute {@code EncryptionMode}. */
public enum EncryptionMode {
    SSE_S3("sse-s3"),
    SSE_KMS("sse-kms");

    private final String wireValue;

    EncryptionMode(String wireValue) {
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
    public static EncryptionMode parse(String text) {
        return WireValues.parse("EncryptionMode", values(), EncryptionMode::wireValue, text);
    }
}
