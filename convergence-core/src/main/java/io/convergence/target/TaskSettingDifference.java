package io.convergence.target;

/**
 * One setting in which two documents differ. Immutable and thread-safe.
 *
 * @param path e.g. {@code FullLoadSettings.CommitRate}
 * @param here the value in the document that was asked, as AWS writes it
 * @param there the value in the document it was compared with
 */
public record TaskSettingDifference(String path, String here, String there) {
    @Override
    public String toString() {
        return path + ": " + here + " here, " + there + " there";
    }
}
