package io.convergence.target;

/** The access list DMS puts on objects: attribute {@code CannedAclForObjects}. */
public enum CannedAcl {
    NONE("none"),
    PRIVATE("private"),
    PUBLIC_READ("public-read"),
    PUBLIC_READ_WRITE("public-read-write"),
    AUTHENTICATED_READ("authenticated-read"),
    AWS_EXEC_READ("aws-exec-read"),
    BUCKET_OWNER_READ("bucket-owner-read"),
    BUCKET_OWNER_FULL_CONTROL("bucket-owner-full-control");

    private final String wireValue;

    CannedAcl(String wireValue) {
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
    public static CannedAcl parse(String text) {
        return WireValues.parse("CannedAclForObjects", values(), CannedAcl::wireValue, text);
    }
}
