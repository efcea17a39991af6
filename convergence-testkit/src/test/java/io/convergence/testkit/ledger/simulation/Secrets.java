package io.convergence.testkit.ledger.simulation;

import java.nio.charset.StandardCharsets;

/** Invariant I11: what stands in rows is told nowhere but in files of rows. */
final class Secrets {
    /** In every row DMS writes. */
    static final String SECRET = "s3cr3t";

    private static final byte[] BYTES = SECRET.getBytes(StandardCharsets.UTF_8);

    private Secrets() {}

    /** Neither in the log nor in what engines are shown. What is packed is made of texts that are not. */
    static void requireNone(World world, String key) {
        if (key.startsWith(World.CONTROL) || key.startsWith(World.PROJECTIONS)) {
            byte[] content = world.truth().get(key).orElseThrow().content();
            for (int i = 0; i + BYTES.length <= content.length; i++) {
                if (content[i] == BYTES[0] && isAt(content, i)) {
                    throw new Violation(Invariant.I11_SECRETS, "'" + key + "' tells what stands in a row");
                }
            }
        }
    }

    private static boolean isAt(byte[] content, int from) {
        for (int i = 0; i < BYTES.length; i++) {
            if (content[from + i] != BYTES[i]) {
                return false;
            }
        }
        return true;
    }

    /** Neither in what is thrown, which is what is logged, too. */
    static void requireNone(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            requireNone(cause.toString());
        }
    }

    /** Nor in what a plan or a snapshot says of itself. */
    static void requireNone(String told) {
        if (told.contains(SECRET)) {
            throw new Violation(Invariant.I11_SECRETS, "a text tells what stands in a row: " + told);
        }
    }
}
