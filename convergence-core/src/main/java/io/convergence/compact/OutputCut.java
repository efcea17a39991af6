package io.convergence.compact;

/**
 * Applies {@link Sizing} while outputs are written: how many bytes the files to come will add is told by what those
 * before have added, byte for byte of their own size; the output at hand counts most. Not thread-safe.
 */
final class OutputCut {
    /** What is known of the output before weighs as much as this part of the smallest output. */
    private static final double MEMORY = 0.25;

    private final Sizing sizing;
    private double ratioBefore = Double.NaN;
    private long written;
    private long read;

    OutputCut(Sizing sizing) {
        this.sizing = sizing;
    }

    /**
     * Tells where the output at hand is.
     *
     * @param bytesWritten its size if it ended now
     * @param bytesRead size of the files whose rows it holds
     */
    void at(long bytesWritten, long bytesRead) {
        written = bytesWritten;
        read = bytesRead;
    }

    /** Ends the output at hand, which turned out to have this size. */
    void end(long bytesWritten) {
        if (read > 0) {
            ratioBefore = bytesWritten / (double) read;
        }
        written = 0;
        read = 0;
    }

    /**
     * Whether the output at hand ends before the next file.
     *
     * @param next size of the next file
     * @param rest size of all files still to be read, the next among them
     */
    boolean isFull(long next, long rest) {
        double ratio = ratio();
        return sizing.isFull(written, next * ratio, rest * ratio);
    }

    private double ratio() {
        double measured = written / (double) Math.max(1, read);
        if (!(ratioBefore > 0)) {
            return measured;
        }

        double weight = (double) sizing.smallest() * MEMORY / ratioBefore;
        return (written + weight * ratioBefore) / (read + weight);
    }
}
